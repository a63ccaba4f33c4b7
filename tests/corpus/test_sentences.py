"""Where sentences end."""

from __future__ import annotations

import re
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus import sentences
from corpus.sentences import split_sentences


def split(text: str) -> list[str]:
    return [text[start:end] for start, end in split_sentences(text)]


@pytest.mark.parametrize(
    "text",
    [
        "Schools gained 0.36 of a year.|Others did not.",
        "See Smith et al. (2019) for more.|It is clear.",
        "Tools, e.g. Surveys, help.|They are short.",
        "As shown in Fig. 3 and No. 7 of vol. 2, it works.|So do others.",
        "J. K. Rowe and Dr. Silva agree.|They met.",
        "It works in the U.S. and elsewhere.|Still, few use it.",
        "What works?|Nobody knows!|We ask.",
        "He said “It works.”|She agreed.",
        "¿Qué funciona?|¡Nada!|Los docentes lo saben.",
        "La Sra. Pérez y el Dr. Gil lo vieron en la pág. 4 del informe.|Así fue.",
        "O Prof. Lima e a Dra. Reis concordam.|É assim.",
        "M. Dupont l'a dit, p. ex. En classe.|C'est vrai.",
        "1. Introduction to the matter",
        "a. Recruit the people who visit schools.|Train them.",
        "iv. Visit the schools.|Talk to their pupils.",
        "It is version a.|Others are better.",
        "Most teach in towns.12|Others (in villages).3,4|They teach alone.5–7|“Few read.”8|All do.",
        "NO......1 YES......2 NOT KNOWN",
        "It is no.5 Of ten, and version 2.0 The new one.",
        "He met J.2 Smith in sec.3 The rest in the U.S.4 Others stayed.",
        "It ended in 2019.|In 2020 it began again.",
        "and so on... then more.|The end.",
    ],
)
def test_sentences_end_where_a_reader_would_end_them(text):
    assert split(text.replace("|", " ")) == text.split("|")


@given(st.text("ab.A?! \n“”¿1e", max_size=80))
def test_every_visible_character_is_in_exactly_one_sentence(text):
    assert "".join("".join(split(text)).split()) == "".join(text.split())
    assert all(piece == piece.strip() and piece for piece in split(text))


@pytest.mark.parametrize("unit", [". ", ".", "A.", "a" * 9, "?”", "1. ", "...!!! "])
def test_worst_cases_take_linear_time(unit):
    started = time.process_time()
    split_sentences(unit * (1_000_000 // len(unit)))
    assert time.process_time() - started < 5


@given(st.text('ab.!?…"”’)] \n。！', max_size=40))
def test_a_sentence_may_end_where_marks_and_a_space_are(text):
    edge = re.compile(r"(?<![.!?…])([.!?…]++)[\"'”’»)\]]*+(\s+)|[。！？]+\s*")
    pattern = sentences._WIDE_EDGE if sentences._WIDE.search(text) else sentences._EDGE
    found = [(match.span(), match.span(1)) for match in pattern.finditer(text)]
    assert found == [(match.span(), match.span(1)) for match in edge.finditer(text)]


WORDS = ("al", "Dr", "approx", "figura", "no", "e.g", "U.S", "J", "1", "wellbeing", "measures", "x")


@given(
    st.lists(st.sampled_from((*WORDS, " ", "\n", "(", "‘", "-")), max_size=6).map("".join),
    st.sampled_from("3aA¿"),
)
def test_what_is_before_a_full_stop_is_found_as_by_a_plain_pattern(before, following):
    match = re.search(r"[^\s(\[\"'“‘«]*$", before[-40:])
    token = match[0].rstrip(".")
    word = token.casefold()
    expected = word in sentences._TITLES or (word in sentences._NUMBERED and following.isdigit())
    alone = not before[: len(before) - len(token)].strip()
    if not expected and (token.isdigit() or (sentences._ITEM.fullmatch(token) and alone)):
        expected = alone
    elif not expected:
        initials = sentences._INITIALS.match(token)
        expected = bool(initials) and not token.islower() and following != "¿"
    assert sentences._is_abbreviation(before + ".", 0, len(before), following) == expected
