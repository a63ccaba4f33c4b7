"""The JSON shapes of what a person follows."""

from __future__ import annotations

from pydantic import BaseModel, Field

from corpus.people.following import Cadence
from search_api.answers.shapes import PassageId, Strict


class NewFollow(Strict):
    """A search to follow."""

    search: str = Field(
        min_length=1,
        max_length=40_000,
        description="The address of a results page, or its part after `?`.",
        examples=["q=what+works&country=Kenya"],
    )
    cadence: Cadence = Field(default="none", description="How often e-mail tells of it.")


class CadenceChange(Strict):
    """How often e-mail tells of a question."""

    cadence: Cadence


class SeenDocuments(Strict):
    """The documents that were seen."""

    document_ids: list[str] = Field(max_length=2_000)


class FollowShape(BaseModel):
    """A question that the caller follows."""

    id: str
    question: str = Field(description="As its owner reads it: the words, then the filters.")
    search: str = Field(description="The part of a results page's address after `?`.")
    page: str = Field(description="The address of its page.")
    cadence: Cadence
    created_at: str
    seen_at: str = Field(description="When its matches were marked as seen last.")
    new: int = Field(description="How many documents are new.")
    problem: str | None = Field(description="Why the search can no longer be answered.")


class FollowList(BaseModel):
    """Everything that the caller follows, the newest first."""

    followed: list[FollowShape]


class MatchShape(BaseModel):
    """A document that is new for a question."""

    document_id: str
    title: str
    page: str = Field(description="The address of the document's page, at the passage.")
    passage_id: PassageId | None = Field(description="The passage that answers.")
    why: str = Field(description="Why it matches: the sentence with its page, or the term.")


class FollowNews(BaseModel):
    """What is new for a question."""

    follow: FollowShape
    matches: list[MatchShape] = Field(description="The newest, up to 30.")
    told: list[str] = Field(
        description="Mark these documents as seen once the matches are read: the other forms of "
        "their works are among them."
    )
