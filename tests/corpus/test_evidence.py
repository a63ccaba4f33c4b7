"""Where fields were read is kept with the record, checked, and offered to curators."""

from __future__ import annotations

from corpus.documents.corrections import correct_fields
from corpus.documents.evidence import evidence_of, read_there, store_evidence
from corpus.model import RecordEvidence
from corpus.people.actors import Actor
from corpus.promises import audit_catalogue
from corpus.review.queue import read_queue

YEAR = RecordEvidence("year", 1, "Printed in 2019.", 0.9)
MAYBE = RecordEvidence("authors", 1, "Ana Quispe", 0.4, ("Ana Quispe", "Bo Li"))
ACTOR = Actor("mae", "curator")


def _stored(catalogue, store, *evidence: RecordEvidence) -> None:
    store(
        "brief", "Printed in 2019. Ana Quispe visits schools.", year=2019,
        metadata_origins={"title": "page", "year": "page"},
    )  # fmt: skip
    with catalogue.transaction():
        store_evidence(catalogue, "brief", evidence)


def _there(catalogue) -> list[RecordEvidence]:
    stored = catalogue.document("brief")
    return read_there(stored, evidence_of(catalogue, ["brief"]).get("brief", ()))


def test_evidence_comes_back_as_it_was_stored(catalogue, store):
    _stored(catalogue, store, MAYBE, YEAR)
    assert evidence_of(catalogue, ["brief"]) == {"brief": (MAYBE, YEAR)}
    assert evidence_of(catalogue, ["brief"], suggested=True) == {"brief": (MAYBE,)}
    assert _there(catalogue) == [MAYBE, YEAR]


def test_a_correction_puts_the_evidence_of_its_field_aside(catalogue, store):
    _stored(catalogue, store, MAYBE, YEAR)
    correct_fields(catalogue, ACTOR, "brief", {"year": 2018, "authors": None})
    assert _there(catalogue) == []


def test_a_suggestion_waits_in_the_queue_with_its_line(catalogue, store):
    _stored(catalogue, store, MAYBE, YEAR)
    (item,) = (i for i in read_queue(catalogue) if i.kind == "metadata")
    assert "authors" in item.fields
    assert "year" not in item.fields
    assert (item.suggested, item.page, item.quote) == ((MAYBE,), 1, "Ana Quispe")
    assert "suggests" in item.why


def test_the_audit_names_a_field_whose_line_is_not_on_its_page(catalogue, store, tmp_path):
    from corpus.catalogue.originals import Originals

    _stored(catalogue, store, RecordEvidence("year", 1, "Printed in 2020.", 0.9))
    checks = {c.name: c for c in audit_catalogue(catalogue, Originals(tmp_path))}
    assert checks["fields of records quote what is on the page"].faults == (
        "year of brief: not on page 1",
    )
