"""What a process keeps for Qdrant is what reading everything gives; searches rarely wait for it."""

from __future__ import annotations

import threading

import numpy as np
import pytest

from corpus.catalogue.catalogue import connect
from index.qdrant import arrays as keeping
from index.qdrant.arrays import Keeper, read_arrays
from index.vectors.builder import build_index
from index.words import building
from tests.conftest import store_document
from tests.support.fakes import HashEncoder


@pytest.fixture
def folder(catalogue, tmp_path):
    """An index folder beside three documents."""
    for number in range(3):
        _store(catalogue, number)
    build_index(catalogue, tmp_path / "index", HashEncoder())
    return tmp_path / "index"


def _store(catalogue, number: int, text: str = "Teachers lead schools.") -> None:
    store_document(catalogue, f"d{number}", text, f"Schools of wellbeing {number}.")


def _same(kept, read) -> None:
    documents, anew = kept.documents, read.documents
    assert documents.passage_ids.tolist() == anew.passage_ids.tolist()
    for name in ("owner", "count"):
        of_passages = (getattr(d, name)[d.pair].tolist() for d in (documents, anew))
        assert next(of_passages) == next(of_passages), name
    sorts = ([d.sorts[s] for s in d.sort[d.pair]] for d in (documents, anew))
    assert next(sorts) == next(sorts)
    assert documents.revision == anew.revision


def test_what_is_followed_is_what_reading_everything_gives(catalogue, folder):
    keeper = Keeper(folder)
    keeper.current(catalogue, wait=True)
    texts = ((1, "Nothing else."), (7, "Rain."), (8, "Rain."), (0, "Teachers lead schools."))
    for number, text in texts:
        _store(catalogue, number, text)
        with catalogue.transaction():
            catalogue.db.execute("update passage set role = 'summary' where text = 'Rain.'")
        kept = keeper.current(catalogue, wait=True)
        _same(kept, read_arrays(catalogue, folder))
        assert kept.words.placed is not None
        for listed in kept.words.find(catalogue, ["schools", "wellbeing", "rain"]):
            assert (np.diff(listed.rows) > 0).all()
    with catalogue.transaction():
        catalogue.delete_document("d1")
    kept = keeper.current(catalogue, wait=True)
    _same(kept, read_arrays(catalogue, folder))
    rows = kept.words.find(catalogue, ["wellbeing"])[0].rows
    owners = kept.documents.owner[kept.documents.pair[rows]]
    assert [kept.documents.document_ids[row] for row in sorted(owners)] == ["d0", "d2", "d7", "d8"]


def test_words_that_no_file_has_are_asked_of_the_catalogue(catalogue, folder):
    (folder / "words.postings").unlink()
    kept = Keeper(folder).current(catalogue, wait=True)
    assert kept.words.placed is None
    assert len(kept.words.find(catalogue, ["wellbeing"])[0].rows) == 3


@pytest.fixture
def slow(monkeypatch):
    """Reading everything waits for a signal, but for the first time; changes are never few."""
    go, began, calls = threading.Event(), threading.Event(), []

    def read(catalogue, folder):
        calls.append(threading.current_thread().name)
        if len(calls) > 1:
            began.set()
            assert go.wait(20)
        return read_arrays(catalogue, folder)

    monkeypatch.setattr(keeping, "read_arrays", read)
    monkeypatch.setattr(keeping, "MOST_FOLLOWED", 0)
    monkeypatch.setattr(keeping, "SOON_S", 0.01)
    go.calls, go.began = calls, began
    yield go
    go.set()


def test_the_last_arrays_answer_while_everything_is_read(catalogue, folder, slow):
    keeper = Keeper(folder)
    first = keeper.current(catalogue, wait=False)
    _store(catalogue, 5)
    for _ in range(3):
        assert keeper.current(catalogue, wait=False) is first
    assert slow.began.wait(20)
    assert slow.calls[1:] == ["arrays"]  # in a thread of its own, and once
    slow.set()
    kept = keeper.current(catalogue, wait=True)
    assert kept.documents.revision == catalogue.revision()
    assert keeper.current(catalogue, wait=False) is kept


def test_who_has_to_see_a_change_waits_for_it_and_nobody_else_does(catalogue, folder, slow):
    keeper = Keeper(folder)
    first = keeper.current(catalogue, wait=False)
    _store(catalogue, 5)
    seen = []

    def wait_for_it():
        with connect(catalogue.path) as own:
            seen.append(keeper.current(own, wait=False, at_least=catalogue_revision))

    catalogue_revision = catalogue.revision()
    waiting = threading.Thread(target=wait_for_it)
    waiting.start()
    assert slow.began.wait(20)  # and the thread that waits for it has the lock
    assert keeper.current(catalogue, wait=False) is first
    assert seen == []
    slow.set()
    waiting.join(20)
    assert [arrays.documents.revision for arrays in seen] == [catalogue_revision]


def test_nobody_is_left_behind_for_long(catalogue, folder, slow, monkeypatch):
    keeper = Keeper(folder)
    keeper.current(catalogue, wait=False)
    _store(catalogue, 5)
    keeper.current(catalogue, wait=False)
    monkeypatch.setattr(keeping, "MOST_BEHIND_S", 0.0)
    slow.set()
    assert keeper.current(catalogue, wait=False).documents.revision == catalogue.revision()


def test_another_file_of_words_is_read_beside_and_nobody_waits(catalogue, folder, monkeypatch):
    keeper = Keeper(folder)
    first = keeper.current(catalogue, wait=True)
    _store(catalogue, 5)
    build_index(catalogue, folder, HashEncoder())
    go = threading.Event()
    monkeypatch.setattr(keeping, "read_arrays", lambda c, f: go.wait(20) and read_arrays(c, f))
    monkeypatch.setattr(keeping, "SOON_S", 0.01)
    kept = keeper.current(catalogue, wait=True)
    assert (kept.documents.revision, kept.generation) == (catalogue.revision(), first.generation)
    go.set()
    keeper._reading._thread.join(20)
    kept = keeper.current(catalogue, wait=True)
    assert kept.generation != first.generation
    _same(kept, read_arrays(catalogue, folder))
    np.testing.assert_array_equal(kept.words.placed.rows, np.arange(8))


def test_where_few_passages_changed_the_file_of_words_is_not_read_again(
    catalogue, folder, monkeypatch
):
    keeper = Keeper(folder)
    keeper.current(catalogue, wait=True)
    monkeypatch.setattr(building, "REWRITTEN_FROM", 1.0)
    monkeypatch.setattr(keeping, "read_arrays", None)
    _store(catalogue, 5)
    build_index(catalogue, folder, HashEncoder())
    kept = keeper.current(catalogue, wait=True)
    assert kept.documents.revision == catalogue.revision()
    assert keeper._reading is None
    assert len(kept.words.find(catalogue, ["wellbeing"])[0].rows) == 4
