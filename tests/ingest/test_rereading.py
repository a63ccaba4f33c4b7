"""Originals are read again: what reading says follows, what people say stays, none is lost."""

from __future__ import annotations

import contextlib
import functools
import itertools
import sqlite3
from dataclasses import replace
from pathlib import Path

import pytest
from sqlite_utils import Database

from corpus.catalogue.catalogue import connect
from corpus.catalogue.originals import Originals
from corpus.documents.corrections import correct_fields
from corpus.documents.evidence import evidence_of
from corpus.documents.outcomes import latest_outcome_of, record_outcome
from corpus.documents.readings import count_older_readings, readings_of
from corpus.errors import DocumentNotFound, SourceRejected
from corpus.lists.lists import create_draft, resource_list
from corpus.migrations import APPLICATION_ID, catalogue_migrations
from corpus.model import Entry, Outcome, Pin, Section, Selection, Tag
from corpus.people.actors import Actor
from corpus.promises import audit_catalogue
from corpus.tags.tags import decide, tags_of
from ingest import intake
from ingest.intake.rereading import fetched_again
from ingest.model import READING, Fetched, Hints, Source

ANA = Actor("ana", "curator")
add = functools.partial(intake.add_sources, workers=0)
TEXT = "# School visits\n\nMarch 2021\n\n" + "\n\n".join(
    f"School number {i} measured wellbeing in term {i % 3} and told its teachers what it found "
    f"within {i} days, so that lesson {i * 7} could change."
    for i in range(12)
)


@pytest.fixture
def originals(tmp_path: Path) -> Originals:
    return Originals(tmp_path / "originals")


@pytest.fixture
def taken(tmp_path, catalogue, originals):
    """The document of a file, as an earlier version read it: in capitals and without its title."""
    (tmp_path / "visits.md").write_text(TEXT)
    (outcome,) = add([str(tmp_path / "visits.md")], catalogue, originals)
    document_id = outcome.document_id
    fresh = content(catalogue, document_id)
    read_by_an_earlier_version(catalogue, document_id)
    return document_id, fresh


def content(catalogue, document_id):
    """Return all that reading decides, without the moment."""
    document = replace(catalogue.document(document_id, pending=True), updated_at="")
    return (
        document,
        catalogue.text(document_id, pending=True),
        catalogue.pages(document_id),
        catalogue.passages(document_id, pending=True),
        evidence_of(catalogue, [document_id]).get(document_id, ()),
    )


def read_by_an_earlier_version(catalogue, document_id):
    """Let a document be as if an earlier version had read it otherwise."""
    document = catalogue.document(document_id, pending=True)
    passages = catalogue.passages(document_id, pending=True)
    text = catalogue.text(document_id, pending=True)
    other = [
        replace(p, id=p.id + 1, text=p.text.upper(), role="appendix")
        for p in passages
    ]  # fmt: skip
    older = replace(document, title="visits", metadata_origins={"title": "file name"})
    with catalogue.transaction():
        catalogue.store_document(
            older, text.upper(), pages=catalogue.pages(document_id), passages=other
        )
        catalogue.db.execute("delete from record_evidence where document_id = ?", [document_id])


def reread(catalogue, originals, *ids, again=False, **more):
    due = intake.due_for_reading(catalogue, ids, again=again)
    return list(intake.reread_documents(catalogue, originals, due, workers=0, **more))


def test_what_an_earlier_version_read_becomes_what_adding_it_today_gives(
    catalogue, originals, taken
):
    document_id, fresh = taken
    assert count_older_readings(catalogue, READING) == 1
    (done,) = reread(catalogue, originals)
    assert (done.kind, done.title) == ("changed", "School visits")
    assert done.reason.startswith("text, passages (")
    assert "record: title" in done.reason
    assert content(catalogue, document_id) == fresh
    assert readings_of(catalogue) == {document_id: READING}
    assert not [c for c in audit_catalogue(catalogue, originals) if not c.ok]


def test_what_this_version_has_read_is_left_out_unless_asked_for(catalogue, originals, taken):
    document_id, _ = taken
    reread(catalogue, originals)
    assert reread(catalogue, originals) == []
    assert reread(catalogue, originals, document_id) == []
    before = catalogue.document(document_id).updated_at
    (done,) = reread(catalogue, originals, again=True)
    assert (done.kind, done.reason) == ("unchanged", "It reads as before.")
    assert catalogue.document(document_id).updated_at == before
    with pytest.raises(DocumentNotFound):
        reread(catalogue, originals, "nothing")


def test_a_dry_run_says_what_would_change_and_changes_nothing(catalogue, originals, taken):
    document_id, _ = taken
    before, revision = content(catalogue, document_id), catalogue.revision()
    (told,) = reread(catalogue, originals, dry_run=True)
    assert (content(catalogue, document_id), catalogue.revision()) == (before, revision)
    assert reread(catalogue, originals) == [told]


def test_what_people_decided_stays_with_its_quotes(catalogue, originals, taken):
    document_id, _ = taken
    passage = catalogue.passages(document_id)[1]
    tag = Tag(
        document_id, "stages", "use", "confirmed", passage_id=passage.id, page=passage.page,
        quote=passage.text, decided_by="ana", note="It tells of its use.",
    )  # fmt: skip
    with catalogue.transaction():
        decide(catalogue, tag)
    entry = Entry("e", "Visits", document_id, pin=Pin(passage.id, passage.text, 1))
    sections = (Section("s", "A", "", (entry,)),)
    create_draft(catalogue, "mine", Selection("Mine", sections=sections), ANA)
    correct_fields(catalogue, ANA, document_id, {"authors": ["Ana Silva"], "kind": None})
    (done,) = reread(catalogue, originals)
    assert done.kind == "changed"
    document = catalogue.document(document_id)
    assert (document.title, document.authors, document.kind) == (
        "School visits", ("Ana Silva",), None
    )  # fmt: skip
    (kept,) = tags_of(catalogue, [document_id])[document_id]
    assert (kept.origin, kept.quote, kept.note) == ("confirmed", passage.text, tag.note)
    assert kept.passage_id is None  # its words are no longer there
    assert resource_list(catalogue, "mine").selection.entries[0].pin == entry.pin
    assert not [c for c in audit_catalogue(catalogue, originals) if not c.ok]


def test_a_withdrawn_or_waiting_document_stays_so(catalogue, originals, taken):
    document_id, _ = taken
    with catalogue.transaction():
        catalogue.withdraw_document(document_id, "Gone from its site.")
        catalogue.db.execute("update document set pending_since = '2025-01-01T00:00:00Z'")
    before = catalogue.document(document_id, pending=True)
    reread(catalogue, originals)
    after = catalogue.document(document_id, pending=True)
    kept = ("withdrawn_at", "withdrawn_reason", "pending_since", "added_at", "near_duplicate_of")
    assert {n: getattr(after, n) for n in kept} == {n: getattr(before, n) for n in kept}


def test_what_came_with_the_bytes_is_given_with_them_again(catalogue, originals):
    source = "https://example.org/files/visits.html?id=3"
    page = f"<html><body><h1>Visites</h1><p>{'Les élèves ont lu. ' * 40}</p></body></html>"
    told = Hints(
        "feed", authors=("Ana Silva",), url="https://example.org/about", url_kind="landing"
    )
    fetched = Fetched(
        source, page.encode("cp1252"), "visits.html", "text/html; charset=windows-1252",
        source, hints=(told,),
    )  # fmt: skip
    item = Source(source, fetched=fetched)
    (outcome,) = intake.ingest_sources([item], catalogue, originals, workers=0)
    before = content(catalogue, outcome.document_id)
    assert before[0].metadata_origins["url"] == "feed (landing)"
    again = fetched_again(catalogue, before[0], fetched.data)
    assert (again.name, again.declared, again.url) == (
        fetched.name, fetched.declared, fetched.url
    )  # fmt: skip
    read_by_an_earlier_version(catalogue, outcome.document_id)
    with catalogue.transaction():  # its origins are what a feed said; an earlier version kept them
        catalogue.db.execute(
            "update document set authors = ?, url = ?, metadata_origins = ?",
            ['["Ana Silva"]', told.url, '{"authors": "feed", "url": "feed (landing)"}'],
        )
    reread(catalogue, originals)
    assert content(catalogue, outcome.document_id) == before


def test_a_document_that_cannot_be_read_keeps_what_was_read_before(
    catalogue, originals, taken, monkeypatch
):
    document_id, _ = taken
    before = content(catalogue, document_id)

    def refuse(*_):
        raise SourceRejected("unreadable", "It is no longer understood.")

    monkeypatch.setattr("ingest.isolation.workers.Workers.result", refuse)
    (done,) = reread(catalogue, originals)
    assert (done.kind, done.reason) == (
        "failed", "It is no longer understood. What was read before stays."
    )  # fmt: skip
    monkeypatch.undo()
    kept = originals.path(before[0].sha256)
    kept.write_bytes(b"other")
    (done,) = reread(catalogue, originals)
    assert done.kind == "failed"
    assert "changed on disk" in done.reason
    kept.unlink()
    (done,) = reread(catalogue, originals)
    assert done.kind == "no original"
    assert content(catalogue, document_id) == before
    assert count_older_readings(catalogue, READING) == 1


def test_what_ocr_read_is_not_replaced_by_less(catalogue, originals, taken):
    document_id, _ = taken
    document = catalogue.document(document_id)
    told = "Added: 1 page. Read by OCR (eng), mean confidence 90 %: page 1."
    with catalogue.transaction():
        record_outcome(
            catalogue, Outcome(document.source, "added", told, None, document_id, document.sha256)
        )
    (done,) = reread(catalogue, originals)
    assert (done.kind, "--ocr" in done.reason) == ("failed", True)
    (done,) = reread(catalogue, originals, limits=intake.Limits(ocr=True))
    assert done.kind == "changed"


def test_an_interruption_leaves_each_document_old_or_new_and_the_rest_is_due(
    tmp_path, catalogue, originals, monkeypatch
):
    for n in range(4):
        (tmp_path / f"{n}.txt").write_text(f"Visits {n}\n\n{TEXT[30:]}{n * 3}")
    outcomes = add([str(tmp_path / f"{n}.txt") for n in range(4)], catalogue, originals)
    fresh = {o.document_id: content(catalogue, o.document_id) for o in outcomes}
    for document_id in fresh:
        read_by_an_earlier_version(catalogue, document_id)
    older = {d: content(catalogue, d) for d in fresh}
    passed = itertools.count()

    def end(point):
        if point == "passages" and next(passed) == 2:
            raise KeyboardInterrupt

    monkeypatch.setattr("corpus.catalogue.catalogue.failpoint", end)
    with pytest.raises(KeyboardInterrupt):
        reread(catalogue, originals)
    monkeypatch.undo()
    due = intake.due_for_reading(catalogue)
    assert len(due) == 2
    for document_id in fresh:
        wanted = older if document_id in due else fresh
        assert content(catalogue, document_id) == wanted[document_id]
    assert [d.document_id for d in reread(catalogue, originals)] == due
    assert {d: content(catalogue, d) for d in fresh} == fresh


def test_a_doubt_is_raised_once_and_settled_when_the_new_reading_has_none(
    catalogue, originals, taken
):
    document_id, _ = taken
    document = catalogue.document(document_id)
    reread(catalogue, originals)
    assert latest_outcome_of(catalogue, document.source).kind == "added"  # nothing new to say
    doubt = Outcome(
        document.source, "partial", "A table is missing.", None, document_id, document.sha256
    )
    with catalogue.transaction():
        record_outcome(catalogue, doubt)
    read_by_an_earlier_version(catalogue, document_id)
    reread(catalogue, originals)
    settled = latest_outcome_of(catalogue, document.source)
    assert settled.kind == "updated"
    assert settled.reason.startswith("Updated: 1 page")


def test_a_catalogue_of_the_first_release_comes_to_what_today_would_read(tmp_path, originals):
    path, data = tmp_path / "earlier.sqlite", TEXT.encode()
    (tmp_path / "visits.md").write_bytes(data)
    source = (tmp_path / "visits.md").as_uri()
    sha256 = originals.keep(data)
    with connect(tmp_path / "today.sqlite", create=True) as today:
        (outcome,) = add([str(tmp_path / "visits.md")], today, originals)
        fresh = content(today, outcome.document_id)
    with contextlib.closing(sqlite3.connect(path, isolation_level=None)) as db:
        earlier = Database(db, execute_plugins=False)
        catalogue_migrations.apply(earlier, stop_before="audit_log")
        earlier.table("document").insert(
            {
                "id": outcome.document_id, "title": "visits", "source": source,
                "media_type": "text/markdown", "sha256": sha256, "size_bytes": len(data),
                "page_count": 1, "text": "Words.", "added_at": fresh[0].added_at,
                "updated_at": fresh[0].added_at,
            }
        )  # fmt: skip
        db.execute("insert into page values (?, 1, 0, 6)", [outcome.document_id])
        db.execute(f"pragma application_id = {APPLICATION_ID}")
        db.execute("pragma user_version = 7")
    with connect(path) as upgraded:
        assert readings_of(upgraded) == {outcome.document_id: 0}
        (done,) = reread(upgraded, originals)
        assert done.kind == "changed"
        assert content(upgraded, outcome.document_id) == fresh
