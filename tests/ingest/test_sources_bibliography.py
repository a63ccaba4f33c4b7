"""A bibliography is taken in record by record, each known by what it is, wherever it comes from."""

from __future__ import annotations

import json

import pytest

from corpus.catalogue.originals import Originals
from corpus.errors import SourceRejected
from corpus.model import Outcome
from ingest.intake import add_sources, prepare_document
from ingest.model import Fetched, Limits, Source
from ingest.records import bibtex, csl, read_rows, ris
from ingest.sources import bibliography, expand_arguments
from tests.ingest.test_records import RECORD, one


def test_a_bibliography_is_taken_in_record_by_record(catalogue, tmp_path):
    path = tmp_path / "refs.ris"
    path.write_text(
        ris.write_records([RECORD, {"type": "report", "title": "Only a title"}])
        + "TY  - RPRT\nPY  - 2001\nER  - \n"
    )
    originals = Originals(tmp_path / "originals")
    found = add_sources([str(path)], catalogue, originals, workers=0)
    assert [(o.kind, o.code) for o in found] == [
        ("added", None), ("needs_review", None), ("rejected", "no-title"),
    ]  # fmt: skip
    assert found[0].source == f"{path.as_uri()}#10.1000/ab_c(2019)5"
    assert "no abstract" in found[1].reason
    assert "Record 3" in found[2].reason
    again = add_sources([str(path)], catalogue, originals, workers=0)
    assert [o.kind for o in again] == ["unchanged", "unchanged", "rejected"]
    path.write_text(path.read_text().replace("maestros", "docentes"))
    third = add_sources([str(path)], catalogue, originals, workers=0)
    assert [o.kind for o in third] == ["updated", "unchanged", "rejected"]


def test_the_document_of_a_record_says_what_the_record_says(catalogue, tmp_path):
    path = tmp_path / "refs.bib"
    path.write_text(bibtex.write_records([RECORD]))
    (outcome,) = add_sources([str(path)], catalogue, Originals(tmp_path / "originals"), workers=0)
    document = catalogue.document(outcome.document_id)
    assert document.title == RECORD["title"]
    assert document.authors[1:] == ("Jan van der Beek", "M. L. King, Jr.", "World Bank")
    assert (document.journal, document.publishers) == ("Journal of Learning & Use", ())
    assert (document.year, document.published, document.doi) == (2019, "2019-10", RECORD["DOI"])
    assert (document.url, document.language) == (RECORD["URL"], "es")
    assert (document.kind, document.media_type) == ("journal-article", csl.MEDIA_TYPE)
    assert document.summary == RECORD["abstract"] == catalogue.text(document.id)
    assert set(document.metadata_origins.values()) == {"record"}


def test_a_record_is_known_by_doi_then_address_then_what_it_is():
    title = {"type": "book", "title": "T"}
    assert csl.key_of(title | {"DOI": "10.1/AB", "URL": "http://x.org"}) == "10.1/ab"
    assert csl.key_of(title | {"URL": "http://x.org"}) == "http://x.org"
    assert csl.key_of(title) == csl.key_of({"type": "report", "title": " t "})
    assert csl.key_of(title) != csl.key_of(title | {"issued": {"date-parts": [[2001]]}})


def test_the_same_record_twice_is_said_and_two_works_of_one_doi_are_two():
    head = "title;abstract;doi\n"
    text = head + "One;a;10.1000/1\nOne;b;10.1000/1\nTwo;a;10.1000/1\n"
    items = list(bibliography.record_sources("file:///x.csv", read_rows(text, "CSV")))
    assert [type(i) for i in items] == [Source, Outcome, Source]
    same = items[1]
    assert isinstance(same, Outcome)
    assert (same.kind, same.source) == ("duplicate", "file:///x.csv#row-2")
    assert "differs in abstract" in same.reason


def test_records_are_the_same_bytes_whatever_the_format():
    forms = [one(m.write_records([RECORD]), k) for m, k in ((bibtex, "BibTeX"), (csl, "CSL-JSON"))]
    assert {csl.canonical_bytes(f) for f in forms} == {csl.canonical_bytes(RECORD)}
    assert json.loads(csl.canonical_bytes(RECORD)) == RECORD


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"not json", "unreadable"),
        (b"[1, 2]", "unreadable"),
        (b"[" * 100_000, "unreadable"),
        (b'{"type": "book"}', "no-title"),
        (b'{"type": "book", "title": "\xe2\x80\xa6"}', "no-title"),
    ],
)
def test_what_claims_to_be_a_record_and_is_none_is_rejected(data, code):
    with pytest.raises(SourceRejected) as error:
        prepare_document(Fetched("http://x.org/", data, "x", csl.MEDIA_TYPE), Limits())
    assert error.value.code == code


def test_a_broken_bibliography_is_one_rejected_input(tmp_path):
    (tmp_path / "refs.ris").write_text("nothing of the kind")
    (outcome,) = expand_arguments([str(tmp_path / "refs.ris")])
    assert isinstance(outcome, Outcome)
    assert (outcome.kind, outcome.code) == ("rejected", "empty")
