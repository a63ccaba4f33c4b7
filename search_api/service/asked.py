"""How well questions that are asked again and again are answered, kept until something changes."""

from __future__ import annotations

import threading
from typing import Final

from corpus.catalogue.catalogue import Catalogue
from index.model import Query
from index.search.answered import Answered
from index.search.searcher import Searcher

MOST_KEPT: Final = 500
"""How many answers are kept; one has up to 100 documents."""


class AskedQuestions:
    """Keeps the answers of one generation of the index and one revision of the catalogue.

    One serves all threads. Two that ask the same at once both work it out, and agree.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._key: object = None
        self._kept: dict[Query, Answered] = {}

    def answer(self, searcher: Searcher, catalogue: Catalogue, query: Query) -> Answered:
        """Return how well a question is answered, and which documents do."""
        snapshot = searcher.snapshot(catalogue)
        key = (snapshot.file, snapshot.generation.name, snapshot.holdings.revision)
        with self._lock:
            if key != self._key:
                self._key, self._kept = key, {}
            if query in self._kept:
                return self._kept[query]
        answered = searcher.judge_documents(catalogue, query)
        with self._lock:
            if key == self._key and answered.revision == snapshot.holdings.revision:
                if len(self._kept) >= MOST_KEPT:
                    self._kept.pop(next(iter(self._kept)))
                self._kept[query] = answered
        return answered
