"""The words of a question: which passages have them, and what is asked of the engine for them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np

from corpus.catalogue.catalogue import Catalogue
from index.documents.values import Mask, Rows
from index.engine import ADDED_COUNTS, Question, Scores
from index.qdrant.client import Sparse
from index.qdrant.points import hash_word
from index.words.scores import Listed, WordScores

MOST_OUTSIDE: Final = 5_000
"""Passages with a phrase or the beginning of a word that are candidates: the best by FTS5."""


@dataclass(frozen=True, slots=True)
class Wording:
    """The words of a question. Rows are those of the passages that searches show.

    Attributes:
        words: has the scores.
        question: has the terms, what stands for them, and the phrases that count less.
        weights: by index in the engine's sparse vectors, what a word counts.
        rows: (k,) int64, ascending: the passages with one of them.
        beside: (b,) int64, ascending: those that are candidates for what the engine does not have.
        coverage: the largest share of the terms that any one passage has.
    """

    words: WordScores
    question: Question
    weights: Mapping[int, float]
    rows: Rows
    beside: Rows
    coverage: float

    @property
    def vector(self) -> Sparse:
        """The words as a question to the engine."""
        return Sparse(tuple(self.weights), tuple(self.weights.values()))

    def bm25(self, catalogue: Catalogue, rows: Rows) -> Scores:
        """Return (p,) float64: the score of some passages, NaN for those without any word."""
        question = self.question
        scores = self.words.bm25_of(catalogue, question.words, rows, question.apart)
        if self.question.added:
            scores += ADDED_COUNTS * self.words.bm25_of(catalogue, self.question.added, rows)
        return np.where(scores > 0, scores, np.nan)

    def shares(self, catalogue: Catalogue, rows: Rows) -> Scores:
        """Return (p,) float64: the share of the terms that each has, by what each term counts."""
        question = self.question
        return self.words.shares(catalogue, question.terms, rows, question.apart)

    def have_all(self, catalogue: Catalogue, rows: Rows) -> Mask:
        """Return (p,) bool: which have each of the terms, or what stands for it."""
        return self.words.have_all(catalogue, self.question.terms, rows, self.question.others)


def read_wording(words: WordScores, catalogue: Catalogue, question: Question) -> Wording:
    """Look the words of a question up.

    Args:
        words: has their passages.
        catalogue: has the keyword index.
        question: the words.

    Raises:
        KeywordIndexDamaged
    """
    terms = question.words
    found = dict(zip(terms, words.find(catalogue, terms), strict=True))
    weights: dict[int, float] = {}
    for term, rarity in words.counted_rarities(catalogue, terms).items():
        if word := found[term].word:
            index = hash_word(word)
            weights[index] = weights.get(index, 0.0) + rarity
    beside = [listed for listed in found.values() if listed.word is None]
    beside += words.find(catalogue, question.added)
    count = words.count_terms(catalogue, question.terms, question.others)
    coverage = float(count.max(initial=0)) / len(question.terms) if question.terms else 0.0
    for listed in beside:
        count[listed.rows] += 1
    return Wording(
        words=words,
        question=question,
        weights=weights,
        rows=np.flatnonzero(count),
        beside=np.unique(np.concatenate([np.empty(0, np.int64), *map(_best, beside)])),
        coverage=coverage,
    )


def _best(listed: Listed) -> Rows:
    if len(listed.rows) <= MOST_OUTSIDE:
        return listed.rows
    return listed.rows[np.argpartition(-listed.scores, MOST_OUTSIDE)[:MOST_OUTSIDE]]
