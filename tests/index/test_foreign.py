"""A question in English finds texts in other languages, on the scale of texts in English."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pytest

from index.documents.values import Values
from index.engine import Found
from index.model import KEYWORDS, MULTILINGUAL, VECTORS, Query
from index.search import scoring
from index.search.foreign import (
    SLOPE,
    START,
    WORDS,
    cosines_as_english,
    find_foreign,
    lift_foreign,
)
from index.vectors.builder import build_index
from tests.index.test_multilingual import SecondEncoder, searcher_with
from tests.support.fakes import HashEncoder

ENGLISH = "How do pupils learn reading?"
WEIGHTS = {VECTORS: 0.65, MULTILINGUAL: 0.05, KEYWORDS: 0.3}
FOUND = Found(
    ids=np.arange(4),
    owners=np.array([0, 1, 2, 3]),
    legs={
        VECTORS: np.array([0.4, 0.1, 0.7, np.nan]),
        MULTILINGUAL: np.array([0.4, 0.4, 0.2, np.nan]),
        KEYWORDS: np.array([8.0, np.nan, 4.0, 2.0]),
    },
    shares=np.zeros(4),
    complete=np.zeros(4, dtype=bool),
    concluding=np.zeros(4, dtype=bool),
)
FOREIGN = np.array([False, True, True, True])


def test_documents_in_no_known_language_are_taken_to_be_in_english():
    languages = Values.of([("en", 0), ("es", 1), ("fr", 3)])
    documents = SimpleNamespace(document_ids=tuple("abcd"), values={"languages": languages})
    assert find_foreign(documents, FOUND).tolist() == [False, True, False, True]


def test_a_cosine_of_the_second_encoder_is_put_on_the_scale_of_the_first():
    near = cosines_as_english(FOUND, FOREIGN)
    assert near[:3].tolist() == pytest.approx([0.4, SLOPE * 0.4 + START, 0.7])
    assert np.isnan(near[3])


@pytest.mark.parametrize("coverage", [0.0, 0.5, 1.0])
def test_the_lift_is_what_the_cosine_and_the_words_that_nothing_has_come_to(coverage):
    words = WORDS * (1 - coverage**2)
    nearer = 0.65 * (SLOPE * 0.4 + START - 0.1)
    assert lift_foreign(FOUND, FOREIGN, WEIGHTS, coverage).tolist() == pytest.approx(
        [0.0, nearer + 0.3 * words, 0.3 * max(0, words - 0.5), 0.3 * max(0, words - 0.25)]
    )


@pytest.fixture
def ask(store, catalogue, tmp_path):
    """Return what searches two documents: one in Spanish that answers, one in English."""
    store(
        "leer",
        "Las bombas de los pozos, reading. Los niños quieren leer.",
        title="Pozos",
        language="es",
    )
    store("fields", "Pupils sang in the fields by day and by night.", language="en")
    build_index(catalogue, tmp_path / "index", HashEncoder(), multilingual=SecondEncoder())
    searcher = searcher_with(tmp_path, SecondEncoder())
    return lambda text, **said: searcher.search(catalogue, Query(text, **said))


def test_a_text_in_another_language_is_first_if_it_answers(ask, monkeypatch):
    monkeypatch.setattr("index.search.foreign.SLOPE", 3.0)
    results = ask(ENGLISH)
    assert [hit.document.id for hit in results.hits] == ["leer", "fields"]
    assert results.hits[0].score > sum(
        WEIGHTS[leg] * (results.hits[0].scores[leg] or 0) for leg in (VECTORS, MULTILINGUAL)
    )
    assert results.strength == "strong"  # by the second encoder alone: it has no word of English
    monkeypatch.setattr(scoring, "find_foreign", lambda documents, found: found.ids < 0)
    without = ask(ENGLISH)
    assert [hit.document.id for hit in without.hits] == ["fields", "leer"]
    assert without.strength != "strong"


def test_of_a_text_in_another_language_the_nearest_sentence_is_quoted(ask):
    (hit,) = (hit for hit in ask(ENGLISH).hits if hit.document.id == "leer")
    (part,) = hit.snippets[0].answer
    assert hit.snippets[0].text[part.start : part.end] == "Los niños quieren leer."
