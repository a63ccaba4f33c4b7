"""Reading index files that may have become anything, and putting damaged ones aside."""

from __future__ import annotations

import contextlib
import os
import shutil
from pathlib import Path


def read_bytes(path: Path, most: int | None = None) -> bytes:
    """Return a file's bytes.

    Raises:
        OSError: it cannot be read.
        ValueError: it is not a regular file, for which a pipe would wait, or has over ``most``
            bytes.
    """
    if path.exists() and not path.is_file():
        raise ValueError("it is not a file")
    with path.open("rb") as file:
        data = file.read(-1 if most is None else most + 1)
    if most is not None and len(data) > most:
        raise ValueError("it is too large")
    return data


def why(error: Exception) -> str:
    """Return an error in words, without the paths of this machine."""
    if isinstance(error, OSError):
        return (error.strerror or type(error).__name__).lower()
    if isinstance(error, UnicodeDecodeError):
        return "it is not UTF-8"
    if isinstance(error, RecursionError):
        return "it is nested too deep"
    return str(error)


def move_aside(path: Path) -> Path:
    """Rename a damaged file or folder, with what SQLite keeps beside it; return where it is now."""
    number = 1
    while os.path.lexists(path.with_name(f"{path.name}.damaged-{number}")):
        number += 1
    aside = path.with_name(f"{path.name}.damaged-{number}")
    path.rename(aside)
    for suffix in ("-wal", "-shm"):
        with contextlib.suppress(FileNotFoundError):
            path.with_name(f"{path.name}{suffix}").rename(f"{aside}{suffix}")
    return aside


def remove(path: Path) -> None:
    """Remove a file or a folder with what is in it, as far as that can be done."""
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path, ignore_errors=True)
        return
    with contextlib.suppress(OSError):
        path.unlink()
