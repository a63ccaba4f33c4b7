"""The engine in Qdrant: follows the catalogue, and answers from what it has meanwhile."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Final

from corpus.catalogue.catalogue import Catalogue, connect
from corpus.errors import EngineUnavailable, EvidenceError
from index.qdrant.applying import Applier
from index.qdrant.arrays import Arrays, Keeper
from index.qdrant.breaker import Breaker, GuardedClient
from index.qdrant.client import Client, EngineFault
from index.qdrant.moment import DOWN, Filled, Remembered
from index.qdrant.source import name_of_generation
from index.qdrant.state import State, mark_of, read_current
from index.qdrant.view import QdrantView

LOOK_AGAIN_S: Final = 2.0
"""How long the collection in use is taken to be the one that was read last."""
PATIENCE_S: Final = 10.0
"""How long a search waits for another process to end writing to the engine."""
_EMPTY: Final = "The search engine has no passages yet. Fill it with: salex index"
_log = logging.getLogger(__name__)


class QdrantEngine:
    """Passages in Qdrant.

    A search that has to see the last change applies it, if it is small; all that is larger is
    applied in a thread of its own, by one process at a time, while searches are answered from what
    is there. While the engine does not answer, the catalogue's keyword index does.

    Args:
        client: the engine; failures are counted, so it is left alone for a while after some.
        folder: the index folder, with the vectors that it is filled from.
        alias: the name that stands for the collection in use.
        exact: whether every vector is compared, instead of following a graph.
        quantized: whether new collections compare bytes first.
        follows: whether it may write to the engine; otherwise another server does.
        breaker: counts failures.
    """

    def __init__(
        self,
        client: Client,
        folder: Path,
        *,
        alias: str = "salex",
        exact: bool = False,
        quantized: bool = True,
        follows: bool = True,
        breaker: Breaker | None = None,
    ) -> None:
        self.breaker = breaker or Breaker()
        self._client = GuardedClient(client, self.breaker)
        self.folder, self._alias, self._exact = folder, alias, exact
        self._follows = follows
        self._applier = Applier(self._client, alias, folder, quantized=quantized)
        self._lock = threading.Lock()
        self._keeper = Keeper(folder)
        self._filled: Filled | None = None
        self._looked_at = -LOOK_AGAIN_S
        self._remembered: tuple[object, Remembered] = (None, Remembered())
        self._background: threading.Thread | None = None

    def view(self, catalogue: Catalogue, *, wait: bool = True, at_least: int = 0) -> QdrantView:
        """Return the engine as it is now, as ``Engine.view`` says."""
        arrays = self._keeper.current(catalogue, wait=wait, at_least=at_least)
        documents, file = arrays.documents, arrays.file
        down: str | None = None
        filled: Filled | None = None
        try:
            filled = self._find(catalogue, documents.revision, wait=wait, at_least=at_least)
            down = None if filled else _EMPTY
        except EngineFault as fault:
            _log.warning("the search engine failed: %s", fault)
            self._filled = None
            down = DOWN
        view = QdrantView(
            client=self._client,
            filled=filled,
            documents=documents,
            words=arrays.words,
            down=down,
            exact=self._exact,
            behind=filled is not None and self._is_behind(filled.state, documents.revision, file),
            faults=self.breaker.faults,
            file=file,
            remembered=self._remember(arrays, filled),
        )
        return self._with_bare(view)

    def apply(
        self, catalogue: Catalogue, progress: Callable[[int, int], None] | None = None
    ) -> int:
        """Bring the engine up to date, as ``Engine.apply`` says.

        Raises:
            EngineUnavailable: the engine failed; run it again.
        """
        try:
            state = self._applier.apply(catalogue, progress)
        except EngineFault as fault:
            raise EngineUnavailable(
                f"The search engine could not be brought up to date ({fault}). What it has is "
                "kept. Run again: salex index"
            ) from fault
        self._looked_at = -LOOK_AGAIN_S
        return state.revision

    def _with_bare(self, view: QdrantView) -> QdrantView:
        """Return the view with the passages known that have no vector."""
        if view.manifest is not None:
            try:
                view.bare()
            except EngineFault as fault:
                _log.warning("the search engine failed: %s", fault)
                return replace(view, filled=None, down=DOWN)
        return view

    def _remember(self, arrays: Arrays, filled: Filled | None) -> Remembered:
        of_engine = (filled.name, filled.state) if filled else None
        key = (arrays.file, arrays.documents.revision, of_engine)
        with self._lock:
            if self._remembered[0] != key:
                self._remembered = key, Remembered()
            return self._remembered[1]

    def _find(
        self, catalogue: Catalogue, revision: int, *, wait: bool, at_least: int
    ) -> Filled | None:
        """Return the collection in use, brought up to date as far as can be waited for.

        Raises:
            EngineFault
        """
        filled = self._look(revision)
        if filled is None:
            return None
        if not self._follows or self._is_current(filled.state, catalogue, revision):
            return filled
        if wait or filled.state.revision < at_least:
            followed = self._apply_changes(catalogue)
            if followed is not None:
                filled = followed
            if self._is_current(filled.state, catalogue, revision):
                return filled
        self._apply_beside(catalogue.path)
        return filled

    def _look(self, revision: int) -> Filled | None:
        """Return the collection in use; what was read last, if that was just now or is current."""
        kept, now = self._filled, time.monotonic()
        fresh = now - self._looked_at < LOOK_AGAIN_S
        if kept and fresh and kept.state.revision >= revision:
            return kept
        found = read_current(self._client, self._alias)
        self._filled = Filled(*found) if found else None
        self._looked_at = now
        return self._filled

    def _is_behind(self, state: State, revision: int, file: str) -> bool:
        """Whether there may be changes of the catalogue that the engine does not have."""
        return state.revision < revision or (self._follows and state.catalogue != file)

    def _is_current(self, state: State, catalogue: Catalogue, revision: int) -> bool:
        return (
            state.revision >= revision
            and state.catalogue == mark_of(catalogue)
            and state.generation == name_of_generation(self.folder)
        )

    def _apply_changes(self, catalogue: Catalogue) -> Filled | None:
        """Apply what changed since, as long as that is little; ``None`` if it cannot be now."""
        with self._applier.alone(PATIENCE_S) as alone:
            if not alone:
                return None
            found = read_current(self._client, self._alias)  # another process may have been quicker
            if found is None:
                return None
            state = self._applier.follow(catalogue, *found)
            if state is None:
                return None
            self._filled = Filled(found[0], state)
            return self._filled

    def _apply_beside(self, path: Path) -> None:
        """Apply everything in a thread of its own, unless one does already."""
        with self._lock:
            if self._background and self._background.is_alive():
                return
            self._background = threading.Thread(
                target=self._apply_all, args=(path,), name="engine", daemon=True
            )
            self._background.start()

    def _apply_all(self, path: Path) -> None:
        with self._applier.alone(0.0) as alone:
            if not alone:
                return  # another process does
        try:
            with connect(path) as catalogue:
                self._applier.apply(catalogue)
            self._looked_at = -LOOK_AGAIN_S
        except (EngineFault, EvidenceError) as error:
            _log.warning("the search engine was not brought up to date: %s", error)

    def wait_for_background(self, timeout_s: float | None = None) -> None:
        """Wait until what is applied beside searches is done."""
        thread = self._background
        if thread:
            thread.join(timeout_s)
