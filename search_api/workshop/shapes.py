"""The shapes of the menu of activities and the checklist."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, Field

from search_api.answers.shapes import PassageId, Strict, TagReason
from search_api.web.fields import with_members
from search_api.workshop.narrowing import NARROWED_BY

Origin = Literal["confirmed", "suggested"]
Polarity = Literal["driver", "constraint"]


class Term(BaseModel):
    """A term of a vocabulary."""

    id: str
    label: str
    definition: str


class MenuDocument(BaseModel):
    """A document in a cell of the menu, and why it is there."""

    id: str
    title: str
    kind_label: str | None
    year: int | None
    language: str | None
    origin: Origin = Field(description="`confirmed` if people confirmed activity and stage.")
    score: float | None = Field(description="How close its passage is to the activity, 0 to 1.")
    reason: TagReason = Field(description="The passage that supports the activity.")
    citation: str
    url: str | None = Field(description="The web address of the original.")
    link: str = Field(description="The document in this repository.")


class MenuCell(BaseModel):
    """The documents for one activity at one stage; a cell may be empty."""

    stage: str
    label: str
    count: int
    documents: list[MenuDocument]


class MenuRow(BaseModel):
    """One activity, with a cell for each stage."""

    activity: Term
    examples: list[str]
    cells: list[MenuCell]
    without_stage: list[MenuDocument] = Field(description="Documents that have no stage yet.")
    less_sure: list[MenuDocument] = Field(
        description="Further suggestions, whose passages name the activity without saying that "
        "it is done; they are in no cell."
    )


@with_members(NARROWED_BY)
class ToolFilters(BaseModel):
    """The active filters."""


class Menu(BaseModel):
    """The menu of activities: activities by stage."""

    title: str
    stages: list[Term]
    rows: list[MenuRow]
    filters: ToolFilters
    documents: int = Field(description="How many different documents it has.")
    empty_cells: int
    revision: int


class ChecklistPassage(BaseModel):
    """A sentence about a factor, with everything needed to cite it."""

    quote: str
    polarity: Polarity
    origin: Origin
    score: float | None = Field(description="How likely the sentence is to hold, 0 to 1.")
    page: int | None
    page_end: int | None
    page_label: str | None
    passage_id: str
    document_id: str
    title: str
    language: str | None
    citation: str
    url: str | None = Field(description="The original, at the page if possible.")
    link: str = Field(description="The passage in this repository.")
    model: str | None
    decided_by: str | None
    note: str | None


class ChecklistFactor(BaseModel):
    """One factor with the sentences about it; either side may be empty."""

    factor: Term
    group: str | None
    drivers: list[ChecklistPassage]
    constraints: list[ChecklistPassage]
    more_drivers: int = Field(description="How many more there are than are shown.")
    more_constraints: int
    less_sure: list[ChecklistPassage] = Field(
        description="Further suggestions of both sides, which are less likely to hold or do not "
        "state anything by themselves. Files leave them out."
    )
    more_less_sure: int


class Checklist(BaseModel):
    """The drivers and constraints checklist: factor by polarity."""

    title: str
    factors: list[ChecklistFactor]
    filters: ToolFilters
    empty_cells: int
    revision: int


class FactorDecision(Strict):
    """A curator's decision about a sentence on the checklist."""

    factor: str = Field(max_length=100, examples=["mutual-trust"])
    passage_id: PassageId
    decision: Literal["driver", "constraint", "rejected"] = Field(
        description="What the factor does in the sentence; `rejected`: it is not about the factor."
    )
    note: str | None = Field(default=None, max_length=1000)
