"""Headings that only their typeface tells from the text."""

from __future__ import annotations

import pytest

from ingest.extract.faces import with_faces
from ingest.extract.headings import Line

PROSE = (
    "Schools that measure wellbeing twice a year see more of what their pupils need, and",
    "their teachers change lessons sooner. The network compared forty schools in six of the",
    "countries over two years and found that short questionnaires were used most of all.",
)


def line(text, face="Text-Book", *, size=10.0, bold=False):
    style = (size, bold)
    return Line(text, style, style, faces=frozenset([face]))


def page(name, *, face="Text-Medium", apart=True):
    prose = [line(text) for text in PROSE]
    blank = [Line("")] if apart else []
    return [*prose, *blank, line(name, face), *blank, *prose]


def headings_in(*pages):
    return [one.text for lines in with_faces(pages) for one in lines if one.style and one.style[1]]


def test_short_lines_of_another_typeface_that_stand_apart_are_bold():
    assert headings_in(page("What is not known"), page("What to do")) == [
        "What is not known",
        "What to do",
    ]


@pytest.mark.parametrize(
    "pages",
    [
        (page("What is not known"),),
        (page("What is known", apart=False), page("What to do", apart=False)),
        (page("What is known", face="Text-Book"), page("What to do", face="Text-Book")),
        (page("Source: own count"), page("Note: their own count")),
        (page("They were asked."), page("They were told.")),
        (page("and so were they"), page("of all of them")),
        ([line("What to do", "Text-Medium")], [line("What is known", "Text-Medium")]),
    ],
    ids=[
        "one-page",
        "not-apart",
        "same-face",
        "label",
        "sentence",
        "small-letter",
        "no-text-below",
    ],
)
def test_other_lines_stay_as_they_are(pages):
    assert headings_in(*pages) == []


def test_a_typeface_of_much_text_is_not_that_of_headings():
    quotes = [[*page("What to do"), *(line(text, "Text-Medium") for text in PROSE)]] * 2
    assert headings_in(*quotes) == []
