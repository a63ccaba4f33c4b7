"""The bytes documents were made from, each stored once under its SHA-256."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from corpus.catalogue.files import is_temporary, sha256_of, sha256_of_file, write_atomically
from corpus.errors import OriginalDamaged


class Originals:
    """A folder of files named by their SHA-256 (``ab/ab12...``), never by a name that was given."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._prefix = f"{folder}/"

    def path(self, sha256: str) -> Path:
        """Return the path of the original with this digest, whether or not it exists."""
        return self.folder / sha256[:2] / sha256

    def has(self, sha256: str) -> bool:
        """Return whether the original with this digest is stored, damaged or not."""
        return os.path.isfile(f"{self._prefix}{sha256[:2]}/{sha256}")  # noqa: PTH113, asked often

    def keep(self, data: bytes) -> str:
        """Store ``data`` unless it is stored and undamaged, and return its SHA-256."""
        sha256 = sha256_of(data)
        path = self.path(sha256)
        if self._is_damaged(path):
            write_atomically(path, data)
        return sha256

    def state(self) -> int:
        """Return a number that changes when originals come or go.

        It is the sum of the times at which the folders changed: 1 ms for all 256.
        """
        try:
            with os.scandir(self.folder) as folders:
                return sum(folder.stat().st_mtime_ns for folder in folders)
        except OSError:
            return 0

    def list_files(self) -> Iterator[Path]:
        """Yield the stored files in the order of their names, without those being written."""
        for path in sorted(self.folder.glob("??/*")):
            if not is_temporary(path):
                yield path

    def read(self, sha256: str) -> bytes:
        """Return the bytes with this digest.

        Raises:
            OriginalDamaged: they are not stored, or no longer match their digest.
        """
        with self.open(sha256) as file:
            return file.read()

    def open(self, sha256: str) -> BinaryIO:
        """Return the open file with this digest, at its beginning; the caller closes it.

        Raises:
            OriginalDamaged: it is not stored, or no longer matches its digest.
        """
        path = self.path(sha256)
        try:
            # A pipe would wait for a writer.
            file = path.open("rb") if path.is_file() or not path.exists() else None
            if file and hashlib.file_digest(file, "sha256").hexdigest() == sha256:
                file.seek(0)
                return file
        except (FileNotFoundError, NotADirectoryError):
            raise OriginalDamaged(
                f"The original {sha256} is not in {self.folder}. Add its source again."
            ) from None
        except OSError as error:
            raise OriginalDamaged(
                f"The original {path} cannot be read ({error.strerror}). Check its permissions and "
                "the disk."
            ) from error
        if file:
            file.close()
        raise OriginalDamaged(f"The original {path} changed on disk. Restore it from a backup.")

    def find_damaged(self) -> Iterator[str]:
        """Yield the names of the files whose bytes no longer match."""
        for path in self.list_files():
            if self._is_damaged(path):
                yield path.name

    def _is_damaged(self, path: Path) -> bool:
        """Whether a file is missing, cannot be read, or has other bytes than its name says."""
        try:
            return not path.is_file() or sha256_of_file(path) != path.name
        except OSError:
            return True
