"""What each leg counts, by hand."""

from __future__ import annotations

import numpy as np
import pytest

from index.model import KEYWORDS, MULTILINGUAL, VECTORS
from index.search.fusion import fuse_scores
from index.search.recipe import weights_for
from index.vectors.profile import MINILM

LEGS = {
    KEYWORDS: np.array([8.0, 4.0, np.nan]),
    VECTORS: np.array([0.2, 0.5, 0.4]),
    MULTILINGUAL: np.array([0.1, 0.3, 0.6]),
}


def scores(language: str, *legs: str, coverage: float = 0.5) -> list[float]:
    chosen = {name: LEGS[name] for name in legs}
    weights = weights_for(language, MINILM, multilingual=MULTILINGUAL in legs, coverage=coverage)
    return [round(float(score), 4) for score in fuse_scores(chosen, weights)]


@pytest.mark.parametrize("language", ["en", "und"])
def test_english_and_what_is_not_clear_take_all_three(language):
    # .65 m + .05 u + .3 b: .13 + .005 + .3, .325 + .015 + .15, .26 + .03
    assert scores(language, KEYWORDS, VECTORS, MULTILINGUAL) == [0.435, 0.49, 0.29]


def test_in_another_language_words_count_by_the_square_of_the_coverage():
    # .7 u + .03 m + .5 × .25 b: .07 + .006 + .125, .21 + .015 + .0625, .42 + .012
    assert scores("es", KEYWORDS, VECTORS, MULTILINGUAL) == [0.201, 0.2875, 0.432]
    # .7 u + .5 b: .07 + .5, .21 + .25, .42
    assert scores("es", KEYWORDS, MULTILINGUAL, coverage=1.0) == [0.57, 0.46, 0.42]


def test_word_by_word_in_english_the_first_encoder_counts_more():
    weights = weights_for("es", MINILM, multilingual=True, coverage=0.5, glossed=True)
    assert weights == {VECTORS: 0.3, MULTILINGUAL: 0.7, KEYWORDS: 0.125}


@pytest.mark.parametrize("language", ["en", "es", "und"])
def test_without_the_second_encoder_it_is_as_before(language):
    # .7 m + .3 b: .14 + .3, .35 + .15, .28
    assert scores(language, KEYWORDS, VECTORS) == [0.44, 0.5, 0.28]
