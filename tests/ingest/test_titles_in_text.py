"""Titles in bold, in the size of the paragraph below them, stand apart from it."""

from __future__ import annotations

import pytest

from ingest.extract.headings import Line
from ingest.extract.layout import _with_titles
from tests.ingest.test_pdf import body, make_pdf, prose, read, texts

OTHERS = [[*body("oak")], [*body("elm")], [*body("fir")]]


def small(*lines, font="F"):
    return [(9, font, line) for line in lines]


def blocks_of(page):
    return texts(read(make_pdf([page, *OTHERS])))[0]


def test_a_title_in_a_box_stands_apart_from_the_text_below_it():
    page = [
        *prose(),
        *small("Visits to the schools, and what they changed in both years", font="B"),
    ]
    page += small("The network visited each school twice in the two years of the survey.")
    assert blocks_of(page)[1:] == [line for _, _, line in page[3:]]


def test_a_title_stands_apart_from_a_full_line_that_ends_a_sentence_before_it():
    full = "The network visited each school twice in the two years of the survey, and once later."
    page = [*prose(), *small(full), *small("Visits by others", font="B")]
    page += small("Others came in the years between, as the schools told those who asked.")
    assert blocks_of(page)[1:] == [line for _, _, line in page[3:]]


TOOK_PART = "The schools that took part in the survey of both years"
NETWORK = "Network of Schools in Towns, Villages and on the Islands"


@pytest.mark.parametrize(
    ("before", "bold", "after"),
    [
        ("They were visited twice.", f"{TOOK_PART} and the", "Northern Towns."),
        ("Those who had read all of the report of both years of the", NETWORK, "Knew it."),
        ("They were visited twice.", TOOK_PART, "were few."),
    ],
    ids=["cut short", "within a sentence", "small letters"],
)
def test_words_in_bold_within_a_sentence_do_not_part_it(before, bold, after):
    page = [*prose(), *small(before), *small(bold, font="B"), *small(after)]
    assert any(f"{bold} {after}" in block for block in blocks_of(page))


def test_a_line_that_is_empty_but_has_a_style_is_next_to_no_title():
    title = Line("Chart 4. Spending on schools", style=(11.0, True), mostly=(11.0, True))
    empty = Line("", style=(10.9, False), mostly=(10.9, False))
    assert _with_titles([title, empty, title]) == [title, empty, title]
