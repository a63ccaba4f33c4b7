"""Whether the best evidence found is good: so that an answer can say when there is none."""

from __future__ import annotations

from typing import Final

import numpy as np

from index.model import Strength
from index.ranking import Legs, Ranking

STRONG: Final = 0.45
WEAK: Final = 0.30


def strength_of(ranking: Ranking, legs: Legs) -> Strength:
    """Judge a ranking by its best cosine; without vectors, by whether any word matched."""
    if not len(ranking.rows):
        return "none"
    if legs.vector is None or np.isnan(ranking.cosine).all():
        return "weak" if (ranking.bm25 > 0).any() else "none"
    best = float(np.nanmax(ranking.cosine[:20]))
    return "strong" if best >= STRONG else "weak" if best >= WEAK else "none"
