"""Words that no document has are corrected by the documents' own words, and only then."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.model import Query
from index.search import spelling
from index.search.spelling import correct_words, distance_between
from index.search.vocabulary import Vocabulary, collect_vocabulary, list_words

ENGLISH = (
    "wellbeing measurement social emotional learning citizen assessment literacy scaling "
    "innovation innovations goals teachers political reform evaluation versions region critical "
    "practical"
)
SPANISH = "bienestar estudiantes habilidades evaluación mesurar"


@pytest.fixture(autouse=True)
def few_words_are_enough(monkeypatch):
    monkeypatch.setattr(spelling, "LEAST_WORDS", 10)


@pytest.fixture
def vocabulary(catalogue, store) -> Vocabulary:
    store("one", ENGLISH, ENGLISH, language="en")
    store("two", SPANISH, SPANISH, language="es")
    return collect_vocabulary(catalogue, 1)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("wellbeeing mesurement", {"wellbeeing": "wellbeing", "mesurement": "measurement"}),
        ("Wellbeeing", {"Wellbeeing": "Wellbeing"}),
        ("socail lerning", {"socail": "social", "lerning": "learning"}),
        ("citzen assesment", {"citzen": "citizen", "assesment": "assessment"}),
        ("scalling of inovations", {"scalling": "scaling", "inovations": "innovations"}),
    ],
)
def test_a_misspelt_word_is_corrected(vocabulary, typed, meant):
    assert correct_words(typed, typed.lower().split(), vocabulary) == meant


@pytest.mark.parametrize(
    "typed",
    [
        "WELBEING", "wellbein9", "the Sociel district", "goat", "wel", "pensions", "patients",
        "reforma curricular", "evaluacion formativa", "politica educativa", "practica docente",
        "évaluation sociel", "el wellbeeing de los alumnos", "aa1 bb2", "zzzzzzzz", "",
        "aelbeing beacher citizem learninf sociap", "regional", "educashunpolicies",
    ],
)  # fmt: skip
def test_what_may_be_right_is_left(vocabulary, typed):
    """Acronyms, numbers, names, short words, other languages, ordinary words, and sheer noise."""
    assert correct_words(typed, typed.lower().split(), vocabulary) == {}


def test_few_words_are_no_dictionary(vocabulary, monkeypatch):
    monkeypatch.setattr(spelling, "LEAST_WORDS", 1_000)
    assert correct_words("wellbeeing", ["wellbeeing"], vocabulary) == {}


def test_words_that_readers_may_not_see_correct_nothing(catalogue, store):
    store("hidden", "wellbeing", language="en", pending_since="2026-01-01T00:00:00Z")
    with catalogue.transaction():
        store("gone", "measurement", language="en")
        catalogue.withdraw_document("gone", "by its publisher")
    assert collect_vocabulary(catalogue, 1).lists == {}


def _plain_distance(one: str, other: str) -> int:
    if not one or not other:
        return len(one) + len(other)
    cost = min(
        _plain_distance(one[1:], other) + 1,
        _plain_distance(one, other[1:]) + 1,
        _plain_distance(one[1:], other[1:]) + (one[0] != other[0]),
    )
    if one[:2] == other[1::-1] and len(one) > 1 < len(other):
        cost = min(cost, _plain_distance(one[2:], other[2:]) + 1)
    return cost


_SHORT = st.text("abc", max_size=5)


@given(_SHORT, _SHORT, st.integers(0, 3))
def test_the_distance_is_that_of_its_definition(one, other, most):
    assert distance_between(one, other, most) == min(_plain_distance(one, other), most + 1)


@given(_SHORT, st.integers(1, 2))
def test_near_words_are_not_missed_by_the_quick_look(one, most):
    words = ["ab", "abc", "cab", "bca", "aabb", "abcab", "cccc", "b", "acb"]
    listed = list_words(Counter(words))
    near = {listed.folded[place] for place in listed.near(one, most)}
    assert {w for w in words if distance_between(one, w, most) <= most} <= near


def test_corrected_words_are_searched_and_said(catalogue, store, searching):
    store("wellbeing", "Wellbeing and its measurement.", "Measurement of wellbeing.", language="en")
    store("french", "Mesurer le bien-être, mesures scolaires.", language="fr")
    store("filler", ENGLISH, ENGLISH, language="en")
    searcher = searching()
    results = searcher.search(catalogue, Query("wellbeeing mesurement"))
    assert results.corrected == "wellbeing measurement"
    assert results.query.text == "wellbeeing mesurement"
    assert results.hits[0].document.id == "wellbeing"
    as_typed = searcher.search(catalogue, Query("wellbeeing mesurement", spelling=False))
    assert as_typed.corrected is None
    exact = searcher.search(catalogue, Query('"wellbeeing" lerning'))
    assert exact.corrected == '"wellbeeing" learning'


def test_questions_in_other_languages_are_not_corrected(shared, vocabulary):
    """Every word of 81 questions is taken for one that no document has: the hardest case."""
    lines = Path(shared, "domain", "queries_xl.jsonl").read_text("utf-8").splitlines()
    asked = [row["text"] for row in map(json.loads, lines) if row["language"] != "en"]
    wrong = {}
    for text in asked:
        wrong |= correct_words(text, text.lower().replace("'", " ").split(), vocabulary)
    assert len(asked) == 81
    assert wrong == {}
