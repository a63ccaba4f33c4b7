"""Entries of lists by their own form: abbreviations, lines of an index, numbered notes."""

from __future__ import annotations

import pytest

from ingest.roles.entries import is_entry_of_abbreviations, is_note, is_of_an_index


@pytest.mark.parametrize(
    "entry",
    [
        "EMIS Education Management Information System",
        "NGO: Non-governmental organisation",
        "PISA – Programme for International Student Assessment",
        "MINEDU Ministerio Nacional de Educación y Universidades",
        "BNCC Base Nacional Comum Curricular",
        "AFD Agence française de développement",
        "GPE Global Partnership for Education ICT Information and communication technology",
    ],
)
def test_an_abbreviation_with_what_it_stands_for_is_an_entry(entry):
    assert is_entry_of_abbreviations(entry)


@pytest.mark.parametrize(
    "text",
    [
        "EMIS data are late in most districts, and nobody checks them.",
        "The Education Management Information System (EMIS) was built in 2004.",
        "NGOs and schools worked together in every district.",
        "AI can help teachers with their plans.",
        "AI aids in finding what pupils have not understood and in planning the next lesson.",
        "I",
        "",
    ],
)
def test_a_sentence_with_an_abbreviation_is_no_entry(text):
    assert not is_entry_of_abbreviations(text)


def test_words_with_their_pages_are_of_an_index():
    assert is_of_an_index("absence, 12, 45–47, pupils, 3, 88, reading, 14, schools, 7, 56")
    assert not is_of_an_index("In 2019, 45 schools of 60 had water, 12 had light, and 3 had both.")
    assert not is_of_an_index(
        "El informe será presentado el martes 5 de junio, a las 9:30, en el salón 2246 de la casa,"
        " y el viernes 8, a las 11, en el Museo de la Luz, por los autores y la directora."
    )


@pytest.mark.parametrize(
    ("text", "is_one"),
    [
        ("12 Rossi and Blum, Schools of the Hills, 41.", True),
        ("7. Interview with the head of a school, Lima, March 2015.", True),
        ("3 “Who teaches?” Review of Villages, pp. 12–19", True),
        ("12 Teachers of the village met in the evening.", False),
        ("Rossi and Blum, Schools of the Hills, 41.", False),
    ],
)
def test_a_numbered_note_ends_with_a_page_or_a_date(text, is_one):
    assert is_note(text) == is_one
