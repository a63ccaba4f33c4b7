// Ranks the passages of a frozen repository as its server did: BM25 and cosines, fused, and says how
// strong the evidence is. It shows nothing; asking.js does.
"use strict";

(function (scope) {
  const MOST_TERMS = 64;

  class Search {
    constructor(frozen) {
      const { Languages, WordTable } = scope.salexMeaning;
      this.settings = frozen.settings;
      this.documents = frozen.documents;
      this.passages = frozen.passages.map(([document, link, page, heading, text, evidence]) => ({
        document: frozen.documents[document], number: document, link, page, heading, text, evidence,
      }));
      this.terms = frozen.terms;
      this.rows = new Map(frozen.terms.words.split(" ").map((word, row) => [word, row]));
      this.stopWords = new Set(frozen.settings.stopWords.split(" "));
      this.languages = new Languages(frozen.settings.languages);
      this.tables = frozen.vectors.map((written) => written && new WordTable(written));
    }

    // The words to look for, without stop words unless there are no others.
    termsOf(text) {
      const words = (text.toLowerCase().match(/[\p{L}\p{N}]+/gu) || []).map((word) => word.slice(0, 64));
      const content = words.filter((word) => !this.stopWords.has(word));
      return [...new Set(content.length ? content : words)].slice(0, MOST_TERMS);
    }

    // The passages that have a word, with its BM25 in each.
    scoresOf(term) {
      const folded = scope.salexWords.words(term);
      const row = folded.length === 1 ? this.rows.get(scope.salexWords.stem(folded[0])) : undefined;
      const scores = new Map();
      if (row === undefined) return scores;
      const pairs = this.terms.postings[row].split(" ").map((pair) => pair.split(",").map(Number));
      const { k1, b, leastIdf } = this.settings;
      const idf = Math.log((this.terms.passages - pairs.length + 0.5) / (pairs.length + 0.5));
      for (const [passage, often] of pairs) {
        const length = this.terms.lengths[passage] / (this.terms.average || 1);
        const counted = (often * (k1 + 1)) / (often + k1 * (1 - b + b * length));
        scores.set(passage, counted * (idf > 0 ? idf : leastIdf));
      }
      return scores;
    }

    search(text, filters) {
      const terms = this.termsOf(text);
      const scored = terms.map((term) => this.scoresOf(term));
      const words = new Float64Array(this.passages.length);
      const having = new Float64Array(this.passages.length);
      for (const scores of scored) {
        for (const [passage, score] of scores) {
          words[passage] += score;
          having[passage] += 1;
        }
      }
      const language = this.languages.of(text);
      const isOther = language !== "en" && language !== "und" && this.tables[1];
      const cosines = this.tables.map((table) => table && terms.length && table.cosines(text));
      const coverage = terms.length ? having.reduce((most, one) => Math.max(most, one), 0) / terms.length : 0;
      const weights = isOther
        ? { ...this.settings.other, words: this.settings.other.words * coverage ** 2 }
        : this.settings.english;
      const rows = this.allowed(filters, words);
      const best = rows.reduce((most, row) => Math.max(most, words[row]), 0) || 1;
      const total = (row) =>
        (weights.words * words[row]) / best +
        weights.first * (cosines[0] ? cosines[0][row] : 0) +
        weights.second * (cosines[1] ? cosines[1][row] : 0);
      const ranked = rows
        .map((row) => ({ row, score: total(row) }))
        .filter((one) => one.score > 0)
        .sort((one, other) => other.score - one.score || one.row - other.row);
      const asked = { terms, scored, words, language };
      const judged = isOther ? 1 : 0;
      const strength = this.strengthOf(ranked, asked, cosines[judged], this.settings.bands[judged]);
      return {
        hits: this.hitsOf(ranked),
        strength,
        language,
        missing: terms.filter((term, number) => scored[number].size === 0),
      };
    }

    // References, contents and the like are left out, unless the words are only there.
    allowed(filters, words) {
      const passing = this.documents.map((document) => passes(document, filters));
      const rows = this.passages.flatMap((one, row) => (passing[one.number] ? [row] : []));
      const evidence = rows.filter((row) => this.passages[row].evidence);
      const isSaid = (row) => words[row] > 0;
      if (rows.some(isSaid) && !evidence.some(isSaid)) return rows;
      return evidence.length ? evidence : rows;
    }

    hitsOf(ranked) {
      const hits = new Map();
      for (const { row, score } of ranked) {
        const passage = this.passages[row];
        const hit = hits.get(passage.number);
        if (hit) hit.passages.push(passage);
        else hits.set(passage.number, { document: passage.document, score, passages: [passage] });
      }
      return [...hits.values()];
    }

    // As index/search/strength.py: by the meaning of the best passages and the words they have.
    strengthOf(ranked, asked, cosines, band) {
      const rows = ranked.slice(0, this.settings.among).map((one) => one.row);
      if (!cosines) return rows.some((row) => asked.words[row] > 0) ? "weak" : "none";
      if (asked.terms.length === 1 && rows.some((row) => asked.words[row] > 0)) return "strong";
      const count = this.passages.length;
      const rarities = asked.scored.map((scores) =>
        Math.log1p((count - scores.size + 0.5) / (scores.size + 0.5)));
      const all = rarities.reduce((sum, one) => sum + one, 0) || 1;
      const share = (row) =>
        rarities.reduce((sum, one, number) => sum + (asked.scored[number].has(row) ? one : 0), 0) / all;
      const near = rows.filter((row) => cosines[row] >= band.weak);
      if (near.some((row) => cosines[row] + band.words * share(row) >= band.strong)) return "strong";
      return near.length || rows.some((row) => share(row) >= 0.999) ? "weak" : "none";
    }

    // The documents that pass the filters, the newest first.
    browse(filters) {
      return this.documents
        .filter((document) => passes(document, filters))
        .sort((one, other) => other.year - one.year || (one.title < other.title ? -1 : 1))
        .map((document) => ({ document, score: 0, passages: [] }));
    }
  }

  // filters: {values: {stage: ["use"], ...}, yearFrom, yearTo}; several values are alternatives.
  function passes(document, filters) {
    const { values = {}, yearFrom = 0, yearTo = 0 } = filters || {};
    if (!document.shown) return false;
    if (yearFrom && !(document.year >= yearFrom)) return false;
    if (yearTo && !(document.year && document.year <= yearTo)) return false;
    return Object.entries(values).every(([name, wanted]) =>
      wanted.some((value) => (document.values[name] || []).includes(value)));
  }

  scope.salexSearch = { Search };
})(typeof window === "undefined" ? globalThis : window);
