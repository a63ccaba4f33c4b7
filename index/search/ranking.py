"""Ranks passages and documents by the scores that an engine found: arrays alone, no I/O."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

import numpy as np

from index.documents.arrays import Documents
from index.documents.values import Mask, Rows
from index.engine import Found, Ids
from index.model import MAX_RESULTS, VECTORS, Fusion
from index.search.fusion import Scores, fuse_ranks, fuse_scores

_NO_SCORES: Final[Scores] = np.empty(0)


@dataclass(frozen=True, slots=True)
class Ranking:
    """Candidate passages, best first, and the documents they belong to.

    Attributes:
        ids: (k,) int64 passage ids.
        owners: (k,) int64, the row of each one's document.
        scores: (k,) float64, fused.
        legs: by name, (k,) float64: the scores from each leg, NaN where it has none.
        documents: (d,) int64 document rows in order of their best passage, of the first
            MAX_RESULTS works.
        shares: (k,) float64, which share of the question's words each one has, as in ``Found``.
        complete: (k,) bool, which have all of them, as in ``Found``.
        cosines: (k,) float64, how near each one is by the first encoder, or comes to by its scale.
        answers: by work, what its answer adds to its score; the first few works have one.
    """

    ids: Ids
    owners: Rows
    scores: Scores
    legs: dict[str, Scores]
    documents: Rows
    shares: Scores = field(default_factory=lambda: _NO_SCORES)
    complete: Mask = field(default_factory=lambda: np.empty(0, dtype=bool))
    cosines: Scores = field(default_factory=lambda: _NO_SCORES)
    answers: Mapping[int, float] = field(default_factory=dict)

    def score_of(self, documents: Documents, row: int) -> float:
        """Return the score of a document: of its best passage, and what its work's answer adds."""
        best = self.scores[int(np.argmax(self.owners == row))]
        return float(best) + self.answers.get(int(documents.work[row]), 0.0)

    def place_of_work(self, documents: Documents, work: int) -> int:
        """Return the place of the best passage of a work."""
        return int(np.argmax(documents.work[self.owners] == work))

    def leg_scores(self, place: int) -> dict[str, float | None]:
        """Return each leg's score of the passage at a place; ``None`` where it has none."""
        of_place = {name: float(scores[place]) for name, scores in self.legs.items()}
        return {name: None if score != score else score for name, score in of_place.items()}


def rank_passages(
    documents: Documents,
    found: Found,
    *,
    weights: Mapping[str, float],
    fusion: Fusion = "scores",
    more: Scores | float = 0.0,
    cosines: Scores | None = None,
) -> Ranking:
    """Rank what an engine found.

    Args:
        documents: what the rows refer to.
        found: the candidates.
        weights: the share of each leg in a fused score.
        fusion: how the legs' scores are fused.
        more: (k,) float64, what is added for each passage, where scores are fused.
        cosines: (k,) float64, as in ``Ranking``; if not given, the first encoder's.
    """
    if fusion == "scores":
        fused = fuse_scores(found.legs, weights) + more
    else:
        fused = fuse_ranks(found.legs)
    if cosines is None:
        cosines = found.legs.get(VECTORS, np.full(len(fused), np.nan))
    # Equal scores: by passage id, which is their order, so that answers repeat.
    order = np.argsort(-fused, kind="stable")
    shown = _in_order(found.owners[order])
    works = documents.work[shown]
    first = _in_order(works)[:MAX_RESULTS]
    return Ranking(
        ids=found.ids[order],
        owners=found.owners[order],
        scores=fused[order],
        legs={name: scores[order] for name, scores in found.legs.items()},
        documents=shown[np.isin(works, first)] if len(first) == MAX_RESULTS else shown,
        shares=found.shares[order],
        complete=found.complete[order],
        cosines=cosines[order],
    )


def _in_order(values: Rows) -> Rows:
    """Return the distinct values in order of first appearance."""
    places = np.arange(len(values))
    first = np.empty(values.max(initial=-1) + 1, dtype=np.int64)
    first[values[::-1]] = places[::-1]  # of a value that occurs again, the last one stays
    distinct: Rows = values[first[values] == places]
    return distinct
