"""The public shapes of a brief: its lines, their sources, and how it was made."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, Field

from corpus.roles import Role
from search_api.answers.shapes import DocumentId, FiltersShape, PassageId

GroupBy = Literal["stage", "topic", "country"]
GroupName = Literal["stage", "topic", "country", "section"]
StanceName = Literal["effect", "unsure", "no-effect"]


class EvidenceTypeShape(BaseModel):
    """A type of evidence that a document is tagged with."""

    id: str
    label: str
    confirmed: bool = Field(description="False while no person has confirmed the tag.")


class BriefLine(BaseModel):
    """Words of a passage, as they stand on the cited page."""

    id: str = Field(description="For `drop` and `lines`; only these words have it.")
    text: str
    source: int = Field(description="The number of its document in `sources`.")
    document_id: DocumentId
    passage_id: PassageId
    role: Role = Field(description="`summary` or `findings`; `body` if its document has neither.")
    page: int | None
    page_label: str | None
    link: str = Field(description="The passage in this repository.")
    url: str | None = Field(description="The original, at the page if it is a PDF.")
    stance: StanceName | None = Field(description="What its words claim of an effect.")
    new: bool = Field(description="Not among the `lines` of the address.")


class Statement(BaseModel):
    """One line, or several that disagree and are shown side by side."""

    lines: list[BriefLine]


class FindingsGroup(BaseModel):
    """The findings about one stage, topic or country, or of one section of a list."""

    id: str
    label: str
    statements: list[Statement]


class BriefSource(BaseModel):
    """A document that the brief quotes."""

    number: int
    id: DocumentId
    title: str
    short: str = Field(description="Who and when, in a few words; only when, if nobody is named.")
    citation: str
    kind_label: str | None
    evidence_types: list[EvidenceTypeShape]
    countries: list[str]
    year: int | None
    language: str | None
    digest: bool
    lines: int
    link: str
    url: str | None


class Counted(BaseModel):
    """A value, and how many of the quoted documents have it."""

    label: str
    count: int


class HowMade(BaseModel):
    """What was asked, searched, read and used, and what is missing."""

    made_on: str = Field(description="The day, ISO 8601, UTC.")
    revision: int = Field(description="The revision of the catalogue that was searched.")
    reached: int = Field(
        description="Documents that were near the question and passed the filters."
    )
    read: int = Field(description="Documents whose passages were read.")
    passages: int
    sentences: int
    compared: int = Field(description="Lines that can stand alone and were compared.")
    near: int = Field(description="Lines that were near enough to the question.")
    repeats: int = Field(description="Lines left out because another says nearly the same.")
    dropped: int = Field(description="Lines that the reader left out.")
    used: int = Field(description="Lines in the brief.")
    documents: int = Field(description="Documents that it quotes.")
    from_body: int = Field(description="Those of them without summary and findings.")
    digests: int = Field(description="Those of them that are digests written for the repository.")
    legs: list[str]
    kinds: list[Counted]
    evidence_types: list[Counted]
    stages: list[Counted]
    countries: list[Counted]
    languages: list[Counted]
    years: str | None = Field(description="From the oldest to the newest.")
    missing: list[str] = Field(description="What the brief does not have, in plain words.")
    notices: list[str]


class BriefChanges(BaseModel):
    """What changed since the brief that an address was made for."""

    since: int = Field(description="The revision of that brief.")
    new: int | None = Field(description="Lines that it did not have; null without `lines`.")
    gone: int | None = Field(description="Lines that only it had; null without `lines`.")
    documents: int = Field(description="Documents added, changed or removed since.")
    quoted: int = Field(description="Those of them that this brief quotes.")
    message: str


class BriefLinks(BaseModel):
    """Addresses of a brief."""

    page: str
    permanent: str = Field(description="With the revision and the lines, to see what changed.")


class BriefAnswer(BaseModel):
    """A brief: one page of key messages, findings, sources, and how it was made."""

    title: str
    question: str
    list_title: str | None
    filters: FiltersShape
    group: GroupName
    note: str = Field(description="That it quotes and does not recommend.")
    key_messages: list[Statement]
    findings: list[FindingsGroup]
    sources: list[BriefSource]
    made: HowMade
    changes: BriefChanges | None
    links: BriefLinks
