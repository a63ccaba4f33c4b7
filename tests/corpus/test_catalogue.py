"""The catalogue: what is stored comes back, FTS5 stays true, and a foreign file is refused."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
import threading
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.catalogue.catalogue import connect
from corpus.errors import (
    CatalogueDamaged,
    CatalogueMissing,
    CatalogueTooNew,
    DocumentNotFound,
)
from corpus.migrations import VERSION
from corpus.model import Page, document_id, passage_id
from tests.conftest import store_document

ROOT = Path(__file__).parents[2]


def _found(catalogue, word):
    return catalogue.rows("select rowid from passage_fts where passage_fts match ?", [f'"{word}"'])


def _integrity(catalogue):
    catalogue.db.execute("insert into passage_fts(passage_fts, rank) values('integrity-check', 1)")


def test_a_stored_document_comes_back_as_it_was(catalogue, store):
    document = store(
        "brief",
        "Teachers lead.",
        authors=("A. Ó Néill",),
        year=2021,
        metadata_origins={"year": "page"},
    )
    assert catalogue.document("brief") == document
    assert catalogue.text("brief") == "Teachers lead."
    assert catalogue.pages("brief") == [Page(1, 0, 14)]


def test_an_unknown_document_is_an_error_that_names_it(catalogue):
    with pytest.raises(DocumentNotFound, match="nowhere"):
        catalogue.document("nowhere")


def test_roles_and_page_labels_come_back_and_follow_the_newest_reading(catalogue, store):
    document = store("brief", "Teachers lead.")
    (passage,) = catalogue.passages("brief")
    assert passage.role == "body"
    for role, label in (("references", "xii"), ("summary", None)):
        page = Page(1, 0, 14, label)
        with catalogue.transaction():
            catalogue.store_document(
                document, "Teachers lead.", pages=[page], passages=[replace(passage, role=role)]
            )
        assert catalogue.pages("brief") == [page]
        assert [(p.id, p.role) for p in catalogue.passages("brief")] == [(passage.id, role)]


def test_the_evidence_of_a_record_goes_with_its_document(catalogue, store):
    store("brief", "Teachers lead.")
    with catalogue.transaction():
        row = ("brief", "year", 1, "In 2021", 0.9)
        catalogue.db.execute("insert into record_evidence values (?, ?, ?, ?, ?, null)", row)
        catalogue.delete_document("brief")
    assert catalogue.rows("select count(*) from record_evidence") == [(0,)]


def test_storing_again_keeps_the_rows_of_unchanged_passages(catalogue, store):
    store("brief", "Kept words.", "Old words.")
    before = {p.text: p.id for p in catalogue.passages("brief")}
    store("brief", "New words.", "Kept words.")
    after = {p.text: p.id for p in catalogue.passages("brief")}
    assert after["Kept words."] == before["Kept words."]
    assert set(after) == {"Kept words.", "New words."}
    assert [p.position for p in catalogue.passages("brief")] == [0, 1]


@pytest.mark.parametrize("change", ["store", "retitle", "delete"])
def test_the_keyword_index_follows_every_change(catalogue, store, change):
    store("brief", "An alpha finding.", title="Omega")
    if change == "store":
        store("brief", "A beta finding.", title="Omega")
        assert (_found(catalogue, "alpha"), len(_found(catalogue, "beta"))) == ([], 1)
    elif change == "retitle":
        store("brief", "An alpha finding.", title="Sigma")
        assert (_found(catalogue, "omega"), len(_found(catalogue, "sigma"))) == ([], 1)
    else:
        with catalogue.transaction():
            catalogue.delete_document("brief")
        assert _found(catalogue, "alpha") == []
    _integrity(catalogue)


def test_a_failed_transaction_leaves_nothing(catalogue, store):
    with pytest.raises(RuntimeError), catalogue.transaction():
        catalogue.db.execute(
            "insert into outcome (source, kind, reason, at) values ('s','k','r','t')"
        )
        raise RuntimeError
    assert catalogue.count_rows()["outcome"] == 0


def test_every_visible_change_raises_the_revision(catalogue, store):
    seen = [catalogue.revision()]
    store("brief", "One.")
    seen.append(catalogue.revision())
    with catalogue.transaction():
        catalogue.delete_document("brief")
    seen.append(catalogue.revision())
    assert seen == sorted(set(seen))


def test_a_connection_is_set_up_for_safety(catalogue):
    wanted = {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "recursive_triggers": 1}
    assert {name: catalogue.rows(f"pragma {name}")[0][0] for name in wanted} == wanted


def test_a_connection_may_be_used_from_another_thread(catalogue):
    found = []
    thread = threading.Thread(target=lambda: found.append(catalogue.count_rows()["document"]))
    thread.start()
    thread.join()
    assert found == [0]


def test_a_missing_catalogue_says_how_to_make_one(tmp_path):
    with pytest.raises(CatalogueMissing, match="salex init"):
        connect(tmp_path / "none.sqlite")


def test_a_file_that_is_no_database_is_refused(tmp_path):
    (tmp_path / "c.sqlite").write_bytes(
        b"not a database, but quite long enough to be read as one" * 9
    )
    with pytest.raises(CatalogueDamaged, match="backup"):
        connect(tmp_path / "c.sqlite")


def test_another_programs_database_is_left_alone(tmp_path):
    other = sqlite3.connect(tmp_path / "c.sqlite")
    other.execute("create table contacts (name text)")
    other.commit()
    other.close()
    with pytest.raises(CatalogueDamaged):
        connect(tmp_path / "c.sqlite")


def test_another_programs_database_is_not_even_touched(tmp_path):
    other = sqlite3.connect(tmp_path / "c.sqlite")
    other.execute("create table contacts (name text)")
    other.commit()
    other.close()
    before = (tmp_path / "c.sqlite").read_bytes()
    with pytest.raises(CatalogueDamaged):
        connect(tmp_path / "c.sqlite")
    assert (tmp_path / "c.sqlite").read_bytes() == before


def test_many_that_open_a_new_catalogue_at_once_all_get_it(tmp_path):
    code = (
        "import sys; from pathlib import Path; from corpus.catalogue.catalogue import connect\n"
        "print(connect(Path(sys.argv[1]), create=True).count_rows()['document'])"
    )
    command = [sys.executable, "-c", code, str(tmp_path / "c.sqlite")]
    started = [subprocess.Popen(command, stdout=subprocess.PIPE, cwd=ROOT) for _ in range(6)]
    assert [process.communicate()[0] for process in started] == [b"0\n"] * 6


def test_a_later_releases_catalogue_is_refused(tmp_path):
    with connect(tmp_path / "c.sqlite", create=True) as catalogue:
        catalogue.db.execute(f"pragma user_version = {VERSION + 1}")
    with pytest.raises(CatalogueTooNew):
        connect(tmp_path / "c.sqlite")


@given(st.text(), st.text(), st.integers(0, 9))
def test_passage_ids_are_stable_and_63_bits(document, text, occurrence):
    text = text.encode("utf-8", "replace").decode()
    document = document.encode("utf-8", "replace").decode()
    identity = passage_id(document, text, occurrence)
    assert identity == passage_id(document, text, occurrence)
    assert 0 <= identity < 2**63
    assert identity != passage_id(document, text, occurrence + 1)


def test_ids_never_change_between_releases():
    assert document_id("https://example.org/report.pdf") == "d2a8f575e0d6b3c1"
    assert passage_id("a", "words", 0) == 1079478913304513465


def test_the_same_text_twice_in_a_document_is_two_passages(catalogue):
    store_document(catalogue, "brief", "Again.", "Again.")
    assert len({p.id for p in catalogue.passages("brief")}) == 2
