"""From the two legs of one query to ranked passages and documents: pure arrays, no I/O."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from index.model import MAX_RESULTS, Filters, Fusion
from index.search.fusion import Scores, fuse_ranks, fuse_scores
from index.search.holdings import Mask, Rows
from index.search.snapshot import Snapshot

DEPTH: Final = 100
"""Documents each leg contributes. Union of 50, 100 or 200 gives the same nDCG@10."""
PASSAGES_PER_STEP: Final = 4 * DEPTH
"""Nearest passages asked for at first; more only when they belong to fewer than DEPTH documents."""


@dataclass(frozen=True, slots=True)
class Legs:
    """What each leg knows about one query, before any filter.

    Attributes:
        bm25: (n,) float64 by passage row, 0 where no term matched; ``None``: the leg did not run.
        vector: (dimensions,) float32, the encoded query; ``None``: the leg did not run.
    """

    bm25: Scores | None
    vector: npt.NDArray[np.float32] | None


@dataclass(frozen=True, slots=True)
class Ranking:
    """Candidate passages, best first, and the documents they belong to.

    Attributes:
        rows: (k,) int64 passage rows.
        scores, cosine, bm25: (k,) float64; cosine is NaN where a passage has no vector.
        documents: (d,) int64 document rows in order of their best passage, at most MAX_RESULTS.
        more: whether documents were left out at that depth.
    """

    rows: Rows
    scores: Scores
    cosine: Scores
    bm25: Scores
    documents: Rows
    more: bool


def rank(
    snapshot: Snapshot,
    legs: Legs,
    filters: Filters,
    *,
    weight: float,
    fusion: Fusion = "scores",
    leave_out: Sequence[int] | Rows = (),
) -> Ranking:
    """Rank the passages that pass the filters.

    The filters come first: each leg then contributes its best DEPTH documents among what is
    allowed, so a narrow filter still fills the page.

    Args:
        snapshot: what there is to rank.
        legs: what each leg knows.
        filters: which documents are allowed.
        weight: share of the cosine in a fused score.
        fusion: how the two scores become one.
        leave_out: the rows of documents that must not be among the answers.
    """
    holdings = snapshot.holdings
    allowed_documents = holdings.allowed_documents(filters)
    allowed_documents[np.asarray(leave_out, dtype=np.int64)] = False
    allowed = allowed_documents[holdings.owner] & holdings.allowed_passages(filters)
    bm25 = legs.bm25 if legs.bm25 is not None else np.zeros(len(allowed))
    rows = np.union1d(_by_words(holdings.owner, bm25, allowed), _by_vector(snapshot, legs, allowed))
    cosine = np.full(len(rows), np.nan)
    if legs.vector is not None:
        cosine = snapshot.cosines(legs.vector, rows)
    if fusion == "scores":
        scores = fuse_scores(cosine, bm25[rows], weight)
    else:
        scores = fuse_ranks(cosine, bm25[rows])
    order = np.lexsort((rows, -scores))  # equal scores: by passage id, so that answers repeat
    rows, scores, cosine = rows[order], scores[order], cosine[order]
    documents = _in_order(holdings.owner[rows])
    return Ranking(
        rows=rows,
        scores=scores,
        cosine=cosine,
        bm25=bm25[rows],
        documents=documents[:MAX_RESULTS],
        more=len(documents) > MAX_RESULTS,
    )


def _by_words(owner: Rows, bm25: Scores, allowed: Mask) -> Rows:
    found = np.flatnonzero((bm25 > 0) & allowed)
    limit = PASSAGES_PER_STEP
    while True:
        best_first = _best(found, bm25[found], limit)
        depth = _depth(owner[best_first])
        if len(best_first) == len(found) or depth < len(best_first):
            return best_first[:depth]
        limit *= 4


def _best(rows: Rows, scores: Scores, limit: int) -> Rows:
    """Return the ``limit`` best rows and all that equal the last, best first, ties by row.

    Sorting only those is five times as quick as sorting the thousands a common word finds.
    """
    if len(rows) > limit:
        least = np.partition(scores, -limit)[-limit]
        rows, scores = rows[scores >= least], scores[scores >= least]
    return rows[np.lexsort((rows, -scores))]


def _by_vector(snapshot: Snapshot, legs: Legs, allowed: Mask) -> Rows:
    if legs.vector is None or not allowed.any():
        return np.empty(0, np.int64)
    owner, limit = snapshot.holdings.owner, PASSAGES_PER_STEP
    while True:
        rows, _ = snapshot.nearest(legs.vector, limit, allowed)
        depth = _depth(owner[rows])
        if len(rows) < limit or depth < len(rows):
            return rows[:depth]
        limit *= 4


def _depth(owners: Rows) -> int:
    """Return how many leading passages hold the first DEPTH distinct documents."""
    _, first = np.unique(owners, return_index=True)
    starts = np.sort(first)
    return int(starts[DEPTH]) if len(starts) > DEPTH else len(owners)


def _in_order(values: Rows) -> Rows:
    """Return the distinct values in order of first appearance."""
    _, first = np.unique(values, return_index=True)
    return values[np.sort(first)]
