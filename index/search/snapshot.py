"""What a search runs on: the catalogue's holdings and the current vectors, joined by row.

It is replaced as a whole when either changes, so a running server picks up a new document or index
and no answer mixes two generations.
"""

from __future__ import annotations

import threading
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from corpus.catalogue.catalogue import Catalogue
from corpus.errors import IndexUnusable
from index.search.holdings import Holdings, Rows, read_holdings
from index.search.words import PlacedPostings, WordScores
from index.vectors.generations import Manifest, current_name, read_usable
from index.vectors.vectors import Vectors
from index.words.building import load_postings


@dataclass(frozen=True, slots=True)
class Generation:
    """A loaded index, or the reason there is none.

    ``name`` is what ``CURRENT`` said; ``problem`` is also why an older index stands in for it.
    """

    name: str
    vectors: Vectors | None
    manifest: Manifest | None
    problem: str | None


@dataclass(frozen=True, slots=True)
class Snapshot:
    """Holdings and vectors as of one moment.

    Attributes:
        vector_row: (n,) int64, for each passage row its row in the vectors, -1 if it has none.
        passage_row: (v,) int64, for each vector its passage row, -1 if the passage is gone.
        words: the keyword scores of these passages.
    """

    holdings: Holdings
    generation: Generation
    vector_row: Rows
    passage_row: Rows
    words: WordScores

    @property
    def without_vector(self) -> int:
        """How many passages have no vector yet."""
        return int((self.vector_row < 0).sum())

    def cosines(self, query: npt.NDArray[np.float32]) -> npt.NDArray[np.float64]:
        """Return (n,): the cosine of each passage row with ``query``, NaN where it has no vector.

        Args:
            query: (dimensions,) float32, unit length.
        """
        out = np.full(len(self.vector_row), np.nan)
        if self.generation.vectors is not None:
            known = self.passage_row >= 0
            out[self.passage_row[known]] = self.generation.vectors.cosines(query)[known]
        return out


class Snapshots:
    """Keeps the newest snapshot; one thread refreshes it, the others wait for that."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._lock = threading.Lock()
        self._snapshot: Snapshot | None = None

    def current(self, catalogue: Catalogue, *, wait: bool = True) -> Snapshot:
        """Return a snapshot of the catalogue and the index as they are now.

        With ``wait=False`` it is the last one while another thread takes the next.
        """
        kept = self._snapshot
        if kept and self._is_current(kept, catalogue):
            return kept
        if kept and not wait and self._lock.locked():
            return kept
        with self._lock:
            kept = self._snapshot
            if kept is None or not self._is_current(kept, catalogue):
                self._snapshot = kept = self._refresh(kept, catalogue)
            return kept

    def _is_current(self, kept: Snapshot, catalogue: Catalogue) -> bool:
        return (
            kept.holdings.revision == catalogue.revision() and kept.generation.name == self._name()
        )

    def _name(self) -> str:
        try:
            return current_name(self.folder)
        except IndexUnusable:
            return ""

    def _refresh(self, kept: Snapshot | None, catalogue: Catalogue) -> Snapshot:
        name = self._name()
        generation = kept.generation if kept else None
        if generation is None or generation.name != name:
            generation = self._load(name)
        holdings = read_holdings(catalogue)
        vectors = generation.vectors
        passage_row = holdings.rows_of(vectors.ids if vectors else np.empty(0, np.int64))
        vector_row = np.full(len(holdings.passage_ids), -1, dtype=np.int64)
        known_rows = np.flatnonzero(passage_row >= 0)
        vector_row[passage_row[known_rows]] = known_rows
        postings = load_postings(catalogue, self.folder)
        placed = PlacedPostings(postings, holdings.rows_of(postings.ids)) if postings else None
        return Snapshot(holdings, generation, vector_row, passage_row, WordScores(holdings, placed))

    def _load(self, name: str) -> Generation:
        try:
            found = read_usable(self.folder)
        except IndexUnusable as error:
            return Generation(name, None, None, str(error))
        return Generation(name, found.vectors, found.manifest, found.fault)


class FirstSnapshot:
    """The snapshot of one request: the newest at the first call, and the same one after that."""

    def __init__(self, snapshots: Snapshots | FirstSnapshot) -> None:
        self._snapshots = snapshots
        self._snapshot: Snapshot | None = None

    def current(self, catalogue: Catalogue, *, wait: bool = True) -> Snapshot:
        """Return the snapshot; the first call takes it."""
        if self._snapshot is None:
            self._snapshot = self._snapshots.current(catalogue, wait=wait)
        return self._snapshot
