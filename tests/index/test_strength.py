"""An answer says when its evidence is poor: by the meaning and the words of its best passage."""

from __future__ import annotations

import warnings
from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest

from index.search.judging import judge_evidence
from index.search.ranking import Ranking
from index.search.strength import AMONG, MOST, SMALL, strength_of, strong_from
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


def test_what_stands_for_all_words_makes_a_far_passage_weak_evidence_as_all_words_do():
    far = _ranking([WEAK - 0.1] * 2, [1, 1], [0, 0])
    assert strength_of(far, 3, MINILM) == "none"
    assert strength_of(replace(far, complete=np.array([False, True])), 3, MINILM) == "weak"
    assert strength_of(replace(far, complete=np.array([False, False])), 3, MINILM) == "none"


def test_among_more_passages_more_is_needed_up_to_a_bound():
    growth = MINILM.strong_growth
    assert growth > 0
    assert strong_from(MINILM, 0) == strong_from(MINILM, SMALL) == STRONG
    assert strong_from(MINILM, 10 * SMALL) == pytest.approx(STRONG + growth)
    assert strong_from(MINILM, 10**9) == MOST
    nearer = replace(MINILM, strong=MOST + 0.1)
    assert strong_from(nearer, 10**9) == nearer.strong


def test_what_is_strong_among_few_passages_is_weak_among_many():
    ranking = _ranking([STRONG], [0], [0])
    assert strength_of(ranking, 3, MINILM, passages=SMALL) == "strong"
    assert strength_of(ranking, 3, MINILM, passages=2 * SMALL) == "weak"


def test_evidence_is_judged_among_the_passages_of_its_collection():
    row = np.arange(1)
    ranking = Ranking(row, row, np.ones(1), {"vectors": np.array([STRONG])}, row)

    def judged(passages):
        view = SimpleNamespace(passages=passages)
        return judge_evidence(None, view, ranking, ["two", "words"], MINILM).strength

    assert (judged(SMALL), judged(10 * SMALL)) == ("strong", "weak")


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
