"""Checks of the catalogue's file while the server runs: damage is never served in silence."""

from __future__ import annotations

import logging
import sqlite3
import threading
from pathlib import Path

from corpus.catalogue.condition import check, damage_of
from corpus.catalogue.soundness import Damage

_log = logging.getLogger(__name__)


class CatalogueWatch:
    """Checks the catalogue at ``path`` when it is started, and every ``minutes`` from then on.

    A check has a connection of its own and writes nothing. Requests learn of damage from what is
    remembered of the file, so they never wait for a check.
    """

    def __init__(self, path: Path, *, minutes: int) -> None:
        self._path = path
        self._seconds = minutes * 60.0
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._run, name="catalogue watch", daemon=True)

    def start(self) -> None:
        """Check once before the first request, then in the background."""
        self.look()
        self._thread.start()

    def stop(self) -> None:
        """End the checks; one under way is not waited for."""
        self._stopped.set()

    def look(self) -> Damage | None:
        """Check now and log what is wrong; what cannot be checked is seen by requests."""
        before = damage_of(self._path)
        try:
            damage = check(self._path) if self._path.is_file() else None
        except (OSError, sqlite3.Error) as error:
            _log.warning("the catalogue could not be checked: %s", error)
            return before
        if damage and damage != before:
            _log.error("%s", damage.error(self._path))
        elif before and not damage:
            _log.warning("%s is sound again", self._path)
        return damage

    def _run(self) -> None:
        while not self._stopped.wait(self._seconds):
            self.look()
