"""Suggests what to ask while somebody types: titles, terms, and headings of several documents."""

from __future__ import annotations

import heapq
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal

from corpus.catalogue.catalogue import Catalogue
from corpus.catalogue.wording import frequent_headings, titles
from corpus.taxonomy import Taxonomy
from index.search.vocabulary import fold
from index.words.stopwords import STOP_WORDS

MOST: Final = 8
"""Suggestions in one answer."""
SHORTEST: Final = 2
"""With fewer letters, everything would be suggested."""
LONGEST: Final = 160
"""Characters of a text that is suggested."""
SHARED: Final = 2
"""Documents that have a heading that is suggested."""
HEADINGS_LAST_S: Final = 30.0
"""How long headings are kept while the catalogue changes. Titles are never older than it."""

Source = Literal["term", "heading", "title"]
_ORDER: Final[dict[Source, int]] = {"term": 0, "heading": 1, "title": 2}


@dataclass(frozen=True, slots=True)
class Suggestion:
    """What somebody may want to ask, and what it is."""

    text: str
    source: Source


class Suggester:
    """Suggests from what readers may see. Threads may share it."""

    def __init__(self, taxonomy: Taxonomy) -> None:
        terms = [t.label for v in taxonomy.vocabularies.values() for t in v.terms.values()]
        self._terms = [Suggestion(label, "term") for label in terms]
        self._headings: list[Suggestion] = []
        self._headings_at = -1
        self._read_at = float("-inf")
        self._known: dict[str, Suggestion] = {}
        self._known_at = -1
        self._lock = threading.Lock()

    def suggest(self, catalogue: Catalogue, typed: str) -> list[Suggestion]:
        """Return up to MOST texts that begin with what is typed, then those that have it inside."""
        with self._lock:
            self._refresh(catalogue)
            known = self._known
        return choose(known, typed)

    def _refresh(self, catalogue: Catalogue) -> None:
        """Read again what has changed since it was read; headings are read less often."""
        revision = catalogue.revision()
        due = time.monotonic() - self._read_at > HEADINGS_LAST_S
        if due and self._headings_at != revision:
            self._headings = [
                Suggestion(heading, "heading")
                for heading, _ in frequent_headings(catalogue, least=SHARED)
                if _says_something(heading)
            ]
            self._headings_at, self._read_at = revision, time.monotonic()
            self._known_at = -1
        if self._known_at == revision:
            return
        own = [Suggestion(title, "title") for title in titles(catalogue)]
        texts = [(_plain(s.text), s) for s in (*self._terms, *self._headings, *own)]
        self._known, self._known_at = dict(reversed(texts)), revision


def choose(known: Mapping[str, Suggestion], typed: str) -> list[Suggestion]:
    """Choose the suggestions for what is typed.

    Args:
        known: what may be suggested, by its text as it is compared.
        typed: what is typed so far.
    """
    wanted = _plain(typed)
    if len(wanted) < SHORTEST:
        return []
    found = (text for text in known if wanted in text and text != wanted)
    best = heapq.nsmallest(
        MOST, found, key=lambda t: (_place(t, wanted), _ORDER[known[t].source], len(t), t)
    )
    return [known[text] for text in best]


def _place(text: str, wanted: str) -> int:
    if text.startswith(wanted):
        return 0
    return 1 if f" {wanted}" in text else 2


def _plain(text: str) -> str:
    return " ".join(fold(text[:LONGEST]).split())


def _says_something(heading: str) -> bool:
    words = [word for word in heading.lower().split() if word.isalpha()]
    return len([word for word in words if word not in STOP_WORDS]) >= 2 and len(heading) < LONGEST
