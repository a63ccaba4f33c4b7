"""An acronym of the field finds what it stands for, and the other way round."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.model import Query
from index.search import acronyms
from index.search.acronyms import MOST_ADDED, expand_acronyms

ENTRIES = tomllib.loads(Path(acronyms.__file__).with_name("acronyms.toml").read_text("utf-8"))


@pytest.mark.parametrize(
    ("typed", "text", "added"),
    [
        (
            "TaRL in Kenya",
            "TaRL teaching at the right level in Kenya",
            "teaching at the right level",
        ),
        ("tarl", "tarl teaching at the right level", "enseñanza en el nivel adecuado"),
        (
            "SEL programmes",
            "SEL social and emotional learning programmes",
            "aprendizaje socioemocional",
        ),
        ("Teaching at the Right Level", "Teaching at the Right Level", "tarl"),
        ("¿aprendizaje socioemocional?", "¿aprendizaje socioemocional?", "sel"),
        ("socio-emotional learning", "socio-emotional learning", "sel"),
    ],
)
def test_a_question_is_also_searched_with_the_other(typed, text, added):
    expanded = expand_acronyms(typed)
    assert expanded.text == text
    assert added in expanded.added


@pytest.mark.parametrize(
    "typed",
    ["le sel de la terre", "mel e leite", "what works", "a right level", "", "SELF", "x" * 9_000],
)
def test_other_questions_stay(typed):
    assert expand_acronyms(typed) == acronyms.Expanded(typed)


def test_encoders_read_it_in_the_language_of_the_question():
    assert expand_acronyms("TaRL en México", "es").text == (
        "TaRL enseñanza en el nivel adecuado en México"
    )
    assert expand_acronyms("EGRA en México", "es").text == "EGRA en México"


def test_what_is_there_already_is_not_added():
    expanded = expand_acronyms("social and emotional learning (SEL)")
    assert expanded.text == "social and emotional learning (SEL)"
    assert "sel" not in expanded.added


@given(st.text(max_size=80) | st.lists(st.sampled_from([*ENTRIES])).map(" ".join))
def test_what_is_added_is_words(text):
    added = expand_acronyms(text).added
    assert len(added) <= MOST_ADDED
    assert all(c.isalnum() or c == " " for phrase in added for c in phrase)


def test_there_are_enough_and_each_is_well_formed():
    assert len(ENTRIES) >= 30
    for name, entry in ENTRIES.items():
        assert entry.keys() <= {"capitals", *acronyms.LANGUAGES}, name
        assert any(entry.get(language) for language in acronyms.LANGUAGES), name


def test_documents_with_the_expansion_are_found_by_the_acronym(catalogue, store, searching):
    store("long", "Teaching at the right level groups pupils by what they know.")
    store("short", "TaRL groups pupils.")
    store("words", "The right teaching of a level. The level at which the teaching is right.")
    store("other", "Apples are red.")
    searcher = searching()

    def matched(text):
        hits = searcher.search(catalogue, Query(text)).hits
        return {h.document.id: h.scores["keywords"] or 0 for h in hits}

    by_acronym = matched("TaRL")
    assert by_acronym["short"] > by_acronym["long"] > 0
    assert by_acronym["words"] == by_acronym["other"] == 0
    assert matched("teaching at the right level")["short"] > 0
