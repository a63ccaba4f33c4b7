"""Documents to export, in the one form that every format is written from."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

from ingest.records.csl import Record
from search_api.answers.citations import cite_document, cited_page
from search_api.answers.records import record_of, stored_record

if TYPE_CHECKING:  # the formats are listed by `salex --help`, which loads no server
    from corpus.catalogue.originals import Originals
    from corpus.model import Document, Tag
    from corpus.taxonomy import Taxonomy
    from index.model import Hit
    from search_api.service.service import Service

MAX_EXPORTED: Final = 1_000
"""How many documents one file has at most."""


@dataclass(frozen=True, slots=True)
class Made:
    """Who made a file and when: the network, and the day in UTC."""

    author: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Quote:
    """A passage quoted word for word, where it is printed, and the link to it here."""

    text: str
    page_label: str | None = None
    link: str | None = None


@dataclass(frozen=True, slots=True)
class Reference:
    """One document to take away.

    Attributes:
        record: its bibliographic record.
        citation: its citation as one line.
        kind: the kind of resource it is.
        link: its page in this repository; ``None`` if it is not in the repository.
        stored: its stored file, if there is one, with its media type.
        summary: what it says in short.
        terms: the terms that people confirmed.
        note: what a curator says about it.
        quote: the passage that answers the question.
        publishers: the organisations behind it, each by itself.
        countries: the countries or regions it is about.
        licence: what may be done with it, as the document states it.
    """

    record: Record
    citation: str
    kind: str | None = None
    link: str | None = None
    stored: tuple[str, str] | None = None
    summary: str | None = None
    terms: tuple[str, ...] = ()
    note: str | None = None
    quote: Quote | None = None
    publishers: tuple[str, ...] = ()
    countries: tuple[str, ...] = ()
    licence: str | None = None


@dataclass(frozen=True, slots=True)
class References:
    """Documents to take away together, or one alone.

    Attributes:
        title: of the file.
        address: where the same is on this server.
        about: what was asked, in sentences.
        items: the documents, in order.
        made: who made the file, and when.
        alone: whether this is one document and not a list.
    """

    title: str
    address: str
    about: tuple[str, ...]
    items: tuple[Reference, ...]
    made: Made
    alone: bool = False

    @property
    def records(self) -> list[Record]:
        """Return the bibliographic records, in order."""
        return [item.record for item in self.items]


def made_today(taxonomy: Taxonomy) -> Made:
    """Return the network and today, for the properties of a file.

    The day is enough, and files made on one day from one state have the same bytes.
    """
    today = datetime.now(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    return Made(taxonomy.network, today)


@dataclass(frozen=True, slots=True)
class Collector:
    """Makes references from documents. ``base`` is the server's public address, or empty."""

    originals: Originals
    taxonomy: Taxonomy
    base: str = ""

    @classmethod
    def of(cls, service: Service) -> Collector:
        """Return a collector for this server."""
        return cls(service.originals, service.taxonomy, service.settings.base_url or "")

    def page_of(self, document_id: str) -> str:
        """Return the address of a document's page."""
        return f"{self.base}/documents/{document_id}"

    def reference(
        self, document: Document, tags: Iterable[Tag] = (), quote: Quote | None = None
    ) -> Reference:
        """Return a document as a reference; of its tags, those that people confirmed."""
        link = self.page_of(document.id)
        file = f"{self.base}/api/v1/documents/{document.id}/original"
        stored = self.originals.path(document.sha256).is_file()
        return Reference(
            record=record_of(document, stored_record(self.originals, document)),
            citation=cite_document(document),
            kind=document.kind,
            link=link,
            stored=(file, document.media_type) if stored else None,
            summary=document.summary,
            terms=tuple(
                self.taxonomy.label(tag.vocabulary, tag.term)
                for tag in tags
                if tag.origin == "confirmed"
            ),
            quote=quote,
            publishers=document.publishers,
            countries=document.countries,
            licence=document.licence,
        )

    def hits(self, hits: Sequence[Hit]) -> tuple[Reference, ...]:
        """Return hits as references, each with its best passage."""
        return tuple(self.reference(hit.document, hit.tags, self._quote(hit)) for hit in hits)

    def _quote(self, hit: Hit) -> Quote | None:
        if not hit.snippets:
            return None
        best = hit.snippets[0]
        document = hit.document
        label = cited_page(document, best.page, best.page_end)
        link = f"{self.page_of(document.id)}?passage={best.passage_id}#p-{best.passage_id}"
        return Quote(best.text, label, link)
