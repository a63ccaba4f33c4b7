"""What the MCP tools do: the same functions as the API, with shorter answers."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final

from pydantic import BaseModel, ConfigDict, Field

from corpus.catalogue.catalogue import Catalogue
from corpus.errors import ListNotFound, PassageNotFound
from corpus.lists.lists import all_lists, resource_list
from corpus.model import Document, ListVersion, Passage, Tag
from corpus.tags.tags import tags_of
from index.filters import FILTERS
from index.model import Snippet
from search_api.answers.citations import (
    DIGEST_NOTE,
    cite_document,
    cited_page,
    source_link,
    stated_page,
)
from search_api.answers.presenting import SHOWN_ORIGINS, Presenter
from search_api.interchange import tool_shapes as shapes
from search_api.mapping.counting import map_of
from search_api.mapping.params import StrictMapParams
from search_api.mapping.shapes import MapAnswer
from search_api.search.params import StrictSearchParams, query_of
from search_api.search.presenting import present_results
from search_api.service.service import Service
from search_api.web.fields import with_parameters

MOST_HITS: Final = 20
MOST_PASSAGES: Final = 50


@with_parameters(FILTERS)
class Narrowing(BaseModel):
    """The same filters as a search in the API: values of one are alternatives, all must match."""

    model_config = ConfigDict(extra="forbid")

    year_from: int | None = Field(default=None, description="First year, inclusive.")
    year_to: int | None = Field(default=None, description="Last year, inclusive.")
    include_undated: bool = Field(
        default=False, description="With a year: keep documents whose year is unknown."
    )

    def given(self) -> dict[str, Any]:
        """Return the filters that were given, by parameter."""
        return {name: value for name, value in self.model_dump().items() if value}


@dataclass(frozen=True, slots=True)
class Reading:
    """Answers one call of a tool from one catalogue."""

    service: Service
    catalogue: Catalogue

    @property
    def _presenter(self) -> Presenter:
        return Presenter(self.service)

    def search(self, question: str, filters: Narrowing, limit: int) -> shapes.SearchResult:
        """Return the documents that answer a question."""
        params = StrictSearchParams(q=question, limit=limit, **filters.given())
        query = query_of(self.service, self.catalogue, params)
        results = self.service.searcher.search(self.catalogue, query)
        answer = present_results(self.service, results)
        return shapes.SearchResult(
            strength=answer.strength,
            message=answer.message,
            total=answer.total,
            corrected=answer.corrected,
            notices=answer.notices,
            documents=[
                shapes.Found(
                    document_id=hit.document.id,
                    title=hit.document.title,
                    year=hit.document.year,
                    citation=cite_document(hit.document),
                    address=self._presenter.page_link(hit.document.id),
                    strength=hit.strength,
                    digest=hit.document.digest,
                    terms=self._terms(hit.tags),
                    passages=[self._quoted(hit.document, one) for one in hit.snippets],
                )
                for hit in results.hits
            ],
        )

    def document(self, document_id: str, first: int, limit: int) -> shapes.DocumentText:
        """Return a document's record, and its passages from one on."""
        document = self.catalogue.document(document_id)
        passages = self.catalogue.passages(document_id)
        shown = passages[first : first + limit]
        following = first + len(shown)
        return shapes.DocumentText(
            document_id=document.id,
            title=document.title,
            authors=list(document.authors),
            publishers=list(document.publishers),
            year=document.year,
            kind=document.kind,
            language=document.language,
            licence=document.licence,
            doi=document.doi,
            summary=document.summary,
            citation=cite_document(document),
            address=self._presenter.page_link(document.id),
            original=source_link(document, None, self._presenter.stored_link(document)),
            note=DIGEST_NOTE if document.digest else document.note,
            withdrawn=document.withdrawn_reason if document.withdrawn_at else None,
            terms=self._terms(tags_of(self.catalogue, [document_id])[document_id]),
            passages=[self._quoted(document, one) for one in shown],
            total_passages=len(passages),
            next_passage=following if shown and following < len(passages) else None,
        )

    def passage(self, passage_id: str) -> shapes.Quoted:
        """Return one passage.

        Raises:
            PassageNotFound
        """
        number = int(passage_id) if passage_id.isdecimal() and len(passage_id) < 20 else -1
        passage = self.catalogue.passages_by_id([number]).get(number)
        if passage is None:
            raise PassageNotFound(
                f"There is no passage {passage_id!r}. search and read_document name them."
            )
        return self._quoted(self.catalogue.document(passage.document_id), passage)

    def lists(self) -> shapes.Lists:
        """Return the published lists."""
        published = [
            (one.slug, one.published)
            for one in all_lists(self.catalogue)
            if one.published and one.state == "published"
        ]
        return shapes.Lists(
            lists=[
                shapes.ListInShort(
                    slug=slug,
                    title=version.selection.title,
                    summary=version.selection.summary,
                    entries=len(version.selection.entries),
                    version=version.number,
                    published_at=version.published_at,
                    address=self.service.absolute(f"/lists/{slug}"),
                )
                for slug, version in published
            ]
        )

    def list_text(self, slug: str) -> shapes.ListText:
        """Return the newest version of a published list.

        Raises:
            ListNotFound
        """
        one = resource_list(self.catalogue, slug)
        if one.published is None or one.state != "published":
            raise ListNotFound(f"There is no resource list {slug!r}. list_lists names them.")
        version = one.published
        return shapes.ListText(
            slug=slug,
            title=version.selection.title,
            summary=version.selection.summary,
            version=version.number,
            published_at=version.published_at,
            address=self.service.absolute(f"/lists/{slug}/versions/{version.number}"),
            entries=list(self._entries(version)),
        )

    def evidence_map(self, rows: str, columns: str, filters: Narrowing) -> MapAnswer:
        """Return how many works there are by two fields."""
        params = StrictMapParams.model_validate(
            {"rows": rows, "columns": columns, **filters.given()}
        )
        return map_of(self.service, self.catalogue, params)

    # Parts ---------------------------------------------------------------------------------

    def _terms(self, tags: Iterable[Tag]) -> list[str]:
        return [
            self.service.taxonomy.label(tag.vocabulary, tag.term)
            + ("" if tag.origin == "confirmed" else " (suggested)")
            for tag in tags
            if tag.origin in SHOWN_ORIGINS
        ]

    def _quoted(self, document: Document, passage: Passage | Snippet) -> shapes.Quoted:
        number = passage.id if isinstance(passage, Passage) else passage.passage_id
        page = stated_page(document, passage.page)
        return shapes.Quoted(
            passage_id=str(number),
            text=passage.text,
            heading=passage.heading,
            role=passage.role,
            printed_page=cited_page(document, passage.page, passage.page_end),
            page=page,
            page_end=stated_page(document, passage.page_end),
            citation=cite_document(document, passage.page, passage.page_end),
            address=self._presenter.passage_link(document.id, number),
            original=source_link(document, page, self._presenter.stored_link(document)),
        )

    def _entries(self, version: ListVersion) -> Iterable[shapes.ListedEntry]:
        ids = [one.document_id for one in version.selection.entries if one.document_id]
        documents = self.catalogue.documents(ids)
        for section in version.selection.sections:
            for entry in section.entries:
                document = documents.get(entry.document_id or "")
                yield shapes.ListedEntry(
                    section=section.title,
                    title=entry.title,
                    note=entry.note,
                    document_id=document.id if document else None,
                    citation=cite_document(document) if document else entry.citation,
                    address=self._presenter.page_link(document.id) if document else entry.url,
                    quote=entry.pin.quote if entry.pin else None,
                    page=entry.pin.page if entry.pin else None,
                )
