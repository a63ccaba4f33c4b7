"""What a process keeps of the catalogue for the engine: the documents, and which words are where.

After a change it is brought up to date by what changed. What takes longer, very many changes or
another file of words, is read in a thread of its own, while searches use what there was.
"""

from __future__ import annotations

import math
import threading
import time
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

import numpy as np

from corpus.catalogue.catalogue import Catalogue, connect
from corpus.catalogue.reading import read_one_state
from corpus.documents.changes import Changes, changes_since
from index.documents.following import MOST_FOLLOWED
from index.qdrant.documents import SortedDocuments, follow_changed, read_documents
from index.qdrant.source import name_of_generation
from index.qdrant.state import mark_of
from index.words.building import follow_changes, is_behind, load_postings
from index.words.scores import WordScores

MOST_BEHIND_S: Final = 5.0
"""How long searches use what there was while everything is read."""
SOON_S: Final = 0.5
"""How long a search waits for everything to be read; small catalogues take less."""


@dataclass(frozen=True, slots=True)
class Arrays:
    """The catalogue at one revision.

    Attributes:
        file: which file it was.
        generation: the generation of the index that the file of words was looked for beside.
        documents: its documents.
        words: the words of their passages.
    """

    file: str
    generation: str
    documents: SortedDocuments
    words: WordScores

    def wants_words(self, generation: str) -> bool:
        """Return whether there may be a file of words beside a generation that is worth reading.

        ``salex index`` writes it where there is none, and where many passages have changed since.
        """
        placed = self.words.placed
        return generation != self.generation and (placed is None or is_behind(placed.postings))

    def beside(self, generation: str) -> Arrays:
        """Return the same beside another generation."""
        return self if generation == self.generation else replace(self, generation=generation)


def read_arrays(catalogue: Catalogue, folder: Path) -> Arrays:
    """Read everything as it is now.

    Args:
        catalogue: what to read.
        folder: the index folder, with the file of words.
    """
    file, generation = mark_of(catalogue), name_of_generation(folder)
    with read_one_state(catalogue):
        documents, postings = read_documents(catalogue), load_postings(catalogue, folder)
    return Arrays(file, generation, documents, WordScores.of(documents, postings))


def follow_arrays(kept: Arrays, catalogue: Catalogue) -> Arrays | None:
    """Return what was kept, brought up to date by what changed; ``None`` if that is too much."""
    with read_one_state(catalogue):
        revision = catalogue.revision()
        if revision == kept.documents.revision:
            return kept
        changes = changes_since(catalogue, kept.documents.revision)
        if revision < kept.documents.revision or len(changes.records) > MOST_FOLLOWED:
            return None
        documents = follow_changed(kept.documents, catalogue, changes, revision)
        words = _follow_words(kept, catalogue, documents, changes)
    return replace(kept, documents=documents, words=words)


def _follow_words(
    kept: Arrays, catalogue: Catalogue, documents: SortedDocuments, changes: Changes
) -> WordScores:
    """Return the words after changes; what was scored stays if no passage or word changed.

    After very many changes the file of words is of no use until it is written again.
    """
    same = np.array_equal(kept.documents.passage_ids, documents.passage_ids)
    if same and not changes.words:
        return kept.words
    placed = kept.words.placed
    postings = placed and follow_changes(catalogue, placed.postings, changes.words)
    if not postings:
        return WordScores(documents)
    return WordScores.of(documents, postings)


class Keeper:
    """Keeps the arrays of one index folder. Threads may share it."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._lock = threading.Lock()
        self._kept: Arrays | None = None
        self._reading: _Reading | None = None
        self._behind_since = math.inf

    def current(self, catalogue: Catalogue, *, wait: bool, at_least: int = 0) -> Arrays:
        """Return the arrays of the catalogue as it is now.

        With ``wait=False`` they may be the last ones while everything is read, for no more than
        ``MOST_BEHIND_S``.

        Args:
            catalogue: what to follow.
            wait: whether to wait for the newest.
            at_least: the revision that they must have, even without waiting.
        """
        kept, late = self._kept, time.monotonic() - self._behind_since > MOST_BEHIND_S
        waits = wait or late or kept is None or kept.documents.revision < at_least
        if kept and not waits and self._lock.locked():
            return kept
        with self._lock:
            self._kept = kept = self._refresh(self._kept, catalogue, waits=waits)
            return kept

    def _refresh(self, kept: Arrays | None, catalogue: Catalogue, *, waits: bool) -> Arrays:
        if kept is None or kept.file != mark_of(catalogue):
            self._reading, self._behind_since = None, math.inf  # it was of another file
            return read_arrays(catalogue, self._folder)
        followed = follow_arrays(kept, catalogue)
        if followed is None:
            self._behind_since = min(self._behind_since, time.monotonic())
        elif not followed.wants_words(generation := name_of_generation(self._folder)):
            self._reading, self._behind_since = None, math.inf
            return followed.beside(generation)
        patience = None if waits and followed is None else 0.0
        if self._reading is None:
            self._reading = _Reading(catalogue.path, self._folder)
            patience = patience if patience is None else SOON_S
        if not self._reading.is_done(patience):
            return followed or kept
        read, self._reading = self._reading.arrays, None
        self._behind_since = math.inf
        read = read and follow_arrays(read, catalogue)
        return read or read_arrays(catalogue, self._folder)


class _Reading:
    """Arrays that are read in a thread of its own, with a connection of its own.

    Attributes:
        arrays: what was read; ``None`` if it could not be.
    """

    def __init__(self, path: Path, folder: Path) -> None:
        self.arrays: Arrays | None = None
        self._thread = threading.Thread(
            target=self._read, args=(path, folder), name="arrays", daemon=True
        )
        self._thread.start()

    def _read(self, path: Path, folder: Path) -> None:
        with connect(path) as catalogue:
            self.arrays = read_arrays(catalogue, folder)

    def is_done(self, patience_s: float | None) -> bool:
        """Return whether it has ended, after so many seconds at most."""
        self._thread.join(patience_s)
        return not self._thread.is_alive()
