"""Keeps what was shown of documents, as long as the catalogue stays in one state.

The same documents and passages are found again and again. The record of a long document takes .1 ms
to read: what SQLite keeps of it lies behind its text.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from typing import Final

from corpus.catalogue.catalogue import Catalogue
from corpus.catalogue.reading import read_one_state, state_of
from corpus.model import Document, Passage, Tag
from corpus.tags.tags import tags_of
from index.search.kept_texts import keep_texts
from index.words.texts import KeptTexts

MOST: Final = 1_000
"""Documents whose records are kept; about 4 MB."""
MOST_PASSAGES: Final = 4_096
"""Passages that are kept; about 1 MB beside their texts, which ``read_sentences`` keeps as well."""

Record = tuple[Document, tuple[Tag, ...]]
"""A document and its tags."""


@dataclass(frozen=True, slots=True)
class _Records:
    """What was read of one state of a catalogue: records by document id, passages by theirs."""

    state: str
    found: dict[str, Record] = field(default_factory=dict)
    passages: dict[int, Passage] = field(default_factory=dict)

    @property
    def is_full(self) -> bool:
        """Return whether it is time to begin anew."""
        return len(self.found) >= MOST or len(self.passages) >= MOST_PASSAGES


class _Kept:
    """The records of the state that was asked for last."""

    def __init__(self) -> None:
        self._records = _Records("")

    def of(self, state: str) -> _Records:
        """Return those of a state; others if it is another one, or if they are many."""
        records = self._records
        if records.state != state or records.is_full:
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


class PassagesOfNow:
    """Reads passages of the state of a catalogue, those that are new; inside ``read_one_state``."""

    def __init__(self, catalogue: Catalogue, texts: KeptTexts) -> None:
        self._catalogue = catalogue
        self._texts = texts
        self._found = _kept.of(state_of(catalogue)).passages

    def of(self, ids: Collection[int]) -> dict[int, Passage]:
        """Return those passages that there are, by id."""
        new = [identity for identity in ids if identity not in self._found]
        if new:
            passages = self._catalogue.passages_by_id(new)
            keep_texts(self._texts, passages)
            self._found |= passages
        return {identity: self._found[identity] for identity in ids if identity in self._found}
