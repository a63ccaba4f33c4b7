"""What a document was before a change is kept: its record, its text, and why it changed."""

from __future__ import annotations

import itertools

import pytest

from corpus.catalogue.originals import Originals
from corpus.documents.corrections import correct_fields
from corpus.documents.versions import (
    content_of,
    count_versions,
    find_broken_versions,
    version_of,
    versions_of,
)
from corpus.errors import DocumentNotFound, VersionNotFound
from corpus.people.actors import Actor
from corpus.review.curating import restore, withdraw
from corpus.review.undoing import undo
from ingest import intake

ANA = Actor("ana", "curator")
FIRST = "# School visits\n\nLeaders of schools who visit each other use what they saw at home.\n"
SECOND = FIRST + "\nThose who write a note after each visit use more of it in the next term.\n"


@pytest.fixture
def add(tmp_path, catalogue):
    """Take the text in as the file of one document, and return its id."""
    originals = Originals(tmp_path / "originals")

    def add(text: str) -> str:
        (tmp_path / "visits.md").write_text(text)
        (outcome,) = intake.add_sources(
            [str(tmp_path / "visits.md")], catalogue, originals, workers=0
        )
        return outcome.document_id

    return add


def told(catalogue, name):
    return [
        (v.number, v.because, v.document.title, v.changes) for v in versions_of(catalogue, name)
    ]


def test_a_changed_source_a_correction_and_an_undo_each_keep_what_was(add, catalogue):
    name = add(FIRST)
    before = content_of(catalogue, name, 1)
    assert told(catalogue, name) == [(1, None, "School visits", "")]
    add(SECOND)
    correct_fields(catalogue, ANA, name, {"title": "Visiting schools", "year": 2024})
    entry = catalogue.rows("select max(id) from log_entry")[0][0]
    undo(catalogue, ANA, entry)
    versions = told(catalogue, name)
    assert [version[:3] for version in versions] == [
        (1, None, "School visits"),
        (2, "source", "School visits"),
        (3, "correction", "Visiting schools"),
        (4, "correction", "School visits"),
    ]
    assert versions[1][3].startswith("text; passages (")
    assert versions[2][3] == "record: title, year"
    assert content_of(catalogue, name, 1) == before
    assert "Those who write a note" not in before.text
    texts = [content_of(catalogue, name, number).text for number in (2, 3, 4)]
    assert set(texts) == {catalogue.text(name)} != {before.text}
    assert content_of(catalogue, name, 2).passages == tuple(catalogue.passages(name))
    first, newest = version_of(catalogue, name, 1)
    assert (first.document.year, newest) == (None, 4)
    assert [v.until for v in versions_of(catalogue, name)].count(None) == 1
    times = [(v.since, v.until or "9") for v in versions_of(catalogue, name)]
    assert all(until == since for (_, until), (since, _) in itertools.pairwise(times))
    assert not list(find_broken_versions(catalogue))


def test_the_same_bytes_and_what_changes_no_record_make_no_version(add, catalogue):
    name = add(FIRST)
    add(FIRST)
    withdraw(catalogue, ANA, name, "Outdated.")
    restore(catalogue, ANA, name)
    correct_fields(catalogue, ANA, name, {"year": None})  # looked at, and not known
    assert count_versions(catalogue) == 0


def test_what_waits_for_a_curator_keeps_no_versions(add, catalogue):
    name = add(FIRST)
    with catalogue.transaction():
        catalogue.db.execute("update document set pending_since = '2026-01-01T00:00:00Z'")
    correct_fields(catalogue, ANA, name, {"year": 2024})
    assert count_versions(catalogue) == 0
    with pytest.raises(DocumentNotFound):
        versions_of(catalogue, name)


def test_a_number_that_there_is_not_is_refused_with_those_there_are(add, catalogue):
    name = add(FIRST)
    with pytest.raises(VersionNotFound, match="It has one version, 1"):
        version_of(catalogue, name, 2)
    add(SECOND)
    for number in (0, 3):
        with pytest.raises(VersionNotFound, match="1 to 2"):
            version_of(catalogue, name, number)


@pytest.mark.parametrize(
    ("damage", "said"),
    [
        ("update document_version set number = 2", "the version before it is missing"),
        ("update document_version set content = 'AAAA'", "it cannot be read"),
        ("update document_version set record = '{}'", "it cannot be read"),
    ],
)
def test_the_audit_finds_a_version_that_cannot_be_read(add, catalogue, damage, said):
    add(FIRST)
    add(SECOND)
    with catalogue.transaction():
        catalogue.db.execute(damage)
    assert said in "".join(find_broken_versions(catalogue))


def test_versions_go_with_their_document(add, catalogue):
    name = add(FIRST)
    add(SECOND)
    with catalogue.transaction():
        catalogue.delete_document(name)
    assert count_versions(catalogue) == 0
