"""Fuses the scores of all legs into one score for each candidate."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import numpy as np
import numpy.typing as npt

from index.model import KEYWORDS

Scores = npt.NDArray[np.float64]

UNBOUNDED: Final = frozenset({KEYWORDS})
"""Legs whose scores have no upper bound: they count as shares of the best candidate's score."""
RRF_K: Final = 60
"""Cormack, Clarke and Buettcher, SIGIR 2009."""


def fuse_scores(legs: Mapping[str, Scores], weights: Mapping[str, float]) -> Scores:
    """Return the weighted sum of the legs, such as ``0.7 * cosine + 0.3 * bm25 / best bm25``.

    Args:
        legs: by name, (n,): the leg's score of each candidate; NaN where it has none, which counts
            as 0.
        weights: by name, the share of each leg.
    """
    total = np.zeros(_count(legs))
    for name, scores in legs.items():
        known = np.where(np.isnan(scores), 0.0, scores)
        best = known.max(initial=0.0) if name in UNBOUNDED else 1.0
        if best > 0:
            total += weights[name] * (known / best)
    return total


def fuse_ranks(legs: Mapping[str, Scores]) -> Scores:
    """Return reciprocal rank fusion, ``sum of 1 / (60 + rank)`` over the legs with a score."""
    total = np.zeros(_count(legs))
    for scores in legs.values():
        order = np.argsort(-np.where(np.isnan(scores), -np.inf, scores), kind="stable")
        ranks = np.empty(len(scores))
        ranks[order] = np.arange(1, len(scores) + 1)
        total += np.where(np.isnan(scores), 0.0, 1 / (RRF_K + ranks))
    return total


def _count(legs: Mapping[str, Scores]) -> int:
    return len(next(iter(legs.values()), ()))
