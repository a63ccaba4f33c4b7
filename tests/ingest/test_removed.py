"""A document that may not be kept goes with everything made from it, and does not come back."""

from __future__ import annotations

from pathlib import Path

import pytest

from corpus.catalogue.catalogue import Catalogue
from corpus.catalogue.originals import Originals
from corpus.documents.removing import allow_again, remove_document
from corpus.errors import DocumentNotFound, NotUndecided
from corpus.model import Outcome
from corpus.people.actors import Actor
from corpus.promises import audit_catalogue
from ingest.intake import add_sources

ADMIN = Actor("Ines", "admin")
SECRET = "Xylophonist"
TEXT = f"{SECRET}s of the district met every month and read the results of their schools.\n" * 8
NEWER = TEXT.replace("every month", "each week")


@pytest.fixture
def originals(tmp_path: Path) -> Originals:
    return Originals(tmp_path / "originals")


def add(path: Path, text: str, catalogue: Catalogue, originals: Originals) -> Outcome:
    path.write_text(text)
    (outcome,) = add_sources([str(path)], catalogue, originals, workers=0)
    return outcome


def remove(catalogue: Catalogue, originals: Originals, outcome: Outcome) -> tuple[str, ...]:
    """Remove the document of an outcome; return the files that were deleted."""
    assert outcome.document_id
    return remove_document(catalogue, originals, ADMIN, outcome.document_id, "asked").files


def test_no_byte_of_a_removed_document_stays(tmp_path, catalogue, originals):
    add(tmp_path / "a.txt", TEXT, catalogue, originals)
    outcome = add(tmp_path / "a.txt", NEWER, catalogue, originals)
    add(tmp_path / "b.txt", TEXT.replace(SECRET, "Teacher"), catalogue, originals)
    assert len(remove(catalogue, originals, outcome)) == 2  # an earlier version has a file too
    with pytest.raises(DocumentNotFound):
        catalogue.document(outcome.document_id)
    assert len(list(originals.list_files())) == 1
    stored = b"".join(p.read_bytes() for p in tmp_path.glob("catalogue.sqlite*")).lower()
    assert b"teacher" in stored
    assert SECRET.lower().encode() not in stored
    assert all(check.ok for check in audit_catalogue(catalogue, originals))


def test_a_file_that_another_document_needs_stays(tmp_path, catalogue, originals):
    add(tmp_path / "a.txt", TEXT, catalogue, originals)
    outcome = add(tmp_path / "a.txt", NEWER, catalogue, originals)
    other = add(tmp_path / "b.txt", TEXT, catalogue, originals)
    assert remove(catalogue, originals, outcome) == (outcome.sha256,)
    assert originals.has(str(other.sha256))


def test_neither_the_source_nor_the_same_file_is_taken_in_again(tmp_path, catalogue, originals):
    remove(catalogue, originals, add(tmp_path / "a.txt", TEXT, catalogue, originals))
    for name, text, code in (("a.txt", NEWER, "removed"), ("b.txt", TEXT, "was-removed")):
        again = add(tmp_path / name, text, catalogue, originals)
        assert (again.kind, again.code) == ("rejected", code)  # listed as removed, after any try
    assert add(tmp_path / "b.txt", NEWER, catalogue, originals).kind == "added"


def test_it_may_be_allowed_again(tmp_path, catalogue, originals):
    removed = add(tmp_path / "a.txt", TEXT, catalogue, originals)
    remove(catalogue, originals, removed)
    add(tmp_path / "a.txt", NEWER, catalogue, originals)
    allow_again(catalogue, ADMIN, removed.source)
    with pytest.raises(NotUndecided):
        allow_again(catalogue, ADMIN, removed.source)
    assert add(tmp_path / "a.txt", TEXT, catalogue, originals).kind == "added"
