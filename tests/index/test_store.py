"""Stored vectors are read as they were written; what changed on disk is encoded again."""

from __future__ import annotations

import sqlite3

import numpy as np
import pytest

from corpus.errors import IndexDamaged, IndexTooNew, IndexUnwritable
from index.vectors.audit import audit_index
from index.vectors.builder import build_index
from index.vectors.generations import read_usable
from index.vectors.store import VectorStore
from tests.support.fakes import HashEncoder

MODEL = HashEncoder.digest
FORMER = (
    "create table vector (model text not null, passage_id integer not null, input_key integer not "
    "null, vector blob not null, primary key (model, passage_id)) strict, without rowid"
)


@pytest.fixture
def index(catalogue, store, tmp_path):
    store("a", "One.", "Two.", "Three.")
    build_index(catalogue, tmp_path / "index", HashEncoder())
    return tmp_path / "index"


def _change(index, *statements):
    connection = sqlite3.connect(index / "vectors.sqlite")
    for statement in statements:
        connection.execute(statement)
    connection.commit()
    connection.close()


def _make_former(index):
    """Turn the store into one from before there were checksums."""
    _change(
        index,
        "alter table vector rename to later",
        FORMER,
        "insert into vector select model, passage_id, input_key, vector from later",
        "drop table later",
        "pragma user_version = 0",
    )


def test_a_vector_that_changed_is_encoded_again_and_no_other(catalogue, index):
    _change(
        index,
        "update vector set vector = (select vector from vector order by passage_id limit 1) "
        "where passage_id = (select max(passage_id) from vector)",
    )
    faults = [f for check in audit_index(catalogue, index) for f in check.faults]
    assert len(faults) == 1
    assert "changed on disk; run: salex index" in faults[0]
    with (
        VectorStore(index / "vectors.sqlite") as stored,
        pytest.raises(IndexDamaged, match="disk: 1"),
    ):
        stored.read(MODEL)
    report = build_index(catalogue, index, HashEncoder())
    assert report.encoded == 1
    assert report.mended == ("Stored vectors that had changed on disk and were encoded again: 1.",)
    assert all(check.ok for check in audit_index(catalogue, index))


def test_a_store_without_checksums_is_taken_over_once_without_encoding(catalogue, index):
    _make_former(index)
    assert all(check.ok for check in audit_index(catalogue, index))
    report = build_index(catalogue, index, HashEncoder())
    assert (report.encoded, len(report.mended)) == (0, 1)
    assert "had no checksums: 3" in report.mended[0]
    assert build_index(catalogue, index, HashEncoder()).mended == ()
    assert all(check.ok for check in audit_index(catalogue, index))


def test_what_cannot_be_a_vector_is_not_taken_over(catalogue, index):
    _make_former(index)
    _change(index, "update vector set vector = x'00' where passage_id in "
                   "(select max(passage_id) from vector)")  # fmt: skip
    assert build_index(catalogue, index, HashEncoder()).encoded == 1


def test_a_store_that_cannot_be_read_is_renamed_and_made_again(catalogue, index):
    (index / "vectors.sqlite").write_bytes(b"not a database, and long enough to see" * 100)
    with pytest.raises(IndexDamaged, match="salex index"):
        VectorStore(index / "vectors.sqlite")
    report = build_index(catalogue, index, HashEncoder())
    assert report.encoded == 3
    assert "vectors.sqlite.damaged-1" in report.mended[0]
    assert (index / "vectors.sqlite.damaged-1").read_bytes().startswith(b"not a database")
    (index / "vectors.sqlite").unlink()
    (index / "vectors.sqlite").mkdir()
    assert "damaged-2" in build_index(catalogue, index, HashEncoder()).mended[0]


def test_a_store_of_a_later_release_is_left_alone(catalogue, index):
    _change(index, "pragma user_version = 2")
    with pytest.raises(IndexTooNew, match="later release"):
        build_index(catalogue, index, HashEncoder())
    assert not list(index.glob("*damaged*"))


def test_a_locked_store_is_not_taken_for_a_damaged_one(index):
    with VectorStore(index / "vectors.sqlite") as stored:
        other = sqlite3.connect(index / "vectors.sqlite", isolation_level=None)
        other.execute("begin immediate")
        stored._connection.execute("pragma busy_timeout = 1")
        with pytest.raises(IndexUnwritable, match="Another process is writing"):
            stored.put(MODEL, {(1, 1): np.ones(1, np.float32)})
        other.close()


def test_a_mended_index_has_a_whole_one_before_it(catalogue, store, index):
    store("b", "Four.")
    build_index(catalogue, index, HashEncoder())
    (index / "gen-000002" / "passages.faiss").write_bytes(b"noise")
    found = read_usable(index)
    assert found.manifest.passages == 3
    assert "gen-000002/passages.faiss" in (found.fault or "")
    build_index(catalogue, index, HashEncoder())
    assert {path.name for path in index.glob("gen-*")} == {"gen-000001", "gen-000003"}
    (index / "CURRENT").write_bytes(b"\xff")
    assert read_usable(index).manifest.generation == "gen-000003"


def test_an_index_from_before_manifests_had_checksums_is_used(catalogue, index):
    manifest = index / "gen-000001" / "manifest.json"
    lines = manifest.read_text("utf-8").splitlines()
    former = [line for line in lines if "generation" not in line and "checksum" not in line]
    manifest.write_text("\n".join(former).replace('",\n}', '"\n}'), "utf-8")
    assert read_usable(index).fault is None
    assert all(check.ok for check in audit_index(catalogue, index))
