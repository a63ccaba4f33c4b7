"""Keeps the scores of each word until the catalogue changes.

BM25 adds up over the words of a query, so the scores of one word serve every query with it. The
words that readers search for most are in the most passages and cost the most: of a search over
20,000 passages, 13 ms were FTS5 scoring the same few thousand rows again.

A word that was not asked before is scored from the postings (``index.words``), if there are any;
otherwise FTS5 scores it. Both give the same scores.
"""

from __future__ import annotations

import math
import threading
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from corpus.catalogue.catalogue import Catalogue
from index.documents.values import Mask, Rows
from index.local.holdings import Holdings
from index.words.counting import stem_terms
from index.words.keywords import has_keyword, search_keywords
from index.words.postings import Postings

MAX_KEPT: Final = 4_000_000
"""Passages over all words kept: 64 MB. The least recently used words are dropped first."""
WORD_COSTS: Final = 32
"""The cost of a word itself, in passages: even one that is in no passage takes 400 bytes."""

Scores = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class PlacedPostings:
    """The postings, with the row of each of their passages.

    Attributes:
        postings: the words of all passages.
        rows: (n,) int64, for each number of the postings the row of the passage, -1 if it has none.
    """

    postings: Postings
    rows: Rows

    def score(self, catalogue: Catalogue, terms: Sequence[str]) -> dict[str, tuple[Rows, Scores]]:
        """Return the passages with each term, and their scores; without terms to ask FTS5 for.

        FTS5 is asked whether it has the term at all, so that damage to its index is noticed.

        Raises:
            KeywordIndexDamaged
        """
        scored = {}
        for term, word in stem_terms(terms).items():
            numbers, scores = self.postings.bm25(word)
            if has_keyword(catalogue, term) == bool(len(numbers)):
                scored[term] = self.rows[numbers], scores
        return scored


class WordScores:
    """BM25 by passage row, for one revision of the catalogue. Threads may share it."""

    def __init__(self, holdings: Holdings, placed: PlacedPostings | None = None) -> None:
        """Keep nothing yet; without postings, FTS5 is asked."""
        self._holdings = holdings
        self.placed = placed
        self._kept: OrderedDict[str, tuple[Rows, Scores]] = OrderedDict()
        self._size = 0
        self._lock = threading.Lock()

    def bm25(self, catalogue: Catalogue, terms: Sequence[str]) -> Scores:
        """Return (n,) float64 by passage row: FTS5's BM25 of the terms joined with OR, or 0."""
        total = np.zeros(len(self._holdings.passage_ids))
        self._score_new(catalogue, terms)
        for term in terms:
            rows, scores = self._of(catalogue, term)
            total[rows] += scores  # each row occurs once per term
        return total

    def rarities(self, catalogue: Catalogue, terms: Sequence[str]) -> dict[str, float]:
        """Return the inverse document frequency of each term, over the passages, as in BM25."""
        count = len(self._holdings.passage_ids)
        among = {term: len(self._of(catalogue, term)[0]) for term in terms}
        return {t: math.log1p((count - n + 0.5) / (n + 0.5)) for t, n in among.items()}

    def missing(self, catalogue: Catalogue, terms: Sequence[str], among: Mask) -> list[str]:
        """Return the terms that none of the passages in ``among``, (n,) bool by row, has."""
        self._score_new(catalogue, terms)
        return [term for term in terms if not among[self._of(catalogue, term)[0]].any()]

    def coverage(self, catalogue: Catalogue, terms: Sequence[str]) -> float:
        """Return the largest share of the terms that any one passage has, 0 to 1."""
        count = np.zeros(len(self._holdings.passage_ids))
        for term in terms:
            count[self._of(catalogue, term)[0]] += 1
        return float(count.max(initial=0.0)) / len(terms) if terms else 0.0

    def shares(self, catalogue: Catalogue, terms: Sequence[str], rows: Rows) -> Scores:
        """Return the share of the terms that the passage of each row has, 0 to 1.

        A term counts by its rarity, so that "deaf" outweighs "education".
        """
        weights = self.rarities(catalogue, terms)
        having = np.zeros(len(self._holdings.passage_ids))
        for term, weight in weights.items():
            having[self._of(catalogue, term)[0]] += weight
        return having[rows] / (sum(weights.values()) or 1.0)

    def _of(self, catalogue: Catalogue, term: str) -> tuple[Rows, Scores]:
        with self._lock:
            if term in self._kept:
                self._kept.move_to_end(term)
                return self._kept[term]
        ids, scores = search_keywords(catalogue, [term])
        return self._keep(term, self._holdings.rows_of(ids), scores)

    def _score_new(self, catalogue: Catalogue, terms: Sequence[str]) -> None:
        """Score the terms that are not kept yet from the postings, as far as they can be.

        Beginnings of words are left to FTS5.
        """
        with self._lock:
            new = [t for t in terms if t not in self._kept and not t.endswith("*")]
        if self.placed and new:
            for term, (rows, scores) in self.placed.score(catalogue, new).items():
                self._keep(term, rows, scores)

    def _keep(self, term: str, rows: Rows, scores: Scores) -> tuple[Rows, Scores]:
        of_term = rows[rows >= 0], scores[rows >= 0]
        with self._lock:
            if term not in self._kept and len(rows) <= MAX_KEPT:
                self._kept[term] = of_term
                self._size += len(of_term[0]) + WORD_COSTS
            while self._size > MAX_KEPT:
                _, (gone, _) = self._kept.popitem(last=False)
                self._size -= len(gone) + WORD_COSTS
        return of_term
