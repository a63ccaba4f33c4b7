"""Ranks passages and documents by the legs of one query: arrays alone, no I/O."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from index.model import KEYWORDS, MAX_RESULTS, Filters, Fusion
from index.search.fusion import Scores, fuse_ranks, fuse_scores
from index.search.holdings import Holdings
from index.search.values import Mask, Rows

DEPTH: Final = 100
"""How many works each leg contributes; 50, 100 and 200 give the same nDCG@10."""
PASSAGES_PER_STEP: Final = 4 * DEPTH
"""How many of the best passages are read first; more if they are of fewer than DEPTH works."""

Legs = Mapping[str, Scores]
"""The scores of each leg that ran, for one query, by the leg's name: (n,) float64 by passage row,
NaN where the leg has no score for the passage, or where none is needed because of a filter."""


@dataclass(frozen=True, slots=True)
class Ranking:
    """Candidate passages, best first, and the documents they belong to.

    Attributes:
        rows: (k,) int64 passage rows.
        scores: (k,) float64, fused.
        legs: by name, (k,) float64: the scores from each leg, NaN where it has none.
        documents: (d,) int64 document rows in order of their best passage, of the first
            MAX_RESULTS works.
    """

    rows: Rows
    scores: Scores
    legs: dict[str, Scores]
    documents: Rows

    def leg_scores(self, place: int) -> dict[str, float | None]:
        """Return each leg's score of the passage at a place; ``None`` where it has none."""
        of_place = {name: float(scores[place]) for name, scores in self.legs.items()}
        return {name: None if np.isnan(score) else score for name, score in of_place.items()}


def rank_passages(
    holdings: Holdings,
    legs: Legs,
    filters: Filters,
    *,
    weights: Mapping[str, float],
    fusion: Fusion = "scores",
    preference: float = 0.0,
    leave_out: Sequence[int] | Rows = (),
) -> Ranking:
    """Rank the passages that pass the filters.

    Passages that are no evidence by their role are ranked only if a filter asks for their role, or
    if nothing else has the words. The filters come first: each leg then contributes its best DEPTH
    works among what is allowed, so a narrow filter still fills the page.

    Args:
        holdings: what there is to rank.
        legs: the scores of each leg, at least of the passages that pass the filters.
        filters: which documents are allowed.
        weights: the share of each leg in a fused score.
        fusion: how the legs' scores are fused.
        preference: what a passage of a summary or of findings has more, where scores are fused.
        leave_out: the rows of documents that must not be ranked.
    """
    allowed_documents = holdings.allowed_documents(filters)
    allowed_documents[np.asarray(leave_out, dtype=np.int64)] = False
    allowed = allowed_documents[holdings.owner] & holdings.allowed_passages(filters)
    if not filters["roles"]:
        allowed = _evidence_among(holdings, legs, allowed)
    best = [_best_works(holdings, scores, allowed) for scores in legs.values()]
    rows = np.unique(np.concatenate([np.empty(0, np.int64), *best]))
    known = {name: scores[rows] for name, scores in legs.items()}
    if fusion == "scores":
        fused = fuse_scores(known, weights) + preference * holdings.concluding[rows]
    else:
        fused = fuse_ranks(known)
    order = np.lexsort((rows, -fused))  # equal scores: by passage id, so that answers repeat
    documents = _in_order(holdings.owner[rows[order]])
    works = holdings.work[documents]
    return Ranking(
        rows=rows[order],
        scores=fused[order],
        legs={name: scores[order] for name, scores in known.items()},
        documents=documents[np.isin(works, _in_order(works)[:MAX_RESULTS])],
    )


def _evidence_among(holdings: Holdings, legs: Legs, allowed: Mask) -> Mask:
    """Leave out references, contents, imprints and the like, unless the words are only there.

    A name that only a list of references has still finds the document.
    """
    evidence = allowed & holdings.evidence
    if KEYWORDS in legs:
        said = allowed & ~np.isnan(legs[KEYWORDS])
        if said.any() and not (said & evidence).any():
            return allowed
    return evidence if evidence.any() else allowed


def _best_works(holdings: Holdings, scores: Scores, allowed: Mask) -> Rows:
    """Return the leg's best passage rows, as many as belong to its first DEPTH works."""
    scored = np.flatnonzero(~np.isnan(scores) & allowed)
    limit = PASSAGES_PER_STEP
    while True:
        best_first = _best(scored, scores[scored], limit)
        depth = _depth(holdings.work[holdings.owner[best_first]])
        if len(best_first) == len(scored) or depth < len(best_first):
            return best_first[:depth]
        limit *= 4


def _best(rows: Rows, scores: Scores, limit: int) -> Rows:
    """Return the ``limit`` best rows and all that tie with the last, best first, ties by row.

    Sorting only those is five times as fast as sorting the thousands a common word finds.
    """
    if len(rows) > limit:
        least = np.partition(scores, -limit)[-limit]
        rows, scores = rows[scores >= least], scores[scores >= least]
    return rows[np.lexsort((rows, -scores))]


def _depth(works: Rows) -> int:
    """Return how many leading passages are of the first DEPTH distinct works."""
    _, first = np.unique(works, return_index=True)
    starts = np.sort(first)
    return int(starts[DEPTH]) if len(starts) > DEPTH else len(works)


def _in_order(values: Rows) -> Rows:
    """Return the distinct values in order of first appearance."""
    _, first = np.unique(values, return_index=True)
    return values[np.sort(first)]
