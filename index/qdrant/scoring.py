"""Which words of a question some passages have, and how often: what their scores are made of."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from index.engine import Ids, Scores
from index.qdrant.client import WORDS, Among, Ask, Sparse, Where
from index.qdrant.points import LENGTH, MOST, dampening, hash_word, often_in
from index.qdrant.wording import Wording

if TYPE_CHECKING:
    from index.qdrant.view import QdrantView


@dataclass(frozen=True, slots=True)
class Presence:
    """The words that passages have.

    Attributes:
        wording: the words of the question.
        ids: (k,) int64, the passages.
        parts: by stem, (k,) float64: the part of BM25 that is the passage's own, 0 without it.
        lengths: (k,) float64, the words of each passage that has one of them.
    """

    wording: Wording
    ids: Ids
    parts: Mapping[str, Scores]
    lengths: Scores

    def bm25(self, average: float) -> Scores:
        """Return (k,) float64: the score of all words, NaN for passages without any.

        Args:
            average: the words of an average passage that the parts were made with; the scores are
                those by the average of now.
        """
        total = np.zeros(len(self.ids))
        now = self.wording.total.average
        for stem in self.wording.stems.values():
            if stem not in self.parts:
                continue
            parts = self.parts[stem]
            often = often_in(parts, self.lengths, average)
            scores = often * MOST / (often + dampening(self.lengths, now))
            total += np.where(parts > 0, self.wording.idf[stem] * scores, 0.0)
        for outside in self.wording.others:
            total += outside.weight * outside.scores_of(self.ids)
        return np.where(total > 0, total, np.nan)

    def coverage(self) -> float:
        """Return the largest share of the terms that any one passage has, 0 to 1."""
        if not self.wording.terms or not len(self.ids):
            return 0.0
        count = np.sum([self._has(term) for term in self.wording.terms], axis=0)
        return float(count.max()) / len(self.wording.terms)

    def shares(self, rarities: Mapping[str, float]) -> Scores:
        """Return (k,) float64: the share of the terms that each has, by what each term counts."""
        having = np.zeros(len(self.ids))
        for term, weight in rarities.items():
            having += weight * self._has(term)
        return having / (sum(rarities.values()) or 1.0)

    def _has(self, term: str) -> Scores:
        if term in self.wording.stems:
            parts = self.parts.get(self.wording.stems[term])
            return np.zeros(len(self.ids)) if parts is None else (parts > 0).astype(np.float64)
        return np.isin(self.ids, self.wording.outside[term].ids).astype(np.float64)


def ask_presence(view: QdrantView, wording: Wording, ids: Ids) -> Presence:
    """Ask the engine which words of a question some passages have.

    Raises:
        EngineFault
    """
    place = {number: n for n, number in enumerate(ids.tolist())}
    lengths = np.zeros(len(ids))
    stems = wording.distinct if len(ids) else []
    among = Where((Among(tuple(place)),))
    asks = [
        Ask(Sparse((hash_word(stem),), (1.0,)), WORDS, len(ids), among, (LENGTH,)) for stem in stems
    ]
    parts = {}
    for stem, answers in zip(stems, view.ask_engine(asks), strict=True):
        parts[stem] = np.zeros(len(ids))
        for answer in answers:
            parts[stem][place[answer.id]] = answer.score
            lengths[place[answer.id]] = answer.payload.get(LENGTH, 0)
    return Presence(wording, ids, parts, lengths)
