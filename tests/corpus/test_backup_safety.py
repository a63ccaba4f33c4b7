"""A backup that is interrupted, meets damage or has no room loses neither itself nor the last one.

The long form, with kills at random, is ``tests.hostile.backups``.
"""

from __future__ import annotations

import errno
import json
import os
import resource
import shutil

import pytest

from corpus.catalogue.backup import back_up
from corpus.catalogue.catalogue import connect
from corpus.catalogue.files import sha256_of
from corpus.catalogue.originals import Originals
from corpus.catalogue.restoring import restore_backup
from corpus.errors import BackupFailed, BackupInvalid, CatalogueBusy, CatalogueMissing
from tests.hostile import backups

A = sha256_of(b"The original of a.")
SHOWN = f"originals/{A[:2]}/{A}"


def flip_a_bit(path):
    """Change one bit and keep the size."""
    data = bytearray(path.read_bytes())
    data[3] ^= 1
    path.write_bytes(data)


@pytest.mark.prove
def test_an_end_at_every_failpoint_leaves_a_whole_backup_and_a_whole_catalogue():
    found, reached, ends = backups.at_failpoints()
    assert found == []
    assert reached == set(backups.POINTS)
    assert ends >= 40


def test_a_backup_while_documents_are_stored_is_whole():
    assert backups.while_storing(3) == []


def test_a_file_that_is_being_written_is_no_original(live, folder):
    (live.originals / "ff").mkdir(exist_ok=True)
    writing = live.originals / "ff" / f".{'f' * 64}.0123"
    writing.write_bytes(b"half")
    report = back_up(live, folder, progress=lambda *_: writing.unlink(missing_ok=True))
    assert (report.files, report.is_sound) == (4, True)
    assert not list(folder.glob("originals/ff/*"))


def test_every_failing_write_leaves_the_last_backup_and_says_so_in_a_line(
    home, live, folder, monkeypatch
):
    back_up(live, folder)
    backups.fill(home, "c")
    failures = 0
    for nth in range(1, 51):
        with monkeypatch.context() as patched:
            _fail_at(patched, nth, errno.EIO)
            try:
                back_up(live, folder)
            except BackupFailed as error:
                failures += 1
                assert "\n" not in str(error)
                assert "Input/output error" in str(error)
            except BaseException as error:
                pytest.fail(f"write {nth}: {error!r}")
        assert backups.restored_from(folder) in ({"a", "b"}, {"a", "b", "c"}), nth
    assert failures >= 10
    assert backups.restored_from(folder) == {"a", "b", "c"}
    assert len(list(folder.glob("gen-*"))) == 1


def _fail_at(patched, nth, code):
    """Let the nth call that changes a file fail, once."""
    calls = iter(range(1, 10_000))

    def failing(real):
        def call(*arguments, **named):
            if next(calls) == nth:
                raise OSError(code, os.strerror(code), "the disk")
            return real(*arguments, **named)

        return call

    for name in ("write", "fsync", "replace", "mkdir"):
        patched.setattr(os, name, failing(getattr(os, name)))


def test_a_disk_without_room_for_the_catalogue_leaves_the_last_backup(home, live, folder):
    back_up(live, folder)
    backups.fill(home, "c")
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (64_000, hard))
    try:
        with pytest.raises(BackupFailed, match="last complete backup"):
            back_up(live, folder)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert backups.restored_from(folder) == {"a", "b"}
    assert len(list(folder.glob("gen-*"))) == 1


def test_a_failing_write_of_a_restore_is_said_and_the_next_restore_completes_it(
    home, live, folder, monkeypatch
):
    back_up(live, folder)
    backups.fill(home, "c")
    shutil.rmtree(live.originals)
    prepared = shutil.copytree(home, home.with_name("prepared"))
    failures = 0
    for nth in range(1, 51):
        shutil.rmtree(home)
        shutil.copytree(prepared, home)
        with monkeypatch.context() as patched:
            _fail_at(patched, nth, errno.ENOSPC)
            try:
                restore_backup(folder, live, force=True)
            except BackupFailed as error:
                failures += 1
                assert "No space left on device" in str(error)
        with connect(live.catalogue) as catalogue:
            there = {d.id for d in catalogue.all_documents()}
        assert there in ({"a", "b"}, {"a", "b", "c"}), nth
        restore_backup(folder, live, force=True)
        assert backups.documents_in(home) == {"a", "b"}, nth
    assert failures >= 10


def test_a_folder_on_a_disk_that_is_not_mounted_is_not_made(live, tmp_path):
    with pytest.raises(FileNotFoundError):
        back_up(live, tmp_path / "not mounted" / "backup")
    assert not (tmp_path / "not mounted").exists()


def test_a_folder_that_cannot_be_written_is_said_in_a_line(live, folder, monkeypatch):
    back_up(live, folder)
    with monkeypatch.context() as patched:
        _fail_at(patched, 1, errno.EROFS)
        with pytest.raises(BackupFailed, match="Read-only file system"):
            back_up(live, folder)
    assert backups.restored_from(folder) == {"a", "b"}


def test_a_changed_original_is_reported_and_its_good_copy_repairs_it(home, live, folder):
    back_up(live, folder)
    flip_a_bit(Originals(live.originals).path(A))
    report = back_up(live, folder)
    assert (report.damaged, report.without_copy) == ((SHOWN,), ())
    assert sha256_of((folder / SHOWN).read_bytes()) == A
    assert restore_backup(folder, live, originals_only=True).repaired == (SHOWN,)
    assert backups.documents_in(home) == {"a", "b"}
    flip_a_bit(Originals(live.originals).path(A))
    assert restore_backup(folder, live, force=True).repaired == (SHOWN,)
    assert backups.documents_in(home) == {"a", "b"}


def test_a_copy_that_changed_in_the_backup_is_copied_again(live, folder):
    back_up(live, folder)
    flip_a_bit(folder / SHOWN)
    report = back_up(live, folder)
    assert (report.repaired, report.damaged, report.without_copy) == ((SHOWN,), (), ())
    assert backups.restored_from(folder) == {"a", "b"}


def test_an_original_that_is_damaged_on_both_sides_or_nowhere_is_named(live, folder):
    back_up(live, folder)
    flip_a_bit(Originals(live.originals).path(A))
    flip_a_bit(folder / SHOWN)
    report = back_up(live, folder)
    assert (report.damaged, report.without_copy, report.repaired) == ((SHOWN,), (SHOWN,), ())
    Originals(live.originals).path(A).unlink()
    (folder / SHOWN).unlink()
    report = back_up(live, folder)
    assert (report.missing, report.without_copy, report.is_sound) == ((SHOWN,), (SHOWN,), False)


def test_a_lost_original_stays_in_the_backup_and_comes_back(home, live, folder):
    back_up(live, folder)
    Originals(live.originals).path(A).unlink()
    report = back_up(live, folder)
    assert (report.missing, report.without_copy) == ((SHOWN,), ())
    restore_backup(folder, live, originals_only=True)
    assert backups.documents_in(home) == {"a", "b"}


def test_a_damaged_copy_does_not_hinder_a_restore_over_the_undamaged_original(home, live, folder):
    back_up(live, folder)
    flip_a_bit(folder / SHOWN)
    restore_backup(folder, live, force=True)
    assert backups.documents_in(home) == {"a", "b"}


def test_only_new_originals_are_copied_again(home, live, folder):
    back_up(live, folder)
    before = (folder / SHOWN).stat()
    backups.fill(home, "c")
    assert back_up(live, folder).files == 5
    after = (folder / SHOWN).stat()
    assert (after.st_ino, after.st_mtime_ns) == (before.st_ino, before.st_mtime_ns)


def test_a_backup_of_the_first_release_is_restored_and_brought_up_to_date(home, live, folder):
    backups.back_up_without_generations(home, folder)
    assert json.loads((folder / "backup.json").read_text())["format"] == 1
    assert backups.restored_from(folder) == {"a", "b"}
    backups.fill(home, "c")
    back_up(live, folder)
    assert backups.restored_from(folder) == {"a", "b", "c"}
    names = {p.name for p in folder.iterdir() if not p.name.startswith(".")}
    assert names == {"backup.json", "originals", "gen-000001"}


def test_a_backup_of_a_later_release_is_left_alone(live, folder):
    back_up(live, folder)
    manifest = folder / "backup.json"
    manifest.write_text(json.dumps(json.loads(manifest.read_text()) | {"format": 99}))
    before = sorted(folder.rglob("*"))
    with pytest.raises(BackupInvalid, match="another release"):
        back_up(live, folder)
    assert sorted(folder.rglob("*")) == before


def test_the_repository_itself_is_no_place_for_its_backup(home, live):
    for place in (home, home / "originals", home / "index"):
        with pytest.raises(BackupInvalid, match="the repository itself"):
            back_up(live, place)
    assert backups.documents_in(home) == {"a", "b"}


def test_the_root_of_a_disk_is_a_place_for_a_backup(live, folder):
    (folder / "lost+found").mkdir(parents=True)
    assert back_up(live, folder).is_sound
    assert (folder / "lost+found").exists()


def test_two_backups_to_one_folder_do_not_meet(live, folder):
    def second(*_):
        with pytest.raises(BackupInvalid, match="using"):
            back_up(live, folder)

    assert back_up(live, folder, progress=second).is_sound


def test_nothing_to_back_up_is_said_and_makes_nothing(tmp_path, folder):
    with pytest.raises(CatalogueMissing):
        back_up(backups.holder_in(tmp_path / "nowhere"), folder)
    assert not (tmp_path / "nowhere").exists()
    assert not folder.exists()


def test_a_catalogue_that_another_process_has_open_is_not_replaced(home, live, folder):
    back_up(live, folder)
    with connect(live.catalogue) as opened:
        backups.store_document(opened, "late", "Stored after the backup.")
        with pytest.raises(CatalogueBusy, match="salex serve"):
            restore_backup(folder, live, force=True)
        assert {d.id for d in opened.all_documents()} == {"a", "b", "late"}
    restore_backup(folder, live, force=True)
    assert backups.documents_in(home) == {"a", "b"}


def test_a_catalogue_too_damaged_to_open_is_replaced_and_kept_with_its_log(home, live, folder):
    back_up(live, folder)
    live.catalogue.write_bytes(b"not a database" * 1_000)
    log = home / "catalogue.sqlite-wal"
    log.write_bytes(b"a log")
    report = restore_backup(folder, live, force=True)
    assert backups.documents_in(home) == {"a", "b"}
    assert report.kept[-1].read_bytes().startswith(b"not a database")
    assert (home / "catalogue.sqlite.before-wal").read_bytes() == b"a log"


def test_a_log_without_its_catalogue_is_not_read_as_that_of_the_restored_one(home, live, folder):
    back_up(live, folder)
    live.catalogue.unlink()
    (home / "catalogue.sqlite-wal").write_bytes(b"a log")
    restore_backup(folder, live)
    assert backups.documents_in(home) == {"a", "b"}
    assert (home / "catalogue.sqlite.before-wal").read_bytes() == b"a log"


def test_a_second_restore_keeps_what_the_first_one_kept(home, live, folder):
    back_up(live, folder)
    kept = []
    for name in ("c", "d"):
        backups.fill(home, name)
        kept.append(restore_backup(folder, live, force=True).kept[-1])
    assert [backups.ids_in(path) for path in kept] == [{"a", "b", "c"}, {"a", "b", "d"}]
    assert restore_backup(folder, live).kept == ()


def test_storing_the_same_bytes_again_repairs_a_damaged_original(live):
    originals = Originals(live.originals)
    flip_a_bit(originals.path(A))
    originals.keep(b"The original of a.")
    assert originals.read(A) == b"The original of a."


def no_room(*_):
    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
