"""Backs up what cannot be rebuilt, while others write; ``restoring`` restores it.

A backup has the catalogue, the vectors (so that a restore does not have to encode again), the
originals, and a manifest with the SHA-256 of each file. The index is not in it: it can be rebuilt.

    backup.json              the manifest; it names the generation and every file of the backup
    gen-000007/              the databases, written in full for each backup
    originals/ab/ab12...     the originals, each under its SHA-256, shared by all generations

A backup replaces the one before it completely or not at all: nothing that the old manifest names is
changed until the last step, which replaces ``backup.json`` atomically. The databases get a folder
of their own; originals never change, so new ones are only added to the old. The folder itself is
never renamed, as it may be the root of a mounted disk. Only originals that the backup lacks are
copied, but all are read, because damage shows only when a file is read.

In backups from before there were generations, the databases are in the folder itself.
"""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from corpus.catalogue.backup_folder import (
    ORIGINALS,
    BackupReport,
    Manifest,
    delete_leftovers,
    digest_if_readable,
    lock_backup,
    next_generation,
    read_earlier,
    refuse_other_files,
    remove_unfinished,
    replace_manifest,
    report_failures,
)
from corpus.catalogue.catalogue import now
from corpus.catalogue.failpoints import failpoint
from corpus.catalogue.files import copy_atomically, make_folder, sha256_of_file
from corpus.catalogue.opening import refuse_to_copy
from corpus.catalogue.originals import Originals
from corpus.errors import BackupInvalid

_PAGES_PER_STEP: Final = 4_096

Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Holder:
    """Where the parts of a repository are.

    Attributes:
        databases: the SQLite files by their names in the backup; the first is the catalogue.
        originals: the folder of originals.
        find_faults: by the name of a database that can be rebuilt: says what is wrong with a copy
            of it, in a sentence, or ``None``.
    """

    databases: dict[str, Path]
    originals: Path
    find_faults: Mapping[str, Callable[[Path], str | None]] = field(default_factory=dict)

    @property
    def catalogue(self) -> Path:
        """The catalogue's file."""
        return next(iter(self.databases.values()))


def back_up(holder: Holder, folder: Path, *, progress: Progress | None = None) -> BackupReport:
    """Copy everything into ``folder``; an earlier backup is replaced completely or not at all.

    The catalogue is copied before the originals. An original is stored before the document made
    from it, so every original that the copied catalogue names exists by then.

    Raises:
        CatalogueMissing: there is nothing to copy.
        CatalogueDamaged: the catalogue is damaged; the last complete backup is unchanged.
        BackupInvalid: the folder has other files in it, or the catalogue is damaged.
        BackupFailed: a read or write failed; the last complete backup is unchanged.
        OSError: the folder cannot be made, or its parent folder does not exist.
    """
    refuse_to_copy(holder.catalogue)
    unchanged = "The last complete backup there, if any, is unchanged."
    _refuse_itself(holder, folder)
    refuse_other_files(folder)
    if not folder.is_dir():
        folder.mkdir()  # not its parents: a missing parent may be a disk that is not mounted
    with report_failures(f"The backup to {folder} failed", unchanged), lock_backup(folder):
        return _replace_backup(holder, folder, progress)


def copy_pages(path: Path, target: Path) -> None:
    """Write a copy of an SQLite database as of one moment, while others write.

    This uses SQLite's own online backup: a plain copy would pass every check and yet lack what is
    still in the write-ahead log. The read transaction keeps it from starting over at every write.

    Raises:
        BackupInvalid: the database is damaged.
    """
    source = sqlite3.connect(path, isolation_level=None, timeout=30)
    copy = sqlite3.connect(target)
    try:
        source.execute("begin")
        source.execute("select count(*) from sqlite_master").fetchone()
        source.backup(copy, pages=_PAGES_PER_STEP, sleep=0.01)
        copy.execute("pragma journal_mode = delete")  # one file, nothing beside it
        faults = str(copy.execute("pragma quick_check").fetchone()[0])
    except sqlite3.DatabaseError as error:
        if not is_damage(error):
            raise
        faults = str(error)
    finally:
        source.close()
        copy.close()
    if faults != "ok":
        raise BackupInvalid(
            f"{path} is damaged ({faults}) and was not copied. Restore it from an earlier backup."
        )


def is_damage(error: sqlite3.DatabaseError) -> bool:
    """Return whether SQLite says that a file is damaged, or is not a database."""
    code = getattr(error, "sqlite_errorcode", 0) & 0xFF
    return code in (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB)


def _refuse_itself(holder: Holder, folder: Path) -> None:
    own = {path.resolve().parent for path in holder.databases.values()}
    if folder.resolve() in own | {holder.originals.resolve()}:
        raise BackupInvalid(f"{folder} is the repository itself. Choose another folder.")


def _replace_backup(holder: Holder, folder: Path, progress: Progress | None) -> BackupReport:
    earlier = read_earlier(folder)
    if earlier:
        delete_leftovers(folder, earlier)
    generation = next_generation(folder)
    try:
        digests, faults = _copy_databases(holder, folder, generation)
        catalogue = folder / next(iter(digests))
        copying = _OriginalsCopy(holder.originals, folder)
        copying.run(_read_digests(catalogue), progress)
        digests |= copying.digests
        report = BackupReport(
            folder=str(folder),
            files=len(digests),
            size_bytes=sum((folder / name).stat().st_size for name in digests),
            documents=_count_documents(catalogue),
            damaged=tuple(sorted(copying.damaged)),
            made_at=now(),
            missing=tuple(sorted(copying.missing)),
            repaired=tuple(sorted(copying.repaired)),
            without_copy=tuple(sorted(copying.without_copy)),
            derived=tuple(faults),
        )
        superseded = earlier.list_databases_outside() if earlier else {}
        manifest = Manifest(report, generation, digests, superseded)
        replace_manifest(folder, manifest)
    except BaseException:
        remove_unfinished(folder, generation)
        raise
    delete_leftovers(folder, manifest)
    failpoint("backup tidied")
    return report


def _copy_databases(
    holder: Holder, folder: Path, generation: str
) -> tuple[dict[str, str], list[str]]:
    """Return the SHA-256 of each copy, and what is wrong with those that can be rebuilt.

    One that can be rebuilt and is too damaged to be copied is left out: it must not keep the
    catalogue out of the backup.
    """
    make_folder(folder / generation)
    digests, faults = {}, []
    for name, path in holder.databases.items():
        if not path.exists():
            continue
        copy = folder / generation / name
        try:
            copy_pages(path, copy)
        except BackupInvalid:
            if path == holder.catalogue:
                raise
            copy.unlink(missing_ok=True)
            faults.append(f"{path} is damaged and was left out. Build it again with: salex index")
            continue
        find_fault = holder.find_faults.get(name)
        fault = find_fault(copy) if find_fault else None
        if fault:
            faults.append(fault)
        digests[f"{generation}/{name}"] = sha256_of_file(copy)
        failpoint("database copied")
    return digests, faults


class _OriginalsCopy:
    """Brings the originals in a backup up to date, and notes which were damaged or missing.

    An undamaged copy is never replaced; a damaged one is replaced by an undamaged original. If only
    damaged bytes are left, they are copied as they are: they may be better than nothing.
    """

    def __init__(self, originals: Path, folder: Path) -> None:
        self._live = Originals(originals)
        self._kept = Originals(folder / ORIGINALS)
        self.digests: dict[str, str] = {}
        self.damaged: set[str] = set()
        self.missing: set[str] = set()
        self.repaired: set[str] = set()
        self.without_copy: set[str] = set()

    def run(self, wanted: set[str], progress: Progress | None) -> None:
        live = {path.name for path in self._live.list_files()}
        kept = {path.name for path in self._kept.list_files()}
        names = sorted(live | kept | wanted)
        for done, name in enumerate(names, start=1):
            self._copy(name, is_live=name in live, is_wanted=name in live | wanted)
            if progress:
                progress(done, len(names))

    def _copy(self, name: str, *, is_live: bool, is_wanted: bool) -> None:
        shown = f"{ORIGINALS}/{name[:2]}/{name}"
        source, copy = self._live.path(name), self._kept.path(name)
        live_digest, copied_digest = digest_if_readable(source), digest_if_readable(copy)
        if is_live and live_digest != name:
            self.damaged.add(shown)
        elif is_wanted and not is_live:
            self.missing.add(shown)
        if copied_digest != name and live_digest and (live_digest == name or not copy.exists()):
            if copy.exists():
                self.repaired.add(shown)
            copied_digest = copy_atomically(source, copy)
            failpoint("original copied")
        if copied_digest:
            self.digests[shown] = copied_digest
        if copied_digest != name and is_wanted:
            self.without_copy.add(shown)


@contextlib.contextmanager
def _reading(catalogue: Path) -> Iterator[sqlite3.Connection]:
    """Open a copy without ``connect()``, which would change it after its digest was taken."""
    connection = sqlite3.connect(f"{catalogue.resolve().as_uri()}?mode=ro", uri=True)
    try:
        yield connection
    finally:
        connection.close()


def _count_documents(catalogue: Path) -> int:
    with _reading(catalogue) as connection:
        return int(connection.execute("select count(*) from document").fetchone()[0])


def _read_digests(catalogue: Path) -> set[str]:
    """Return the SHA-256 of every original that a document was made from."""
    with _reading(catalogue) as connection:
        return {row[0] for row in connection.execute("select sha256 from document")}
