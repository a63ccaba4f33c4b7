"""The versions of a document: their public shapes, citations and links."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from pydantic import BaseModel, Field

from corpus.documents.versions import Reason, Version
from corpus.model import RECORD_FIELDS, Document, Passage
from corpus.roles import Role
from search_api.answers.citations import cite_document, page_label, stated_page
from search_api.answers.shapes import DocumentId, PassageId
from search_api.service.service import Service

REASONS: Final[dict[Reason, str]] = {
    "source": "The source changed.",
    "reading": "The same file was read again by a newer program.",
    "correction": "A curator corrected the record.",
}
FIRST: Final = "The first version that is kept."


class VersionSummary(BaseModel):
    """One version of a document."""

    number: int
    current: bool = Field(description="Whether it is the document as it is now.")
    since: str = Field(description="When the document became so.")
    until: str | None = Field(description="When it changed; null for the current version.")
    because: Reason | None = Field(
        description="What made it: another source file, another reading, or a correction; null for "
        "the first."
    )
    why: str = Field(description="The same in words.")
    changes: str = Field(description="What differs from the version before; empty for the first.")
    title: str
    citation: str = Field(description="A citation that names the version.")
    link: str = Field(description="Its page, which stays.")


class VersionList(BaseModel):
    """The versions of a document, newest first."""

    document_id: DocumentId
    versions: list[VersionSummary]


class VersionRecord(BaseModel):
    """The bibliographic record as it was; what was not known is null or empty."""

    title: str
    authors: list[str]
    publishers: list[str]
    countries: list[str]
    year: int | None
    published: str | None
    kind: str | None
    language: str | None
    url: str | None
    doi: str | None
    isbn: str | None
    journal: str | None
    volume: str | None
    issue: str | None
    page_range: str | None
    series: str | None
    licence: str | None
    summary: str | None
    note: str | None
    media_type: str
    page_count: int
    sha256: str = Field(description="Of the file that it was read from.")


class VersionPassage(BaseModel):
    """A passage of a version, with its page then."""

    id: PassageId
    position: int
    page: int | None
    page_end: int | None
    page_label: str | None
    heading: str | None
    text: str
    role: Role
    link: str


class VersionDetail(VersionSummary):
    """A version with its record and a part of its passages, in reading order."""

    document_id: DocumentId
    record: VersionRecord
    total: int = Field(description="How many passages it has.")
    passages: list[VersionPassage]
    next: str | None


@dataclass(frozen=True, slots=True)
class VersionPresenter:
    """Gives the versions of a document their public shape."""

    service: Service
    newest: int

    def link(self, version: Version) -> str:
        """Return the address of a version's page."""
        return self.service.absolute(f"/documents/{version.document.id}/versions/{version.number}")

    def summary(self, version: Version) -> VersionSummary:
        """Return a version without its text."""
        document = version.document
        return VersionSummary(
            number=version.number,
            current=version.until is None,
            since=version.since,
            until=version.until,
            because=version.because,
            why=REASONS[version.because] if version.because else FIRST,
            changes=version.changes,
            title=document.title,
            citation=f"{cite_document(document)} Version {version.number}, "
            f"{version.since[:10]}: {self.link(version)}",
            link=self.link(version),
        )

    def passage(self, version: Version, passage: Passage) -> VersionPassage:
        """Return a passage of a version, with a link to it."""
        document = version.document
        return VersionPassage(
            id=str(passage.id),
            position=passage.position,
            page=stated_page(document, passage.page),
            page_end=stated_page(document, passage.page_end),
            page_label=page_label(document, passage.page, passage.page_end),
            heading=passage.heading,
            text=passage.text,
            role=passage.role,
            link=f"{self.link(version)}?passage={passage.id}#p-{passage.id}",
        )

    def relations(self, version: Version) -> str:
        """Return the links between versions (RFC 5829), for the Link header (RFC 8288)."""
        history = f"/documents/{version.document.id}/versions"
        links = {"latest-version": f"/documents/{version.document.id}", "version-history": history}
        if version.number > 1:
            links["predecessor-version"] = f"{history}/{version.number - 1}"
        if version.number < self.newest:
            links["successor-version"] = f"{history}/{version.number + 1}"
        return ", ".join(
            f'<{self.service.absolute(path)}>; rel="{relation}"' for relation, path in links.items()
        )


def record_of_version(document: Document) -> VersionRecord:
    """Return the record of a version."""
    values = {field.name: getattr(document, field.name) for field in RECORD_FIELDS}
    return VersionRecord(
        **values,
        media_type=document.media_type,
        page_count=document.page_count,
        sha256=document.sha256,
    )


def history_link(service: Service, document_id: str) -> str:
    """Return the link to a document's versions, for the Link header of the document itself."""
    address = service.absolute(f"/documents/{document_id}/versions")
    return f'<{address}>; rel="version-history"'
