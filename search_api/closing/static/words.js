// Words of a text as SQLite's FTS5 has them ("porter unicode61 remove_diacritics 2"), so that the
// search of a frozen repository finds what the server's search found. Porter's stemmer: M.F. Porter,
// An algorithm for suffix stripping, Program 14 (1980), with the steps as FTS5 takes them.
"use strict";

(function (scope) {
  const LONGEST = 64;
  // Combining marks that are part of a word, and dropped; other marks end it.
  const MARKS = "\u0300-\u0304\u0306-\u030c\u030f\u0311\u031b\u0323-\u0328\u032d-\u032e\u0330-\u0331";
  const WORD = new RegExp(`[\\p{L}\\p{N}\\p{Co}][\\p{L}\\p{N}\\p{Co}${MARKS}]*`, "gu");
  const MARK = new RegExp(`[${MARKS}]`, "gu");
  const LATIN = /[\u00c0-\u024f\u1e00-\u1eff]/g;

  function fold(text) {
    return text.toLowerCase().replace(MARK, "").replace(/ſ/g, "s").replace(/ς/g, "σ")
      .replace(LATIN, (letter) => letter.normalize("NFD").replace(/\p{Mn}/gu, ""));
  }

  function isVowel(letter, afterConsonant) {
    return "aeiou".includes(letter) || (afterConsonant && letter === "y");
  }

  // Where the first vowels and the consonants after them end; 0 if there are none.
  function gobble(stem, from, wasConsonant) {
    let consonant = wasConsonant;
    let at = from;
    for (; at < stem.length; at++) {
      consonant = !isVowel(stem[at], consonant);
      if (!consonant) break;
    }
    for (at++; at < stem.length; at++) {
      consonant = !isVowel(stem[at], consonant);
      if (consonant) return at + 1;
    }
    return 0;
  }

  const measured = (stem) => gobble(stem, 0, false) > 0;

  function measuredTwice(stem) {
    const first = gobble(stem, 0, false);
    return first > 0 && gobble(stem, first, true) > 0;
  }

  function measuredOnce(stem) {
    const first = gobble(stem, 0, false);
    return first > 0 && gobble(stem, first, true) === 0;
  }

  function hasVowel(stem) {
    return [...stem].some((letter, at) => isVowel(letter, at > 0));
  }

  // Consonant, vowel, consonant at the end, and the last is not w, x or y.
  function endsOpen(stem) {
    if ("wxy".includes(stem[stem.length - 1])) return false;
    let mask = 0;
    let consonant = false;
    for (const letter of stem) {
      consonant = !isVowel(letter, consonant);
      mask = ((mask << 1) + (consonant ? 1 : 0)) & 7;
    }
    return mask === 5;
  }

  // The first suffix that a word ends in is the only one that is tried.
  function replaceEnd(word, pairs, may) {
    for (const [suffix, instead] of pairs) {
      if (word.length > suffix.length && word.endsWith(suffix)) {
        const stem = word.slice(0, -suffix.length);
        return may(stem, suffix) ? stem + instead : word;
      }
    }
    return word;
  }

  const SECOND = [
    ["ational", "ate"], ["tional", "tion"], ["enci", "ence"], ["anci", "ance"], ["izer", "ize"],
    ["logi", "log"], ["bli", "ble"], ["alli", "al"], ["entli", "ent"], ["eli", "e"],
    ["ousli", "ous"], ["ization", "ize"], ["ation", "ate"], ["ator", "ate"], ["alism", "al"],
    ["iveness", "ive"], ["fulness", "ful"], ["ousness", "ous"], ["aliti", "al"], ["iviti", "ive"],
    ["biliti", "ble"],
  ];
  const THIRD = [
    ["ical", "ic"], ["ness", ""], ["icate", "ic"], ["iciti", "ic"], ["ful", ""], ["ative", ""],
    ["alize", "al"],
  ];
  const FOURTH = [
    "al", "ance", "ence", "er", "ic", "able", "ible", "ant", "ement", "ment", "ent", "ion", "ou",
    "ism", "ate", "iti", "ous", "ive", "ize",
  ].map((suffix) => [suffix, ""]);

  function first(word) {
    if (!word.endsWith("s")) return word;
    if (word.endsWith("es")) {
      const drops = (word.length > 4 && word.endsWith("sses")) || (word.length > 3 && word.endsWith("ies"));
      return word.slice(0, drops ? -2 : -1);
    }
    return word.endsWith("ss") ? word : word.slice(0, -1);
  }

  function firstAgain(word) {
    if (word.length > 3 && word.endsWith("eed")) {
      return measured(word.slice(0, -3)) ? word.slice(0, -1) : word;
    }
    const suffix = word.length > 2 && word.endsWith("ed") ? 2 : word.length > 3 && word.endsWith("ing") ? 3 : 0;
    if (!suffix || !hasVowel(word.slice(0, -suffix))) return word;
    const stem = word.slice(0, -suffix);
    if (stem.length > 2 && /(?:at|bl|iz)$/.test(stem)) return stem + "e";
    const last = stem[stem.length - 1];
    if (!isVowel(last, false) && !"lsz".includes(last) && last === stem[stem.length - 2]) {
      return stem.slice(0, -1);
    }
    return measuredOnce(stem) && endsOpen(stem) ? stem + "e" : stem;
  }

  function last(word) {
    if (word.endsWith("e")) {
      const stem = word.slice(0, -1);
      if (measuredTwice(stem) || (measuredOnce(stem) && !endsOpen(stem))) word = stem;
    }
    return word.length > 1 && word.endsWith("ll") && measuredTwice(word.slice(0, -1))
      ? word.slice(0, -1)
      : word;
  }

  function stem(word) {
    if (word.length < 3 || word.length > LONGEST) return word;
    word = firstAgain(first(word));
    if (word.endsWith("y") && hasVowel(word.slice(0, -1))) word = word.slice(0, -1) + "i";
    word = replaceEnd(word, SECOND, measured);
    word = replaceEnd(word, THIRD, measured);
    word = replaceEnd(
      word, FOURTH,
      (rest, suffix) => measuredTwice(rest) && (suffix !== "ion" || /[st]$/.test(rest)),
    );
    return last(word);
  }

  function words(text) {
    return (text.match(WORD) || []).map(fold).filter(Boolean);
  }

  scope.salexWords = { WORD, fold, stem, words };
})(typeof window === "undefined" ? globalThis : window);
