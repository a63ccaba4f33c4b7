"""Brings a copy of the repository up to date, for read-only servers.

Each file is written beside the old one and renamed, and what others name comes first: originals and
generations of the index before the catalogue, ``CURRENT`` last. The pages of the catalogue are read
before the originals are, so that a document that is added meanwhile is copied with its original or
not at all. So a server that reads the copy has a whole state at every moment. What the repository
no longer has goes last.
"""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import sqlite3
import time
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Final

import typer

from corpus.catalogue.backup import copy_pages
from corpus.catalogue.backup_folder import lock_backup, report_failures
from corpus.catalogue.files import copy_atomically, sync_folder, write_atomically
from corpus.catalogue.opening import refuse_to_copy
from corpus.catalogue.originals import Originals
from corpus.errors import BackupInvalid, EvidenceError
from search_api.service.closing import FILE as CLOSING_FILE
from search_api.service.settings import Settings, load_settings
from search_api.web.options import AsJson

NOTE: Final = "copied.json"
"""Says that a folder is a copy, and of what: only such a folder is written to again."""
_GENERATIONS: Final = "gen-*"
_BESIDE: Final = ".new."


@dataclass(frozen=True, slots=True)
class CopyReport:
    """What a copy has now.

    Attributes:
        folder: where it is.
        revision: of the catalogue in it.
        changed: whether the catalogue, the index or the originals were copied at all.
    """

    folder: str
    revision: int
    changed: bool


def copy(
    folder: Path,
    *,
    every: Annotated[
        int | None, typer.Option(min=1, help="Go on until stopped, after this many seconds.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Copy the repository for a read-only server, while both servers run.

    The next run copies only what changed. Set read_only for the server that has the copy.

    Examples:

      salex copy copies/reader

      salex copy copies/reader --every 60
    """
    from search_api.web.terminal import err, out, print_json

    settings = load_settings()
    while True:
        try:
            report = refresh_copy(settings, folder)
            if as_json:
                print_json(report)
            elif report.changed or every is None:
                out.print(f"Revision {report.revision:,} is in {report.folder}.", markup=False)
        except EvidenceError as error:
            if every is None:
                raise
            err.print(f"salex: {error}", markup=False)
        if every is None:
            return
        time.sleep(every)


def refresh_copy(settings: Settings, folder: Path) -> CopyReport:
    """Bring the copy in ``folder`` up to date.

    Raises:
        CatalogueMissing, CatalogueDamaged: there is no sound catalogue; the copy stays as it is.
        BackupInvalid: the folder has other files in it.
        BackupFailed: a read or write failed; run it again.
    """
    copied = settings.model_copy(update={"data_folder": folder})
    failed = f"The copy in {folder} could not be brought up to date"
    with report_failures(failed, "Servers go on with what is there."):
        refuse_to_copy(settings.catalogue_path)
        _refuse_other_files(settings, folder)
        folder.mkdir(exist_ok=True)
        with lock_backup(folder):
            changed = _refresh(settings, copied)
        return CopyReport(str(folder), _revision_of(copied.catalogue_path), changed)


def _refresh(settings: Settings, copied: Settings) -> bool:
    """Copy what changed; return whether anything did."""
    folder, catalogue = copied.data_folder, copied.catalogue_path
    note = _note_of(folder)
    _write_note(folder, note)
    written = _written_at(settings.catalogue_path)
    beside = catalogue.with_name(f"{_BESIDE}{catalogue.name}")
    is_new = note != written or not catalogue.exists()
    if is_new:  # before the originals: each that it names is stored by then
        beside.unlink(missing_ok=True)
        copy_pages(settings.catalogue_path, beside)
    changed = _copy_originals(settings.originals_folder, copied.originals_folder)
    changed |= _copy_index(settings.index_folder, copied.index_folder)
    _follow_file(settings.data_folder / CLOSING_FILE, folder / CLOSING_FILE)
    if is_new:
        os.replace(beside, catalogue)
        sync_folder(folder)
        _write_note(folder, written)
        changed = True
    _follow_file(settings.index_folder / "CURRENT", copied.index_folder / "CURRENT")
    _remove_others(settings, copied)
    return changed


def _refuse_other_files(settings: Settings, folder: Path) -> None:
    if folder.resolve() == settings.data_folder.resolve():
        raise BackupInvalid(f"{folder} is the repository itself. Choose another folder.")
    if folder.exists() and not (folder / NOTE).exists():
        strange = [p.name for p in folder.iterdir() if not p.name.startswith(".")]
        if [name for name in strange if name != "lost+found"]:
            raise BackupInvalid(
                f"{folder} is not a copy and has other files: {min(strange)}. Choose another "
                "folder."
            )


def _note_of(folder: Path) -> list[int]:
    try:
        return list(json.loads((folder / NOTE).read_text("utf-8"))["written"])
    except (OSError, ValueError, KeyError, TypeError):
        return []


def _write_note(folder: Path, written: list[int]) -> None:
    write_atomically(folder / NOTE, json.dumps({"written": written}).encode())


def _written_at(catalogue: Path) -> list[int]:
    """Return when the catalogue was written last: numbers, times and sizes of its two files."""
    found: list[int] = []
    for path in (catalogue, catalogue.with_name(f"{catalogue.name}-wal")):
        if path.exists():
            stat = path.stat()
            found += [stat.st_ino, stat.st_mtime_ns, stat.st_size]
    return found


def _copy_originals(source: Path, target: Path) -> bool:
    there = {path.name for path in Originals(target).list_files()}
    missing = [path for path in Originals(source).list_files() if path.name not in there]
    for path in missing:
        copy_atomically(path, target / path.parent.name / path.name)
    return bool(missing)


def _copy_index(source: Path, target: Path) -> bool:
    target.mkdir(exist_ok=True)
    changed = False
    for name in ("words.postings", "catalogue.arrays", "texts.arrays"):
        changed |= _follow_file(source / name, target / name)
    for generation in sorted(source.glob(_GENERATIONS)):
        if (target / generation.name).exists() or not (generation / "manifest.json").exists():
            continue
        beside = target / f"{_BESIDE}{generation.name}"
        shutil.rmtree(beside, ignore_errors=True)
        shutil.copytree(generation, beside, copy_function=_link_or_copy(target))
        beside.rename(target / generation.name)
        sync_folder(target)
        changed = True
    return changed


def _link_or_copy(index: Path) -> Callable[[str, str], str]:
    """Return what copies a file of a generation, if no generation of the copy has it already."""

    def copy_one(source: str, target: str) -> str:
        path = Path(source)
        wanted = path.stat()
        for there in index.glob(f"{_GENERATIONS}/{path.name}"):
            found = there.stat()
            if (found.st_mtime_ns, found.st_size) == (wanted.st_mtime_ns, wanted.st_size):
                with contextlib.suppress(OSError):  # not every file system has links
                    os.link(there, target)
                    return target
        return str(shutil.copy2(source, target))

    return copy_one


def _follow_file(source: Path, target: Path) -> bool:
    """Make a file what it is in the repository, or absent; return whether it was copied."""
    if not source.exists():
        target.unlink(missing_ok=True)
        return False
    wanted = source.stat()
    if target.exists():
        there = target.stat()
        if (there.st_mtime_ns, there.st_size) == (wanted.st_mtime_ns, wanted.st_size):
            return False
    copy_atomically(source, target)
    os.utime(target, ns=(wanted.st_atime_ns, wanted.st_mtime_ns))
    return True


def _remove_others(settings: Settings, copied: Settings) -> None:
    """Remove originals and generations that the repository no longer has."""
    kept = {path.name for path in Originals(settings.originals_folder).list_files()}
    for path in Originals(copied.originals_folder).list_files():
        if path.name not in kept:
            path.unlink()
    for generation in copied.index_folder.glob(_GENERATIONS):
        if not (settings.index_folder / generation.name).exists():
            shutil.rmtree(generation)
    _give_times(settings.originals_folder, copied.originals_folder)


def _give_times(source: Path, target: Path) -> None:
    """Give the folders of originals the times of their sources: entity tags tell of them."""
    for folder in source.iterdir() if source.is_dir() else ():
        if folder.is_dir():
            (target / folder.name).mkdir(parents=True, exist_ok=True)
            stat = folder.stat()
            os.utime(target / folder.name, ns=(stat.st_atime_ns, stat.st_mtime_ns))


def _revision_of(catalogue: Path) -> int:
    uri = f"{catalogue.absolute().as_uri()}?mode=ro"
    with closing(sqlite3.connect(uri, uri=True)) as connection:
        return int(connection.execute("select value from revision").fetchone()[0])
