"""Open catalogues kept between requests: each is lent to one request at a time.

Opening one takes 2 ms (SQLite reads the schema, we look whether the file is ours), an eighth of
what a search needs beside its encoding.
"""

from __future__ import annotations

import contextlib
import sqlite3
from collections import deque
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from corpus.catalogue.catalogue import Catalogue, connect

MOST_IDLE: Final = 8
"""Kept open while nobody needs them."""


class Connections:
    """Lends catalogues at ``path``. Threads may share it."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._idle: deque[tuple[tuple[int, int], Catalogue]] = deque()

    @contextlib.contextmanager
    def lend(self) -> Iterator[Catalogue]:
        """Give a catalogue to one request.

        Raises:
            CatalogueMissing, CatalogueBusy, CatalogueDamaged, CatalogueTooNew
        """
        file, catalogue = self._take()
        sound = True
        try:
            yield catalogue
        except sqlite3.Error:
            sound = False
            raise
        finally:
            unfinished = catalogue.db.conn.in_transaction
            if sound and not unfinished and len(self._idle) < MOST_IDLE:
                self._idle.append((file, catalogue))
            else:
                catalogue.close()

    def close(self) -> None:
        """Close what is idle; what is lent is kept or closed by its request."""
        while self._idle:
            self._idle.pop()[1].close()

    def _take(self) -> tuple[tuple[int, int], Catalogue]:
        file = self._file()
        while True:
            try:
                opened, catalogue = self._idle.pop()
            except IndexError:
                return file, connect(self._path)
            if opened == file:
                return opened, catalogue
            catalogue.close()  # the file was replaced: a backup was restored

    def _file(self) -> tuple[int, int]:
        try:
            found = self._path.stat()
        except FileNotFoundError:
            return 0, 0
        return found.st_dev, found.st_ino
