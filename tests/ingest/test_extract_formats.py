"""What tables (CSV) and RTF give, and what is done with such a file when it is hostile."""

from __future__ import annotations

import time

import pytest

from corpus.errors import SourceRejected
from ingest.extract import extract_document
from ingest.model import Extracted, Fetched, Limits

LIMITS = Limits()


def read(data: bytes, name: str, limits: Limits = LIMITS) -> Extracted:
    return extract_document(Fetched(f"file:///{name}", data, name), limits)[1]


def test_a_table_names_its_columns_in_every_row():
    found = read(b"Country;Pupils;Note\nKenya;1200;Large classes\nBrazil;;Rural\n", "a.csv")
    assert [b.text for b in found.pages[0].blocks] == [
        "Country | Pupils | Note",
        "Country: Kenya | Pupils: 1200 | Note: Large classes",
        "Country: Brazil | Note: Rural",
    ]
    assert found.remarks == ("A table of 2 rows and 3 columns, read row by row.",)


def test_quoted_cells_keep_separators_and_line_ends():
    found = read(b'Name,Text\nAna,"one, two\nthree"\n', "a.csv")
    assert found.pages[0].blocks[1].text == "Name: Ana | Text: one, two three"


def test_text_over_the_limit_is_cut_and_said_to_be():
    rows = "Name,Text\n" + "Ana,words of a row\n" * 20
    page = f"<html><body>{'<p>Words of a page. ' * 99}</body></html>"
    assert (
        read(page.encode(), "a.html", Limits(max_chars=500)).lost[0].startswith("The text was cut")
    )
    with pytest.raises(SourceRejected):
        read(rows.encode(), "a.csv", Limits(max_chars=100))


RTF_NOTE = (
    rb"{\rtf1\ansi\ansicpg1252{\fonttbl{\f0\fswiss\fcharset0 Arial;}}"
    rb"{\info{\title Lessons \'e9crites}{\author Ana Silva; Tom Reed}}"
    rb"{\header Running head}\f0 What schools learned\par "
    rb"{\b Pupils} asked for \'abmore\'bb time{\footnote A note.} each week.\par "
    rb"Norte\cell 214\cell\row {\pict\pngblip " + b"0a1b2c" * 200 + rb"}The end.}"
)


def test_rtf_gives_paragraphs_rows_notes_and_its_record():
    found = read(RTF_NOTE, "note.rtf")
    assert [b.text for b in found.pages[0].blocks] == [
        "What schools learned", "Pupils asked for «more» time each week.", "Norte | 214",
        "The end.", "A note.",
    ]  # fmt: skip
    assert (found.hints[0].title, found.hints[0].authors) == (
        "Lessons écrites",
        ("Ana Silva", "Tom Reed"),
    )
    assert found.lost == ()


def test_rtf_that_is_cut_off_is_partial():
    assert read(RTF_NOTE[:-30], "note.rtf").lost


@pytest.mark.parametrize(
    "hostile",
    [
        "{\\rtf1 words \\fonttbl" + "{\\fonttbl \\f0 \\fcharset0 " * 3_000,
        "{\\rtf1 words " + "{\\field{\\*\\fldinst{ HYPERLINK " * 3_000,
        "{\\rtf1 words " + "{" * 200_000,
        "{\\rtf1 words " + "{\\footnote " * 20_000,
    ],
    ids=["fonts", "links", "braces", "notes"],
)
def test_rtf_made_to_be_slow_is_read_quickly(hostile):
    started = time.monotonic()
    assert read(hostile.encode(), "a.rtf").lost
    assert time.monotonic() - started < 10
