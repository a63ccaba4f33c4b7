"""What a kind of decision is made of: its items, what confirming and rejecting do, and undoing it.

The kinds there are stand in ``kinds.py``.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, Generic, TypeVar

from corpus.catalogue.catalogue import Catalogue
from corpus.model import Document
from corpus.people.actors import Actor
from corpus.people.log import Entry
from corpus.taxonomy import Taxonomy

Thresholds = Mapping[tuple[str, str], float]
"""By vocabulary and term, the score from which a tag is suggested."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One thing to decide; each kind of decision has its own class of items.

    Attributes:
        id: names what is to be decided, beginning with the name of its kind of decision; it stays
            the same while that stays undecided. The ids it is about stand between colons.
        score: how much deciding helps, 0 to 1.
        document_id: what it is about.
        why: why it is here, in words.
        state: changes with what would be decided on; a decision says which state it saw.
        since: when it came, where that matters: of two alike the earlier is decided first.
        passage_id, page, quote: the evidence, where there is a passage.
    """

    kind: ClassVar[str]

    id: str
    score: float
    document_id: str
    why: str
    state: str
    since: str = ""
    passage_id: int | None = None
    page: int | None = None
    quote: str | None = None

    @property
    def group(self) -> tuple[str, str]:
        """Return what it is decided together with; items of a group follow each other."""
        return (self.kind, self.id)

    @property
    def document_ids(self) -> tuple[str, ...]:
        """Return the documents it is about."""
        return (self.document_id,)


@dataclass(frozen=True, slots=True)
class Scope:
    """What items are read from: the whole catalogue, or a few documents of it.

    Attributes:
        catalogue: where to read.
        documents: those that may be asked about, by id.
        thresholds: of the tagger's terms, where they are known.
        only: the ids of documents and contributions to ask about; ``None`` for all.
    """

    catalogue: Catalogue
    documents: Mapping[str, Document]
    thresholds: Thresholds
    only: frozenset[str] | None = None


@dataclass(frozen=True, slots=True)
class Decision:
    """Who decides, where, with which words, and the note they add; inside ``transaction()``."""

    catalogue: Catalogue
    actor: Actor
    taxonomy: Taxonomy
    note: str | None = None


AnItem = TypeVar("AnItem", bound=Item)


@dataclass(frozen=True, slots=True)
class Queued(Generic[AnItem]):
    """How a kind of decision takes part in the review queue.

    Attributes:
        weight: how much a decision of this kind helps at most, 0 to 1.
        items: what is still to be decided.
        confirm: says yes to an item.
        reject: says no to it; ``None`` where that cannot be said.
    """

    weight: float
    items: Callable[[Scope], Iterable[AnItem]]
    confirm: Callable[[Decision, AnItem], object]
    reject: Callable[[Decision, AnItem], object] | None


def _whole_subject(_told: Mapping[str, Any]) -> object:
    return None


@dataclass(frozen=True, slots=True)
class Kind(Generic[AnItem]):
    """A kind of decision that curators make, log and take back.

    Attributes:
        name: its items' ids begin with it.
        label: the heading of its items.
        actions: what the log calls its decisions, each with what is said when it was made.
        undo: takes back what a log entry tells of.
        queued: how it takes part in the review queue, unless it is decided elsewhere.
        about: from what a log entry says is there now, what of its subject it is about; decisions
            about different parts of a subject do not bear on each other.
    """

    name: str
    label: str
    actions: Mapping[str, str]
    undo: Callable[[Catalogue, Actor, Entry], object]
    queued: Queued[AnItem] | None = None
    about: Callable[[Mapping[str, Any]], object] = _whole_subject


def digest_state(*parts: object) -> str:
    """Return a short text that changes with the parts."""
    return hashlib.blake2b(repr(parts).encode(), digest_size=8).hexdigest()


def read_told(text: str | None) -> dict[str, Any]:
    """Return what a log entry tells of before or after."""
    told: dict[str, Any] = json.loads(text) if text else {}
    return told


def subject_id(entry: Entry) -> str:
    """Return the id in a log entry's subject."""
    return entry.subject.partition(":")[2]
