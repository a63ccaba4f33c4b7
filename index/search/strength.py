"""Whether the best evidence found is good: so that an answer can say when there is none."""

from __future__ import annotations

from typing import Final

import numpy as np

from index.model import Strength
from index.search.ranking import Legs, Ranking
from index.vectors.profile import EncoderProfile

AMONG: Final = 20
"""How many of the first passages are looked at for the best cosine."""


def strength_of(ranking: Ranking, legs: Legs, words: int, profile: EncoderProfile) -> Strength:
    """Judge a ranking by its best cosine; without vectors, by whether any word matched.

    A lone word's cosine with a passage is low however well the passage answers ("coaching" .32,
    "bem-estar" .32), so there the word decides. Not for two: "climate change" is in passages on the
    climate of a school that changes.

    Args:
        ranking: the passages, best first.
        legs: what ran.
        words: how many words were looked for.
        profile: that of the encoder, with the cosines to judge by.
    """
    if not len(ranking.rows):
        return "none"
    if legs.vector is None or np.isnan(ranking.cosine).all():
        return "weak" if (ranking.bm25 > 0).any() else "none"
    best = float(np.nanmax(ranking.cosine[:AMONG]))
    if best >= profile.strong or (words == 1 and (ranking.bm25[:AMONG] > 0).any()):
        return "strong"
    return "weak" if best >= profile.weak else "none"
