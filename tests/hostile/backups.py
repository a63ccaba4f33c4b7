"""Back up and restore at the worst moments, and see that no document or original is lost.

    python -m tests.hostile.backups [--rounds 50] [--kills 100]

First, every failpoint of a backup and of a restore ends the process, at each of its hits. Then
backups are made while documents are stored, and each is restored and audited. Then such backups are
ended by ``kill -9`` at random moments. The exit status is 1 on any fault.
"""

from __future__ import annotations

import argparse
import itertools
import json
import os
import random
import shutil
import signal
import sqlite3
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np

from corpus.catalogue.backup import Holder, back_up
from corpus.catalogue.catalogue import connect
from corpus.catalogue.failpoints import BACKUP_FAILPOINTS, VARIABLE, reset_failpoints
from corpus.catalogue.files import sha256_of_file
from corpus.catalogue.originals import Originals
from corpus.catalogue.restoring import restore_backup
from corpus.errors import EvidenceError
from corpus.promises import audit_catalogue
from index.vectors.store import VectorStore
from tests.conftest import store_document

POINTS = (*BACKUP_FAILPOINTS, "file written", "file renamed")
TRIES = 20
"""A backup may be over before anything is stored beside it, on a machine that does other things."""
LETTERS = ("a", "b", "c")
MEMORY = "/dev/shm" if Path("/dev/shm").is_dir() else None
"""Kept in memory: a kill is not a power cut, so nothing here has to wait for a disk."""
FORMS = ("none", "without generations", "current")


def holder_in(home: Path) -> Holder:
    """Return where the parts of the repository in ``home`` are."""
    return Holder(
        {
            "catalogue.sqlite": home / "catalogue.sqlite",
            "vectors.sqlite": home / "index" / "vectors.sqlite",
        },
        home / "originals",
    )


def fill(home: Path, *names: str) -> None:
    """Store documents with their originals, and a vector for each."""
    with connect(home / "catalogue.sqlite", create=True) as catalogue:
        for name in names:
            sha256 = Originals(home / "originals").keep(f"The original of {name}.".encode())
            store_document(catalogue, name, f"The text of {name}.", sha256=sha256)
    with VectorStore(home / "index" / "vectors.sqlite") as vectors:
        vectors.put("stand-in", {(ord(name[0]), 1): np.ones(1, np.float32) for name in names})


def back_up_without_generations(home: Path, folder: Path) -> None:
    """Make a backup as the first release did: the databases beside the originals."""
    with tempfile.TemporaryDirectory() as temporary:
        report = back_up(holder_in(home), Path(temporary))
        for database in Path(temporary).glob("gen-*/*"):
            folder.mkdir(exist_ok=True)
            shutil.copy(database, folder)
        shutil.copytree(Path(temporary) / "originals", folder / "originals")
    names = ("files", "size_bytes", "documents", "damaged", "made_at")
    told = {"folder": str(folder)} | {name: getattr(report, name) for name in names}
    files = [p for p in sorted(folder.rglob("*")) if p.is_file()]
    digests = {str(p.relative_to(folder)): sha256_of_file(p) for p in files}
    manifest = {"format": 1, "report": told, "sha256": digests}
    (folder / "backup.json").write_text(json.dumps(manifest))


def documents_in(home: Path) -> set[str]:
    """Return the ids of the documents, after an audit of catalogue and originals.

    Raises:
        AssertionError: the audit found a fault.
    """
    with connect(home / "catalogue.sqlite") as catalogue:
        checks = audit_catalogue(catalogue, Originals(home / "originals"))
        faults = [f"{check.name}: {fault}" for check in checks for fault in check.faults]
        assert not faults, faults
        return {document.id for document in catalogue.all_documents()}


def restored_from(folder: Path) -> set[str]:
    """Restore a backup elsewhere and return what is in it."""
    with tempfile.TemporaryDirectory(dir=MEMORY) as temporary:
        restore_backup(folder, holder_in(Path(temporary)))
        return documents_in(Path(temporary))


def end_at(point: str, hit: int, work: Callable[[], object]) -> bool:
    """Do ``work`` in a process that ends when it passes ``point``; return whether it did."""
    child = os.fork()
    if child == 0:
        os.environ[VARIABLE] = f"{point}:{hit}"
        reset_failpoints()
        try:
            work()
        except BaseException as error:
            print(f"{point}:{hit}: {error!r}", file=sys.stderr)
            os._exit(1)
        os._exit(0)
    status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    if status not in (0, 137):
        raise RuntimeError(f"{point}:{hit}: the work ended by itself with status {status}")
    return status == 137


def at_failpoints() -> tuple[list[str], set[str], int]:
    """End backups and restores everywhere; return the faults, the points reached, and the ends."""
    faults: list[str] = []
    reached: set[str] = set()
    ends = 0
    for form, work in [*itertools.product(FORMS, (_end_backup,)), ("", _end_restore)]:
        with tempfile.TemporaryDirectory(dir=MEMORY) as temporary:
            prepared = Path(temporary) / "prepared"
            prepare(prepared, form)
            for point in POINTS:
                for hit in itertools.count(1):
                    home = Path(temporary) / "home"
                    shutil.copytree(prepared, home)
                    ended, faults_now = work(home, form, point, hit)
                    shutil.rmtree(home)
                    faults += [f"{work.__name__} {form} {point}:{hit}: {f}" for f in faults_now]
                    if not ended:
                        break
                    ends += 1
                    reached.add(point)
    return faults, reached, ends


def prepare(home: Path, form: str) -> None:
    """Make a repository with a backup of half of it in one form, or one to restore over it."""
    fill(home / "live", *LETTERS[:2])
    if form == "without generations":
        back_up_without_generations(home / "live", home / "backup")
    elif form != "none":
        back_up(holder_in(home / "live"), home / "backup")
    if form:
        fill(home / "live", *LETTERS)
    else:
        _replace_and_leave_a_log(home / "live")


def _replace_and_leave_a_log(live: Path) -> None:
    """Store a document as a killed process leaves it: only in the write-ahead log."""
    shutil.rmtree(live / "originals")
    child = os.fork()
    if child == 0:
        catalogue = connect(live / "catalogue.sqlite")
        catalogue.db.execute("pragma wal_autocheckpoint = 0")
        store_document(catalogue, "new", "Only in the log.")
        os._exit(0)
    os.waitpid(child, 0)
    assert (live / "catalogue.sqlite-wal").stat().st_size


def _end_backup(home: Path, form: str, point: str, hit: int) -> tuple[bool, list[str]]:
    live, folder = holder_in(home / "live"), home / "backup"
    ended = end_at(point, hit, lambda: back_up(live, folder))
    faults = []
    try:
        last = restored_from(folder)
        if last not in (set(LETTERS[:2]), set(LETTERS)):
            faults.append(f"the last backup holds {last}")
    except EvidenceError as error:
        if form != "none" or "no complete backup" not in str(error):
            faults.append(str(error))
    back_up(live, folder)
    if restored_from(folder) != set(LETTERS):
        faults.append("the next backup does not hold everything")
    faults += [f"{path} was left" for path in folder.glob("originals/??/.*")]
    if len(list(folder.glob("gen-*"))) != 1 or (folder / "catalogue.sqlite").exists():
        faults.append("databases of an earlier backup were left")
    return ended, faults


def _end_restore(home: Path, _: str, point: str, hit: int) -> tuple[bool, list[str]]:
    live, catalogue = holder_in(home / "live"), home / "live" / "catalogue.sqlite"
    old, new = {*LETTERS[:2], "new"}, set(LETTERS[:2])
    ended = end_at(point, hit, lambda: restore_backup(home / "backup", live, force=True))
    faults = []
    looked_at = shutil.copytree(home / "live", home / "looked-at")
    with connect(looked_at / "catalogue.sqlite") as opened:
        there = {document.id for document in opened.all_documents()}
        if there not in (old, new):
            faults.append(f"the catalogue holds {there}")
        if opened.rows("pragma integrity_check") != [("ok",)]:
            faults.append("the catalogue is a mix")
    restore_backup(home / "backup", live, force=True)
    if documents_in(home / "live") != new:
        faults.append("the next restore does not complete it")
    kept = [ids_in(path) for path in catalogue.parent.glob("catalogue.sqlite.before*")]
    if kept != [old]:
        faults.append(f"kept beside it are {kept}")
    faults += [f"{path} was left" for path in catalogue.parent.glob(".*catalogue*")]
    return ended, faults


def ids_in(path: Path) -> set[str]:
    """Return the ids of the documents in one catalogue file, without opening it for writing."""
    connection = sqlite3.connect(path)
    try:
        return {row[0] for row in connection.execute("select id from document")}
    finally:
        connection.close()


class Storing:
    """Stores documents with their originals until it exits. Use it as a context manager."""

    def __init__(self, home: Path) -> None:
        self._home = home
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._store)
        self.stored = 0

    def __enter__(self) -> Storing:
        self._thread.start()
        return self

    def __exit__(self, *exception: object) -> None:
        self._stop.set()
        self._thread.join()

    def _store(self) -> None:
        originals = Originals(self._home / "originals")
        with connect(self._home / "catalogue.sqlite") as catalogue:
            while not self._stop.is_set():
                name = f"w{self.stored}-{os.getpid()}-{id(self)}"
                sha256 = originals.keep(name.encode())
                store_document(catalogue, name, f"The text of {name}.", sha256=sha256)
                self.stored += 1


def while_storing(rounds: int) -> list[str]:
    """Back up while documents are stored, and restore and audit each backup; return the faults."""
    faults: list[str] = []
    with tempfile.TemporaryDirectory(dir=MEMORY) as temporary:
        live, folder = Path(temporary) / "live", Path(temporary) / "backup"
        fill(live, *LETTERS)
        for number in range(rounds):
            with Storing(live) as storing:
                for _ in range(TRIES):
                    before = storing.stored
                    report = back_up(holder_in(live), folder)
                    if not report.is_sound or storing.stored > before:
                        break
            restored = restored_from(folder)
            if not report.is_sound or len(restored) != report.documents or storing.stored == before:
                faults.append(f"round {number}: {report}")
    return faults


def at_random(kills: int, *, seed: int = 0) -> list[str]:
    """Kill backups at random moments while documents are stored; return the faults."""
    rng, faults = random.Random(seed), []
    with tempfile.TemporaryDirectory(dir=MEMORY) as temporary:
        live, folder = Path(temporary) / "live", Path(temporary) / "backup"
        fill(live, *LETTERS)
        back_up(holder_in(live), folder)
        for number in range(kills):
            child = os.fork()
            if child == 0:
                with Storing(live):
                    while True:
                        back_up(holder_in(live), folder)
            time.sleep(rng.uniform(0.0, 0.3))
            os.kill(child, signal.SIGKILL)
            os.waitpid(child, 0)
            try:
                if not set(LETTERS) <= restored_from(folder):
                    faults.append(f"kill {number}: documents are lost")
            except (AssertionError, EvidenceError) as error:
                faults.append(f"kill {number}: {error}")
    return faults


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=50)
    parser.add_argument("--kills", type=int, default=100)
    given = parser.parse_args()
    faults, reached, ends = at_failpoints()
    print(f"{ends} ends at {len(reached)} of {len(POINTS)} points: {len(faults)} faults")
    faults += while_storing(given.rounds)
    print(f"{given.rounds} backups while documents were stored: {len(faults)} faults so far")
    faults += at_random(given.kills)
    print(f"{given.kills} kills at random: {len(faults)} faults so far", *faults, sep="\n  ")
    sys.exit(1 if faults or reached != set(POINTS) else 0)


if __name__ == "__main__":
    main()
