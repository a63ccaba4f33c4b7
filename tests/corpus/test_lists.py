"""Resource lists: nothing anyone wrote is lost, and what was published never changes."""

from __future__ import annotations

import sqlite3
from dataclasses import replace

import pytest

from corpus.catalogue.catalogue import Catalogue, connect
from corpus.catalogue.originals import Originals
from corpus.errors import ListChanged, ListExists, ListNotFound, ListUnchanged
from corpus.lists.as_json import Suggestion
from corpus.lists.lists import (
    create_draft,
    judge_suggestion,
    lists_with,
    move_to_archive,
    publish_version,
    resource_list,
    save_revision,
    selection_at,
    suggestions_of,
    take_from_archive,
    version_of,
    versions_of,
)
from corpus.model import Entry, Pin, Section, Selection
from corpus.people import log
from corpus.people.actors import Actor
from corpus.promises import audit_catalogue

MEI, ANA = Actor("Mei", "curator"), Actor("Ana", "curator")
AT = "2025-01-01T00:00:00Z"


def ten_entries() -> Selection:
    """Ten entries in three sections, with everything an entry can have."""
    entries = [
        Entry(
            f"e{n}",
            f"Título nº {n} “quoted”",
            document_id=f"document-{n}" if n % 2 else None,
            url=None if n == 3 else f"https://example.org/{n}?a=1&b=2",
            citation=None if n == 4 else f"Author {n} ({2000 + n}).",
            note=f"Line one of {n}.\nLine two — with “quotes”." if n != 5 else "",
            pin=Pin(2**62 + n, f"The words of {n}.", n) if n % 2 else None,
        )
        for n in range(10)
    ]
    sections = (
        Section("s1", "First", "An introduction.", tuple(entries[:4])),
        Section("s2", "Second", "", tuple(entries[4:5])),
        Section("s3", "Third", "", tuple(entries[5:])),
    )
    return Selection("Ten entries", "For the round trip.", sections)


def with_entry(entry: Entry) -> Selection:
    return Selection("T", sections=(Section("s", "S", entries=(entry,)),))


def make(catalogue: Catalogue, selection: Selection | None = None, slug: str = "ten") -> None:
    with catalogue.transaction():
        create_draft(catalogue, slug, selection or ten_entries(), MEI)


def put(catalogue: Catalogue, selection: Selection, based_on: int, actor: Actor = MEI) -> int:
    with catalogue.transaction():
        return save_revision(catalogue, "ten", selection, actor, based_on=based_on).revision


def release(catalogue: Catalogue, note: str = "") -> None:
    held = resource_list(catalogue, "ten")
    with catalogue.transaction():
        publish_version(
            catalogue, "ten", MEI, based_on=held.revision, selection=held.selection, note=note
        )


def test_a_list_is_kept_as_it_was_given(catalogue):
    make(catalogue)
    held = resource_list(catalogue, "ten")
    assert held.selection == ten_entries()
    assert (held.state, held.revision, held.created_by) == ("draft", 1, "Mei")


def test_who_saves_second_loses_nothing_and_changes_nothing(catalogue):
    make(catalogue)
    put(catalogue, replace(ten_entries(), title="Ana's"), 1, ANA)
    with pytest.raises(ListChanged) as error:
        put(catalogue, replace(ten_entries(), title="Mei's"), 1)
    assert (error.value.revision, error.value.changed_by) == (2, "Ana")
    assert resource_list(catalogue, "ten").selection.title == "Ana's"
    assert selection_at(catalogue, "ten", 1) == ten_entries()


def test_two_connections_cannot_both_save_the_same_revision(catalogue):
    make(catalogue)
    with connect(catalogue.path) as other, other.transaction():
        save_revision(other, "ten", replace(ten_entries(), title="Ana's"), ANA, based_on=1)
    with pytest.raises(ListChanged):
        put(catalogue, replace(ten_entries(), title="Mei's"), 1)


def test_saving_the_same_text_is_no_new_revision(catalogue):
    make(catalogue)
    assert put(catalogue, ten_entries(), 1) == 1


def test_every_save_is_kept(catalogue):
    make(catalogue)
    put(catalogue, Selection("Emptied"), 1)
    assert selection_at(catalogue, "ten", 1) == ten_entries()
    with pytest.raises(ListNotFound):
        selection_at(catalogue, "ten", 3)


def test_a_version_stays_when_the_list_goes_on(catalogue):
    make(catalogue)
    release(catalogue, "first")
    put(catalogue, Selection("Another"), 2)
    release(catalogue)
    assert [v.number for v in versions_of(catalogue, "ten")] == [1, 2]
    first = version_of(catalogue, "ten", 1)
    assert (first.selection, first.note, first.published_by) == (ten_entries(), "first", "Mei")


@pytest.mark.parametrize("table", ["list_version", "list_revision"])
@pytest.mark.parametrize("change", ["update {} set selection = '{{}}'", "delete from {}"])
def test_what_was_written_cannot_be_changed(catalogue, table, change):
    make(catalogue)
    release(catalogue)
    with pytest.raises(sqlite3.IntegrityError, match="never change"):
        catalogue.db.execute(change.format(table))


def test_publishing_the_same_again_is_refused(catalogue):
    make(catalogue)
    release(catalogue)
    with pytest.raises(ListUnchanged):
        release(catalogue)


def test_what_a_smart_list_found_is_in_its_version_alone(catalogue):
    smart = Selection("Smart", query="q=wellbeing")
    found = replace(smart, sections=(Section("found", "", entries=(Entry("e", "E"),)),))
    make(catalogue, smart)
    with catalogue.transaction():
        publish_version(catalogue, "ten", MEI, based_on=1, selection=found)
    assert version_of(catalogue, "ten", 1).selection == found
    assert resource_list(catalogue, "ten").selection == smart


def test_two_cannot_publish_the_same_revision(catalogue):
    make(catalogue)
    release(catalogue)
    with pytest.raises(ListChanged), catalogue.transaction():
        publish_version(catalogue, "ten", ANA, based_on=1, selection=Selection("Other"))


def test_an_archived_list_is_whole_and_comes_back(catalogue):
    make(catalogue)
    release(catalogue)
    with catalogue.transaction():
        move_to_archive(catalogue, "ten", MEI, based_on=2)
    held = resource_list(catalogue, "ten")
    assert (held.state, held.selection) == ("archived", ten_entries())
    with catalogue.transaction():
        take_from_archive(catalogue, "ten", MEI)
    assert resource_list(catalogue, "ten").state == "published"


def test_readers_see_a_change_when_it_is_published_not_before(catalogue):
    before = catalogue.revision()
    make(catalogue)
    put(catalogue, Selection("Another"), 1)
    assert catalogue.revision() == before
    release(catalogue)
    assert catalogue.revision() > before


def test_every_write_is_in_the_log_with_what_changed(catalogue):
    make(catalogue)
    selection = ten_entries()
    first = selection.sections[0]
    entry = replace(first.entries[0], note="New")
    changed = replace(first, entries=(entry, *first.entries[1:]))
    put(catalogue, replace(selection, sections=(changed, *selection.sections[1:])), 1)
    release(catalogue)
    suggestion = Suggestion("document-99", "rejected", "Mei", AT)
    with catalogue.transaction():
        judge_suggestion(catalogue, "ten", suggestion, MEI)
        move_to_archive(catalogue, "ten", MEI, based_on=3)
        take_from_archive(catalogue, "ten", MEI)
    entries = log.read_log(catalogue, subject="list:ten")
    assert [e.action for e in reversed(entries)] == [
        "list.create", "list.save", "list.publish", "list.suggestion.rejected", "list.archive",
        "list.restore",
    ]  # fmt: skip
    saved = entries[-2]
    assert '"note": "New"' in saved.after
    assert "Line one of 0." in saved.before
    assert "e1" not in saved.after  # what stayed as it was is not repeated
    assert list(log.broken_links(catalogue)) == []


def test_a_list_is_not_made_twice(catalogue):
    make(catalogue)
    with pytest.raises(ListExists):
        make(catalogue, Selection("Other"))


def test_deleting_a_document_leaves_its_entry_whole(catalogue, store):
    document = store("a-report", "Some words.", url="https://example.org/r")
    entry = Entry("e", document.title, document.id, document.url, "A citation.", pin=Pin(1, "q"))
    make(catalogue, with_entry(entry))
    with catalogue.transaction():
        catalogue.delete_document(document.id)
    assert resource_list(catalogue, "ten").selection.entries == (entry,)


def test_a_document_is_in_the_lists_whose_readers_see_it(catalogue):
    for slug in ("draft", "archived", "seen", "removed-since"):
        make(catalogue, replace(ten_entries(), title=slug), slug)
    for slug in ("archived", "seen", "removed-since"):
        with catalogue.transaction():
            selection = resource_list(catalogue, slug).selection
            publish_version(catalogue, slug, MEI, based_on=1, selection=selection)
    with catalogue.transaction():
        move_to_archive(catalogue, "archived", MEI, based_on=2)
        save_revision(catalogue, "removed-since", Selection("Zzz"), MEI, based_on=2)
    assert [held.slug for held in lists_with(catalogue, "document-1")] == ["removed-since", "seen"]
    assert lists_with(catalogue, "document") == []


def test_the_newer_judgement_of_a_suggestion_counts(catalogue):
    make(catalogue)
    with catalogue.transaction():
        for decision in ("rejected", "accepted"):
            judge_suggestion(catalogue, "ten", Suggestion("d", decision, "Mei", AT), MEI)
    assert [s.decision for s in suggestions_of(catalogue, "ten")] == ["accepted"]


@pytest.mark.parametrize(
    ("damage", "fault"),
    [
        ("update list_version set selection = '{}'", "version 1 of the list ten: 'title'"),
        ("update list_version set selection = '{'", "version 1 of the list ten"),
        ("update list_version set number = 2", "version 1 of the list ten is missing"),
        ("delete from list_revision where number = 1", "revision 1 of the list ten is missing"),
    ],
)
def test_the_audit_finds_what_was_done_to_a_list(catalogue, tmp_path, damage, fault):
    make(catalogue)
    release(catalogue)

    def faults() -> list[str]:
        checks = audit_catalogue(catalogue, Originals(tmp_path / "originals"))
        return [fault for check in checks for fault in check.faults]

    assert faults() == []
    for (name,) in catalogue.rows("select name from sqlite_master where type = 'trigger'"):
        if name.startswith("list_") and "_no_" in name:
            catalogue.db.execute(f"drop trigger {name}")
    catalogue.db.execute(damage)
    assert any(found.startswith(fault) for found in faults())
