"""Copies of what cannot be made again, taken while others write, and put back after a loss.

A backup holds the catalogue, the originals and the vectors (so that a restore need not encode), and
a manifest with the SHA-256 of each file. The index is derived and built anew.
"""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final

from corpus.catalogue.catalogue import now
from corpus.catalogue.files import sha256_of_file, sync_folder, write_atomically
from corpus.errors import BackupInvalid, CatalogueMissing

FORMAT: Final = 1
MANIFEST: Final = "backup.json"
_PAGES_PER_STEP: Final = 4_096

Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Holder:
    """Where the parts of a repository are.

    Attributes:
        databases: name in the backup -> SQLite file; the first is the catalogue.
        originals: the folder of originals.
    """

    databases: dict[str, Path]
    originals: Path


@dataclass(frozen=True, slots=True)
class BackupReport:
    """What a backup holds; ``damaged`` names originals whose bytes had changed before it."""

    folder: str
    files: int
    size_bytes: int
    documents: int
    damaged: tuple[str, ...]
    made_at: str


def back_up(holder: Holder, folder: Path, *, progress: Progress | None = None) -> BackupReport:
    """Copy everything into ``folder``; a folder with an older backup is brought up to date.

    SQLite's own online backup is used: a plain copy would pass every check and yet lack what is
    still in the write-ahead log. Originals never change, so those held already are not copied.

    Raises:
        CatalogueMissing: there is nothing to copy.
        BackupInvalid: the folder holds something else.
        OSError: it cannot be written, or the folder that it is to be in does not exist.
    """
    catalogue = next(iter(holder.databases.values()))
    if not catalogue.is_file():
        raise CatalogueMissing(f"There is no catalogue at {catalogue} to back up.")
    _refuse_strangers(folder)
    folder.mkdir(exist_ok=True)
    (folder / MANIFEST).unlink(missing_ok=True)  # a half-made backup has no manifest
    for name, path in holder.databases.items():
        if path.exists():
            _copy_database(path, folder / name)
    originals = sorted(holder.originals.glob("??/*"))
    for done, path in enumerate(originals, start=1):
        _copy_file(path, folder / "originals" / path.parent.name / path.name)
        if progress:
            progress(done, len(originals))
    digests = {str(p.relative_to(folder)): sha256_of_file(p) for p in _files(folder)}
    report = BackupReport(
        folder=str(folder),
        files=len(digests),
        size_bytes=sum(p.stat().st_size for p in _files(folder)),
        documents=_count_documents(folder / next(iter(holder.databases))),
        damaged=tuple(
            name for name, digest in digests.items() if _is_original(name) and digest not in name
        ),
        made_at=now(),
    )
    manifest = {"format": FORMAT, "report": asdict(report), "sha256": digests}
    write_atomically(folder / MANIFEST, json.dumps(manifest, indent=1).encode())
    return report


def restore_backup(
    folder: Path, holder: Holder, *, force: bool = False, progress: Progress | None = None
) -> BackupReport:
    """Put a backup in place, every file checked first; nothing is touched when one is wrong.

    Args:
        folder: a backup.
        holder: where the parts go.
        force: replace a catalogue that is there; the old one is kept beside it as ``.before``.
        progress: told (files done, files).

    Raises:
        BackupInvalid: it is no backup, a file is missing or damaged, or a catalogue is in the way.
    """
    report, wanted = read_manifest(folder)
    for done, (name, digest) in enumerate(wanted.items(), start=1):
        path = folder / name
        if not path.is_file() or sha256_of_file(path) != digest:
            raise BackupInvalid(f"{path} is missing or damaged. Use another backup.")
        if progress:
            progress(done, len(wanted))
    catalogue = next(iter(holder.databases.values()))
    if catalogue.exists() and not force:
        raise BackupInvalid(f"There is a catalogue at {catalogue}. Move it away, or use --force.")
    for path in sorted((folder / "originals").glob("??/*")):
        _copy_file(path, holder.originals / path.parent.name / path.name)
    for name, path in holder.databases.items():
        if name in wanted:
            _replace_database(folder / name, path)
    return report


def read_manifest(folder: Path) -> tuple[BackupReport, dict[str, str]]:
    """Return what a backup holds, and the SHA-256 of each of its files.

    Raises:
        BackupInvalid
    """
    try:
        manifest = json.loads((folder / MANIFEST).read_text("utf-8"))
        if manifest["format"] != FORMAT:
            raise BackupInvalid(f"{folder} was made by another release.")
        return BackupReport(**manifest["report"]), manifest["sha256"]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise BackupInvalid(f"{folder} holds no complete backup ({error}).") from error


def _refuse_strangers(folder: Path) -> None:
    known = {MANIFEST, "originals", "catalogue.sqlite"}
    if folder.is_dir() and any(folder.iterdir()) and not known & {p.name for p in folder.iterdir()}:
        raise BackupInvalid(f"{folder} holds other things. Choose an empty or new folder.")


def _copy_database(path: Path, target: Path) -> None:
    temporary = target.with_name(f".{target.name}.new")
    temporary.unlink(missing_ok=True)
    source, copy = sqlite3.connect(path), sqlite3.connect(temporary)
    try:
        source.backup(copy, pages=_PAGES_PER_STEP, sleep=0.01)
        copy.execute("pragma journal_mode = delete")  # one file, nothing beside it
        faults = copy.execute("pragma quick_check").fetchone()[0]
    finally:
        source.close()
        copy.close()
    if faults != "ok":
        temporary.unlink()
        raise BackupInvalid(f"{path} is damaged ({faults}); it was not copied.")
    os.replace(temporary, target)
    sync_folder(target.parent)


def _replace_database(source: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    if target.exists():
        with sqlite3.connect(target) as old:  # fold the log in before the file is moved
            old.execute("pragma wal_checkpoint(truncate)")
        os.replace(target, target.with_name(f"{target.name}.before"))
    for suffix in ("-wal", "-shm"):
        target.with_name(target.name + suffix).unlink(missing_ok=True)
    _copy_file(source, target)


def _copy_file(source: Path, target: Path) -> None:
    if target.exists() and target.stat().st_size == source.stat().st_size:
        return
    target.parent.mkdir(parents=True, exist_ok=True)
    temporary = target.with_name(f".{target.name}.new")
    shutil.copyfile(source, temporary)
    with temporary.open("rb") as file:
        os.fsync(file.fileno())
    os.replace(temporary, target)
    sync_folder(target.parent)


def _files(folder: Path) -> Iterator[Path]:
    for path in sorted(folder.rglob("*")):
        if path.is_file() and path.name != MANIFEST and not path.name.startswith("."):
            yield path


def _is_original(name: str) -> bool:
    return name.startswith("originals/")


def _count_documents(catalogue: Path) -> int:
    """Count without ``connect()``, which would change the file after its digest was taken."""
    connection = sqlite3.connect(f"{catalogue.resolve().as_uri()}?mode=ro", uri=True)
    try:
        return int(connection.execute("select count(*) from document").fetchone()[0])
    finally:
        connection.close()
