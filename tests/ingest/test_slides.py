"""Decks without placeholders: titles by size, lines that slides repeat, passages of one slide."""

from __future__ import annotations

import io
from collections.abc import Sequence

import pytest

from ingest.extract import extract_document
from ingest.model import Extracted, ExtractedPage, Fetched, Limits
from ingest.preparing import prepare_document

TITLE = ("How pupils read", 1, 36)
TEXT = ("Half of them read alone, and most of them like it.", 3, 18)
Box = tuple[str, float, int]


def deck_of(*slides: Sequence[Box]) -> Fetched:
    """Return a deck of empty layouts with boxes of text, each with its top in inches and size."""
    import pptx
    from pptx.util import Inches, Pt

    deck = pptx.Presentation()
    for boxes in slides:
        shapes = deck.slides.add_slide(deck.slide_layouts[6]).shapes
        for text, top, size in boxes:
            frame = shapes.add_textbox(Inches(1), Inches(top), Inches(6), Inches(1)).text_frame
            frame.text = text
            for paragraph in frame.paragraphs:
                paragraph.runs[0].font.size = Pt(size)
    out = io.BytesIO()
    deck.save(out)
    return Fetched("file:///deck.pptx", out.getvalue(), "deck.pptx")


def read(*slides: Sequence[Box]) -> Extracted:
    return extract_document(deck_of(*slides), Limits())[1]


def heading(page: ExtractedPage) -> str | None:
    return next((b.text for b in page.blocks if b.heading_level == 1), None)


def test_what_is_set_largest_at_the_top_of_a_slide_is_its_title():
    found = read([TEXT, ("84%", 4, 60), TITLE])
    assert [b.text for b in found.pages[0].blocks] == ["How pupils read", TEXT[0], "84%"]
    assert heading(found.pages[0]) == found.hints[1].title == "How pupils read"


@pytest.mark.parametrize(
    "boxes",
    [
        pytest.param([("84%", 1, 60), TEXT], id="a figure"),
        pytest.param([("Thank you all", 5, 36), TEXT], id="at the bottom"),
        pytest.param([TITLE, ("How they write", 3, 36), TEXT], id="two are as large"),
        pytest.param([("Read " * 50, 1, 36), TEXT], id="too long"),
        pytest.param([("Half of them read\nalone", 1, 18), TEXT], id="no larger than the text"),
    ],
)
def test_no_title_is_found_where_none_stands_out(boxes):
    assert heading(read(boxes).pages[0]) is None


def test_what_most_slides_repeat_in_one_place_is_said_once_and_their_number_never():
    foot = ("Ministry of Schools", 7, 8)
    slides = [[(f"Part {i}", 1, 36), TEXT, foot, (f"0{i}", 6.5, 8)] for i in range(1, 4)]
    found = read(*slides, [("Part 4", 1, 36), ("Ministry of Schools", 3, 18)])
    texts = [[b.text for b in page.blocks] for page in found.pages]
    assert texts[0] == ["Part 1", TEXT[0], "Ministry of Schools"]
    assert texts[1] == ["Part 2"], "what is repeated goes, whatever its size"
    assert texts[3] == ["Part 4", "Ministry of Schools"], "in another place it is text"


def test_no_passage_runs_on_from_one_slide_to_the_next():
    words = " and ".join(["they ask more pupils what helps"] * 6)
    prepared = prepare_document(deck_of([(words, 1, 18)], [(words, 1, 18)]))
    assert [(c.page, c.page_end) for c in prepared.cuts] == [(1, 1), (2, 2)]
