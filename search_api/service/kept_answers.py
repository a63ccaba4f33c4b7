"""Answers to questions that are asked again and again, kept until something changes."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Final, TypeVar

from corpus.catalogue.catalogue import Catalogue
from index.model import Query, Results
from index.search.answered import Answered
from index.search.searcher import Searcher

MOST_KEPT: Final = 500
"""How many answers are kept; one has up to 100 ids of documents, or a few hits."""

T = TypeVar("T", Answered, Results)


class AskedQuestions:
    """Keeps the answers of one generation of the index and one revision of the catalogue.

    One serves all threads. Two that ask the same at once both work it out, and agree.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._key: object = None
        self._judged: dict[Query, Answered] = {}
        self._searched: dict[Query, Results] = {}

    def answer(self, searcher: Searcher, catalogue: Catalogue, query: Query) -> Answered:
        """Return how well a question is answered, and which documents do."""
        self._forget_if_changed(searcher, catalogue)
        return self._kept(self._judged, query, lambda: searcher.judge_documents(catalogue, query))

    def search(self, searcher: Searcher, catalogue: Catalogue, query: Query) -> Results:
        """Return the hits of a question; ask for a few only."""
        self._forget_if_changed(searcher, catalogue)
        return self._kept(self._searched, query, lambda: searcher.search(catalogue, query))

    def _forget_if_changed(self, searcher: Searcher, catalogue: Catalogue) -> None:
        key = searcher.view(catalogue).identity
        with self._lock:
            if key != self._key:
                self._key, self._judged, self._searched = key, {}, {}

    def _kept(self, kept: dict[Query, T], query: Query, ask: Callable[[], T]) -> T:
        """Return a kept answer, or ask; ``kept`` is dropped as a whole when something changes."""
        with self._lock:
            if query in kept:
                return kept[query]
        answer = ask()
        with self._lock:
            if isinstance(self._key, tuple) and answer.revision == self._key[-1]:
                if len(kept) >= MOST_KEPT:
                    kept.pop(next(iter(kept)))
                kept[query] = answer
        return answer
