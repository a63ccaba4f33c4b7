"""Count searches that find little, after they are answered and without slowing the next.

One is written at once, those that follow it within a second together: opening the catalogue and
waiting for the disk costs as much as a third of a search.

``corpus.review.demand`` says what is kept of a search: words, language, day. The searcher is not
looked at, so curators are counted like everybody else.
"""

from __future__ import annotations

import logging
import math
import sqlite3
import threading
import time
from collections import Counter
from pathlib import Path
from typing import Final

from corpus.catalogue.catalogue import connect
from corpus.errors import CatalogueError
from corpus.review import demand
from index.model import Results

MOST_WAITING: Final = 1000
"""Different searches kept in memory while the catalogue cannot be written."""
BUSY_MS: Final = 250
"""How long one attempt waits for the write lock; adding documents may keep it longer."""
REST_S: Final = 1.0
"""The least time between two writes; a server that is killed loses what it counted since."""

_log = logging.getLogger(__name__)
_Key = tuple[str, str, str]


def found_little(results: Results) -> bool:
    """Tell whether these results are a sign of unmet demand.

    They are if they are the first page of an unfiltered search with words and the evidence is weak
    at best. With filters, the filters may be the reason, and keyword search alone does not tell how
    good the evidence is.
    """
    query = results.query
    judged = results.by_meaning or not results.hits
    weak = results.strength in ("weak", "none")
    return bool(query.text) and not query.filters and not query.offset and weak and judged


class DemandLog:
    """Counts searches in the catalogue at ``path``. Threads may share it.

    Args:
        path: the catalogue.
        keep_days: how many days counts are kept.
        on: ``False`` counts nothing.
    """

    def __init__(self, path: Path, *, keep_days: int, on: bool = True) -> None:
        self.on = on
        self.keep_days = keep_days
        self._path = path
        self._waiting: Counter[_Key] = Counter()
        self._lock = threading.Lock()
        self._writing = threading.Lock()
        self._written_at = -math.inf
        self._timer: threading.Timer | None = None
        self._dropped = 0

    @property
    def dropped(self) -> int:
        """Return how many searches could not be counted since the server started."""
        return self._dropped

    def note(self, text: str, language: str | None) -> None:
        """Count a search with few results. It never fails: what cannot be written waits.

        Args:
            text: the question as it was typed.
            language: that it was read in (ISO 639-1); ``None`` or ``und`` if that is not known.
        """
        query = demand.normalised(text) if self.on else None
        if query is None:
            return
        self._add(Counter({(query, language or demand.UNKNOWN_LANGUAGE, demand.today()): 1}))
        with self._lock:
            rest = self._written_at + REST_S - time.monotonic()
            if rest > 0 and self._timer is None:
                self._timer = threading.Timer(rest, self.flush)
                self._timer.daemon = True
                self._timer.start()
        if rest <= 0:
            self.flush()

    def flush(self) -> None:
        """Write what waits, unless another thread is writing or the catalogue is busy."""
        if not self._writing.acquire(blocking=False):
            return
        try:
            with self._lock:
                taken, self._waiting = self._waiting, Counter()
                self._written_at, self._timer = time.monotonic(), None
            if taken:
                self._write(taken)
        finally:
            self._writing.release()

    def _write(self, searches: Counter[_Key]) -> None:
        try:
            with connect(self._path) as catalogue:
                catalogue.db.execute(f"pragma busy_timeout = {BUSY_MS}")
                with catalogue.transaction():
                    demand.count(catalogue, searches, keep_days=self.keep_days)
        except (CatalogueError, sqlite3.Error) as error:
            # Not the message: it may contain what somebody searched for.
            _log.warning("searches wait to be counted: %s", type(error).__name__)
            self._add(searches)

    def _add(self, searches: Counter[_Key]) -> None:
        with self._lock:
            for key, times in searches.items():
                if key in self._waiting or len(self._waiting) < MOST_WAITING:
                    self._waiting[key] += times
                else:
                    self._dropped += times
