"""What a search runs on: the catalogue's holdings and the current vectors, joined by row.

It is replaced as a whole when either changes, so a running server picks up a new document or index
and no answer mixes two generations. What did not change is taken over from the one before.
"""

from __future__ import annotations

import math
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

import numpy as np
import numpy.typing as npt

from corpus.catalogue.catalogue import Catalogue, connect
from corpus.catalogue.reading import read_one_state
from corpus.documents.changes import Changes, changes_since
from corpus.errors import IndexUnusable
from index.model import VECTORS
from index.search.following import MOST_FOLLOWED, Renumbering, follow_holdings
from index.search.holdings import Holdings, read_holdings
from index.search.values import Mask, Rows
from index.search.words import PlacedPostings, WordScores
from index.vectors.generations import Manifest, current_name, read_usable
from index.vectors.vectors import Vectors
from index.words.building import follow_changes, load_postings

MOST_BEHIND_S: Final = 5.0
"""How long searches are answered from the last snapshot while the next one is taken."""
SOON_S: Final = 0.5
"""How long a search waits for a snapshot for which everything is read; small ones take less."""
NARROW: Final = 0.4
"""The share of passages up to which only theirs are compared with a query: reading one in any
place costs 0.21 us, in a row with all others 0.10 us."""


@dataclass(frozen=True, slots=True)
class Generation:
    """A loaded index, or the reason there is none.

    ``name`` is what ``CURRENT`` said; ``problem`` is also why an older index stands in for it.
    ``multilingual`` are the second encoder's vectors, of the same passages in the same order;
    ``multilingual_problem`` says why they cannot be used.
    """

    name: str
    vectors: Vectors | None
    manifest: Manifest | None
    problem: str | None
    multilingual: Vectors | None = None
    multilingual_problem: str | None = None


@dataclass(frozen=True, slots=True)
class Snapshot:
    """Holdings and vectors as of one moment.

    Attributes:
        vector_row: (n,) int64, for each passage row its row in the vectors, -1 if it has none.
        passage_row: (v,) int64, for each vector its passage row, -1 if the passage is gone.
        words: the keyword scores of these passages.
        file: which file the catalogue was.
    """

    holdings: Holdings
    generation: Generation
    vector_row: Rows
    passage_row: Rows
    words: WordScores
    file: tuple[int, int]

    @property
    def without_vector(self) -> int:
        """How many passages have no vector yet."""
        return int((self.vector_row < 0).sum())

    def has_vector(self, leg: str = VECTORS) -> Mask:
        """Return (n,) bool: which passage rows have a vector of a leg's encoder."""
        if self._vectors_of(leg) is None:
            return np.zeros(len(self.vector_row), dtype=bool)
        return self.vector_row >= 0

    def cosines(
        self,
        query: npt.NDArray[np.float32],
        *,
        leg: str = VECTORS,
        among: Mask | None = None,
    ) -> npt.NDArray[np.float64]:
        """Return (n,): the cosine of each passage row with ``query``, NaN where it has no vector.

        Args:
            query: (dimensions,) float32, unit length, of the leg's encoder.
            leg: whose vectors to compare it with.
            among: (n,) bool, the passages whose cosines are needed, the others may be NaN;
                ``None`` for all.
        """
        vectors = self._vectors_of(leg)
        out = np.full(len(self.vector_row), np.nan)
        if vectors is None:
            return out
        if among is not None and among.sum() < NARROW * len(among):
            wanted = np.flatnonzero(among & (self.vector_row >= 0))
            out[wanted] = vectors.cosines(query, self.vector_row[wanted])
            return out
        known = self.passage_row >= 0
        out[self.passage_row[known]] = vectors.cosines(query)[known]
        return out

    def _vectors_of(self, leg: str) -> Vectors | None:
        return self.generation.vectors if leg == VECTORS else self.generation.multilingual


class Snapshots:
    """Keeps the newest snapshot.

    After a change of the catalogue, the first search that sees it brings the snapshot up to date
    by what changed, which takes milliseconds. What takes longer, a new generation or very many
    changes, is read in a thread of its own. Other searches are answered from the last snapshot
    meanwhile, unless this process has changed something since.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._lock = threading.Lock()
        self._snapshot: Snapshot | None = None
        self._taking: _Taking | None = None
        self._behind_since = math.inf

    def current(self, catalogue: Catalogue, *, wait: bool = True, at_least: int = 0) -> Snapshot:
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

    def _is_current(self, kept: Snapshot, catalogue: Catalogue) -> bool:
        return (
            kept.holdings.revision == catalogue.revision()
            and kept.generation.name == self._name()
            and kept.file == _file_of(catalogue)
        )

    def _name(self) -> str:
        try:
            return current_name(self.folder)
        except IndexUnusable:
            return ""

    def _refresh(self, kept: Snapshot | None, catalogue: Catalogue) -> Snapshot:
        """Return the next snapshot, or ``kept`` followed as far as can be while that is taken."""
        file = _file_of(catalogue)
        if kept is None or kept.file != file:
            self._taking = None  # it is of the file that was replaced
            return take(catalogue, self.folder, self._generation(kept), file)
        followed = follow(kept, catalogue)
        if followed and followed.generation.name == self._name():
            return followed
        patience = 0.0
        if self._taking is None:
            self._taking = _Taking(catalogue.path, self.folder, self._generation(kept))
            patience = SOON_S
        return self._finish(self._taking, followed or kept, catalogue, patience)

    def _finish(
        self, taking: _Taking, kept: Snapshot, catalogue: Catalogue, patience_s: float | None
    ) -> Snapshot:
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

    def _generation(self, kept: Snapshot | None) -> Callable[[], Generation]:
        """Return what gives the current generation: the one of ``kept``, or read from its files."""
        name = self._name()
        if kept and kept.generation.name == name:
            return lambda: kept.generation
        return lambda: _load(self.folder, name)


class _Taking:
    """A snapshot that is taken in a thread of its own, with a connection of its own."""

    def __init__(self, path: Path, folder: Path, generation: Callable[[], Generation]) -> None:
        self._taken: Snapshot | None = None
        self._fault: Exception | None = None
        self._task = (path, folder, generation)
        self._thread = threading.Thread(target=self._take, name="snapshot", daemon=True)
        self._thread.start()

    def _take(self) -> None:
        path, folder, generation = self._task
        try:
            with connect(path) as catalogue:
                self._taken = take(catalogue, folder, generation, _file_of(catalogue))
        except Exception as error:  # raised again for the search that wants the snapshot
            self._fault = error

    def result(self, patience_s: float | None) -> Snapshot | None:
        """Return the snapshot, or ``None`` if it is not there after so many seconds."""
        self._thread.join(patience_s)
        if self._fault:
            raise self._fault
        return self._taken


def _load(folder: Path, name: str) -> Generation:
    try:
        found = read_usable(folder)
    except IndexUnusable as error:
        return Generation(name, None, None, str(error))
    second, lost = found.multilingual, found.multilingual_fault
    return Generation(
        name, found.vectors, found.manifest, found.fault, second, str(lost) if lost else None
    )


def take(
    catalogue: Catalogue,
    folder: Path,
    give_generation: Callable[[], Generation],
    file: tuple[int, int],
) -> Snapshot:
    """Return a snapshot for which the whole catalogue is read."""
    generation = give_generation()
    with read_one_state(catalogue):
        holdings, postings = read_holdings(catalogue), load_postings(catalogue, folder)
    ids = generation.vectors.ids if generation.vectors else np.empty(0, np.int64)
    passage_row = holdings.rows_of(ids)
    placed = PlacedPostings(postings, holdings.rows_of(postings.ids)) if postings else None
    return _joined(holdings, generation, passage_row, WordScores(holdings, placed), file)


def follow(kept: Snapshot, catalogue: Catalogue) -> Snapshot | None:
    """Return a snapshot brought up to date by what changed; ``None`` if that is too much."""
    with read_one_state(catalogue):
        revision = catalogue.revision()
        if revision == kept.holdings.revision:
            return kept
        changes = changes_since(catalogue, kept.holdings.revision)
        if revision < kept.holdings.revision or len(changes.records) > MOST_FOLLOWED:
            return None
        if not changes.records and not changes.works:
            return replace(kept, holdings=replace(kept.holdings, revision=revision))
        holdings, moved = follow_holdings(kept.holdings, catalogue, changes, revision)
        passage_row = moved.move(kept.passage_row)
        added = holdings.passage_ids[moved.added]
        if len(added) and kept.generation.vectors is not None:
            rows = np.flatnonzero(np.isin(kept.generation.vectors.ids, added))
            passage_row[rows] = holdings.rows_of(kept.generation.vectors.ids[rows])
        words = _follow_words(kept, catalogue, holdings, changes, moved)
        return _joined(holdings, kept.generation, passage_row, words, kept.file) if words else None


def _follow_words(
    kept: Snapshot,
    catalogue: Catalogue,
    holdings: Holdings,
    changes: Changes,
    moved: Renumbering,
) -> WordScores | None:
    """Return the scores of words after changes; those kept stay if no passage or word changed."""
    if not changes.words and not len(moved.added) and (moved.rows >= 0).all():
        return kept.words
    if kept.words.placed is None:
        return WordScores(holdings)
    placed = kept.words.placed
    postings = follow_changes(catalogue, placed.postings, changes.words)
    if postings is None:
        return None
    same = postings is placed.postings and not len(moved.added)
    rows = moved.move(placed.rows) if same else holdings.rows_of(postings.ids)
    return WordScores(holdings, PlacedPostings(postings, rows))


def _joined(
    holdings: Holdings,
    generation: Generation,
    passage_row: Rows,
    words: WordScores,
    file: tuple[int, int],
) -> Snapshot:
    vector_row = np.full(len(holdings.passage_ids), -1, dtype=np.int64)
    known = np.flatnonzero(passage_row >= 0)
    vector_row[passage_row[known]] = known
    return Snapshot(holdings, generation, vector_row, passage_row, words, file)


def _file_of(catalogue: Catalogue) -> tuple[int, int]:
    """Return what tells a catalogue from the one that a restored backup puts in its place."""
    try:
        stat = catalogue.path.stat()
    except OSError:
        return 0, 0
    return stat.st_dev, stat.st_ino


class FirstSnapshot:
    """The snapshot of one request: the newest at the first call, and the same one after that."""

    def __init__(self, snapshots: Snapshots | FirstSnapshot, at_least: int) -> None:
        self._snapshots = snapshots
        self._at_least = at_least
        self._snapshot: Snapshot | None = None

    def current(
        self,
        catalogue: Catalogue,
        *,
        wait: bool = False,  # noqa: ARG002  it never does; the parameters are those of Snapshots
        at_least: int = 0,
    ) -> Snapshot:
        """Return the snapshot; the first call takes it."""
        if self._snapshot is None:
            at_least = max(at_least, self._at_least)
            self._snapshot = self._snapshots.current(catalogue, wait=False, at_least=at_least)
        return self._snapshot
