"""What parts a passage, and what is no sentence, is found as by patterns that are put plainly."""

from __future__ import annotations

import re

from hypothesis import given
from hypothesis import strategies as st

from index.search import answering, paragraphs

PLAINLY = re.compile(
    rf"\n\s*\n|\s+(?=[{paragraphs._BULLETS}]\s)|\n(?=[-–—*]\s|\(?\w{{1,3}}\)\s)"
    r"|(?<=[.;:!?])\s+(?=[-–—]\s+[“«¿¡]?[A-ZÀ-Þ])"
)


PIECES = (
    "a",
    "A",
    ".",
    "; ",
    "! – A",
    " – ",
    "– «É",
    "\n",
    "\n\n",
    " • ",
    "•",
    "(a) ",
    "\na) ",
    "-",
    " ",
    "\t",
)


@given(st.lists(st.sampled_from(PIECES), max_size=12).map("".join))
def test_paragraphs_begin_after_blank_lines_and_before_the_marks_of_items(text):
    found = [match.span() for match in paragraphs._PARAGRAPH.finditer(text)]
    assert found == [match.span() for match in PLAINLY.finditer(text)]


@given(st.text("aB1-.\n", max_size=8), st.lists(st.sampled_from("aB1"), min_size=1, max_size=6))
def test_letters_apart_and_figures_are_looked_for_only_where_they_can_be(before, alone):
    part = before + " ".join(alone) + " "
    words = part.split()
    assert answering._is_spaced(part, words) == bool(answering._SPACED.search(part))
    figures = 2 * len(answering._FIGURE.findall(part)) > len(words)
    assert answering._is_of_figures(part, words) == figures
