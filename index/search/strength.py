"""Judges how good the best evidence is, so that an answer can say when there is none."""

from __future__ import annotations

import math
from typing import Final

import numpy as np

from index.documents.values import Rows
from index.engine import ALL
from index.model import KEYWORDS, VECTORS, Strength
from index.search.ranking import Ranking
from index.vectors.profile import EncoderProfile

AMONG: Final = 20
"""The evidence is looked for in this many of the first passages."""
GRADES: Final[tuple[Strength, ...]] = ("none", "weak", "strong")
"""From the least to the best."""
_WEAK, _STRONG = 1, 2
SMALL: Final = 300
"""Up to so many passages ``EncoderProfile.strong`` holds; the starter corpus has 254."""
MOST: Final = 0.9
"""What is asked among 9,500 passages, and among more: nothing larger was measured."""


def strong_from(profile: EncoderProfile, passages: int) -> float:
    """Return what cosine and words have to come to in a collection of so many passages.

    The best of many passages is nearer to any question than the best of few, whether or not it
    answers; what does answer is as near as before.
    """
    tenfolds = math.log10(max(passages, 1) / SMALL)
    return max(profile.strong, min(MOST, profile.strong + profile.strong_growth * tenfolds))


def strength_of(
    ranking: Ranking,
    words: int,
    profile: EncoderProfile,
    *,
    leg: str = VECTORS,
    passages: int = SMALL,
) -> Strength:
    """Judge a ranking by its best passage, as ``grade_passages`` does; the arguments are the same.

    The evidence is looked for in the first passages.
    """
    grades = grade_passages(ranking, words, profile, leg=leg, passages=passages)
    return best_grade(grades[:AMONG])


def best_grade(grades: Rows) -> Strength:
    """Return the strength of the best of some grades; ``none`` if there are none."""
    return GRADES[int(grades.max(initial=0))]


def grade_passages(
    ranking: Ranking,
    words: int,
    profile: EncoderProfile,
    *,
    leg: str = VECTORS,
    passages: int = SMALL,
) -> Rows:
    """Judge each passage of a ranking by its meaning and by the question's words it has.

    Meaning alone calls what is near a question an answer to it: "inclusive education for deaf
    children" is near every passage on inclusion, and no document has the word "deaf". So a related
    passage is strong evidence if its cosine and what its words count reach a sum. A passage that
    is far, but has all the words, is weak evidence: a name has little meaning ("WISE award" .28).
    Without vectors it is only known whether any word matched.

    A single word has a low cosine even with a passage that answers it well ("coaching" .32,
    "bem-estar" .32), so there a match decides. Two words are not enough: "climate change" matches
    passages on the climate of a school that changes.

    Args:
        ranking: the passages, best first.
        words: how many words were searched for.
        profile: that of the leg's encoder, with the figures to judge by.
        leg: whose cosines are judged.
        passages: how many the collection has, whatever the filters.

    Returns:
        (k,) int64, for each passage the place of its strength in ``GRADES``.
    """
    unknown = np.full(len(ranking.ids), np.nan)
    cosine = ranking.legs.get(leg, unknown)
    if leg == VECTORS and len(ranking.cosines):
        cosine = ranking.cosines
    matched = ~np.isnan(ranking.legs.get(KEYWORDS, unknown))
    if np.isnan(cosine[:AMONG]).all():
        return np.where(matched, _WEAK, 0)
    near = cosine >= profile.weak  # false where it is not known
    said = ranking.shares if len(ranking.shares) else np.zeros(len(cosine))
    strong = near & (cosine + profile.words_count * said >= strong_from(profile, passages))
    if words == 1:
        strong |= matched
    complete = ranking.complete if len(ranking.complete) else said >= ALL
    return np.where(strong, _STRONG, np.where(near | complete, _WEAK, 0))
