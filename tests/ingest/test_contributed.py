"""What members contribute is taken in like anything else, changes nothing that is held, and waits.

What curators decided about a document outlives the next reading of its source.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from corpus.catalogue.catalogue import Catalogue
from corpus.catalogue.originals import Originals
from corpus.documents.corrections import correct_fields
from corpus.model import Outcome
from corpus.people.actors import Actor
from corpus.promises import audit_catalogue
from corpus.review import curating
from index.vectors.audit import audit_index
from index.vectors.builder import build_index
from ingest.intake import add_sources, ingest_sources
from ingest.model import Fetched, Source
from tests.support.fakes import HashEncoder

MEI = Actor("mei", "curator", "p-mei")
WORDS = "# Peer visits\n\n" + "Teachers visit each other to learn from their peers. " * 10 + "\n"


@pytest.fixture
def originals(tmp_path: Path) -> Originals:
    return Originals(tmp_path / "originals")


def contribute(
    catalogue: Catalogue, originals: Originals, text: str = WORDS, uri: str = "upload:1/visits.md"
) -> Outcome:
    source = Source(uri, fetched=Fetched(uri, text.encode(), "visits.md"))
    (outcome,) = ingest_sources([source], catalogue, originals, workers=0, contributed=True)
    return outcome


def put(folder: Path, text: str = WORDS) -> Path:
    path = folder / "visits.md"
    path.write_text(text)
    return path


def take_in(catalogue: Catalogue, originals: Originals, path: Path) -> Outcome:
    (outcome,) = add_sources([str(path)], catalogue, originals, workers=0)
    return outcome


def test_it_waits_with_its_passages_and_original(catalogue, originals):
    outcome = contribute(catalogue, originals)
    assert outcome.kind == "added"
    held = catalogue.document(outcome.document_id, pending=True)
    assert held.pending_since
    assert catalogue.passages(held.id, pending=True)
    assert originals.read(held.sha256) == WORDS.encode()


def test_the_same_again_is_unchanged_and_still_waits(catalogue, originals):
    first, again = contribute(catalogue, originals), contribute(catalogue, originals)
    assert (again.kind, again.document_id) == ("unchanged", first.document_id)
    assert catalogue.document(first.document_id, pending=True).pending_since


def test_what_is_held_is_not_contributed_over(catalogue, originals, tmp_path):
    held = take_in(catalogue, originals, put(tmp_path))
    same_bytes = contribute(catalogue, originals)
    assert (same_bytes.kind, same_bytes.document_id) == ("duplicate", held.document_id)
    source = catalogue.document(held.document_id).source
    other_bytes = contribute(catalogue, originals, f"{WORDS}More.\n", source)
    assert (other_bytes.kind, other_bytes.document_id) == ("duplicate", held.document_id)
    assert "More." not in catalogue.text(held.document_id)


def test_what_waits_is_not_in_the_way_of_who_may_add(catalogue, originals, tmp_path):
    waiting = contribute(catalogue, originals)
    added = take_in(catalogue, originals, put(tmp_path))
    assert added.kind == "added"
    assert added.document_id != waiting.document_id
    assert catalogue.document(added.document_id).near_duplicate_of is None


def test_adding_the_source_of_what_waits_takes_it_in(catalogue, originals, tmp_path):
    path = put(tmp_path)
    waiting = contribute(catalogue, originals, uri=path.as_uri())
    added = take_in(catalogue, originals, path)
    assert (added.kind, added.document_id) == ("added", waiting.document_id)
    assert catalogue.document(added.document_id).pending_since is None


def test_an_id_that_waits_is_taken(catalogue, originals, tmp_path):
    asking = f"---\nid: peer-visits\n---\n{WORDS}"
    assert contribute(catalogue, originals, asking).document_id == "peer-visits"
    added = take_in(catalogue, originals, put(tmp_path, f"{asking}Also.\n"))
    assert added.document_id != "peer-visits"


def test_it_is_audited_and_indexed_only_when_it_is_accepted(catalogue, originals, tmp_path):
    outcome = contribute(catalogue, originals)
    index = tmp_path / "index"
    assert build_index(catalogue, index, HashEncoder()).passages == 0
    assert all(check.ok for check in audit_index(catalogue, index))
    assert all(check.ok for check in audit_catalogue(catalogue, originals))
    checked = {c.name: c.checked for c in audit_catalogue(catalogue, originals)}
    assert checked["passages' words are on their page"] > 0
    catalogue.db.execute(
        "update document set pending_since = null where id = ?", [outcome.document_id]
    )
    assert build_index(catalogue, index, HashEncoder()).encoded > 0


def test_a_correction_outlives_a_new_version_of_the_source(catalogue, originals, tmp_path):
    path = put(tmp_path)
    held = take_in(catalogue, originals, path)
    correct_fields(catalogue, MEI, held.document_id, {"title": "Visits among peers", "year": 2020})
    put(tmp_path, f"{WORDS}\nA new last paragraph about them.\n")
    again = take_in(catalogue, originals, path)
    document = catalogue.document(held.document_id)
    assert again.kind == "updated"
    assert (document.title, document.year) == ("Visits among peers", 2020)
    assert "new last paragraph" in catalogue.text(document.id)
    assert {i.title for i in catalogue.passage_inputs()} == {"Visits among peers"}


def test_a_corrected_title_is_encoded_again_and_nothing_else_is(catalogue, originals, tmp_path):
    held = take_in(catalogue, originals, put(tmp_path))
    index = tmp_path / "index"
    passages = build_index(catalogue, index, HashEncoder()).encoded
    correct_fields(catalogue, MEI, held.document_id, {"year": 2020})
    assert build_index(catalogue, index, HashEncoder()).encoded == 0
    correct_fields(catalogue, MEI, held.document_id, {"title": "Visits among peers"})
    report = build_index(catalogue, index, HashEncoder())
    assert (report.encoded, report.published) == (passages, True)


def test_what_a_curator_withdrew_its_source_does_not_bring_back(catalogue, originals, tmp_path):
    path = put(tmp_path)
    held = take_in(catalogue, originals, path)
    curating.withdraw(catalogue, MEI, held.document_id, "Its publisher asked.")
    assert take_in(catalogue, originals, path).kind == "unchanged"
    put(tmp_path, f"{WORDS}\nA new last paragraph about them.\n")
    assert take_in(catalogue, originals, path).kind == "updated"
    document = catalogue.document(held.document_id)
    assert (document.withdrawn_reason, bool(document.withdrawn_at)) == (
        "Its publisher asked.",
        True,
    )
