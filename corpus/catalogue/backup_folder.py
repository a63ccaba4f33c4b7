"""The folder of a backup: its manifest, generations and lock, and what may be removed from it."""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
import re
import shutil
import sqlite3
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final

from corpus.catalogue.failpoints import failpoint
from corpus.catalogue.files import is_temporary, sha256_of_file, sync_folder, write_atomically
from corpus.errors import BackupFailed, BackupInvalid

FORMAT: Final = 2
_FORMAT_WITHOUT_GENERATIONS: Final = 1
MANIFEST: Final = "backup.json"
ORIGINALS: Final = "originals"
_LOCK: Final = ".lock"
_GENERATION: Final = re.compile(r"gen-\d{6}")
_OURS: Final = {ORIGINALS, "catalogue.sqlite", "vectors.sqlite"}
_OF_THE_SYSTEM: Final = {"lost+found", "System Volume Information"}


@dataclass(frozen=True, slots=True)
class BackupReport:
    """What is in a backup, and which originals were damaged or missing, by their paths in it.

    Attributes:
        damaged: changed or unreadable in the repository.
        missing: named by the catalogue and not in the repository.
        repaired: damaged in the backup and copied again.
        without_copy: damaged or missing, and the backup has no undamaged copy either.
        derived: what is wrong with files that can be rebuilt, in sentences.
    """

    folder: str
    files: int
    size_bytes: int
    documents: int
    damaged: tuple[str, ...]
    made_at: str
    missing: tuple[str, ...] = ()
    repaired: tuple[str, ...] = ()
    without_copy: tuple[str, ...] = ()
    derived: tuple[str, ...] = ()

    @property
    def is_sound(self) -> bool:
        """Whether everything is in the repository and undamaged."""
        return not (self.damaged or self.missing or self.without_copy or self.derived)


@dataclass(frozen=True, slots=True)
class Manifest:
    """The content of ``backup.json``.

    Attributes:
        report: what is in the backup.
        generation: the folder of the databases; empty if that is the folder of the backup itself.
        sha256: the SHA-256 of every original and database, by its path in the backup.
        superseded: the databases of a replaced backup without generations, which may be removed.
    """

    report: BackupReport
    generation: str
    sha256: dict[str, str]
    superseded: dict[str, str]

    def list_databases_outside(self) -> dict[str, str]:
        """Return the SHA-256 of the databases that are in no generation."""
        return {name: digest for name, digest in self.sha256.items() if "/" not in name}


def read_manifest(folder: Path) -> Manifest:
    """Return the manifest of a backup.

    Raises:
        BackupInvalid: there is none, it cannot be read, or another release wrote it.
    """
    try:
        manifest = json.loads((folder / MANIFEST).read_text("utf-8"))
        if manifest["format"] not in (FORMAT, _FORMAT_WITHOUT_GENERATIONS):
            raise BackupInvalid(f"{folder} was made by another release.")
        report: dict[str, Any] = {
            name: tuple(value) if isinstance(value, list) else value
            for name, value in manifest["report"].items()
        }
        generation, superseded = manifest.get("generation", ""), manifest.get("superseded", {})
        return Manifest(BackupReport(**report), generation, manifest["sha256"], superseded)
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise BackupInvalid(f"There is no complete backup in {folder} ({error}).") from error


@contextlib.contextmanager
def report_failures(what: str, then: str) -> Iterator[None]:
    """Turn an error of the system or of SQLite into a message of one line."""
    try:
        yield
    except OSError as error:
        where = f" ({error.filename})" if error.filename else ""
        raise BackupFailed(f"{what}: {error.strerror or error}{where}. {then}") from error
    except sqlite3.Error as error:
        raise BackupFailed(f"{what}: {error}. {then}") from error


@contextlib.contextmanager
def lock_backup(folder: Path) -> Iterator[None]:
    """Keep out other backups and restores, unless the folder cannot be written to or locked."""
    with contextlib.ExitStack() as stack:
        try:
            handle = os.open(folder / _LOCK, os.O_RDWR | os.O_CREAT, 0o666)
            stack.callback(os.close, handle)
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise BackupInvalid(
                f"Another backup or restore is using {folder}. Try again when it is done."
            ) from None
        except OSError:
            pass
        yield


def refuse_other_files(folder: Path) -> None:
    """Refuse a folder that has files in it and no backup.

    Raises:
        BackupInvalid: it has other files in it.
    """
    names = {p.name for p in folder.iterdir()} if folder.is_dir() else set()
    strange = {
        n for n in names - _OURS - _OF_THE_SYSTEM if not n.startswith(".") and not _is_generation(n)
    }
    if strange and MANIFEST not in names:
        raise BackupInvalid(f"{folder} has other files in it. Choose an empty or new folder.")


def read_earlier(folder: Path) -> Manifest | None:
    """Return the manifest that is to be replaced; ``None`` if there is none that can be read.

    Raises:
        BackupInvalid: it is from a later release.
    """
    try:
        return read_manifest(folder)
    except BackupInvalid as error:
        if error.__cause__ is None:
            raise
        return None


def replace_manifest(folder: Path, manifest: Manifest) -> None:
    """Replace the manifest, once everything that the new one names is safely on disk."""
    for part in (*folder.glob(f"{ORIGINALS}/??"), folder / manifest.generation, folder):
        sync_folder(part)
    with contextlib.suppress(PermissionError):
        sync_folder(folder.parent)
    failpoint("before backup.json")
    written: dict[str, Any] = {"format": FORMAT, **asdict(manifest)}
    write_atomically(folder / MANIFEST, json.dumps(written, indent=1).encode())
    failpoint("after backup.json")


def next_generation(folder: Path) -> str:
    """Return a name for the next generation."""
    numbers = [int(p.name[4:]) for p in folder.glob("gen-*") if _is_generation(p.name)]
    return f"gen-{max(numbers, default=0) + 1:06d}"


def _is_generation(name: str) -> bool:
    return _GENERATION.fullmatch(name) is not None


def remove_unfinished(folder: Path, generation: str) -> None:
    """Delete the databases of a failed backup, unless its manifest is already in place."""
    manifest = folder / MANIFEST
    with contextlib.suppress(BackupInvalid, OSError):
        if not manifest.exists() or read_manifest(folder).generation != generation:
            shutil.rmtree(folder / generation, ignore_errors=True)


def delete_leftovers(folder: Path, manifest: Manifest) -> None:
    """Delete what interrupted backups left behind; whatever cannot be deleted does no harm."""
    for path in folder.glob("gen-*"):
        if _is_generation(path.name) and path.name != manifest.generation:
            shutil.rmtree(path, ignore_errors=True)
    for name, digest in manifest.superseded.items():
        if digest_if_readable(folder / name) == digest:
            with contextlib.suppress(OSError):
                (folder / name).unlink()
    for path in (*folder.glob(f"{ORIGINALS}/??/.*"), *folder.glob(f".{MANIFEST}.*")):
        if is_temporary(path):
            with contextlib.suppress(OSError):
                path.unlink()


def digest_if_readable(path: Path) -> str | None:
    """Return a file's SHA-256; ``None`` if it is missing or cannot be read."""
    try:
        return sha256_of_file(path)
    except OSError:
        return None
