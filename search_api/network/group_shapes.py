"""The JSON shapes of groups."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, Field

from corpus.lists.rules import MAX_SLUG
from corpus.network.gathering import (
    MAX_COMMENT,
    MAX_NOTE,
    ItemKind,
    ProposalKind,
    ProposalState,
)
from corpus.network.groups import (
    MAX_NAME,
    MAX_NOTES,
    MAX_PURPOSE,
    GroupRole,
    Standing,
    Visibility,
)
from index.model import Strength
from search_api.answers.shapes import HitShape, Strict
from search_api.network.shapes import MissingOf


class NewGroup(Strict):
    """A group to make."""

    name: str = Field(min_length=1, max_length=MAX_NAME, examples=["Wellbeing"])
    purpose: str = Field(
        min_length=1, max_length=MAX_PURPOSE, examples=["Find out what keeps people well."]
    )
    visibility: Visibility = Field(
        default="members", description="Who may read it: everybody, or its members and curators."
    )
    slug: str | None = Field(
        default=None, max_length=MAX_SLUG, description="Its address; by default made of its name."
    )


class ChangedGroup(Strict):
    """What a group is to become; what is left out stays."""

    name: str | None = Field(default=None, min_length=1, max_length=MAX_NAME)
    purpose: str | None = Field(default=None, min_length=1, max_length=MAX_PURPOSE)
    visibility: Visibility | None = None
    notes: str | None = Field(default=None, max_length=MAX_NOTES)


class GroupState(Strict):
    """Whether a group is archived."""

    archived: bool


class NewPlace(Strict):
    """Somebody's place in a group."""

    name: str = Field(min_length=1, max_length=60, description="The person's name.")
    role: GroupRole = "member"


class NewItem(Strict):
    """Something to add to a group."""

    kind: ItemKind
    value: str = Field(
        min_length=1,
        max_length=MAX_NOTE,
        description="The id of a question of the agenda or of a document, the address of a list, "
        "or the text of a question of the group's own.",
    )


class NewProposal(Strict):
    """Something to propose: what can be added, or a note."""

    kind: ProposalKind
    value: str = Field(min_length=1, max_length=MAX_NOTE, description="As for an item, or a text.")
    comment: str = Field(default="", max_length=MAX_COMMENT)


class ProposalDecision(Strict):
    """What the lead decides about a proposal."""

    decision: Literal["accept", "decline"]
    reason: str = Field(default="", max_length=MAX_COMMENT, description="Needed to decline.")


class GroupLinks(BaseModel):
    """Links of a group."""

    self: str
    page: str


class GroupSummary(BaseModel):
    """A group in short."""

    slug: str
    name: str
    purpose: str
    visibility: Visibility
    archived: bool
    standing: Standing = Field(description="What the caller is in it; curators may lead.")
    links: GroupLinks


class GroupsAnswer(BaseModel):
    """The groups that the caller may see."""

    groups: list[GroupSummary]


class GroupQuestion(BaseModel):
    """A question of a group with its evidence."""

    item_id: str
    text: str
    language: str | None = Field(description="Null for a question of the group's own.")
    question_id: str | None = Field(description="On the agenda; null if it is the group's own.")
    strength: Strength
    answering: int = Field(description="Documents with strong evidence.")
    related: int = Field(description="Documents with weak evidence.")
    missing: MissingOf
    hits: list[HitShape] = Field(description="The three best hits, with their passages.")
    search: str


class GroupThing(BaseModel):
    """A list or a document of a group."""

    item_id: str
    kind: Literal["list", "document", "contribution"]
    id: str = Field(description="Of the document, or the address of the list.")
    title: str
    link: str


class PlaceShape(BaseModel):
    """Somebody's place in a group."""

    person_id: str
    name: str
    role: GroupRole


class ProposalShape(BaseModel):
    """What a member proposed, and what was decided."""

    id: str
    kind: ProposalKind
    value: str
    title: str = Field(description="What is proposed, in words.")
    comment: str | None
    proposed_by: str
    proposed_at: str
    state: ProposalState
    reason: str | None
    decided_by: str | None
    decided_at: str | None


class GroupDetail(GroupSummary):
    """A group with everything in it that the caller may see."""

    notes: str
    questions: list[GroupQuestion]
    lists: list[GroupThing]
    documents: list[GroupThing] = Field(description="Those that were added, or contributed for it.")
    waiting_contributions: int | None = Field(
        description="Contributions for the group that wait for a curator; null for others."
    )
    people: list[PlaceShape] | None = Field(description="Null for all but signed-in members.")
    proposals: list[ProposalShape] | None = Field(description="Null for all but its own people.")


class ItemShape(BaseModel):
    """Something that was added to a group."""

    id: str
    kind: str
    value: str
