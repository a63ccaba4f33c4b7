"""Keeps the records of documents that were shown, as long as the catalogue stays in one state.

The same documents are found again and again, and a long one takes .1 ms to read: what SQLite keeps
of it lies behind its text.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final

from corpus.catalogue.catalogue import Catalogue
from corpus.catalogue.reading import read_one_state, state_of
from corpus.model import Document, Tag
from corpus.tags.tags import tags_of

MOST: Final = 1_000
"""Documents whose records are kept; about 4 MB."""

Record = tuple[Document, tuple[Tag, ...]]
"""A document and its tags."""


@dataclass(frozen=True, slots=True)
class _Records:
    """What was read of one state of a catalogue, by document id."""

    state: str
    found: dict[str, Record] = field(default_factory=dict)


class _Kept:
    """The records of the state that was asked for last."""

    def __init__(self) -> None:
        self._records = _Records("")

    def of(self, state: str) -> _Records:
        """Return those of a state; others if it is another one, or if they are many."""
        records = self._records
        if records.state != state or len(records.found) >= MOST:
            records = self._records = _Records(state)
        return records


_kept: Final = _Kept()


def records_of(catalogue: Catalogue, ids: Iterable[str]) -> dict[str, Record]:
    """Return the records of those documents that there are, by id, as of one moment."""
    wanted = list(ids)
    with read_one_state(catalogue):
        found = _kept.of(state_of(catalogue)).found
        new = [name for name in wanted if name not in found]
        if new:
            documents, tags = catalogue.documents(new), tags_of(catalogue, new)
            found |= {name: (document, tags[name]) for name, document in documents.items()}
    return {name: found[name] for name in wanted if name in found}
