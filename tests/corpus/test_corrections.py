"""Corrections: checked, logged, kept over the source, and taken back exactly."""

from __future__ import annotations

import json

import pytest

from corpus.documents.corrections import correct_fields, with_corrections
from corpus.errors import CorrectionInvalid, DocumentNotFound, NotUndecided
from corpus.people.actors import Actor
from corpus.people.log import read_log
from corpus.review import undoing

MEI = Actor("mei", "curator", "p-mei", "r-1")


def test_a_correction_says_that_a_curator_made_it(catalogue, store):
    store("report", "Text.", year=2011, metadata_origins={"year": "page"})
    corrected = correct_fields(
        catalogue, MEI, "report", {"year": "2012", "publishers": "OECD; OECD"}
    )
    assert (corrected.year, corrected.publishers) == (2012, ("OECD",))
    assert corrected.metadata_origins == {"year": "curator", "publishers": "curator"}


def test_it_is_logged_with_before_and_after(catalogue, store):
    store("report", "Text.", year=2011, metadata_origins={"year": "page"})
    correct_fields(catalogue, MEI, "report", {"year": 2012})
    (entry,) = read_log(catalogue, subject="document:report")
    assert (entry.action, entry.actor, entry.request_id) == ("document.correct", "mei", "r-1")
    assert json.loads(entry.before) == {"year": [2011, "page"]}
    assert json.loads(entry.after) == {"year": [2012, "curator"]}


def test_saying_the_same_again_changes_and_logs_nothing(catalogue, store):
    store("report", "Text.")
    correct_fields(catalogue, MEI, "report", {"year": 2012})
    revision = catalogue.revision()
    correct_fields(catalogue, MEI, "report", {"year": 2012})
    assert catalogue.revision() == revision
    assert len(read_log(catalogue)) == 1


def test_it_is_taken_back_exactly(catalogue, store):
    store("report", "Text.", authors=("A", "B"), metadata_origins={"authors": "page"})
    correct_fields(catalogue, MEI, "report", {"authors": ["C"], "doi": "10.1000/182"})
    undoing.undo(catalogue, MEI, read_log(catalogue)[0].id)
    held = catalogue.document("report")
    assert (held.authors, held.doi) == (("A", "B"), None)
    assert held.metadata_origins == {"authors": "page"}


def test_what_was_changed_since_is_not_taken_back(catalogue, store):
    store("report", "Text.")
    correct_fields(catalogue, MEI, "report", {"year": 2012})
    first = read_log(catalogue)[0]
    correct_fields(catalogue, MEI, "report", {"year": 2013})
    with pytest.raises(NotUndecided):
        undoing.undo(catalogue, MEI, first.id)
    assert catalogue.document("report").year == 2013


def test_unknown_is_a_correction_that_stays(catalogue, store):
    store("report", "Text.", year=1999, metadata_origins={"year": "page"})
    held = correct_fields(catalogue, MEI, "report", {"year": None})
    read_again = with_corrections(store("other", "Text.", year=1999), held)
    assert (held.year, read_again.year) == (None, None)


def test_a_new_title_is_in_the_passages_that_are_searched(catalogue, store):
    store("report", "Text.", title="Scan 12")
    correct_fields(catalogue, MEI, "report", {"title": "Peer  visits"})
    assert [i.title for i in catalogue.passage_inputs()] == ["Peer visits"]
    found = catalogue.rows("select count(*) from passage_fts where passage_fts match 'visits'")
    assert found == [(1,)]


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("title", " "), ("year", "12"), ("year", True), ("year", 3000), ("language", "Spanish!"),
        ("url", "javascript:alert(1)"), ("doi", "doi"), ("published", "May 2020"),
        ("published", "2020-13"), ("published", "2020-05-32"), ("published", "٢٠٢٠"),
        ("authors", [1]), ("authors", {"a": 1}), ("summary", "x" * 6000), ("source", "file:///x"),
        ("sha256", "0"), ("note", 3), ("title", "a\0b"), ("year", "２０２０"),
        ("title", "\ud800"), ("note", "a\udfff"), ("authors", ["Ann", "\ud83d"]),
    ],
)  # fmt: skip
def test_what_a_field_cannot_be_is_refused(catalogue, store, field, value):
    store("report", "Text.")
    with pytest.raises(CorrectionInvalid, match=f"^{field} "):
        correct_fields(catalogue, MEI, "report", {"year": 2012, field: value})
    assert catalogue.document("report").year is None
    assert read_log(catalogue) == []


def test_only_what_is_held_can_be_corrected(catalogue):
    with pytest.raises(DocumentNotFound):
        correct_fields(catalogue, MEI, "nobody", {"year": 2012})
