"""The engine on one machine: keeps the newest snapshot, and brings it up to date as it answers."""

from __future__ import annotations

import math
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Final

from corpus.catalogue.catalogue import Catalogue, connect
from corpus.errors import IndexUnusable
from index.local.searching import LocalView
from index.local.snapshot import Generation
from index.local.taking import (
    can_keep_words,
    file_of,
    follow,
    is_replaced,
    load_generation,
    take,
    with_generation,
)
from index.vectors.generations import current_name

MOST_BEHIND_S: Final = 5.0
"""How long searches are answered from the last snapshot while the next one is taken."""
SOON_S: Final = 0.5
"""How long a search waits for a snapshot for which everything is read; small ones take less."""


class LocalEngine:
    """Keeps the newest snapshot of the catalogue and of the index beside it.

    After a change of the catalogue, the first search that sees it brings the snapshot up to date
    by what changed, which takes milliseconds. What takes longer, the vectors of a new generation or
    very many changes, is read in a thread of its own. Other searches are answered from the last
    snapshot meanwhile, unless this process has changed something since.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._lock = threading.Lock()
        self._snapshot: LocalView | None = None
        self._taking: _Taking | None = None
        self._behind_since = math.inf

    def view(self, catalogue: Catalogue, *, wait: bool = True, at_least: int = 0) -> LocalView:
        """Return a snapshot of the catalogue and the index as they are now.

        With ``wait=False`` it may be the last one while the next is taken, for no more than
        ``MOST_BEHIND_S``.

        Args:
            catalogue: the catalogue.
            wait: whether to wait for the newest.
            at_least: the revision that the snapshot must have, even without waiting.
        """
        kept = self._snapshot
        if kept and self._is_current(kept, catalogue):
            return kept
        if kept and is_replaced(catalogue):
            return kept  # as new as can be: only this request still reads the file before
        far_behind = time.monotonic() - self._behind_since > MOST_BEHIND_S
        wait = wait or far_behind
        if kept and not wait and self._lock.locked() and kept.holdings.revision >= at_least:
            return kept
        with self._lock:
            kept = self._snapshot
            if kept is None or not self._is_current(kept, catalogue):
                self._behind_since = min(self._behind_since, time.monotonic())
                self._snapshot = kept = self._refresh(kept, catalogue)
                if self._taking and (wait or kept.holdings.revision < at_least):
                    self._snapshot = kept = self._finish(self._taking, kept, catalogue, None)
            if self._taking is None:
                self._behind_since = math.inf
            return kept

    def apply(
        self, catalogue: Catalogue, progress: Callable[[int, int], None] | None = None
    ) -> int:
        """Return the catalogue's revision: nothing has to be written, snapshots follow it."""
        del progress
        return self.view(catalogue).documents.revision

    def _is_current(self, kept: LocalView, catalogue: Catalogue) -> bool:
        return (
            kept.holdings.revision == catalogue.revision()
            and kept.generation.name == self._name()
            and kept.file == file_of(catalogue)
        )

    def _name(self) -> str:
        try:
            return current_name(self.folder)
        except IndexUnusable:
            return ""

    def _refresh(self, kept: LocalView | None, catalogue: Catalogue) -> LocalView:
        """Return the next snapshot, or ``kept`` followed as far as can be while that is taken."""
        file = file_of(catalogue)
        if kept is None or kept.file != file:
            self._taking = None  # it is of the file that was replaced
            return take(catalogue, self.folder, self._generation(kept), file)
        followed = follow(kept, catalogue)
        if followed and followed.generation.name == self._name():
            return followed
        patience = 0.0
        if self._taking is None:
            known = followed if followed and can_keep_words(followed) else None
            self._taking = _Taking(catalogue.path, self.folder, self._generation(kept), known)
            patience = SOON_S
        return self._finish(self._taking, followed or kept, catalogue, patience)

    def _finish(
        self, taking: _Taking, kept: LocalView, catalogue: Catalogue, patience_s: float | None
    ) -> LocalView:
        """Return what is being taken, up to date; ``kept`` if it is not there in time."""
        try:
            taken = taking.result(patience_s)
        except BaseException:
            self._taking = None
            raise
        if taken is None:
            return kept
        self._taking = None
        return follow(taken, catalogue) or taken

    def _generation(self, kept: LocalView | None) -> Callable[[], Generation]:
        """Return what gives the current generation: the one of ``kept``, or read from its files."""
        name = self._name()
        if kept and kept.generation.name == name:
            return lambda: kept.generation
        return lambda: load_generation(self.folder, name, kept.generation if kept else None)


class _Taking:
    """A snapshot that is taken in a thread of its own, with a connection of its own.

    With a snapshot that is ``known``, all but the generation is taken over from it.
    """

    def __init__(
        self,
        path: Path,
        folder: Path,
        generation: Callable[[], Generation],
        known: LocalView | None,
    ) -> None:
        self._taken: LocalView | None = None
        self._fault: Exception | None = None
        self._task = (path, folder, generation, known)
        self._thread = threading.Thread(target=self._take, name="snapshot", daemon=True)
        self._thread.start()

    def _take(self) -> None:
        path, folder, generation, known = self._task
        try:
            if known:
                self._taken = with_generation(known, generation())
                return
            with connect(path) as catalogue:
                self._taken = take(catalogue, folder, generation, file_of(catalogue))
        except Exception as error:  # raised again for the search that wants the snapshot
            self._fault = error

    def result(self, patience_s: float | None) -> LocalView | None:
        """Return the snapshot, or ``None`` if it is not there after so many seconds."""
        self._thread.join(patience_s)
        if self._fault:
            raise self._fault
        return self._taken
