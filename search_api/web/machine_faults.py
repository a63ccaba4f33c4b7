"""Faults of the machine (a file, a folder, disk space) as sentences that say what to do."""

from __future__ import annotations

import errno
import sqlite3
from pathlib import Path
from typing import Final

from corpus.catalogue.refusals import is_busy, is_refusal

_PROGRAM: Final = tuple(
    Path(__file__).parents[2] / room for room in ("corpus", "ingest", "index", "search_api")
)
_NO_SPACE: Final = (errno.ENOSPC, errno.EDQUOT)
_OF_FILES: Final = {
    errno.EROFS: "Choose another place.",
    errno.ENAMETOOLONG: "Choose another place.",
    errno.ELOOP: "Choose another place.",
    errno.EIO: "Check the disk, and try again.",
    errno.EMFILE: "Raise the limit of open files (ulimit -n), and try again.",
    errno.EFBIG: "Raise the limit of file sizes (ulimit -f), and try again.",
}
"""Errors of the system that name a path, and what to do."""


def explain_fault(error: OSError | sqlite3.Error) -> str | None:
    """Return what happened, to which path, and what to do; ``None`` if it may be our own fault."""
    if isinstance(error, sqlite3.Error):
        return _of_database(error)
    if error.errno in _NO_SPACE:
        where = f" to write {error.filename}" if error.filename else ""
        return f"There is no space left{where} ({error.strerror}). Free some space and try again."
    if not isinstance(error.filename, str | Path):
        return None
    path = Path(error.filename)
    if any(path.absolute().is_relative_to(room) for room in _PROGRAM):
        return None
    return _of_path(error, path)


def _of_path(error: OSError, path: Path) -> str | None:
    """Return what happened to a path; ``None`` for other faults, such as those of connections."""
    if isinstance(error, PermissionError):
        return (
            f"{path} cannot be read or written by this user ({error.strerror}). Change its "
            "permissions, or choose another place."
        )
    if isinstance(error, FileNotFoundError):
        if path.parent.is_dir():
            return f"{path} does not exist. Check the name."
        return f"The folder {path.parent} does not exist. Create it, or choose another place."
    if isinstance(error, NotADirectoryError | FileExistsError):
        file = next((part for part in (path, *path.parents) if part.is_file()), path)
        return f"{file} is not a folder. Choose another place."
    if isinstance(error, IsADirectoryError):
        return f"{path} is a folder. Name a file."
    if error.errno in _OF_FILES:
        return f"{path} cannot be read or written: {error.strerror}. {_OF_FILES[error.errno]}"
    return None


def _of_database(error: sqlite3.Error) -> str | None:
    if not is_refusal(error):
        return None
    if is_busy(error):
        return f"Another process is using a database ({error}). Try again when it has finished."
    return (
        f"A database cannot be opened or written ({error}). Check that its folder can be written "
        "and that the disk has space."
    )
