"""What nothing in the starter corpus answers is not called strong, and missing words are named."""

from __future__ import annotations

import pytest

from corpus.catalogue.catalogue import connect
from corpus.taxonomy import load_taxonomy
from index.local.engine import LocalEngine
from index.model import Filters, Query
from index.search.asked import only_puts
from index.search.searcher import Searcher
from index.vectors.encoder import load_encoder


@pytest.fixture(scope="module")
def asked(starter):
    """Search the starter corpus with the real model."""
    searcher = Searcher(LocalEngine(starter / "data" / "index"), load_encoder(), load_taxonomy())

    def ask(text, **filters):
        with connect(starter / "data" / "catalogue.sqlite") as catalogue:
            return searcher.search(catalogue, Query(text, Filters(**filters), limit=1))

    return ask


@pytest.mark.parametrize(
    ("text", "missing"),
    [
        ("Do free school meals raise attendance?", ()),
        ("inclusive education for deaf children", ("deaf",)),
        ("teacher pension reform", ("pension",)),
        ("banning smartphones in secondary schools", ("banning", "smartphones")),
        ("performance pay for teachers in rural schools", ()),
    ],
    ids=["meals", "deaf", "pensions", "smartphones", "performance pay"],
)
def test_what_is_only_near_is_weak_and_words_that_no_document_has_are_named(asked, text, missing):
    results = asked(text)
    assert (results.strength, results.missing_words) == ("weak", missing)


@pytest.mark.parametrize(
    "text",
    [
        "teacher voice",
        "coaching",
        "Why are there too few teachers?",
        "Does sending research to teachers raise pupils' results?",
        "Did text messages alone improve arithmetic in Botswana while schools were closed?",
    ],
)
def test_what_a_passage_answers_is_strong_also_in_other_words(asked, text):
    assert asked(text).strength == "strong"


def test_a_word_outside_the_filters_is_not_missing(asked):
    results = asked("Botswana phones", countries=("PE",))
    assert (results.strength, results.missing_words) == ("none", ())


def test_a_name_that_a_passage_has_whole_is_no_less_than_weak(asked):
    assert asked("WISE award").strength == "weak"
    assert asked("climate of the quantum award").strength == "none"


@pytest.mark.parametrize(
    "text",
    [
        "expliquez la pédagogie zététique",
        "décrivez la zététique à l'école",
        "descreva a zététique na escola",
        "definir zététique escolar",
        "according to experts zététique helps",
    ],
)
def test_words_by_which_a_question_is_put_are_not_looked_for(asked, text):
    put = {"expliquez", "décrivez", "descreva", "definir", "according"}
    missing = {*asked(text).missing_words}
    assert "zététique" in missing
    assert not put & missing


def test_what_explains_something_asks_for_its_cause():
    assert not only_puts("explica", "¿Qué explica el éxito de Sobral?")
    assert only_puts("explica", "¡Explica el éxito de Sobral!")
    assert only_puts("definition", "What is the definition of success?")


def test_in_a_long_text_no_word_only_puts_a_question():
    text = "A method is described " + "to find the words of titles " * 3
    assert only_puts("described", "What is described?")
    assert not only_puts("described", text)


def test_a_word_that_only_puts_a_question_is_looked_for_where_nothing_else_is_asked(asked):
    assert asked("décrivez").missing_words == ("décrivez",)
