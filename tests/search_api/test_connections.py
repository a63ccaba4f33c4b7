"""Connections kept between requests: one request at a time, and never a stale or spoilt one."""

from __future__ import annotations

import shutil
import sqlite3
from pathlib import Path

import pytest

from corpus.catalogue.catalogue import connect
from corpus.catalogue.condition import marker_of
from corpus.errors import CatalogueDamaged, CatalogueMissing, DocumentNotFound
from search_api.service import connections
from search_api.service.connections import Connections


@pytest.fixture
def path(tmp_path: Path) -> Path:
    connect(tmp_path / "catalogue.sqlite", create=True).close()
    return tmp_path / "catalogue.sqlite"


def test_a_connection_is_used_again_and_never_by_two_at_once(path):
    pool = Connections(path)
    with pool.lend() as first, pool.lend() as second:
        assert first is not second
    with pool.lend() as third:
        assert third in (first, second)
        assert third.revision() == 0


def test_a_restored_file_is_opened_again(path, tmp_path):
    pool = Connections(path)
    with pool.lend() as before:
        pass
    shutil.copy(path, tmp_path / "restored")
    (tmp_path / "restored").replace(path)
    with pool.lend() as after:
        assert after is not before


def test_an_error_of_ours_keeps_the_connection_one_of_sqlite_does_not(path):
    pool = Connections(path)
    with pytest.raises(DocumentNotFound), pool.lend() as first:
        raise DocumentNotFound("x")
    with pytest.raises(sqlite3.OperationalError), pool.lend() as second:
        second.rows("select nothing from nowhere")
    assert second is first
    with pool.lend() as third:
        assert third is not first


def test_what_was_left_in_a_transaction_is_not_lent_again(path):
    pool = Connections(path)
    with pool.lend() as first:
        first.db.execute("begin immediate")
    with pool.lend() as second, second.transaction():
        assert second is not first


def test_few_are_kept_and_all_are_closed_at_the_end(path, monkeypatch):
    monkeypatch.setattr(connections, "MOST_IDLE", 1)
    pool = Connections(path)
    with pool.lend() as first, pool.lend() as second:
        pass
    with pytest.raises(sqlite3.ProgrammingError, match="closed"):
        first.revision()
    pool.close()
    with pytest.raises(sqlite3.ProgrammingError, match="closed"):
        second.revision()


def test_a_missing_catalogue_is_said_even_with_one_open(path):
    pool = Connections(path)
    with pool.lend():
        pass
    path.unlink()
    with pytest.raises(CatalogueDamaged, match="is missing"), pool.lend():
        pass
    marker_of(path).unlink()
    with pytest.raises(CatalogueMissing), pool.lend():
        pass
