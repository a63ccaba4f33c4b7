"""Lines of a page: what is left out, what is joined, what is parted."""

from __future__ import annotations

import time
from collections import Counter

import pytest

from ingest.text.lines import (
    count_words,
    is_caption,
    join_lines,
    join_paragraphs,
    kept_lines,
)

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


FULL = "The share of pupils who could read the text grew between the years of the two surveys to"


@pytest.mark.parametrize(
    ("line", "following"),
    [
        (f"{FULL} only", "60.8 percent of those who took part in it."),
        (f"{FULL} half, and", "(2) that of the others did not change."),
        (f"{FULL} half of the girls", "– and of the boys, too – in all schools of the towns."),
        ("It grew most in schools that took part (see Hart, 2010)", "and were visited twice."),
        ("It grew by half between 1993 and 1997", "and fell as much until the year 2004"),
    ],
    ids=["decimal", "counted", "aside", "bracket", "years"],
)
def test_a_sentence_goes_on_in_a_line_that_looks_like_an_item_or_a_row(line, following):
    lines = [FULL, line, following]
    assert join_paragraphs(lines, Counter(), [len(FULL)] * 3) == [" ".join(lines)]


@pytest.mark.parametrize(
    ("line", "following"),
    [
        (f"{FULL} half", "3.2 Methods"),
        (f"{FULL} half:", "– more books"),
        (f"{FULL} half", "(2) that of the others did not change."),
        ("– more books and more teachers, as the network had asked for in its report of", "– more"),
        ("Table 1 Boys 14", "Girls 12"),
    ],
    ids=["heading", "list", "counted", "items", "rows"],
)
def test_items_and_rows_stand_apart(line, following):
    assert join_paragraphs([line, following], Counter()) == [line, following]


def test_a_line_is_short_or_long_beside_those_of_its_own_column():
    lines = ["The network was led by the Ministry of", "Education and its schools."]
    assert len(join_paragraphs(lines, Counter(), [90, 90])) == 2
    assert len(join_paragraphs(lines, Counter(), [42, 42])) == 1


def test_no_word_is_lost_in_paragraphs():
    lines = ["one two", "", "three four five six seven eight nine ten", "eleven.", "• twelve"]
    assert " ".join(join_paragraphs(lines, Counter())).split() == " ".join(lines).split()


def test_long_lines_are_handled_in_linear_time():
    started = time.perf_counter()
    lines = ["- " * 200_000, "a-" * 200_000, "1." * 200_000, " " + "9" * 400_000] * 2
    join_paragraphs(lines, count_words([lines]))
    kept_lines([lines] * 4)
    assert time.perf_counter() - started < 3


@pytest.mark.parametrize(
    "printed",
    [
        pytest.param(["T H E  N E T W O R K 7", "The Network 8"] * 3, id="spaced-letters"),
        pytest.param(["0 6", "0 7", "0 8", "0 9", "1 0", "1 1"], id="spaced-numbers"),
    ],
)
def test_running_lines_are_left_out_whatever_their_spaces(printed):
    pages = [
        [line, f"{c * 30} body", f"{c * 20} rest"]
        for line, c in zip(printed, "abcdef", strict=True)
    ]
    assert kept_lines(pages) == [[1, 2]] * 6


def unlike(n):
    """Return two lines that no other page has."""
    name = "abcdefgh"[n % 8] * 9 + "ijklm"[n // 8] * 9
    return [f"{name} is read", f"{name} is written"]


def chapters(head):
    """Return 40 pages; the last six have this head."""
    return [[*([head(n)] if n >= 34 else []), *unlike(n)] for n in range(40)]


def test_the_head_of_one_chapter_is_left_out_but_for_the_first():
    kept = kept_lines(chapters(lambda n: "Annex of interviews"))
    assert [len(numbers) for numbers in kept[34:]] == [3, 2, 2, 2, 2, 2]


def test_the_numbers_of_one_annex_are_left_out():
    kept = kept_lines(chapters(lambda n: f"Democracy Assessment A-{n - 33}"))
    assert [len(numbers) for numbers in kept[34:]] == [2] * 6


def test_a_line_that_four_pages_begin_with_is_kept():
    pages = chapters(lambda n: "Recommendations" if n > 35 else f"Country {'abcd'[n - 34]}")
    assert [len(numbers) for numbers in kept_lines(pages)[34:]] == [3] * 6


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("Table 4.1: Characteristics of studies", True),
        ("FIGURE 2. Number of studies", True),
        ("table 5. First, in column 1", False),
        ("Gráfico 10 : efforts fournis", True),
        ("Tabela 2.8 Nível de escolaridade", True),
        ("Cuadro 3 – Escuelas", True),
        ("Figure 4.2.", False),
        ("Fig. 1). However, 41 articles", False),
        ("Figure 1 presents a flowchart", False),
        ("Tables 2 Schools", False),
    ],
)
def test_a_caption_begins_with_its_label(line, expected):
    assert is_caption(line) is expected
