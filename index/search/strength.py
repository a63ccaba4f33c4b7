"""Judges how good the best evidence is, so that an answer can say when there is none."""

from __future__ import annotations

from typing import Final

import numpy as np

from index.model import KEYWORDS, VECTORS, Strength
from index.search.ranking import Ranking
from index.vectors.profile import EncoderProfile

AMONG: Final = 20
"""The best cosine is taken from this many of the first passages."""


def strength_of(
    ranking: Ranking, words: int, profile: EncoderProfile, *, leg: str = VECTORS
) -> Strength:
    """Judge a ranking by its best cosine; without vectors, by whether any word matched.

    A single word has a low cosine even with a passage that answers it well ("coaching" .32,
    "bem-estar" .32), so there a match decides. Two words are not enough: "climate change" matches
    passages on the climate of a school that changes.

    Args:
        ranking: the passages, best first.
        words: how many words were searched for.
        profile: the encoder's, with the cosines to judge by.
        leg: the leg with its cosines.
    """
    unknown = np.full(len(ranking.rows), np.nan)
    cosine = ranking.legs.get(leg, unknown)[:AMONG]
    known = cosine[~np.isnan(cosine)]
    matched = ~np.isnan(ranking.legs.get(KEYWORDS, unknown))
    if not len(known):
        return "weak" if matched.any() else "none"
    best = float(known.max())
    if best >= profile.strong or (words == 1 and matched[:AMONG].any()):
        return "strong"
    return "weak" if best >= profile.weak else "none"
