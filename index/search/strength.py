"""Whether the best evidence found is good: so that an answer can say when there is none."""

from __future__ import annotations

from typing import Final

import numpy as np

from index.model import Strength
from index.search.ranking import Legs, Ranking

STRONG: Final = 0.48
WEAK: Final = 0.33
"""Best cosine among the first passages. Chosen on the 26 answerable judged queries (23 strong, 3
weak) and 25 questions the starter corpus cannot answer, such as vaccine efficacy or teacher
pensions (18 none, 6 weak, 1 strong): a hint to the reader, not a proof."""
AMONG: Final = 20


def strength_of(ranking: Ranking, legs: Legs, words: int) -> Strength:
    """Judge a ranking by its best cosine; without vectors, by whether any word matched.

    A lone word's cosine with a passage is low however well the passage answers ("coaching" .32,
    "bem-estar" .32), so there the word decides. Not for two: "climate change" is in passages on the
    climate of a school that changes.

    Args:
        ranking: the passages, best first.
        legs: what ran.
        words: how many words were looked for.
    """
    if not len(ranking.rows):
        return "none"
    if legs.vector is None or np.isnan(ranking.cosine).all():
        return "weak" if (ranking.bm25 > 0).any() else "none"
    best = float(np.nanmax(ranking.cosine[:AMONG]))
    if best >= STRONG or (words == 1 and (ranking.bm25[:AMONG] > 0).any()):
        return "strong"
    return "weak" if best >= WEAK else "none"
