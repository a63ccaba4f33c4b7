"""An answer says when its evidence is poor: by the meaning and the words of its best passage."""

from __future__ import annotations

import warnings

import numpy as np
import pytest

from index.search.ranking import Ranking
from index.search.strength import AMONG, strength_of
from index.vectors.profile import MINILM

STRONG, WEAK, COUNT = MINILM.strong, MINILM.weak, MINILM.words_count
HALF = STRONG - COUNT / 2
"""The cosine that is strong with half the words."""


def _ranking(cosine, bm25, shares=()):
    rows = np.arange(len(bm25))
    legs = {"keywords": np.where(np.array(bm25) > 0, np.array(bm25, float), np.nan)}
    if cosine is not None:
        legs["vectors"] = np.array(cosine, float)
    shares = np.array(shares, float)
    return Ranking(rows, rows, np.linspace(1, 0, len(rows)), legs, rows, shares)


@pytest.mark.parametrize(
    ("cosine", "shares", "words", "expected"),
    [
        ([STRONG], [0], 3, "strong"),
        ([STRONG - 0.01], [0], 3, "weak"),
        ([HALF + 0.01], [0.5], 3, "strong"),
        ([HALF - 0.01], [0.5], 3, "weak"),
        ([HALF + 0.01, 0.2], [0, 0.5], 3, "weak"),
        ([0.2, HALF + 0.01], [0, 0.5], 3, "strong"),
        ([WEAK], [1], 2, "strong"),
        ([WEAK - 0.01], [1], 2, "weak"),
        ([WEAK - 0.01], [0.9], 2, "none"),
        ([WEAK], [0], 1, "weak"),
        ([WEAK - 0.01, 0.1], [0, 1], 1, "strong"),
        ([0.2] * AMONG + [STRONG], [0] * AMONG + [1], 3, "none"),
        ([], [], 1, "none"),
    ],
    ids=[
        "near by meaning alone", "less near", "near, with half the words", "less near, with them",
        "the words in another passage", "the best need not be first", "related, with all the words",
        "far, with all the words", "far, with most of them", "a word that is nowhere",
        "a lone word that is there", "only far down", "nothing",
    ],
)  # fmt: skip
def test_evidence_is_judged_by_meaning_and_words_of_one_passage(cosine, shares, words, expected):
    ranking = _ranking(cosine, [3 * share for share in shares], shares)
    assert strength_of(ranking, words, MINILM) == expected


def test_without_a_keyword_index_meaning_alone_has_to_do():
    ranking = Ranking(
        np.arange(1), np.arange(1), np.ones(1), {"vectors": np.array([HALF])}, np.arange(1)
    )
    assert strength_of(ranking, 3, MINILM) == "weak"


@pytest.mark.parametrize(("bm25", "expected"), [([0, 2], "weak"), ([0, 0], "none")])
def test_words_alone_never_promise_good_evidence(bm25, expected):
    assert strength_of(_ranking(None, bm25, np.ones(2)), 1, MINILM) == expected


def test_first_passages_without_vectors_are_judged_by_words_and_warn_of_nothing():
    ranking = _ranking([np.nan] * AMONG + [STRONG], [3] * (AMONG + 1))
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert strength_of(ranking, 2, MINILM) == "weak"
        assert strength_of(_ranking([np.nan, 0.5], [0, 0]), 2, MINILM) == "weak"
