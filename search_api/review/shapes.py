"""The shapes of the curators' desk: the queue, decisions, corrections, contributions."""

from __future__ import annotations

from typing import Annotated, Any, Final, Literal

from pydantic import BaseModel, Field

from corpus.documents.works import RelationType
from corpus.model import RECORD_FIELDS, RecordField
from corpus.review.contributions import State
from corpus.review.kinds import KindName
from corpus.review.queue import Choice
from search_api.answers.shapes import DocumentId, PassageId, Strict
from search_api.web.fields import with_fields

MAX_NOTE_CHARS: Final = 2_000
Note = Annotated[str, Field(max_length=MAX_NOTE_CHARS)]


class Evidence(BaseModel):
    """The passage on which to decide."""

    quote: str | None
    page: int | None
    page_label: str | None
    passage_id: PassageId | None
    link: str | None


class Subject(BaseModel):
    """The document an item is about, in short."""

    id: DocumentId
    title: str
    language: str | None
    publishers: list[str] | None
    year: int | None
    link: str


class ReviewItem(BaseModel):
    """One thing to decide, with the question, its reason, the evidence and the choices."""

    id: str = Field(examples=["tag:3f2a9c0d1e4b5a67:stages:use"])
    kind: KindName
    score: float = Field(
        description="How useful a decision is: the weight of the kind times the item's value."
    )
    question: str
    why: str
    confirm: str = Field(description="What `confirm` does.")
    reject: str | None = Field(description="What `reject` does; null if it is not possible.")
    state: str = Field(description="Send it with the decision; it changes with the evidence.")
    document: Subject
    other: Subject | None = Field(description="The other of two forms of one work.")
    vocabulary: str | None
    term: str | None
    fields: list[str] = Field(description="Fields missing from the record.")
    contribution_id: str | None
    evidence: Evidence


class ReviewQueue(BaseModel):
    """What is waiting for a decision, most useful first."""

    total: int
    counts: dict[str, int] = Field(description="How many items of each kind there are in total.")
    items: list[ReviewItem]
    next: str | None


class ReviewDecision(Strict):
    """A decision about an item of the queue."""

    item: Annotated[str, Field(max_length=1_000, description="The item's `id`.")]
    state: Annotated[str, Field(max_length=64, description="The item's `state` as you saw it.")]
    decision: Choice
    note: Note | None = None


class DecisionDone(BaseModel):
    """What was decided; send `log_entry` to undo it."""

    item: str
    decision: Choice
    log_entry: int
    left: int = Field(description="How many items are left.")


class Undo(Strict):
    """The decision to undo, by the number of its log entry."""

    log_entry: Annotated[int, Field(ge=1, le=2**53)]


class Undone(BaseModel):
    """The undone decision."""

    log_entry: int
    action: str = Field(examples=["tag.confirm"])
    subject: str = Field(examples=["document:3f2a9c0d1e4b5a67"])


class TagDecision(Strict):
    """A decision about a term of a document.

    The tag links to the passage, if one is given; `primary` makes the term the first of its
    vocabulary.
    """

    origin: Literal["confirmed", "rejected"]
    primary: bool = False
    passage_id: PassageId | None = None
    note: Note | None = None


def _value_of(field: RecordField) -> Any:
    if field.several:
        return list[str] | None
    return int | None if field.name == "year" else str | None


@with_fields({f.name: (_value_of(f), None) for f in RECORD_FIELDS})
class Correction(Strict):
    """New values of a record; omitted fields stay, null means not known."""


class Acceptance(Strict):
    """Why a partial or doubtful document is good enough."""

    note: Note | None = None


class Withdrawal(Strict):
    """Why a document is withdrawn from search."""

    reason: Annotated[str, Field(min_length=1, max_length=MAX_NOTE_CHARS, pattern=r"\S")]


class WorkDecision(Strict):
    """How two documents are related."""

    first: Annotated[str, Field(max_length=200)]
    second: Annotated[str, Field(max_length=200)]
    kind: RelationType
    note: Note | None = None


class WorkShape(BaseModel):
    """The decision or proposal about two documents."""

    first: DocumentId
    second: DocumentId
    kind: RelationType
    origin: Literal["proposed", "confirmed"]
    evidence: str
    decided_by: str | None
    decided_at: str
    note: str | None


class ContributionShape(BaseModel):
    """A document offered by a member, with its state."""

    id: str = Field(examples=["9c0d1e4b5a673f2a"])
    name: str = Field(description="The address, or the name of the file.")
    title: str | None = Field(
        description="The title as read from the document; null until it is read."
    )
    note: str | None
    contributor: str
    received_at: str
    state: State
    message: str = Field(description="A sentence about the state.")
    reason: str | None
    document_id: DocumentId | None = Field(description="The document, once everybody can see it.")
    decided_by: str | None
    decided_at: str | None
    link: str


class Contributions(BaseModel):
    """Contributions, newest first: your own, or everybody's for curators."""

    contributions: list[ContributionShape]


class ContributionDecision(Strict):
    """Whether a contribution is accepted; declining needs a reason, which its member reads."""

    decision: Literal["accept", "decline"]
    reason: Note | None = None
