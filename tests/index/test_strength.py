"""An answer says when its evidence is poor: by meaning, and of a lone word by its being there."""

from __future__ import annotations

import warnings

import numpy as np
import pytest

from index.search.ranking import Ranking
from index.search.strength import AMONG, strength_of
from index.vectors.profile import MINILM

STRONG, WEAK = MINILM.strong, MINILM.weak


def _ranking(cosine, bm25):
    rows = np.arange(len(bm25))
    legs = {"keywords": np.where(np.array(bm25) > 0, np.array(bm25, float), np.nan)}
    if cosine is not None:
        legs["vectors"] = np.array(cosine, float)
    return Ranking(rows, np.linspace(1, 0, len(rows)), legs, rows, more=False)


@pytest.mark.parametrize(
    ("cosine", "bm25", "words", "expected"),
    [
        ([STRONG], [0], 1, "strong"),
        ([STRONG - 0.01], [3], 2, "weak"),
        ([WEAK], [0], 1, "weak"),
        ([WEAK - 0.01], [3], 2, "none"),
        ([WEAK - 0.01], [0], 1, "none"),
        ([WEAK - 0.01, 0.1], [0, 3], 1, "strong"),
        ([0.2, STRONG], [0, 0], 3, "strong"),
        ([0.2] * AMONG + [STRONG], [0] * AMONG + [3], 1, "none"),
        ([], [], 1, "none"),
    ],
    ids=[
        "near in meaning", "less near", "a word that is nowhere", "far, with some of its words",
        "far, and nowhere", "a lone word that is there", "the best need not be first",
        "only far down", "nothing",
    ],
)  # fmt: skip
def test_evidence_is_judged_by_the_first_passages(cosine, bm25, words, expected):
    assert strength_of(_ranking(cosine, bm25), words, MINILM) == expected


@pytest.mark.parametrize(("bm25", "expected"), [([0, 2], "weak"), ([0, 0], "none")])
def test_words_alone_never_promise_good_evidence(bm25, expected):
    assert strength_of(_ranking(None, bm25), 1, MINILM) == expected


@pytest.mark.parametrize(("words", "expected"), [(1, "weak"), (2, "weak")])
def test_first_passages_without_vectors_are_judged_by_words_and_warn_of_nothing(words, expected):
    cosine = [np.nan] * AMONG + [STRONG]
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert strength_of(_ranking(cosine, [3] * (AMONG + 1)), words, MINILM) == expected
