"""Whole-file writes: a reader sees the old bytes or the new ones, never a mixture.

What is being written has a name that begins with a dot; what is left of an interrupted write keeps
that name, and nothing reads it.
"""

from __future__ import annotations

import contextlib
import hashlib
import mmap
import os
import secrets
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from corpus.catalogue.failpoints import failpoint

_STEP: Final = 1 << 20


def write_atomically(path: Path, *parts: bytes | memoryview) -> None:
    """Write bytes to a temporary name beside ``path``, fsync, and move it into place.

    Permissions are those of any new file (umask): another account may run the server.

    Args:
        path: the file.
        parts: what it has, one after the other.
    """
    with naming(path), _replacing(path) as handle:
        for part in parts:
            _write_all(handle, part)


def copy_atomically(source: Path, target: Path) -> str:
    """Copy a file as ``write_atomically`` writes one, and return the SHA-256 of what was copied."""
    digest = hashlib.sha256()
    with source.open("rb") as file, naming(target), _replacing(target) as handle:
        while True:
            with naming(source):
                step = file.read(_STEP)
            if not step:
                break
            digest.update(step)
            _write_all(handle, step)
    return digest.hexdigest()


@contextlib.contextmanager
def naming(path: Path) -> Iterator[None]:
    """Let an error of the system out with the path that it is about.

    A failed write names no path, and a temporary file's name tells nobody anything.
    """
    try:
        yield
    except OSError as error:
        if error.filename is not None and not is_temporary(Path(error.filename)):
            raise
        raise OSError(error.errno, error.strerror, str(path)) from error


@contextlib.contextmanager
def _replacing(path: Path) -> Iterator[int]:
    """Give a new file to write to, and move it to ``path`` once it is written and safe on disk."""
    make_folder(path.parent)
    temporary = path.parent / f".{path.name}.{secrets.token_hex(8)}"
    handle = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o666)
    try:
        try:
            yield handle
            os.fsync(handle)
        finally:
            os.close(handle)
        failpoint("file written")
        os.replace(temporary, path)
        failpoint("file renamed")
    except BaseException:
        with contextlib.suppress(FileNotFoundError):
            os.unlink(temporary)
        raise
    sync_folder(path.parent)


def _write_all(handle: int, data: bytes | memoryview) -> None:
    left = memoryview(data)
    while left:
        left = left[os.write(handle, left) :]


def is_temporary(path: Path) -> bool:
    """Whether a file is one that is being written, or what is left of one."""
    return path.name.startswith(".")


def make_folder(folder: Path) -> None:
    """Make a folder and those above it, so that they survive a power cut."""
    if folder.is_dir():
        return
    make_folder(folder.parent)
    folder.mkdir(exist_ok=True)
    sync_folder(folder.parent)


def sync_folder(folder: Path) -> None:
    """Make a rename in ``folder`` survive a power cut."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        with naming(folder):
            os.fsync(descriptor)
    finally:
        os.close(descriptor)


def sha256_of(data: bytes | mmap.mmap) -> str:
    """Return the SHA-256 of ``data`` in hexadecimal."""
    return hashlib.sha256(data).hexdigest()


def sha256_of_file(path: Path) -> str:
    """Return the SHA-256 of a file's bytes in hexadecimal, read in steps."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
