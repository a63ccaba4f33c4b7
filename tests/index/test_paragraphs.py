"""What parts a passage, and what is no sentence, is found as by patterns that are put plainly."""

from __future__ import annotations

import re

from hypothesis import given
from hypothesis import strategies as st

from corpus.sentences import split_sentences
from index.search import asked, paragraphs, sentences

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
    assert sentences._is_spaced(part, words) == bool(sentences._SPACED.search(part))
    figures = 2 * len(sentences._FIGURE.findall(part)) > len(words)
    assert sentences._is_of_figures(part, words) == figures


OPENINGS = (
    "", "the ", "in the ", "la ", "el ", "los ", "a ", "o ", "le ", "en la ", "no ", "na ",
    "dans le ", "The rest of the ", "this ", "This ", "our ", "Este ", "ce ", "– ", "What the ",
)  # fmt: skip
SIGNPOSTS = (
    "section 3 presents", "next chapter we discuss", "segunda parte se analiza", "part two reports",
    "última sección expone", "chapitre 4 traite", "deuxième partie décrit", "capítulo 4 trata",
    "paper is organised", "study builds on", "informe se organiza", "rapport est organisé",
    "report finds", "schools report on section 3",
)  # fmt: skip


def test_signposts_are_known_by_their_first_words_already():
    texts = [before + after for before in OPENINGS for after in SIGNPOSTS]
    found = [text for text in texts if asked.is_signpost(text)]
    assert found == [text for text in texts if asked._SIGNPOST.match(text)]
    assert {text.split()[0].lower() for text in found} >= {"this", "our", "este", "ce", "section"}


@given(st.lists(st.sampled_from(PIECES), max_size=8).map("".join))
def test_a_text_without_marks_is_one_paragraph(text):
    ends = [m.end() for m in PLAINLY.finditer(text) if not paragraphs._runs_on(text, *m.span())]
    of_parts = [text[a:b] for a, b in zip([0, *ends], [*ends, len(text)], strict=True)]
    expected = [len(sentences) for part in of_parts if (sentences := split_sentences(part))]
    assert [len(sentences) for sentences in paragraphs.split_paragraphs(text)] == expected
