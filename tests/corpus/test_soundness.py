"""A damaged catalogue is known as such, refused for writing, and read as far as it goes."""

from __future__ import annotations

import shutil
import sqlite3

import pytest

from corpus.catalogue import condition
from corpus.catalogue.catalogue import connect
from corpus.catalogue.condition import check, damage_of, marker_of
from corpus.catalogue.door import translate
from corpus.catalogue.originals import Originals
from corpus.catalogue.rebuilding import rebuild_words
from corpus.catalogue.soundness import SCHEMA_DIGEST, digest_schema, expected_objects
from corpus.errors import (
    CatalogueBusy,
    CatalogueDamaged,
    CatalogueMissing,
    CatalogueUnwritable,
    KeywordIndexDamaged,
)
from corpus.promises import audit_catalogue
from index.words.keywords import search_keywords


def test_the_digest_of_the_schema_is_that_of_what_the_migrations_make():
    assert digest_schema(expected_objects()) == SCHEMA_DIGEST


@pytest.fixture
def path(catalogue, store):
    """A sound catalogue that nobody has open and this process knows nothing of."""
    store("brief", "Pupils learn at home.", "Teachers learn at school.")
    store("report", "Schools measure wellbeing.")
    catalogue.close()
    condition._findings.clear()
    return catalogue.path


def run(path, *statements):
    """Do something to the file behind this program's back."""
    with sqlite3.connect(path, isolation_level=None) as db:
        for statement in statements:
            db.execute(statement)
    db.close()


def test_a_new_catalogue_leaves_a_marker_and_an_earlier_one_gets_it(tmp_path, path):
    marker_of(path).unlink()
    connect(path).close()
    assert marker_of(path).name == "catalogue.sqlite.made"
    assert "salex restore" in marker_of(path).read_text("utf-8")


def test_a_damaged_catalogue_of_an_earlier_release_gets_no_marker(path):
    marker_of(path).unlink()
    run(path, "drop table tag")
    connect(path).close()
    assert not marker_of(path).exists()


@pytest.mark.parametrize("create", [True, False])
@pytest.mark.parametrize("lost", ["emptied", "deleted"])
def test_a_lost_catalogue_is_not_taken_for_a_new_one(path, lost, create):
    path.unlink()
    if lost == "emptied":
        path.touch()
    with pytest.raises(CatalogueDamaged, match=r"salex restore FOLDER.*delete .*\.made"):
        connect(path, create=create)
    assert not path.exists() or path.stat().st_size == 0
    marker_of(path).unlink()
    if lost == "deleted":
        with pytest.raises(CatalogueMissing):
            connect(path)
    with connect(path, create=True) as new:
        assert new.count_rows()["document"] == 0


def test_an_empty_file_is_no_catalogue_but_can_become_one(tmp_path):
    empty = tmp_path / "none.sqlite"
    empty.touch()
    with pytest.raises(CatalogueDamaged, match="is empty"):
        connect(empty)
    connect(empty, create=True).close()


DAMAGES = {
    "a table": ("drop table tag", "the table tag is missing"),
    "a column": ("alter table document drop column note", "no column note"),
    "an index": ("drop index tag_term", "the index tag_term is missing"),
    "a trigger": ("drop trigger document_retitled", "the trigger document_retitled"),
    "the words": ("drop table passage_fts", "the table passage_fts is missing"),
    "some words": (
        "insert into passage_fts(passage_fts, rowid, title, heading, text) "
        "select 'delete', id, title, heading, text from passage limit 1",
        "lacks 1 passages",
    ),
    "a structure": ("update passage_fts_data set block = x'00' where id > 10", "passage_fts"),
}


@pytest.mark.parametrize("name", DAMAGES)
def test_damage_is_found_said_and_nothing_is_written(path, name):
    statement, said = DAMAGES[name]
    run(path, statement)
    before = path.read_bytes()
    with connect(path) as catalogue:
        assert len(catalogue.passages("brief")) == 2
        assert said in damage_of(path).reason
        with pytest.raises(CatalogueDamaged, match="salex"), catalogue.transaction():
            raise AssertionError("this is not reached")
        with pytest.raises(CatalogueDamaged):
            catalogue.db.execute("delete from outcome")
        with pytest.raises(CatalogueDamaged):
            catalogue.db.conn.executemany("delete from page where number = ?", [(1,)])
        with pytest.raises(CatalogueDamaged):
            catalogue.db.table("fetch").upsert({"source": "a", "fetched_at": "now"}, pk="source")
    assert path.read_bytes() == before


def test_a_large_catalogue_is_checked_before_the_first_write(path, monkeypatch):
    run(path, "drop index tag_term")
    monkeypatch.setattr(condition, "SMALL_BYTES", 0)
    with connect(path) as catalogue:
        assert damage_of(path) is None
        with pytest.raises(CatalogueDamaged, match="tag_term"), catalogue.transaction():
            raise AssertionError("this is not reached")


def test_a_missing_table_is_damage_and_a_wrong_statement_is_not(path):
    with connect(path) as catalogue:
        with pytest.raises(sqlite3.OperationalError, match="no such table: song"):
            catalogue.rows("select * from song")
        with pytest.raises(sqlite3.OperationalError, match="fts5: syntax error"):
            catalogue.rows("select * from passage_fts where passage_fts match 'AND'")
        assert damage_of(path) is None
        run(path, "drop table passage_fts")
        with pytest.raises(KeywordIndexDamaged, match="salex index --rebuild-words"):
            search_keywords(catalogue, ["pupils"])
        assert damage_of(path).of_words


def test_damage_that_only_reading_meets_is_remembered(path):
    run(path, "drop trigger document_retitled", "update document set authors = '[\"A'")
    sql = "create trigger document_retitled after update of title on document begin select 1; end"
    run(path, sql)
    with connect(path) as catalogue:
        assert damage_of(path) is None
        with pytest.raises(CatalogueDamaged, match="record of brief"):
            catalogue.document("brief")
    assert check(path) == damage_of(path) is not None


def test_another_file_in_its_place_is_checked_again(path):
    sound = path.with_name("sound")
    shutil.copy(path, sound)
    run(path, "drop table tag")
    connect(path).close()
    assert damage_of(path)
    sound.replace(path)
    with connect(path) as catalogue, catalogue.transaction():
        catalogue.db.execute("delete from outcome")


class Refusal(sqlite3.OperationalError):
    """What SQLite raises, with a code."""

    def __init__(self, code: int) -> None:
        super().__init__("said by SQLite")
        self.sqlite_errorcode = code


@pytest.mark.parametrize(
    ("code", "expected", "said"),
    [
        (sqlite3.SQLITE_BUSY, CatalogueBusy, "Try again"),
        (sqlite3.SQLITE_BUSY_SNAPSHOT, CatalogueBusy, "Try again"),
        (sqlite3.SQLITE_LOCKED, CatalogueBusy, "Try again"),
        (sqlite3.SQLITE_FULL, CatalogueUnwritable, "the disk is full"),
        (sqlite3.SQLITE_READONLY, CatalogueUnwritable, "permissions"),
        (sqlite3.SQLITE_CANTOPEN, CatalogueUnwritable, "permissions"),
        (sqlite3.SQLITE_IOERR_WRITE, CatalogueUnwritable, "disk failed"),
        (sqlite3.SQLITE_CORRUPT, CatalogueDamaged, "salex restore"),
        (sqlite3.SQLITE_CORRUPT_VTAB, KeywordIndexDamaged, "--rebuild-words"),
        (sqlite3.SQLITE_NOTADB, CatalogueDamaged, "salex restore"),
    ],
)
def test_each_refusal_of_sqlite_has_its_error(path, code, expected, said):
    translated = translate(Refusal(code), path)
    assert type(translated) is expected
    assert said in str(translated)


def test_a_full_disk_is_said_and_is_no_damage(path):
    with connect(path) as catalogue:
        pages = catalogue.rows("pragma page_count")[0][0]
        catalogue.db.execute(f"pragma max_page_count = {pages}")
        with pytest.raises(CatalogueUnwritable, match="disk is full"), catalogue.transaction():
            catalogue.db.execute(
                "insert into outcome (source, kind, reason, at) values ('a', 'b', ?, 'c')",
                ["long " * 100_000],
            )
    assert damage_of(path) is None


def test_another_writer_makes_a_single_statement_busy(path):
    with connect(path) as one, connect(path) as other:
        other.db.execute("pragma busy_timeout = 0")
        with one.transaction(), pytest.raises(CatalogueBusy):
            other.db.execute("delete from outcome")


@pytest.mark.parametrize(
    "statements",
    [
        ["drop table passage_fts"],
        ["drop table passage_fts_data"],
        ["drop table passage_fts_config"],
        ["drop trigger passage_added", "drop trigger passage_changed"],
        ["delete from passage_fts_data"],
        ["insert into passage_fts(passage_fts) values ('delete-all')"],
        [],
    ],
    ids=" and ".join,
)
def test_the_words_are_made_again_from_the_passages(path, tmp_path, store, statements):
    run(path, *statements)
    assert rebuild_words(path) == 3
    with connect(path) as catalogue:
        assert len(search_keywords(catalogue, ["learn"])[0]) == 2
        with catalogue.transaction():
            catalogue.delete_document("report")
        assert len(search_keywords(catalogue, ["wellbeing"])[0]) == 0
        checks = {c.name: c for c in audit_catalogue(catalogue, Originals(tmp_path / "originals"))}
        assert checks["keyword index equals passages"].ok
        assert checks["SQLite file and foreign keys"].ok


def test_a_catalogue_with_more_than_its_words_damaged_is_not_rebuilt(path):
    run(path, "drop table passage_fts", "drop table tag")
    with pytest.raises(CatalogueDamaged, match="salex restore"):
        rebuild_words(path)


def test_the_audit_goes_on_after_damage(path, tmp_path):
    run(path, "drop table tag")
    with connect(path) as catalogue:
        checks = {c.name: c for c in audit_catalogue(catalogue, Originals(tmp_path / "originals"))}
    assert "the table tag is missing" in checks["SQLite file and foreign keys"].faults
    assert not checks["tags point at a passage of their document"].ok
    assert checks["passages are slices of their document"].ok


def test_the_audit_of_what_cannot_be_written_reports_no_false_fault(path, tmp_path):
    with connect(path) as catalogue:
        catalogue.db.execute("pragma query_only = on")
        checks = list(audit_catalogue(catalogue, Originals(tmp_path / "originals")))
    (words,) = [check for check in checks if check.name.startswith("keyword index")]
    assert words.ok
    assert "not compared" in words.name
