"""The words of a question: how rare each one is, and what FTS5 has to score itself."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from corpus.catalogue.catalogue import Catalogue
from index.engine import ADDED_COUNTS, Ids, Scores
from index.qdrant.client import Sparse
from index.qdrant.points import hash_word
from index.words.counting import Total, read_total, stem_terms
from index.words.keywords import count_passages_with, search_keywords
from index.words.postings import LEAST_IDF

MOST_OUTSIDE: Final = 5_000
"""Passages with a phrase or the beginning of a word that are candidates: the best by FTS5."""

Known = dict[str, int]
"""By term, how many passages of the keyword index have it: kept as long as no word changes."""


@dataclass(frozen=True, slots=True)
class Outside:
    """What FTS5 scores: a phrase, or a word that is only the beginning of some.

    Attributes:
        ids: (k,) int64, ascending: the passages with it.
        scores: (k,) float64.
        weight: what it counts.
    """

    ids: Ids
    scores: Scores
    weight: float = 1.0

    def scores_of(self, ids: Ids) -> Scores:
        """Return the score of each passage, 0 without it."""
        if not len(self.ids):
            return np.zeros(len(ids))
        places = np.minimum(np.searchsorted(self.ids, ids), len(self.ids) - 1)
        return np.where(self.ids[places] == ids, self.scores[places], 0.0)


@dataclass(frozen=True, slots=True)
class Wording:
    """The words of a question.

    Attributes:
        terms: as they were asked for.
        stems: what each of them is in the index, of those that are one word there.
        idf: by stem, its rarity as FTS5 counts it.
        outside: by term, those that FTS5 has to score.
        added: the phrases that count less.
        total: what FTS5 counts.
    """

    terms: tuple[str, ...]
    stems: Mapping[str, str]
    idf: Mapping[str, float]
    outside: Mapping[str, Outside]
    added: tuple[Outside, ...]
    total: Total

    @property
    def distinct(self) -> list[str]:
        """The stems that some passage has, each once."""
        return sorted({stem for stem in self.stems.values() if stem in self.idf})

    @property
    def others(self) -> tuple[Outside, ...]:
        """All that FTS5 scores."""
        return (*self.outside.values(), *self.added)

    def vector(self, *, plain: bool = False) -> Sparse:
        """Return the words as a question; ``plain`` ones count the same."""
        weights: dict[int, float] = {}
        for stem in self.stems.values():
            if stem in self.idf:
                index = hash_word(stem)
                weights[index] = weights.get(index, 0.0) + (1.0 if plain else self.idf[stem])
        return Sparse(tuple(weights), tuple(weights.values()))

    def beside(self) -> Ids:
        """Return the passages that are candidates for what FTS5 scores, ascending."""
        best = [
            part.ids if len(part.ids) <= MOST_OUTSIDE else part.ids[_best(part.scores)]
            for part in self.others
        ]
        return np.unique(np.concatenate([np.empty(0, np.int64), *best]))


def _best(scores: Scores) -> Ids:
    return np.argpartition(-scores, MOST_OUTSIDE)[:MOST_OUTSIDE]


def read_wording(
    catalogue: Catalogue, terms: Sequence[str], added: Sequence[str], known: Known
) -> Wording:
    """Ask the keyword index about the words of a question.

    Args:
        catalogue: has it.
        terms: the words.
        added: the phrases that count less.
        known: what was counted before, to add to.

    Raises:
        KeywordIndexDamaged
    """
    stems = stem_terms([term for term in dict.fromkeys(terms) if not term.endswith("*")])
    total = read_total(catalogue)
    counts = count_terms(catalogue, stems, known)
    idf = {stem: _idf(total.passages, counts[t]) for t, stem in stems.items() if counts[t]}
    others = [term for term in dict.fromkeys(terms) if term not in stems]
    return Wording(
        terms=tuple(terms),
        stems=stems,
        idf=idf,
        outside={term: _ask(catalogue, term, 1.0) for term in others},
        added=tuple(_ask(catalogue, phrase, ADDED_COUNTS) for phrase in added),
        total=total,
    )


def count_terms(catalogue: Catalogue, terms: Iterable[str], known: Known) -> dict[str, int]:
    """Return how many passages of the keyword index have each term.

    Raises:
        KeywordIndexDamaged
    """
    wanted = list(terms)
    for term in wanted:
        if term not in known:
            known[term] = count_passages_with(catalogue, term)
    return {term: known[term] for term in wanted}


def _idf(passages: int, count: int) -> float:
    idf = math.log((passages - count + 0.5) / (count + 0.5))
    return idf if idf > 0 else LEAST_IDF


def _ask(catalogue: Catalogue, term: str, weight: float) -> Outside:
    ids, scores = search_keywords(catalogue, [term])
    order = np.argsort(ids, kind="stable")
    return Outside(ids[order], scores[order], weight)
