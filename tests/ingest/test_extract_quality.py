"""How well the main text of real pages is found, where the pages are at hand."""

from __future__ import annotations

from statistics import fmean

import pytest

from benchmarks.extracting import page_scores, read_ours, token_f1

LEAST_F1 = 0.955


@pytest.mark.parametrize(
    ("found", "expected", "score"),
    [
        ("a b c", "a b c", 1.0),
        ("", "a", 0.0),
        ("a b", "a c", 0.5),
        ("a a", "a", 2 / 3),
        ("", "", 1),
    ],
)
def test_token_f1_counts_words_as_a_bag(found, expected, score):
    assert token_f1(found, expected) == pytest.approx(score)


def test_the_main_text_of_real_pages_is_found(shared):
    scores = page_scores(shared / "html", read_ours)
    assert len(scores) == 88
    assert fmean(scores.values()) >= LEAST_F1
