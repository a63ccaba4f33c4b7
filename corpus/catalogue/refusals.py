"""What SQLite says when the machine refuses (a lock, a permission, the disk), as sentences."""

from __future__ import annotations

import contextlib
import os
import sqlite3
from pathlib import Path
from typing import Final

_BUSY: Final = (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED)
_REFUSED: Final = (
    *_BUSY,
    sqlite3.SQLITE_CANTOPEN,
    sqlite3.SQLITE_READONLY,
    sqlite3.SQLITE_PERM,
    sqlite3.SQLITE_AUTH,
    sqlite3.SQLITE_FULL,
    sqlite3.SQLITE_IOERR,
)


def is_busy(error: sqlite3.Error) -> bool:
    """Whether another process holds the lock."""
    return primary_code(error) in _BUSY


def is_refusal(error: sqlite3.Error) -> bool:
    """Whether the machine refused: a lock, a permission, or the disk."""
    return primary_code(error) in _REFUSED


def primary_code(error: sqlite3.Error) -> int:
    """Return SQLite's code without what extended codes add; 0 if there is none."""
    return getattr(error, "sqlite_errorcode", 0) & 0xFF


def explain_refusal(error: sqlite3.Error, path: Path) -> str | None:
    """Return what the machine refused and what to do; ``None`` for any other error.

    Args:
        error: what SQLite raised.
        path: the database.
    """
    code = primary_code(error)
    if not is_refusal(error):
        return None
    if is_busy(error):
        return f"Another process is writing to {path}. Try again when it has finished."
    # SQLite cannot tell a full disk from a broken one where it makes its shared memory.
    if code == sqlite3.SQLITE_FULL or (code == sqlite3.SQLITE_IOERR and _is_full(path.parent)):
        return f"{path} cannot be written: the disk is full. Free some space and try again."
    if code == sqlite3.SQLITE_IOERR:
        return (
            f"The disk failed to read or write {path} ({error}). Check the disk and the space on "
            "it, and try again."
        )
    return (
        f"{path} cannot be opened for writing ({error}). Check the permissions of the file and of "
        "its folder, and the space on the disk."
    )


def _is_full(folder: Path) -> bool:
    with contextlib.suppress(OSError):
        return os.statvfs(folder).f_bavail == 0
    return False
