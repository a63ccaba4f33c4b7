"""What the file of the holdings and the log say is what reading the whole catalogue gives."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings

from corpus.catalogue.catalogue import connect
from corpus.catalogue.reading import remember_state, state_now, was_in_state
from corpus.documents.works import decide_relation
from corpus.errors import CatalogueBusy
from corpus.model import Tag
from corpus.tags.tags import decide
from index.local import kept_holdings
from index.local.holdings import read_holdings
from index.local.kept_holdings import NAME, load_holdings, publish_holdings
from index.words import building
from index.words.building import load_postings, publish_postings
from index.words.files import read_postings
from search_api.service.settings import Settings
from search_api.upkeep.copying import refresh_copy
from tests.conftest import store_document
from tests.support.changing import do, holdings_told, steps

ROOT = Path(__file__).parents[2]
calm = {"suppress_health_check": [HealthCheck.function_scoped_fixture], "deadline": None}


def _read_nothing_whole(monkeypatch):
    """Let it be an error to read the whole catalogue, titles of passages included."""

    def refuse(*_, **__):
        raise AssertionError("everything is read")

    monkeypatch.setattr(kept_holdings, "read_holdings", refuse)
    monkeypatch.setattr(building, "read_headings", refuse)


def _is_true(catalogue, folder):
    loaded = load_holdings(catalogue, folder)
    assert holdings_told(loaded) == holdings_told(read_holdings(catalogue))
    return True


def _check(catalogue, folder, first, later):
    with catalogue.transaction():
        catalogue.db.execute("delete from document")
    shutil.rmtree(folder, ignore_errors=True)
    for step in first:
        do(catalogue, step)
    assert publish_holdings(catalogue, folder)
    assert _is_true(catalogue, folder)
    for step in later:
        do(catalogue, step)
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(kept_holdings, "read_holdings", None)
        load_holdings(catalogue, folder)
    assert _is_true(catalogue, folder)
    assert not publish_holdings(catalogue, folder)


@settings(max_examples=15, **calm)
@given(first=steps, later=steps)
def test_the_file_and_the_log_say_what_reading_everything_gives(catalogue, tmp_path, first, later):
    _check(catalogue, tmp_path / "index", first, later)


@pytest.mark.prove
@settings(max_examples=300, **calm)
@given(first=steps, later=steps)
def test_any_sequence_of_changes_is_read_from_the_log(catalogue, tmp_path, first, later):
    _check(catalogue, tmp_path / "index", first, later)


def _backup(catalogue, path):
    catalogue.db.execute("vacuum into ?", [str(path)])


def _publish(catalogue, folder):
    return publish_holdings(catalogue, folder), publish_postings(catalogue, folder)


def test_a_start_reads_what_changed_since_and_nothing_else(catalogue, store, tmp_path, monkeypatch):
    store("a", "Schools measure.")
    assert _publish(catalogue, tmp_path) == (True, True)
    store("b", "Teachers lead.")
    _read_nothing_whole(monkeypatch)
    assert load_holdings(catalogue, tmp_path).document_ids == ("a", "b")
    assert load_postings(catalogue, tmp_path).changed == 1


def test_a_restored_backup_that_has_as_many_changes_is_read_whole(catalogue, store, tmp_path):
    store("a", "Schools measure.")
    _backup(catalogue, tmp_path / "backup.sqlite")
    store("b", "Teachers lead.", title="Old")
    store("c", "Pupils read.")
    folder = tmp_path / "index"
    assert _publish(catalogue, folder) == (True, True)
    shutil.copy(tmp_path / "backup.sqlite", tmp_path / "restored.sqlite")
    with connect(tmp_path / "restored.sqlite") as restored:
        while restored.revision() < catalogue.revision() + 2:  # as if nothing had been restored
            store_document(restored, "d", f"Another state {restored.revision()}.", title="New")
        store_document(restored, "b", "Teachers lead.", title="New")
        assert load_holdings(restored, folder).document_ids == ("a", "b", "d")
        assert _is_true(restored, folder)
        words = load_postings(restored, folder)
        assert [len(words.bm25(w)[0]) for w in ("old", "new", "pupil")] == [0, 2, 0]
        assert _publish(restored, folder) == (True, True)
        assert was_in_state(restored, read_postings(folder).state)
        assert _is_true(restored, folder)


def test_words_of_a_restored_backup_are_compared_even_if_there_are_as_many(
    catalogue, store, tmp_path
):
    store("a", *(f"Schools measure {n}." for n in range(60)))
    _backup(catalogue, tmp_path / "backup.sqlite")
    store("b", "Teachers lead.", title="Old")
    publish_postings(catalogue, tmp_path)
    with connect(tmp_path / "backup.sqlite") as restored:
        store_document(restored, "b", "Teachers sing.", title="New")
        while restored.revision() <= catalogue.revision():
            with restored.transaction():
                decide(restored, Tag("a", "topics", "scaling", "confirmed", decided_by="ana"))
        words = load_postings(restored, tmp_path)
        assert [len(words.bm25(w)[0]) for w in ("old", "lead", "new", "sing")] == [0, 0, 1, 1]
        assert publish_postings(restored, tmp_path)
        assert not publish_postings(restored, tmp_path)


def test_documents_of_one_work_are_known_at_the_start(catalogue, store, tmp_path):
    for name in "abc":
        store(name, f"Schools measure {name}.")
    with catalogue.transaction():
        decide_relation(catalogue, "a", "c", "same-work", by="ana")
    publish_holdings(catalogue, tmp_path)
    assert load_holdings(catalogue, tmp_path).work.tolist() == [0, 1, 0]
    assert _is_true(catalogue, tmp_path)


def test_a_backup_from_after_the_file_goes_on_with_it(catalogue, store, tmp_path, monkeypatch):
    store("a", "Schools measure.")
    _publish(catalogue, tmp_path)
    _read_nothing_whole(monkeypatch)
    store("b", "Teachers lead.")
    _backup(catalogue, tmp_path / "backup.sqlite")
    store("c", "Pupils read.")
    with connect(tmp_path / "backup.sqlite") as restored:
        store_document(restored, "d", "Other pupils read.")
        assert load_holdings(restored, tmp_path).document_ids == ("a", "b", "d")
        assert load_postings(restored, tmp_path).changed == 2


def test_the_arrays_of_another_catalogue_are_not_used(catalogue, store, tmp_path):
    with connect(tmp_path / "other.sqlite", create=True) as other:
        store_document(other, "elsewhere", "Schools measure.")
        publish_holdings(other, tmp_path / "index")
        store("here", "Teachers lead.")
        assert other.revision() == catalogue.revision()
    assert load_holdings(catalogue, tmp_path / "index").document_ids == ("here",)
    assert publish_holdings(catalogue, tmp_path / "index")
    assert _is_true(catalogue, tmp_path / "index")


@pytest.mark.parametrize(
    "damage",
    [
        lambda data: data[:-1],
        lambda data: data[:-99] + bytes([data[-99] ^ 1]) + data[-98:],
        lambda data: b"",
        lambda data: data.replace(b"schema", b"schemb", 1),
    ],
    ids=["shorter", "another bit", "empty", "another release"],
)
def test_a_file_that_is_wrong_is_not_used_and_is_written_again(catalogue, store, tmp_path, damage):
    store("a", "Schools measure.", year=2020)
    publish_holdings(catalogue, tmp_path)
    path = tmp_path / NAME
    before = path.read_bytes()
    path.write_bytes(damage(before))
    assert load_holdings(catalogue, tmp_path).document_ids == ("a",)
    assert publish_holdings(catalogue, tmp_path)
    assert path.read_bytes() == before


def test_the_file_is_written_again_once_much_has_changed(catalogue, store, tmp_path, monkeypatch):
    monkeypatch.setattr(kept_holdings, "REWRITTEN_FROM", 3)
    store("a", "Schools measure.")
    assert publish_holdings(catalogue, tmp_path)
    before = (tmp_path / NAME).read_bytes()
    for name in "bc":
        store(name, f"Teachers lead {name}.")
    assert not publish_holdings(catalogue, tmp_path)
    store("d", "Pupils read.")
    assert publish_holdings(catalogue, tmp_path)
    assert (tmp_path / NAME).read_bytes() != before
    assert _is_true(catalogue, tmp_path)


def test_more_changes_than_can_be_followed_are_read_with_everything(
    catalogue, store, tmp_path, monkeypatch
):
    monkeypatch.setattr(kept_holdings, "MOST_FOLLOWED", 2)
    for name in "abcd":
        store(name, f"Teachers lead {name}.")
    publish_holdings(catalogue, tmp_path)
    monkeypatch.setattr(kept_holdings, "follow_holdings", None)
    for name in "abc":
        with catalogue.transaction():
            decide(catalogue, Tag(name, "topics", "scaling", "confirmed", decided_by="ana"))
    assert _is_true(catalogue, tmp_path)


CHILD = """
import sys
from pathlib import Path
from corpus.catalogue.catalogue import connect
from index.local.kept_holdings import publish_holdings
with connect(Path(sys.argv[1]) / "catalogue.sqlite") as catalogue:
    publish_holdings(catalogue, Path(sys.argv[1]) / "index")
"""


@pytest.mark.parametrize("point", ["begun", "before commit", "after commit", "file written"])
@pytest.mark.parametrize("before", [False, True], ids=["first", "again"])
def test_a_run_that_is_cut_off_leaves_what_is_true(tmp_path, point, before):
    folder = tmp_path / "index"
    with connect(tmp_path / "catalogue.sqlite", create=True) as catalogue:
        store_document(catalogue, "a", "Schools measure.")
        if before:
            publish_holdings(catalogue, folder)
            for number in range(kept_holdings.REWRITTEN_FROM):
                store_document(catalogue, f"d{number}", f"Teachers lead {number}.")
    command = [sys.executable, "-c", CHILD, str(tmp_path)]
    child = subprocess.run(command, cwd=ROOT, env={**os.environ, "SALEX_FAIL_AT": f"{point}:1"})
    assert child.returncode == 137
    with connect(tmp_path / "catalogue.sqlite") as catalogue:
        assert (folder / NAME).exists() == before
        assert _is_true(catalogue, folder)
        store_document(catalogue, "later", "Pupils read.")
        assert _is_true(catalogue, folder)
        assert publish_holdings(catalogue, folder)
        assert _is_true(catalogue, folder)


def test_where_the_state_cannot_be_remembered_the_file_is_of_use_until_a_change(
    catalogue, store, tmp_path, monkeypatch
):
    def refuse(*_):
        raise CatalogueBusy("It is busy.")

    store("a", "Schools measure.")
    with monkeypatch.context() as patched:
        for module in (kept_holdings, building):
            patched.setattr(module, "remember_state", refuse)
        assert _publish(catalogue, tmp_path) == (True, True)
    with monkeypatch.context() as patched:
        patched.setattr(kept_holdings, "read_holdings", None)
        assert load_holdings(catalogue, tmp_path).document_ids == ("a",)
    store("b", "Teachers lead.")
    assert _is_true(catalogue, tmp_path)
    assert load_postings(catalogue, tmp_path).changed == 1
    assert _publish(catalogue, tmp_path) == (True, True)


def test_few_states_are_remembered_and_no_reader_sees_them(catalogue, store):
    store("a", "Schools measure.")
    seen = []
    for number in range(20):
        store("b", f"Teachers lead {number}.")
        seen.append(state_now(catalogue))
        remember_state(catalogue, seen[-1])
        assert state_now(catalogue) == seen[-1]
    assert [was_in_state(catalogue, state) for state in seen] == [False] * 4 + [True] * 16


def test_a_copy_has_the_arrays_and_reads_them_if_they_are_of_its_past(tmp_path, monkeypatch):
    source, copy = (Settings(data_folder=tmp_path / name) for name in ("source", "copy"))

    def add(name):
        with connect(source.catalogue_path, create=True) as catalogue:
            store_document(catalogue, name, f"Schools measure {name}.")
            (source.index_folder / NAME).unlink(missing_ok=True)
            assert publish_holdings(catalogue, source.index_folder)

    def copied():
        with connect(copy.catalogue_path) as catalogue:
            return load_holdings(catalogue, copy.index_folder).document_ids

    add("a")
    refresh_copy(source, copy.data_folder)
    with monkeypatch.context() as patched:
        patched.setattr(kept_holdings, "read_holdings", None)
        assert copied() == ("a",)
    add("b")
    shutil.copy2(source.index_folder / NAME, copy.index_folder / NAME)  # its catalogue comes later
    assert copied() == ("a",)
    refresh_copy(source, copy.data_folder)
    assert copied() == ("a", "b")
