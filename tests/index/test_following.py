"""A snapshot that follows changes equals one for which everything is read."""

from __future__ import annotations

import os
import shutil
import threading
from concurrent.futures import ThreadPoolExecutor, wait

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from corpus.catalogue.catalogue import connect
from index.local import engine, taking
from index.local.engine import LocalEngine
from index.model import Query
from index.vectors.builder import build_index
from index.words import building
from search_api.service.connections import Connections
from tests.conftest import store_document
from tests.support.changing import NAMES, TEXTS, do, steps, told_of
from tests.support.fakes import HashEncoder


def _check(catalogue, folder, first, later):
    with catalogue.transaction():
        catalogue.db.execute("delete from document")
    shutil.rmtree(folder, ignore_errors=True)
    for step in first:
        do(catalogue, step)
    build_index(catalogue, folder, HashEncoder())
    following = LocalEngine(folder)
    kept = following.view(catalogue)
    for batch in later:
        for step in batch:
            do(catalogue, step)
        kept = taking.follow(kept, catalogue)
        whole = LocalEngine(folder).view(catalogue)
        assert told_of(kept) == told_of(whole)
        terms = ["schools", "teachers", "two", "more", "absent"]
        np.testing.assert_allclose(
            kept.words.bm25(catalogue, terms), whole.words.bm25(catalogue, terms), rtol=1e-9
        )


calm = {"suppress_health_check": [HealthCheck.function_scoped_fixture], "deadline": None}


@settings(max_examples=10, **calm)
@given(first=steps, later=st.lists(steps, max_size=3))
def test_what_follows_changes_is_what_reading_everything_gives(catalogue, tmp_path, first, later):
    _check(catalogue, tmp_path / "index", first, later)


@pytest.mark.prove
@settings(max_examples=300, **calm)
@given(first=steps, later=st.lists(steps, max_size=3))
def test_any_sequence_of_changes_can_be_followed(catalogue, tmp_path, first, later):
    _check(catalogue, tmp_path / "index", first, later)


@settings(max_examples=10, **calm)
@given(first=steps, later=st.lists(steps, max_size=3))
def test_a_new_index_joined_to_what_is_known_is_what_reading_everything_gives(
    catalogue, tmp_path, monkeypatch, first, later
):
    monkeypatch.setattr(building, "REWRITTEN_FROM", 100)  # keep to what is known
    folder, terms = tmp_path / "index", ["schools", "teachers", "two", "more", "absent"]
    with catalogue.transaction():
        catalogue.db.execute("delete from document")
    shutil.rmtree(folder, ignore_errors=True)
    following = LocalEngine(folder)
    for batch in (first, *later):
        for step in batch:
            do(catalogue, step)
        following.view(catalogue)
        build_index(catalogue, folder, HashEncoder())
        kept, whole = following.view(catalogue), LocalEngine(folder).view(catalogue)
        assert told_of(kept) == told_of(whole)
        assert kept.generation.name == whole.generation.name
        np.testing.assert_allclose(
            kept.words.bm25(catalogue, terms), whole.words.bm25(catalogue, terms), rtol=1e-9
        )


def test_the_catalogue_is_not_read_again_for_a_new_index(catalogue, store, tmp_path, monkeypatch):
    for name in NAMES:
        store(name, *(f"{text} {name}" for text in TEXTS * 5))
    build_index(catalogue, tmp_path / "index", HashEncoder())
    snapshots = LocalEngine(tmp_path / "index")
    snapshots.view(catalogue)
    store("late", "Pupils read.")
    words = snapshots.view(catalogue).words
    build_index(catalogue, tmp_path / "index", HashEncoder())
    monkeypatch.setattr(taking, "load_holdings", None)
    after = snapshots.view(catalogue)
    assert (after.generation.name, after.without_vector) == ("gen-000002", 0)
    assert after.words is words  # with the scores of words that were asked for


def test_the_words_are_read_again_once_their_file_is_worth_it(catalogue, store, tmp_path):
    store("a", "Schools measure.")
    build_index(catalogue, tmp_path / "index", HashEncoder())
    snapshots = LocalEngine(tmp_path / "index")
    snapshots.view(catalogue)
    store("b", "Teachers lead.")
    assert snapshots.view(catalogue).words.placed.postings.changed == 1
    build_index(catalogue, tmp_path / "index", HashEncoder())
    assert snapshots.view(catalogue).words.placed.postings.changed == 0


def test_a_search_is_answered_from_the_last_snapshot_while_a_new_index_is_read(
    catalogue, store, searching, tmp_path, monkeypatch
):
    store("a", "Schools measure.")
    searcher = searching()
    searcher.search(catalogue, Query("schools"))
    store("b", "Schools lead.")
    go_on, read = threading.Event(), taking.read_usable
    monkeypatch.setattr(engine, "SOON_S", 0.05)
    monkeypatch.setattr(taking, "read_usable", lambda *given: go_on.wait(9) and read(*given))
    build_index(catalogue, tmp_path / "index", HashEncoder())
    meanwhile = searcher.for_one_request().refresh(catalogue)
    assert (meanwhile.without_vector, meanwhile.catalogue_revision) == (1, catalogue.revision())
    go_on.set()
    assert searcher.refresh(catalogue).without_vector == 0


def test_a_reader_sees_at_least_what_this_process_wrote(catalogue, store, searching, monkeypatch):
    store("a", "Schools measure.")
    searcher = searching()
    before = searcher.refresh(catalogue).catalogue_revision
    store("b", "Schools lead.")
    begun, go_on, follow = threading.Event(), threading.Event(), taking.follow

    def follow_slowly(kept, opened):
        begun.set()
        go_on.wait(9)
        return follow(kept, opened)

    monkeypatch.setattr(engine, "follow", follow_slowly)
    with ThreadPoolExecutor(2) as pool, connect(catalogue.path) as other:
        first = pool.submit(searcher.for_one_request().refresh, other)
        begun.wait(9)
        assert searcher.for_one_request().refresh(catalogue).catalogue_revision == before
        now_at = catalogue.revision()
        own = pool.submit(searcher.for_one_request(at_least=now_at).refresh, catalogue)
        assert not wait([own], timeout=0.1).done
        go_on.set()
        assert own.result(9).catalogue_revision == first.result(9).catalogue_revision == now_at


def test_a_reader_waits_for_what_this_process_wrote_however_much_it_is(
    catalogue, store, searching, monkeypatch
):
    store("a", "Schools measure.")
    searcher = searching()
    before = searcher.refresh(catalogue).catalogue_revision
    store("b", "Schools lead.")
    go_on, take = threading.Event(), taking.take
    monkeypatch.setattr(taking, "MOST_FOLLOWED", 0)
    monkeypatch.setattr(engine, "SOON_S", 0.05)
    monkeypatch.setattr(engine, "take", lambda *parts: go_on.wait(9) and take(*parts))
    assert searcher.for_one_request().refresh(catalogue).catalogue_revision == before
    now_at = catalogue.revision()
    with ThreadPoolExecutor(1) as pool:
        own = pool.submit(searcher.for_one_request(at_least=now_at).refresh, catalogue)
        assert not wait([own], timeout=0.1).done
        go_on.set()
        assert own.result(9).catalogue_revision == now_at


def test_a_write_through_the_servers_connections_is_noted(tmp_path):
    with connect(tmp_path / "catalogue.sqlite", create=True) as first:
        store_document(first, "a", "Schools.")
    connections = Connections(tmp_path / "catalogue.sqlite")
    with connections.lend() as lent:
        assert connections.written == 0
        with lent.transaction(), lent.transaction():
            lent.delete_document("a")
        assert connections.written == lent.revision() > 0
    connections.close()


def test_a_write_while_changes_are_read_does_not_stop_the_following(
    catalogue, store, tmp_path, monkeypatch
):
    store("a", "Schools measure.")
    build_index(catalogue, tmp_path / "index", HashEncoder())
    kept, find = LocalEngine(tmp_path / "index").view(catalogue), taking.changes_since
    store("b", "Teachers lead.")

    def find_and_write(*given):
        found = find(*given)
        with connect(catalogue.path) as other:
            store_document(other, "late", "Pupils read.")
        return found

    with monkeypatch.context() as patched:
        patched.setattr(taking, "changes_since", find_and_write)
        followed = taking.follow(kept, catalogue)
    assert followed.holdings.document_ids == ("a", "b")
    later = taking.follow(followed, catalogue)
    assert told_of(later) == told_of(LocalEngine(tmp_path / "index").view(catalogue))


def test_a_catalogue_restored_under_the_same_revision_is_read_again(tmp_path):
    path = tmp_path / "catalogue.sqlite"
    for name in ("b", "a"):
        with connect(tmp_path / f"{name}.sqlite", create=True) as made:
            store_document(made, name, "Schools.")
    snapshots = LocalEngine(tmp_path / "index")
    for name in ("b", "a"):
        os.replace(tmp_path / f"{name}.sqlite", path)
        with connect(path) as opened:
            assert snapshots.view(opened).holdings.document_ids == (name,)


def test_what_is_being_read_of_a_catalogue_that_was_replaced_is_dropped(tmp_path, monkeypatch):
    path = tmp_path / "catalogue.sqlite"
    for name, texts in (("old", ["Schools."]), ("new", ["Teachers.", "Pupils."])):
        with connect(tmp_path / f"{name}.sqlite", create=True) as made:
            store_document(made, name, *texts)
    os.replace(tmp_path / "old.sqlite", path)
    snapshots, folder = LocalEngine(tmp_path / "index"), tmp_path / "index"
    go_on, read = threading.Event(), taking.read_usable
    with connect(path) as catalogue:
        snapshots.view(catalogue)
        build_index(catalogue, folder, HashEncoder())
        monkeypatch.setattr(engine, "SOON_S", 0.01)
        monkeypatch.setattr(taking, "read_usable", lambda *given: go_on.wait(9) and read(*given))
        snapshots.view(catalogue, wait=False)
    os.replace(tmp_path / "new.sqlite", path)
    go_on.set()
    with connect(path) as catalogue:
        assert snapshots.view(catalogue).holdings.document_ids == ("new",)
        assert snapshots.view(catalogue, wait=False).holdings.document_ids == ("new",)
