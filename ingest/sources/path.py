"""Files and folders. Only hidden files are skipped without an outcome."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from pathlib import Path

from corpus.errors import SourceRejected
from corpus.model import Outcome
from ingest.extract import too_large
from ingest.model import Fetched, Limits, Source


def expand_path(path: Path) -> Iterator[Source | Outcome]:
    """Yield the file at ``path``, or every file below it in the order of their names.

    Hidden files and folders are skipped. A link that leads outside the folder or to a folder, and
    anything that cannot be opened, is yielded as a rejected outcome.
    """
    try:
        found = path.resolve(strict=True)
    except (OSError, RuntimeError) as error:
        yield _rejected(
            path.absolute(),
            "not-found",
            f"There is no such file or folder ({_words(error)}). Check the path.",
        )
        return
    if not found.is_dir():
        yield Source(found.as_uri(), found)
        return
    stored = False
    for item in _walk(found, found):
        stored = True
        yield item
    if not stored:
        yield _rejected(
            found, "not-found", "The folder contains no files (hidden ones are skipped)."
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
            yield Source(path.as_uri(), path)


def _link(path: Path, root: Path) -> Source | Outcome:
    try:
        target = path.resolve(strict=True)
    except (OSError, RuntimeError) as error:
        return _rejected(path, "not-found", f"The link leads nowhere ({_words(error)}).")
    if not target.is_relative_to(root):
        return _rejected(
            path, "not-readable", "The link leads outside the folder. Add its target by itself."
        )
    if target.is_dir():
        return _rejected(
            path, "not-readable", "The link leads to a folder inside the same one, taken there."
        )
    return Source(path.as_uri(), path)


def read_file(uri: str, path: Path, limits: Limits) -> Fetched:
    """Read the bytes of a file, the source ``uri``.

    Raises:
        SourceRejected: ``not-found``, ``not-readable`` or ``too-large``.
    """
    try:
        # Without O_NONBLOCK a named pipe would wait for a writer for ever.
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
