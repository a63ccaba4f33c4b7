"""The public shapes of resource lists: curators' input and readers' answers."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from corpus.lists.rules import MAX_ENTRIES, MAX_SECTIONS, MAX_SLUG, MAX_TEXT, MAX_TITLE
from corpus.model import ListState
from search_api.answers.shapes import DocumentId, HitShape, PassageId

Slug = Annotated[
    str,
    Field(
        max_length=MAX_SLUG,
        pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$",
        examples=["reading-on-networks"],
        description="The last part of the list's address. It never changes.",
    ),
]
Text = Annotated[str, Field(max_length=MAX_TEXT)]
Title = Annotated[str, Field(max_length=MAX_TITLE)]
PartId = Annotated[
    str,
    Field(
        pattern=r"^[a-z0-9]{0,32}$",
        description="Unique in the list. Keep it when you send a part again; empty for a new one.",
    ),
]
QueryText = Annotated[
    str,
    Field(
        max_length=MAX_TEXT,
        description="For a smart list: the part after `?` in a search page's address.",
        examples=["q=what+works&stage=use"],
    ),
]


class _Strict(BaseModel):
    """Unknown fields are rejected: ignoring a misspelt field would lose its text."""

    model_config = ConfigDict(extra="forbid")


class PinInput(_Strict):
    """A passage to pin; an empty quote is filled with the passage's current text."""

    passage_id: PassageId
    quote: Text = ""
    page: Annotated[int, Field(ge=1, le=1_000_000)] | None = None


class EntryInput(_Strict):
    """An entry: a document in the repository, or a title and an address."""

    id: PartId = ""
    document_id: Annotated[str, Field(max_length=MAX_TITLE)] | None = None
    title: Title = Field(default="", description="If empty, the document's title.")
    url: Annotated[str, Field(max_length=MAX_TEXT, pattern=r"^https?://")] | None = None
    citation: Text | None = None
    note: Text = ""
    pin: PinInput | None = None


class SectionInput(_Strict):
    """A section with its entries in order."""

    id: PartId = ""
    title: Title = ""
    text: Text = ""
    entries: list[EntryInput] = Field(default=[], max_length=MAX_ENTRIES)


class SelectionInput(_Strict):
    """The content of a list. A smart list has a query and no sections."""

    title: Annotated[str, Field(min_length=1, max_length=MAX_TITLE)]
    summary: Text = ""
    query: QueryText | None = None
    sections: list[SectionInput] = Field(default=[], max_length=MAX_SECTIONS)


class NewList(SelectionInput):
    """A list to create as a draft."""

    slug: Slug | None = Field(default=None, description="Made from the title if it is left out.")


class PublishInput(_Strict):
    """A note on what changed, for readers of the history."""

    note: Text = ""


class FreezeInput(_Strict):
    """The address of the new plain list."""

    slug: Slug


class JudgementInput(_Strict):
    """A curator's decision about a suggested document."""

    decision: Literal["accepted", "rejected"]
    section: PartId | None = Field(
        default=None, description="The section to add it to; by default the last."
    )


class PinShape(BaseModel):
    """A pinned passage with its text when it was pinned."""

    passage_id: PassageId
    quote: str
    page: int | None
    page_label: str | None
    link: str | None = Field(description="The passage in this repository; null if it was removed.")


class EntryShape(BaseModel):
    """An entry of a list. Its title, address and citation stay if the document is removed."""

    id: str
    title: str
    document_id: str | None
    url: str | None
    citation: str | None
    note: str
    pin: PinShape | None
    link: str | None = Field(
        description="The document's page here; null if it is not in the repository."
    )


class SectionShape(BaseModel):
    """A part of a list."""

    id: str
    title: str
    text: str
    entries: list[EntryShape]


class SelectionShape(BaseModel):
    """All a list says."""

    title: str
    summary: str
    query: str | None
    query_link: str | None = Field(description="For a smart list: its saved search.")
    sections: list[SectionShape]


class ListLinks(BaseModel):
    """Links of a list."""

    self: str
    page: str
    permalink: str | None = Field(
        description="The permanent address of this version; null for a draft."
    )
    versions: str
    export: str


class ListSummary(BaseModel):
    """A list in short."""

    slug: str
    title: str
    summary: str
    smart: bool = Field(description="A saved query instead of chosen entries.")
    entries: int | None = Field(description="How many entries it has; null for a smart list.")
    state: ListState
    version: int | None = Field(description="The newest published version.")
    published_at: str | None
    published_by: str | None
    links: ListLinks


class ListsAnswer(BaseModel):
    """Resource lists, newest first."""

    lists: list[ListSummary]


class ListDetail(SelectionShape):
    """A published list. For a smart list, the sections have the current results of its query."""

    slug: str
    version: int
    note: str
    published_at: str
    published_by: str
    newest: bool = Field(description="False if there is a newer version.")
    archived: bool = Field(description="True if the list is archived; it stays readable here.")
    links: ListLinks


class VersionShape(BaseModel):
    """A published version in short."""

    number: int
    note: str
    published_at: str
    published_by: str
    title: str
    entries: int
    link: str


class VersionsAnswer(BaseModel):
    """The published versions of a list, newest first."""

    slug: str
    versions: list[VersionShape]


class DraftShape(SelectionShape):
    """The working copy of a list; its ETag names its revision, for If-Match."""

    slug: str
    state: ListState
    revision: int
    updated_at: str
    updated_by: str
    links: ListLinks


class EntryWarningShape(BaseModel):
    """Why an entry may be out of date."""

    entry_id: str
    title: str
    kind: str
    text: str
    document_id: DocumentId | None = Field(description="What to look at instead.")
    link: str | None


class WarningsAnswer(BaseModel):
    """The warnings about a list."""

    slug: str
    warnings: list[EntryWarningShape]


class SuggestionShape(BaseModel):
    """The decision about a suggested document."""

    document_id: str
    decision: Literal["accepted", "rejected"]
    decided_by: str
    decided_at: str


class SuggestionsAnswer(BaseModel):
    """Documents like those in a list, and those already judged."""

    slug: str
    hits: list[HitShape]
    judged: list[SuggestionShape]


ImportBody = dict[str, Any]
"""A list as it was exported (JSON); checked by ``corpus.lists.as_json``."""
