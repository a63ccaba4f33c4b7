"""Two scores for every candidate into one ranking."""

from __future__ import annotations

from typing import Final

import numpy as np
import numpy.typing as npt

Scores = npt.NDArray[np.float64]

RRF_K: Final = 60
"""Cormack, Clarke and Buettcher, SIGIR 2009."""


def fuse_scores(cosine: Scores, bm25: Scores, weight: float) -> Scores:
    """Return ``weight * cosine + (1 - weight) * bm25 / best bm25``.

    Args:
        cosine: (n,) in -1..1; NaN where a candidate has no vector yet, which counts as 0.
        bm25: (n,) at least 0, where 0 is no matching term.
        weight: share of the cosine.
    """
    best = bm25.max(initial=0.0)
    keyword = bm25 / best if best > 0 else np.zeros_like(bm25)
    return weight * np.nan_to_num(cosine, nan=0.0) + (1 - weight) * keyword


def fuse_ranks(cosine: Scores, bm25: Scores) -> Scores:
    """Return reciprocal rank fusion, ``sum of 1 / (60 + rank)`` over the legs that found it."""
    total = np.zeros(len(cosine))
    for scores, found in ((cosine, ~np.isnan(cosine)), (bm25, bm25 > 0)):
        order = np.argsort(-np.nan_to_num(scores, nan=-np.inf), kind="stable")
        ranks = np.empty(len(scores))
        ranks[order] = np.arange(1, len(scores) + 1)
        total += np.where(found, 1 / (RRF_K + ranks), 0.0)
    return total
