"""The numbers of notes, which print raises, and the words that they stand at."""

from __future__ import annotations

import pytest

from corpus.sentences import split_sentences
from ingest.extract import extract_document
from ingest.extract.raised import note_after, set_notes_apart
from ingest.extract.runs import Run
from ingest.model import Fetched, Limits
from tests.ingest.test_pdf import make_pdf, read, texts

PAGE = b"""<article><h1>On charter schools</h1><p>There are not enough charter
schools<sup>22</sup> in rural places to measure the impact they have on
scores<sup><a href="#n3">3</a></sup>, and their areas are 40 km<sup>2</sup> each, as was found
long ago by others<sup>th</sup>.</p></article>"""


@pytest.mark.parametrize(
    ("line", "number", "written"),
    [
        ("not enough charter schools", "22", " ²²"),
        ("in rural Alabama", "23", " ²³"),
        ("what the assessment includes", "11,12", " ¹¹,¹²"),
        ("what the assessment includes ¹¹", ",12–14 ", ",¹²⁻¹⁴ "),
        ("an area of 40 km", "2", "2"),
        ("the value of R", "2", "2"),
        ("Olaf Example-Rivera", "1", "1"),
        ("Maria da Silva, Li Wei", "2", "2"),
        ("there were 1,200 and", "1a", "1a"),
        ("no other place says so.", "12", "12"),
    ],
)
def test_a_raised_number_behind_a_word_of_a_sentence_is_a_note(line, number, written):
    assert note_after(line, number) == written


@pytest.mark.parametrize(
    ("height", "rise", "text"),
    [(5.5, 3.0, " ²²"), (9.0, 3.0, "22"), (5.5, 0.0, "22"), (5.5, -2.0, "22"), (5.5, 9.0, "22")],
    ids=["note", "as large", "on the line", "below it", "in the line above"],
)
def test_what_is_a_note_is_smaller_and_higher_than_its_line(height, rise, text):
    runs = [
        Run("not enough charter school", 9.0, "", (120.0, 500.0)),
        Run("s", 9.0, "", (230.0, 500.0)),
        Run("", 12.0, "", (230.0, 500.0)),
        Run("22", height, "", (235.0, 500.0 + rise)),
        Run(" this has not been so.", 9.0, "", (240.0, 500.0)),
    ]
    assert [run.text for run in set_notes_apart(runs)][3] == text


BY_FONT = "/F 10 Tf 80 700 Td ({}) Tj /F 6 Tf 160 4 Td (22) Tj /F 10 Tf 7 -4 Td ({}) Tj"
BY_MATRIX = (
    "/F 1 Tf 10 0 0 10 80 700 Tm ({}) Tj 5.8 0 0 5.8 240 703.3 Tm (22) Tj"
    " 10 0 0 10 247 700 Tm ({}) Tj"
)


@pytest.mark.parametrize("operators", [BY_FONT, BY_MATRIX], ids=["font", "matrix"])
def test_the_word_before_a_note_is_read_from_a_pdf_as_it_is(operators):
    parts = ("There are not enough charter schools", ". They grew.")
    data = make_pdf([parts], draw=lambda parts: f"BT {operators.format(*parts)} ET".encode())
    ((text,),) = texts(read(data))
    assert text == "There are not enough charter schools ²². They grew."
    assert [text[start:end] for start, end in split_sentences(text)][1] == "They grew."


def test_a_web_page_has_its_notes_apart_too():
    _, found = extract_document(Fetched("https://x.example/page.html", PAGE, "page.html"), Limits())
    text = " ".join(block.text for block in found.pages[0].blocks)
    assert "There are not enough charter schools ²² in rural places" in text
    assert "on scores ³, and their areas are 40 km2 each" in text
    assert text.endswith("by othersth.")
