"""Lines that pypdf breaks between words, and sentences with a gap between their lines."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from ingest.extract.runs import Run, join_words
from tests.ingest.test_pdf import PROSE, Line, make_pdf, prose, read, texts

SPACE = 0.28


def content_by_word(lines: Sequence[Line]) -> bytes:
    """Draw each word as a text object of its own and place each letter, as Skia does."""
    parts, y = ["q .75 0 0 -.75 0 842 cm\n"], 80.0
    for size, font, text in lines:
        x, size = 80.0, size / 0.75
        for word in text.split():
            parts.append(f"BT /{font} {size:.2f} Tf 1 0 0 -1 {x:.2f} {y:.2f} Tm 0 -{size:.2f} Td\n")
            for place, letter in enumerate(word, 1):
                width = WIDTHS.get(letter, 0.556) * size
                parts.append(f"({letter}) Tj\n" + f"{width:.2f} 0 Td\n" * (place < len(word)))
                x += width
            parts.append("ET\n")
            x += SPACE * size
        y += size * 1.4
    return "".join([*parts, "Q\n"]).encode("cp1252")


WIDTHS = dict.fromkeys("ijl.,", 0.24) | dict.fromkeys("tfrI", 0.3) | {"m": 0.83, "w": 0.72}


def test_words_that_are_placed_one_by_one_make_lines_and_paragraphs():
    found = read(make_pdf([prose()], draw=content_by_word))
    assert texts(found) == [[" ".join(PROSE)]]


def test_words_that_are_placed_one_by_one_keep_headings_apart():
    lines = [(18, "B", "What Schools Measured"), *prose()]
    found = read(make_pdf([lines], draw=content_by_word))
    assert [(b.heading_level, b.text[:21]) for b in found.pages[0].blocks] == [
        (1, "What Schools Measured"),
        (None, PROSE[0][:21]),
    ]


@pytest.mark.parametrize(
    ("next_x", "next_y", "text", "between"),
    [
        (33.0, 100.0, "of", " "),
        (29.5, 100.0, "ing", ""),
        (30.5, 100.0, ".", ""),
        (33.0, 101.0, "of", " "),
        (33.0, 88.0, "of", "\n"),
        (5.0, 100.0, "of", "\n"),
        (90.0, 100.0, "of", "\n"),
    ],
    ids=["word", "rest of a word", "full stop", "raised", "next line", "before it", "next column"],
)
def test_a_line_end_between_two_runs_is_judged_by_their_places(next_x, next_y, text, between):
    runs = [
        Run("schools", 10.0, "", (0.0, 100.0)),
        Run("", 10.0, "", (24.5, 100.0)),
        Run("\n", 10.0, "", (0.0, 0.0)),
        Run(text, 10.0, "", (next_x, next_y)),
    ]
    assert [run.text for run in join_words(runs)] == ["schools", "", between, text]


def test_runs_without_places_are_left_alone():
    runs = [Run("school", 0.0, ""), Run("", 0.0, ""), Run("\n", 0.0, ""), Run("of", 0.0, "")]
    assert join_words(runs) == runs


def test_a_blank_line_ends_a_sentence_only_where_it_can_end():
    lines = [*prose("Of these, few countries could in that time publish an"), (11, "F", " ")]
    cut = read(make_pdf([[*lines, (11, "F", "AI strategy of their own.")]]))
    whole = [(11, "F", PROSE[0]), (11, "F", PROSE[1]), (11, "F", PROSE[2]), (11, "F", " ")]
    apart = read(make_pdf([[*whole, (11, "F", "AI strategy of their own.")]]))
    assert "publish an AI strategy of their own." in texts(cut)[0][0]
    assert texts(apart)[0][1:] == ["AI strategy of their own."]


@pytest.mark.parametrize(
    ("bold", "after", "is_heading"),
    [
        ("How Schools Chose Their Measures", "Most of them asked their teachers first.", True),
        ("The number of strategies has decreased", "to twelve in the last of these years.", False),
    ],
)
def test_bold_words_of_a_sentence_are_no_heading(bold, after, is_heading):
    page = [*prose(), (11, "B", bold), (11, "F", after), *prose()]
    found = read(make_pdf([page, page]))
    headings = {b.text for p in found.pages for b in p.blocks if b.heading_level}
    assert headings == ({bold} if is_heading else set())
