"""What was backed up comes back, and a damaged backup is refused before anything is touched."""

from __future__ import annotations

import threading

import pytest

from corpus.catalogue.backup import Holder, back_up
from corpus.catalogue.catalogue import connect
from corpus.catalogue.originals import Originals
from corpus.catalogue.restoring import restore_backup
from corpus.errors import BackupInvalid
from index.model import Query
from index.vectors.builder import build_index
from tests.conftest import store_document
from tests.support.fakes import HashEncoder


@pytest.fixture
def holder(tmp_path):
    return _holder(tmp_path)


def _holder(folder):
    return Holder(
        {
            "catalogue.sqlite": folder / "catalogue.sqlite",
            "vectors.sqlite": folder / "index" / "vectors.sqlite",
        },
        folder / "originals",
    )


def test_a_restored_repository_answers_as_the_lost_one(
    catalogue, store, searching, holder, tmp_path
):
    for number in range(20):
        sha256 = Originals(holder.originals).keep(b"original %d" % number)
        store(f"d{number}", f"Wellbeing and finding number {number}.", sha256=sha256)
    before = searching().search(catalogue, Query("wellbeing finding 7")).hits
    report = back_up(holder, tmp_path / "backup")
    assert (report.documents, report.files, report.damaged) == (20, 22, ())
    elsewhere = _holder(tmp_path / "elsewhere")
    restore_backup(tmp_path / "backup", elsewhere)
    from corpus.taxonomy import load_taxonomy
    from index.local.engine import LocalEngine
    from index.search.searcher import Searcher

    with connect(elsewhere.databases["catalogue.sqlite"]) as restored:
        index = tmp_path / "elsewhere" / "index"
        assert build_index(restored, index, HashEncoder()).encoded == 0
        searcher = Searcher(LocalEngine(index), HashEncoder(), load_taxonomy())
        after = searcher.search(restored, Query("wellbeing finding 7")).hits
    assert after == before


def test_a_backup_taken_while_documents_are_stored_is_whole(catalogue, holder, tmp_path):
    stop = threading.Event()

    def write():
        with connect(catalogue.path) as writer:
            number = 0
            while not stop.is_set():
                store_document(writer, f"w{number}", f"Text {number}.")
                number += 1

    thread = threading.Thread(target=write)
    thread.start()
    try:
        reports = [back_up(holder, tmp_path / "backup") for _ in range(3)]
    finally:
        stop.set()
        thread.join()
    restore_backup(tmp_path / "backup", _holder(tmp_path / "elsewhere"))
    with connect(tmp_path / "elsewhere" / "catalogue.sqlite") as restored:
        counts = restored.count_rows()
    assert counts["document"] == counts["outcome"] == reports[-1].documents


@pytest.mark.parametrize("fault", ["changed", "missing", "no manifest"])
def test_a_damaged_backup_is_refused_and_nothing_is_touched(store, holder, tmp_path, fault):
    store("d", "Text.", sha256=Originals(holder.originals).keep(b"original"))
    back_up(holder, tmp_path / "backup")
    (original,) = (tmp_path / "backup" / "originals").glob("*/*")
    if fault == "changed":
        original.write_bytes(b"ORIGINAL")
    elif fault == "missing":
        original.unlink()
    else:
        (tmp_path / "backup" / "backup.json").unlink()
    with pytest.raises(BackupInvalid):
        restore_backup(tmp_path / "backup", _holder(tmp_path / "elsewhere"))
    assert not (tmp_path / "elsewhere").exists()


def test_a_catalogue_in_the_way_is_kept_beside_the_restored_one(catalogue, store, holder, tmp_path):
    store("old", "Text.")
    back_up(holder, tmp_path / "backup")
    store("new", "Text.")
    catalogue.close()
    with pytest.raises(BackupInvalid, match="--force"):
        restore_backup(tmp_path / "backup", holder)
    restore_backup(tmp_path / "backup", holder, force=True)
    with connect(tmp_path / "catalogue.sqlite") as restored:
        assert [d.id for d in restored.all_documents()] == ["old"]
    (tmp_path / "catalogue.sqlite.before").rename(tmp_path / "before.sqlite")
    with connect(tmp_path / "before.sqlite") as before:
        assert [d.id for d in before.all_documents()] == ["new", "old"]


def test_an_original_that_changed_is_named(store, holder, tmp_path):
    sha256 = Originals(holder.originals).keep(b"original")
    store("d", "Text.", sha256=sha256)
    Originals(holder.originals).path(sha256).write_bytes(b"another!")
    report = back_up(holder, tmp_path / "backup")
    assert report.damaged == (f"originals/{sha256[:2]}/{sha256}",)


def test_a_folder_with_other_things_is_not_written_to(store, holder, tmp_path):
    store("d", "Text.")
    (tmp_path / "photos").mkdir()
    (tmp_path / "photos" / "a.jpg").write_bytes(b"")
    with pytest.raises(BackupInvalid, match="other files"):
        back_up(holder, tmp_path / "photos")
