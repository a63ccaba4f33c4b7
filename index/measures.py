"""Measures of a ranking against judgements, as TREC computes them: pure functions.

Tests check that they equal trec_eval's own figures (through pytrec-eval).
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

Grades = Mapping[str, int]
"""Document id -> grade; 0 or absent is not relevant."""

RESAMPLES: Final = 2_000


def ndcg(ranked: Sequence[str], grades: Grades, depth: int) -> float:
    """Return the normalised discounted cumulative gain: linear gain, log2 discount.

    Järvelin and Kekäläinen, TOIS 20(4), 2002.
    """
    ideal = sorted((g for g in grades.values() if g > 0), reverse=True)[:depth]
    best = sum(gain / math.log2(rank + 2) for rank, gain in enumerate(ideal))
    gain = sum(
        max(0, grades.get(document, 0)) / math.log2(rank + 2)
        for rank, document in enumerate(ranked[:depth])
    )
    return gain / best if best else 0.0


def reciprocal_rank(ranked: Sequence[str], grades: Grades, depth: int) -> float:
    """Return 1 / the rank of the first relevant document within ``depth``, else 0."""
    for rank, document in enumerate(ranked[:depth], start=1):
        if grades.get(document, 0) > 0:
            return 1.0 / rank
    return 0.0


def recall(ranked: Sequence[str], grades: Grades, depth: int) -> float:
    """Return the share of the relevant documents found within ``depth``."""
    relevant = {document for document, grade in grades.items() if grade > 0}
    return len(relevant & set(ranked[:depth])) / len(relevant) if relevant else 0.0


def bootstrap_interval(values: Sequence[float], *, seed: int = 0) -> tuple[float, float]:
    """Return the 95 % percentile bootstrap interval of the mean over queries.

    Efron and Tibshirani, 1993; 2,000 resamples, seeded so that a report repeats.
    """
    if not values:
        return 0.0, 0.0
    drawn = np.random.default_rng(seed).choice(
        np.asarray(values), size=(RESAMPLES, len(values)), replace=True
    )
    low, high = np.quantile(drawn.mean(axis=1), (0.025, 0.975))
    return float(low), float(high)


@dataclass(frozen=True, slots=True)
class Difference:
    """How much better one run is than another, over the queries of both.

    ``interval`` is the 95 % bootstrap interval of ``mean``; ``unlike`` counts the queries that are
    in one run only, or were judged differently.
    """

    queries: int
    mean: float
    interval: tuple[float, float]
    unlike: int = 0


def paired_difference(
    now: Mapping[str, float], before: Mapping[str, float], *, unlike: int = 0
) -> Difference:
    """Compare the figures of two runs query by query; queries of one run only are left out."""
    gains = [now[query] - before[query] for query in sorted(now.keys() & before.keys())]
    mean = sum(gains) / len(gains) if gains else 0.0
    return Difference(len(gains), mean, bootstrap_interval(gains), unlike)
