"""Titles on covers: of decks, of yearly reports, above contents, and in full."""

from __future__ import annotations

import pytest

from ingest.model import Hints
from ingest.record.front import Line
from tests.ingest.test_record import page, read
from tests.ingest.test_record_kinds import slides

ROWS = [f"What school {n} has seen {'.' * 30} {n}" for n in range(2, 9)]


def test_the_largest_words_of_a_title_slide_are_the_title():
    first = ((20.0, "Example Institute"), (44.0, "Licences"), (20.0, "26 June 2023"))
    assert read(*slides(*first), page_count=6)["title"] == "Licences"


def test_a_heading_that_the_contents_name_is_no_title():
    rows = [Line(f"{text[:20]}{'.' * 20} {i}", 1) for i, text in enumerate(ROWS, start=2)]
    first = (Line("Manual of the system of visits", 1, 8.0, bold=True), *rows)
    part = page((16.0, "Least needs of the system"), number=3)
    found = read(first, page((16.0, ROWS[0][:20]), number=2), part)
    assert found["title"] == "Manual of the system of visits"
    cover = (Line("Rules for the visits of schools", 1, bold=True), Line("Lima", 1))
    contents = tuple(Line(row.text, 2) for row in rows)
    found = read(cover, contents, page((16.0, ROWS[0][:20]), number=3))
    assert found["title"] == "Rules for the visits of schools"


@pytest.mark.parametrize("title", ["Rapport d’activité 2017", "Annual report 2019-20"])
def test_a_yearly_report_has_its_name_for_a_title(title):
    cover = ((60.0, "beta.example.org"), (30.0, "We make schools visit"), (20.0, title))
    lines = [Line(text, 1, height, bold=True) for height, text in cover]
    assert read((*lines, *page("The first part of it"))).get("title") == title


def test_the_file_s_title_is_only_a_part_of_the_printed_one():
    stated = Hints("embedded", title="Index of schools roads")
    printed = Line("INDEX OF VISITS: SCHOOLS AND THEIR ROADS", 1, bold=True)
    found = read((printed, *page("March 2021")), stated=stated)
    assert found["title"].casefold().startswith("index of visits: schools")


def test_the_heading_of_a_part_after_a_page_of_prose_is_only_suggested():
    first = page("This country note gives an overview")
    assert "title" not in read(
        first[1:], page("Text", number=2), page((13.0, "Access and participation"), number=3)
    )
