"""Restores a backup: checks every file first, and replaces the catalogue last, in one step.

Whenever a restore is interrupted, either the old catalogue or the new one is in place, and running
it again completes it. Originals are restored first, because they harm no catalogue. A database is
copied beside the old one and replaces it by one rename while no other process has the old one open.
SQLite would read what is left of the old write-ahead log as part of the new database, so that log
is merged into the old database first.
"""

from __future__ import annotations

import contextlib
import itertools
import os
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from corpus.catalogue.backup import Holder, Progress, is_damage
from corpus.catalogue.backup_folder import (
    ORIGINALS,
    BackupReport,
    Manifest,
    digest_if_readable,
    lock_backup,
    read_manifest,
    report_failures,
)
from corpus.catalogue.failpoints import failpoint
from corpus.catalogue.files import copy_atomically, sync_folder
from corpus.catalogue.originals import Originals
from corpus.errors import BackupInvalid, CatalogueBusy


@dataclass(frozen=True, slots=True)
class RestoreReport:
    """What a restore did.

    Attributes:
        backup: what is in the backup.
        repaired: the missing or damaged originals that were restored.
        kept: where the replaced databases are now.
        originals_only: whether the databases were left unchanged.
    """

    backup: BackupReport
    repaired: tuple[str, ...]
    kept: tuple[Path, ...]
    originals_only: bool


@dataclass(frozen=True, slots=True)
class _Database:
    source: Path
    target: Path
    sha256: str


def restore_backup(
    folder: Path,
    holder: Holder,
    *,
    force: bool = False,
    originals_only: bool = False,
    progress: Progress | None = None,
) -> RestoreReport:
    """Restore a backup; if one of its files is missing or damaged, nothing is changed.

    An undamaged original in the repository is never replaced, and stands in for a damaged copy.

    Args:
        folder: a backup from this release or an earlier one.
        holder: where to restore to.
        force: replace an existing catalogue; the old one is kept beside it as ``.before``.
        originals_only: repair the originals, and leave the databases unchanged.
        progress: called with (files done, files).

    Raises:
        BackupInvalid: it is not a backup, a file is missing or damaged, or there is a catalogue.
        BackupFailed: a read or write failed.
        CatalogueBusy: another process has the old catalogue open.
    """
    then = "No file was left half changed. Run the same command again when this is solved."
    with report_failures(f"The restore from {folder} failed", then), lock_backup(folder):
        manifest = read_manifest(folder)
        databases = [] if originals_only else _list_databases(folder, manifest, holder)
        if databases and not force:
            _refuse_to_replace(databases[-1])
        _verify(folder, manifest, holder, progress)
        repaired = list(_put_originals(folder, manifest, holder))
        kept = [before for before in map(_put_database, databases) if before]
    return RestoreReport(manifest.report, tuple(repaired), tuple(kept), originals_only)


def _list_databases(folder: Path, manifest: Manifest, holder: Holder) -> list[_Database]:
    """Return the databases to restore, the catalogue last."""
    databases = []
    for name, target in holder.databases.items():
        inside = f"{manifest.generation}/{name}" if manifest.generation else name
        if inside in manifest.sha256:
            databases.append(_Database(folder / inside, target, manifest.sha256[inside]))
    if not databases or databases[0].target != holder.catalogue:
        raise BackupInvalid(f"There is no catalogue in {folder}. Use another backup.")
    return databases[::-1]


def _refuse_to_replace(catalogue: _Database) -> None:
    if catalogue.target.exists() and not _is_in_place(catalogue):
        raise BackupInvalid(
            f"There is a catalogue at {catalogue.target}. Move it away, or use --force."
        )


def _verify(folder: Path, manifest: Manifest, holder: Holder, progress: Progress | None) -> None:
    live = Originals(holder.originals)
    for done, (name, digest) in enumerate(manifest.sha256.items(), start=1):
        path = folder / name
        if digest_if_readable(path) != digest and not (
            _is_original(name) and digest_if_readable(live.path(path.name)) == path.name
        ):
            raise BackupInvalid(f"{path} is missing or damaged. Use another backup.")
        if progress:
            progress(done, len(manifest.sha256))


def _put_originals(folder: Path, manifest: Manifest, holder: Holder) -> Iterator[str]:
    """Restore the missing or damaged originals, and yield their names."""
    live = Originals(holder.originals)
    for name, digest in manifest.sha256.items():
        target = live.path(Path(name).name)
        if not _is_original(name) or digest_if_readable(target) == target.name:
            continue
        if digest == target.name or not target.exists():
            if copy_atomically(folder / name, target) != digest:
                raise BackupInvalid(f"{folder / name} changed while it was read.")
            failpoint("original restored")
            yield name


def _put_database(database: _Database) -> Path | None:
    """Replace a database, unless this was done before, and return where the old one is kept."""
    target = database.target
    if _is_in_place(database):
        return None
    new = target.with_name(f".{target.name}.restored")
    for left_over in target.parent.glob(f".{new.name}.*"):
        left_over.unlink()
    try:
        if copy_atomically(database.source, new) != database.sha256:
            raise BackupInvalid(f"{database.source} changed while it was read.")
        with _hold_alone(target):
            before = _keep_beside(target)
            failpoint("old database kept")
            os.replace(new, target)
            sync_folder(target.parent)
        failpoint("database restored")
    finally:
        new.unlink(missing_ok=True)
    return before


def _is_in_place(database: _Database) -> bool:
    log = _beside(database.target, "-wal")
    if log.exists() and log.stat().st_size:
        return False
    return digest_if_readable(database.target) == database.sha256


@contextlib.contextmanager
def _hold_alone(path: Path) -> Iterator[None]:
    """Merge the write-ahead log, and keep others out while a database is replaced.

    Raises:
        CatalogueBusy: another process has it open.
    """
    if not path.exists():
        yield
        return
    connection = sqlite3.connect(path, isolation_level=None, timeout=2)
    try:
        try:
            connection.execute("pragma locking_mode = exclusive")
            connection.execute("pragma journal_mode = delete").fetchone()
            connection.execute("begin exclusive")
        except sqlite3.DatabaseError as error:
            if error.sqlite_errorcode & 0xFF in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
                raise CatalogueBusy(
                    f"{path} is open in another process. Stop salex serve and whatever else uses "
                    "it, and try again."
                ) from error
            if not is_damage(error):
                raise
        yield
    finally:
        connection.close()


def _keep_beside(path: Path) -> Path | None:
    """Give a database a second name, and its log too if it is too damaged to merge it."""
    before = next(name for name in _names_before(path) if _is_free(name, path))
    there = path.exists()
    if there and not before.exists():
        try:
            os.link(path, before)
        except OSError:  # a file system without hard links
            copy_atomically(path, before)
    if _beside(path, "-wal").exists():
        os.replace(_beside(path, "-wal"), _beside(before, "-wal"))
    _beside(path, "-shm").unlink(missing_ok=True)
    return before if there else None


def _names_before(path: Path) -> Iterator[Path]:
    yield _beside(path, ".before")
    for number in itertools.count(2):
        yield _beside(path, f".before-{number}")


def _is_free(name: Path, path: Path) -> bool:
    """Return whether a name can be used without losing anything of an earlier restore."""
    if name.exists():
        return path.exists() and name.samefile(path)
    return not _beside(name, "-wal").exists()


def _beside(path: Path, suffix: str) -> Path:
    return path.with_name(path.name + suffix)


def _is_original(name: str) -> bool:
    return name.startswith(f"{ORIGINALS}/")
