"""The shapes of passages in JSON answers, with what each says about stages and topics."""

from __future__ import annotations

from pydantic import BaseModel, Field

from corpus.roles import Role
from search_api.answers.shapes import DocumentId, PassageId


class TermScore(BaseModel):
    """How strongly a passage, read on its own, supports a term, as judged by the tagger."""

    vocabulary: str
    term: str
    label: str
    score: float = Field(ge=0, le=1, description="0 to 1, as a document's would be.")
    model: str = Field(description="The version of the tagger.")


class PassageShape(BaseModel):
    """A passage of a document with its place in it."""

    id: PassageId
    position: int
    page: int | None
    page_end: int | None
    page_label: str | None
    heading: str | None
    text: str
    role: Role = Field(description="What the passage is for in its document.")
    link: str
    scores: list[TermScore] = Field(
        description="For each stage and topic, highest first; empty until it is indexed."
    )


class PassagePage(BaseModel):
    """A page of a document's passages, in reading order."""

    document_id: DocumentId
    total: int
    passages: list[PassageShape]
    next: str | None
