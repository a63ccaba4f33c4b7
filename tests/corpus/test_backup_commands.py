"""The commands ``backup`` and ``restore`` say what was wrong and what to do."""

from __future__ import annotations

import os
import sqlite3
import sys

import pytest

from corpus.catalogue.backup import back_up
from corpus.catalogue.backup_folder import BackupReport
from corpus.catalogue.originals import Originals
from search_api.cli import main
from search_api.upkeep.printing import print_backup
from tests.corpus.test_backup_safety import SHOWN, A, flip_a_bit, no_room
from tests.hostile.backups import restored_from


def _salex(monkeypatch, capsys, *arguments):
    monkeypatch.setattr(sys, "argv", ["salex", *map(str, arguments)])
    with pytest.raises(SystemExit) as end:
        main()
    said = capsys.readouterr()
    return end.value.code, said.out + said.err


def test_the_commands_say_what_was_wrong_and_what_to_do(
    home, live, folder, tmp_path, monkeypatch, capsys
):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("SALEX_DATA_FOLDER", str(home))
    assert _salex(monkeypatch, capsys, "backup", folder)[0] == 0
    flip_a_bit(Originals(live.originals).path(A))
    code, said = _salex(monkeypatch, capsys, "backup", folder)
    assert code == 1
    assert f"damaged in the repository: {SHOWN}" in said
    assert f"salex restore {folder} --originals" in said
    code, said = _salex(monkeypatch, capsys, "restore", folder, "--originals")
    assert (code, "The audit found no fault" in said) == (0, True)
    monkeypatch.setenv("SALEX_DATA_FOLDER", str(tmp_path / "elsewhere"))
    code, said = _salex(monkeypatch, capsys, "restore", folder)
    assert (code, "The audit found no fault" in said, "salex index" in said) == (0, True, True)


def test_a_backup_names_the_documents_of_ten_missing_originals_and_counts_the_rest(capsys):
    lost = tuple(f"originals/{n:02}/{n:064}" for n in range(12))
    report = BackupReport("b", 2, 9, 12, (), "2026-05-03", lost, without_copy=lost)
    print_backup(report, {f"{n:064}": f"report-{n}" for n in range(12)})
    said = capsys.readouterr().out
    assert f"{lost[9]}, of report-9\n" in said
    assert "report-10" not in said
    assert said.count(": 2 more\n") == 2


def test_a_restore_ends_with_the_faults_that_the_audit_finds(
    home, live, folder, tmp_path, monkeypatch, capsys
):
    Originals(live.originals).path(A).unlink()
    back_up(live, folder)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("SALEX_DATA_FOLDER", str(tmp_path / "elsewhere"))
    code, said = _salex(monkeypatch, capsys, "restore", folder)
    assert code == 1
    assert f"{A} is missing" in said
    assert "The audit found faults in 1 of" in said
    monkeypatch.setattr(os, "fsync", no_room)
    code, said = _salex(monkeypatch, capsys, "backup", folder)
    assert (code, "No space left on device" in " ".join(said.split())) == (3, True)
    assert "Traceback" not in said


def test_vectors_that_changed_are_said_and_a_store_that_cannot_be_read_is_left_out(
    home, live, folder, tmp_path, monkeypatch, capsys
):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("SALEX_DATA_FOLDER", str(home))
    store = home / "index" / "vectors.sqlite"
    connection = sqlite3.connect(store, isolation_level=None)
    connection.execute("update vector set vector = zeroblob(4) where passage_id = ?", [ord("a")])
    connection.close()
    code, said = _salex(monkeypatch, capsys, "backup", folder)
    assert (code, "vectors.sqlite has 1 vectors that changed on disk" in said) == (1, True)
    assert restored_from(folder) == {"a", "b"}
    store.write_bytes(b"not a database" * 1_000)
    code, said = _salex(monkeypatch, capsys, "backup", folder)
    assert (code, f"{store} is damaged and was left out" in said) == (1, True)
    assert restored_from(folder) == {"a", "b"}
    assert not list(folder.glob("gen-*/vectors.sqlite"))
    store.unlink()
    assert _salex(monkeypatch, capsys, "backup", folder)[0] == 0


def test_a_restore_of_an_older_backup_keeps_later_originals_and_says_so(
    home, live, folder, tmp_path, monkeypatch, capsys
):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("SALEX_DATA_FOLDER", str(home))
    back_up(live, folder)
    later = Originals(live.originals).path(Originals(live.originals).keep(b"Stored later."))
    os.utime(later, (0, 0))
    code, said = _salex(monkeypatch, capsys, "restore", folder, "--force")
    assert (code, "belong to no document of this backup, and were kept: 1." in said) == (0, True)
    code, said = _salex(monkeypatch, capsys, "audit")
    assert (code, f"{later} belongs to no document" in " ".join(said.split())) == (1, True)
