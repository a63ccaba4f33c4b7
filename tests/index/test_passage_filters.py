"""Search can be held to the passages that speak of a stage or topic, whatever their document is."""

from __future__ import annotations

import pytest

from corpus.tags.passage_scores import PassageScore, keep_fingerprint, keep_scores, scores_of
from index.model import Filters, Query


@pytest.fixture
def scored(catalogue, store):
    """Two documents about reading; of the first, only the second passage speaks of use."""
    store("one", "Reading was tested in schools.", "The ministry adopted reading programmes.")
    store("two", "Reading reviews were summarised.")
    first, second = catalogue.passages("one")
    (other,) = catalogue.passages("two")
    said = {
        first: {"generation": 0.9, "use": 0.2},
        second: {"generation": 0.3, "use": 0.8},
        other: {"generation": 0.1, "use": 0.2},
    }
    with catalogue.transaction():
        for document in ("one", "two"):
            keep_scores(
                catalogue,
                document,
                [
                    PassageScore(p.id, "stages", term, score, "test")
                    for p, terms in said.items()
                    for term, score in terms.items()
                    if p.document_id == document
                ],
            )
            keep_fingerprint(catalogue, document, "test")
    return catalogue


def _found(searcher, catalogue, text, **filters):
    hits = searcher.search(catalogue, Query(text, Filters(**filters))).hits
    return {hit.document.id: [s.text for s in hit.snippets] for hit in hits}


def test_only_passages_that_speak_of_it_most_are_found(scored, searching):
    found = _found(searching(), scored, "reading", passage_stages=("use",))
    assert found == {"one": ["The ministry adopted reading programmes."]}


def test_several_terms_are_alternatives(scored, searching):
    found = _found(searching(), scored, "reading", passage_stages=("use", "generation"))
    assert {d: len(texts) for d, texts in found.items()} == {"one": 2}


def test_a_passage_that_speaks_of_nothing_clearly_is_not_found(scored, searching):
    searcher = searching()
    assert set(_found(searcher, scored, "reading")) == {"one", "two"}
    assert _found(searcher, scored, "reviews", passage_stages=("use", "generation")).keys() == {
        "one"
    }


def test_browsing_lists_the_documents_that_have_such_a_passage(scored, searching):
    assert set(_found(searching(), scored, "", passage_stages=("use",))) == {"one"}
    assert not _found(searching(), scored, "", passage_topics=("educator-voice",))


def test_new_scores_are_seen_by_the_next_search(scored, searching):
    searcher = searching()
    assert not _found(searcher, scored, "reading", passage_stages=("translation",))
    (other,) = scored.passages("two")
    with scored.transaction():
        keep_scores(scored, "two", [PassageScore(other.id, "stages", "translation", 0.7, "test")])
        keep_fingerprint(scored, "two", "again")
    assert set(_found(searcher, scored, "reading", passage_stages=("translation",))) == {"two"}


def test_scores_go_with_their_passage(scored, store):
    store("two", "Other words.")
    assert scores_of(scored, "two") == {}
