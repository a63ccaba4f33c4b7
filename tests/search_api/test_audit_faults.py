"""``salex audit`` names each planted fault, one at a time, and says what it could not check."""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
import sys
import time
from pathlib import Path

import pytest

from corpus.catalogue import condition
from corpus.catalogue.catalogue import connect
from corpus.catalogue.originals import Originals
from corpus.documents.corrections import correct_fields
from corpus.promises import STORING_S
from index.vectors.builder import build_index
from search_api import cli
from tests.support.fakes import HashEncoder
from tests.support.sound import CURATOR, make_sound_repository

DATA = Path("data")
CHANGE_VERSIONS = "drop trigger list_version_no_update"


@pytest.fixture(scope="module")
def sound(tmp_path_factory):
    """A folder with a repository without faults."""
    folder = tmp_path_factory.mktemp("sound")
    make_sound_repository(folder / "data")
    return folder


@pytest.fixture
def audit(sound, tmp_path, monkeypatch, capsys):
    """Run the audit in a copy of the repository; return its exit code, what it said, its faults."""
    shutil.copytree(sound, tmp_path, dirs_exist_ok=True)
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("SALEX_DATA_FOLDER", raising=False)
    monkeypatch.setattr(condition, "_findings", {})

    def run() -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["salex", "audit", "--json"])
        with pytest.raises(SystemExit) as ended:
            cli.main()
        told = capsys.readouterr()
        checks = json.loads(told.out)
        faults = "\n".join(f"{c['name']}: {fault}" for c in checks for fault in c["faults"])
        return int(ended.value.code or 0), told.err, faults

    return run


def sql(*statements: str, path: str = "catalogue.sqlite"):
    def plant() -> None:
        connection = sqlite3.connect(DATA / path, isolation_level=None)
        for statement in statements:
            connection.execute(statement)
        connection.close()

    return plant


def change_byte(path: Path, at: int) -> None:
    data = bytearray(path.read_bytes())
    data[at] ^= 0x55
    path.write_bytes(bytes(data))


def first(pattern: str) -> Path:
    return min(DATA.glob(pattern))


def damage_a_page() -> None:
    connection = sqlite3.connect(DATA / "catalogue.sqlite")
    connection.execute("pragma wal_checkpoint(truncate)")
    root, size = connection.execute(
        "select rootpage, (select page_size from pragma_page_size) from sqlite_master "
        "where name = 'tag_term'"
    ).fetchone()
    connection.close()
    change_byte(DATA / "catalogue.sqlite", (root - 1) * size)


def leave_a_stray_original() -> None:
    path = Originals(DATA / "originals").path(
        Originals(DATA / "originals").keep(b"Stored by a command that was killed.")
    )
    then = time.time() - STORING_S - 60
    os.utime(path, (then, then))


def forget_an_entry_of_the_log() -> None:
    sql("drop trigger log_entry_unchanged", "update log_entry set actor = 'eve' where id = 1")()


PLANTED = {
    "a page of the catalogue": (damage_a_page, "is damaged"),
    "a lost table of words": (sql("drop table passage_fts"), "passage_fts"),
    "a passage that is not among the words": (
        sql("insert into passage_fts(passage_fts, rowid, title, heading, text) select 'delete', "
            "id, title, heading, text from passage limit 1"),
        "keyword index",
    ),
    "a changed letter of a document": (
        sql("update document set text = replace(text, 'First', 'first')"),
        "differs from its document's text",
    ),
    "a passage on another page": (
        sql("update passage set page = 2, page_end = 2 where page = 1"), "not on page 2",
    ),
    "a document without passages": (
        sql("delete from passage where document_id = 'two'"), "two has no passage",
    ),
    "a changed letter of a title": (
        sql("drop trigger document_retitled", "update document set title = 'Ona' where id = 'one'"),
        "the title of one differs",
    ),
    "a changed letter of a corrected author": (
        sql("update document set authors = replace(authors, 'Ben', 'Den')"),
        "authors of one differs from its last correction",
    ),
    "a lost original": (lambda: first("originals/??/*").unlink(), "is missing: the original of "),
    "a changed original": (
        lambda: change_byte(first("originals/??/*"), 3), "changed on disk: the original of ",
    ),
    "an original without a document": (leave_a_stray_original, "belongs to no document"),
    "a tag without its passage": (
        sql("update tag set passage_id = 7"), "its passage does not exist",
    ),
    "a tag that quotes something else": (
        sql("update tag set quote = 'Other words.'"), "its quote is not in its passage",
    ),
    "a lost outcome": (
        sql("delete from outcome where document_id = 'one'"), "stored, but has no outcome",
    ),
    "a relation to nothing": (
        sql("insert into relation (first, second, kind, origin, evidence, decided_at) "
            "values ('gone', 'one', 'same-work', 'proposed', '', '2026-01-01T00:00:00Z')"),
        "foreign key",
    ),
    "a lost version of a list": (
        sql(CHANGE_VERSIONS, "update list_version set number = 2"), "version 1 of the list",
    ),
    "a damaged version of a list": (
        sql(CHANGE_VERSIONS, "update list_version set selection = substr(selection, 1, 40)"),
        "version 1 of the list",
    ),
    "an interrupted contribution": (
        sql("insert into contribution (id, source, name, contributor, received_at, state) values "
            "('c1', 'file:c1', 'c1.pdf', 'Mia', '2026-01-01T00:00:00Z', 'received')"),
        "was interrupted",
    ),
    "a changed entry of the log": (forget_an_entry_of_the_log, "log entry 1 was changed"),
    "a lost entry of the log": (
        sql("drop trigger log_entry_kept", "delete from log_entry where id = 1"),
        "log entry 1 is missing",
    ),
    "a lost vector": (
        sql("delete from vector where passage_id in (select passage_id from vector limit 1)",
            path="index/vectors.sqlite"),
        "is not in the store",
    ),
    "a changed vector": (
        sql("update vector set vector = zeroblob(256)", path="index/vectors.sqlite"),
        "changed on disk; run: salex index",
    ),
    "a passage without a vector": (
        sql("update passage set id = 7 where document_id = 'two' and position = 1"),
        "passage 7 has no vector",
    ),
    "a changed index file": (
        lambda: change_byte(first("index/gen-*/passages.faiss"), -1), "does not match its manifest",
    ),
    "a changed manifest": (
        lambda: change_byte(first("index/gen-*/manifest.json"), 30), "manifest.json",
    ),
    "a broken CURRENT": (
        lambda: (DATA / "index" / "CURRENT").write_text("none\n"), "does not name a generation",
    ),
}  # fmt: skip


def test_a_sound_repository_has_no_fault(audit):
    assert audit() == (0, "", "")


@pytest.mark.parametrize("name", PLANTED)
def test_each_planted_fault_is_named(audit, name):
    plant, named = PLANTED[name]
    plant()
    code, stderr, faults = audit()
    assert named in faults + stderr
    assert code == 1


def test_a_young_original_may_be_of_a_document_that_is_being_stored(audit):
    Originals(DATA / "originals").keep(b"A document follows.")
    assert audit() == (0, "", "")


def test_an_original_of_an_earlier_version_belongs_to_its_outcome(audit):
    leave_a_stray_original()
    (stray,) = (p for p in DATA.glob("originals/??/*") if b"killed" in p.read_bytes())
    sql(f"update outcome set sha256 = '{stray.name}' where document_id = 'one'")()
    assert audit() == (0, "", "")


def test_a_correction_that_was_given_back_to_the_source_is_no_fault(audit):
    with connect(DATA / "catalogue.sqlite") as catalogue:
        correct_fields(catalogue, CURATOR, "one", {"title": "Another title", "authors": []})
        build_index(catalogue, DATA / "index", HashEncoder())
    assert audit()[2] == ""


def test_a_store_of_vectors_that_is_locked_is_said_and_the_other_checks_stand(audit, monkeypatch):
    monkeypatch.setattr("index.vectors.store.BUSY_TIMEOUT_S", 0.01)
    other = sqlite3.connect(DATA / "index" / "vectors.sqlite", isolation_level=None)
    other.execute("pragma journal_mode = delete")
    other.execute("begin exclusive")
    code, stderr, faults = audit()
    other.close()
    assert (code, faults) == (3, "")
    assert len(stderr.splitlines()) == 1
    assert "Checks that could not be made: 1 of " in stderr
    assert "Another process is writing to data/index/vectors.sqlite" in stderr
