"""Open catalogues kept between requests: each is lent to one request at a time.

Opening one takes 2 ms (SQLite reads the schema, we check that the file is ours), an eighth of the
time of a search without its encoding.
"""

from __future__ import annotations

import contextlib
import sqlite3
import threading
from collections import deque
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final

from sqlite_utils import Database

from corpus.catalogue.catalogue import Catalogue, connect
from corpus.errors import CatalogueDamaged, CatalogueUnwritable

MOST_IDLE: Final = 8
"""How many idle connections stay open."""


class Written:
    """The newest revision that was written through a server: searches show at least that.

    Threads may share it.
    """

    def __init__(self) -> None:
        self._newest = 0
        self._lock = threading.Lock()

    @property
    def newest(self) -> int:
        """Return the revision; 0 if nothing was written."""
        return self._newest

    def note(self, revision: int) -> None:
        """Note that a revision was written."""
        with self._lock:
            self._newest = max(self._newest, revision)
            self._publish(self._newest)

    def _publish(self, newest: int) -> None:
        """Tell other processes; here there are none."""


class Connections:
    """Lends connections to the catalogue at ``path``, and notes what is written through them.

    Threads may share it.
    """

    def __init__(self, path: Path, written: Written | None = None) -> None:
        self._path = path
        self._written = written or Written()
        self._idle: deque[tuple[tuple[int, int], Catalogue]] = deque()

    @property
    def written(self) -> int:
        """Return the newest revision that was written through this server."""
        return self._written.newest

    @property
    def has_idle(self) -> bool:
        """Return whether one can be lent without opening the file."""
        try:
            file, _ = self._idle[-1]
        except IndexError:
            return False
        return file == self._file()

    @contextlib.contextmanager
    def lend(self) -> Iterator[Catalogue]:
        """Lend a catalogue to one request.

        Raises:
            CatalogueMissing, CatalogueBusy, CatalogueDamaged, CatalogueTooNew, CatalogueUnwritable
        """
        file, catalogue = self._take()
        sound = True
        try:
            yield catalogue
        except (sqlite3.Error, CatalogueDamaged, CatalogueUnwritable):
            sound = False
            raise
        finally:
            unfinished = catalogue.db.conn.in_transaction
            if sound and not unfinished and len(self._idle) < MOST_IDLE:
                self._idle.append((file, catalogue))
            else:
                catalogue.close()

    def close(self) -> None:
        """Close idle catalogues; a lent one is kept or closed by its request."""
        while self._idle:
            self._idle.pop()[1].close()

    def _take(self) -> tuple[tuple[int, int], Catalogue]:
        file = self._file()
        while True:
            try:
                opened, catalogue = self._idle.pop()
            except IndexError:
                return file, self._open()
            if opened == file:
                return opened, catalogue
            catalogue.close()  # the file was replaced: a backup was restored

    def _open(self) -> Catalogue:
        opened = connect(self._path)
        return _Lent(opened.path, opened.db, self._written.note)

    def _file(self) -> tuple[int, int]:
        try:
            stat = self._path.stat()
        except FileNotFoundError:
            return 0, 0
        return stat.st_dev, stat.st_ino


class _Lent(Catalogue):
    """A catalogue that tells the revision after each of its transactions."""

    def __init__(self, path: Path, db: Database, note: Callable[[int], None]) -> None:
        super().__init__(path, db)
        self._note = note

    @contextlib.contextmanager
    def transaction(self) -> Iterator[None]:
        """Take the write lock, as in any catalogue."""
        is_part = self.db.conn.in_transaction
        with super().transaction():
            yield
        if not is_part:
            self._note(self.revision())
