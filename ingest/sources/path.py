"""Lists and reads files and folders. Only hidden files are skipped without an outcome."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final

from corpus.errors import SourceRejected
from corpus.model import Outcome
from ingest.extract import too_large
from ingest.model import Fetched, Limits, Source

OUTSIDE: Final = "outside"
"""The code of what leads out of the folder it may name files of. It is not tried again."""
_SPECIAL: Final = "It is a device, a pipe or a socket, not a file."


def expand_path(path: Path) -> Iterator[Source | Outcome]:
    """Yield the file at ``path``, or every file below it in the order of their names.

    Hidden files and folders are skipped. A link that leads outside the folder or to a folder, and
    anything that cannot be opened, is yielded as a rejected outcome.
    """
    try:
        resolved = path.resolve(strict=True)
    except (OSError, RuntimeError, ValueError) as error:
        why = "" if isinstance(error, FileNotFoundError) else f" ({_words(error)})"
        reason = f"There is no such file or folder{why}. Check the path."
        yield _rejected(path.absolute(), "not-found", reason)
        return
    if not resolved.is_dir():
        yield _file(resolved)
        return
    has_files = False
    for item in _walk(resolved, resolved):
        has_files = True
        yield item
    if not has_files:
        yield _rejected(
            resolved, "not-found", "The folder contains no files (hidden ones are skipped)."
        )


def _walk(folder: Path, root: Path) -> Iterator[Source | Outcome]:
    try:
        names = sorted(os.listdir(folder))  # noqa: PTH208
    except OSError as error:
        yield _rejected(folder, "not-readable", f"The folder cannot be opened ({_words(error)}).")
        return
    for path in (folder / name for name in names if not name.startswith(".")):
        if path.is_symlink():
            yield _link(path, root)
        elif path.is_dir():
            yield from _walk(path, root)
        else:
            yield _file(path)


def _file(path: Path) -> Source | Outcome:
    if _is_special(path):
        return _rejected(path, "not-readable", _SPECIAL)
    return Source(path.as_uri(), path)


def _is_special(path: Path) -> bool:
    """Say whether opening could wait or do something; what cannot be seen is left to reading."""
    try:
        mode = path.stat().st_mode
    except OSError:
        return False
    return not (stat.S_ISREG(mode) or stat.S_ISDIR(mode))


def leads_outside(path: Path, folders: Iterable[Path]) -> bool:
    """Say whether a path, with the links in it followed, is in none of the folders."""
    try:
        resolved = path.resolve()
    except (OSError, RuntimeError, ValueError):
        return False  # it leads nowhere
    return not any(resolved.is_relative_to(folder.resolve()) for folder in folders)


def _link(path: Path, root: Path) -> Source | Outcome:
    try:
        target = path.resolve(strict=True)
    except (OSError, RuntimeError) as error:
        return _rejected(path, "not-found", f"The link leads nowhere ({_words(error)}).")
    if not target.is_relative_to(root):
        return _rejected(
            path, OUTSIDE, "The link leads outside the folder. Add its target directly."
        )
    if target.is_dir():
        return _rejected(
            path, "not-readable", "The link leads to a folder, which is read where it is."
        )
    return _file(path)


def read_file(uri: str, path: Path, limits: Limits) -> Fetched:
    """Read the bytes of a file, the source ``uri``.

    Raises:
        SourceRejected: ``not-found``, ``not-readable`` or ``too-large``.
    """
    if _is_special(path):
        raise SourceRejected("not-readable", _SPECIAL)
    try:
        # It may change meanwhile. Without O_NONBLOCK a named pipe would wait for a writer for ever.
        descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0))
        with os.fdopen(descriptor, "rb") as file:
            status = os.fstat(file.fileno())
            if not stat.S_ISREG(status.st_mode):
                raise SourceRejected("not-readable", "It is not a regular file.")
            if status.st_size > limits.max_file_bytes:
                raise too_large(status.st_size, limits.max_file_bytes)
            data = file.read(limits.max_file_bytes + 1)
    except FileNotFoundError as error:
        raise SourceRejected("not-found", "The file no longer exists.") from error
    except OSError as error:
        raise SourceRejected(
            "not-readable", f"It cannot be opened ({_words(error)}). Check its permissions."
        ) from error
    return Fetched(uri, data, path.name)


def _rejected(path: Path, code: str, reason: str) -> Outcome:
    return Outcome(path.as_uri(), "rejected", reason, code=code)


def _words(error: Exception) -> str:
    return getattr(error, "strerror", None) or type(error).__name__
