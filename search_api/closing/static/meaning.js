// The meaning of a question without a model: the sum of its words' vectors, compared with those of
// the passages (index/vectors/distilling.py made them), and the language that a question is asked
// in (index/search/language.py).
"use strict";

(function (scope) {
  const LEAST_ALIKE = 4;

  function bytesOf(base64) {
    const text = atob(base64);
    const bytes = new Uint8Array(text.length);
    for (let at = 0; at < text.length; at++) bytes[at] = text.charCodeAt(at);
    return bytes;
  }

  function commonLength(one, other) {
    let length = 0;
    while (length < one.length && one[length] === other[length]) length++;
    return length;
  }

  // The number of a word, or of the known one that begins most like it; -1 if there is none.
  function findWord(words, word) {
    let low = 0;
    let high = words.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (words[middle] < word) low = middle + 1;
      else high = middle;
    }
    if (words[low] === word) return low;
    let best = -1;
    let most = 0;
    for (const number of [low - 1, low]) {
      const alike = words[number] === undefined ? 0 : commonLength(word, words[number]);
      if (alike > most) [best, most] = [number, alike];
    }
    return most >= Math.max(LEAST_ALIKE, 0.7 * word.length) ? best : -1;
  }

  class WordTable {
    constructor(written) {
      this.words = written.words.split(" ");
      this.dimensions = written.dimensions;
      this.levels = bytesOf(written.levels);
      this.scales = new Float32Array(bytesOf(written.scales).buffer);
      this.passages = new Int8Array(bytesOf(written.passages).buffer);
    }

    vectorOf(text) {
      const total = new Float64Array(this.dimensions);
      const width = Math.ceil(this.dimensions / 2);
      for (const word of text.toLowerCase().match(/\p{L}+|\p{Nd}+/gu) || []) {
        const row = findWord(this.words, word);
        if (row < 0) continue;
        for (let at = 0; at < this.dimensions; at++) {
          const pair = this.levels[row * width + (at >> 1)];
          const level = at % 2 ? pair & 15 : pair >> 4;
          total[at] += ((level + 0.5) / 8 - 1) * this.scales[row];
        }
      }
      return total;
    }

    cosines(text) {
      const vector = this.vectorOf(text);
      const length = Math.hypot(...vector);
      const count = this.passages.length / this.dimensions;
      const cosines = new Float64Array(count);
      for (let row = 0; row < count && length > 0; row++) {
        let dot = 0;
        let square = 0;
        for (let at = 0; at < this.dimensions; at++) {
          const value = this.passages[row * this.dimensions + at];
          dot += value * vector[at];
          square += value * value;
        }
        cosines[row] = square > 0 ? dot / (length * Math.sqrt(square)) : 0;
      }
      return cosines;
    }
  }

  const SCRIPTS = [
    ["ja", /[\p{Script=Hiragana}\p{Script=Katakana}]/gu], ["zh", /\p{Script=Han}/gu],
    ["ru", /\p{Script=Cyrillic}/gu], ["ar", /\p{Script=Arabic}/gu], ["ko", /\p{Script=Hangul}/gu],
    ["th", /\p{Script=Thai}/gu],
  ];

  function scriptOf(text) {
    const count = (pattern) => (text.match(pattern) || []).length;
    const counted = SCRIPTS.map(([code, pattern]) => [code, count(pattern)]);
    const others = counted.reduce((sum, one) => sum + one[1], 0);
    if (others <= count(/\p{Script=Latin}/gu)) return "";
    if (counted[0][1]) return "ja";
    return counted.reduce((best, one) => (one[1] > best[1] ? one : best))[0];
  }

  const listed = (text) => text.split(/\s+/).filter(Boolean);

  class Languages {
    constructor(tables) {
      this.cues = Object.entries(tables).map(([code, table]) => {
        const cues = { code };
        for (const name of Object.keys(table)) cues[name] = new Set(listed(table[name]));
        return cues;
      });
    }

    of(text) {
      const script = scriptOf(text);
      if (script) return script;
      const points = new Map(this.cues.map((cues) => [cues.code, this.points(text, cues)]));
      const english = points.get("en");
      points.delete("en");
      const [code, most] = [...points].reduce((best, one) => (one[1] > best[1] ? one : best));
      const few = wordsOf(text).length <= 2 ? 0.5 : 0;
      if (most >= 1 + few && most - english >= 1) return code;
      return english >= 1 && english > most ? "en" : "und";
    }

    points(text, cues) {
      const found = wordsOf(text);
      const words = new Set(found.map((word) => word.toLowerCase()));
      const plain = new Set(
        found.filter((word) => word === found[0] || (word === word.toLowerCase() && word !== word.toUpperCase()))
          .map((word) => word.toLowerCase()),
      );
      const letters = [...plain].join("");
      const has = (set) => [...letters].some((letter) => set.has(letter));
      let points = 0;
      for (const word of words) points += cues.words.has(word) ? 1 : cues.weak.has(word) ? 0.5 : 0;
      for (const word of plain) points += this.ending(word, cues);
      points += has(cues.letters) ? 1 : 0;
      points += has(cues.accents) ? 0.5 : 0;
      const elided = [...text.matchAll(/([\p{L}\p{N}_]+)['’](?=[\p{L}\p{N}_]{2})/gu)];
      points += elided.some((one) => cues.elided.has(one[1].toLowerCase())) ? 0.5 : 0;
      return points + ([...text].some((sign) => cues.signs.has(sign)) ? 10 : 0);
    }

    ending(word, cues) {
      if (cues.words.has(word)) return 0;
      let most = 0;
      for (const ending of cues.endings) {
        if (word.endsWith(ending) && word.length >= ending.length + 2) {
          most = Math.max(most, /^[\x00-\x7f]*$/.test(ending) ? 0.5 : 1);
        }
      }
      return most;
    }
  }

  function wordsOf(text) {
    return text.match(/(?<![\p{L}\p{N}_])\p{L}+(?:-\p{L}+)*(?![\p{L}\p{N}_])/gu) || [];
  }

  scope.salexMeaning = { Languages, WordTable };
})(typeof window === "undefined" ? globalThis : window);
