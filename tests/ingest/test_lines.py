"""Lines of a page: what is left out, what is joined, what is parted."""

from __future__ import annotations

import time
from collections import Counter

import pytest

from ingest.text.lines import count_words, join_lines, join_paragraphs, kept_lines

WORDS = Counter({"classroom": 3, "evidence-based": 2, "teacher": 5, "student": 4, "class": 9})


@pytest.mark.parametrize(
    ("lines", "joined"),
    [
        (("the class-", "room was"), "the classroom was"),
        (("an evidence-", "based plan"), "an evidence-based plan"),
        (("the teacher-", "student bond"), "the teacher-student bond"),
        (("an assess-", "ment of"), "an assessment of"),
        (("after COVID-", "19 closed"), "after COVID-19 closed"),
        (("the Danish-", "German border"), "the Danish-German border"),
        (("short- and", "long-term"), "short- and long-term"),
        (("short-", "and long-term"), "short- and long-term"),
        (("a pause -", "and on"), "a pause - and on"),
        (("plain", "words"), "plain words"),
    ],
)
def test_words_torn_at_a_line_end(lines, joined):
    assert join_lines(lines, WORDS) == joined


def test_the_vocabulary_leaves_out_halves_of_torn_words():
    words = count_words([["the inter-", "ventions were class-based"], ["were"]])
    assert words == Counter({"the": 1, "were": 2, "class-based": 1})


def test_left_and_right_running_heads_are_both_left_out():
    pages = [
        [
            ("Smith et al." if n % 2 else "Wellbeing in schools"),
            f"{c}{c} body",
            f"{c} rest",
            "end" + c,
        ]
        for n, c in enumerate("abcdef")
    ]
    assert all(0 not in kept for kept in kept_lines(pages))


def test_a_number_that_does_not_follow_the_pages_is_no_page_number():
    pages = [[c * 30, c * 25, str(value)] for c, value in zip("abcd", (12, 90, 7, 55), strict=True)]
    assert [len(kept) for kept in kept_lines(pages)] == [3, 3, 3, 3]


def test_a_line_on_two_pages_only_is_kept():
    pages = [["Annex", "a" * 30], ["Annex", "b" * 30], ["c" * 30], ["d" * 30]]
    assert [len(kept) for kept in kept_lines(pages)] == [2, 2, 1, 1]


def test_a_paragraph_ends_at_a_short_line_with_a_full_stop():
    lines = ["word " * 12 + "and", "ends here.", "New " + "word " * 12, "• item", "• other"]
    lines = [line.strip() for line in lines]
    assert len(join_paragraphs(lines, Counter())) == 4


def test_no_word_is_lost_in_paragraphs():
    lines = ["one two", "", "three four five six seven eight nine ten", "eleven.", "• twelve"]
    assert " ".join(join_paragraphs(lines, Counter())).split() == " ".join(lines).split()


def test_long_lines_are_handled_in_linear_time():
    started = time.perf_counter()
    lines = ["- " * 200_000, "a-" * 200_000, "1." * 200_000, " " + "9" * 400_000] * 2
    join_paragraphs(lines, count_words([lines]))
    kept_lines([lines] * 4)
    assert time.perf_counter() - started < 3
