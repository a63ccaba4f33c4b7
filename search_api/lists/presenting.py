"""Convert resource lists to their public shapes, and curators' input to selections."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from corpus.catalogue.catalogue import Catalogue
from corpus.lists.lists import versions_of
from corpus.lists.warnings import EntryWarning, warnings_of
from corpus.model import (
    Document,
    Entry,
    ListVersion,
    Passage,
    Pin,
    ResourceList,
    Section,
    Selection,
)
from search_api.answers.citations import page_label, stated_page
from search_api.answers.presenting import Presenter
from search_api.lists import shapes as s
from search_api.lists.entries import run_saved_query
from search_api.service.service import Service
from search_api.web.declared import PREFIX
from search_api.web.links import web_url


def selection_of(body: s.SelectionInput) -> Selection:
    """Return a curator's input as a selection."""
    sections = tuple(
        Section(part.id, part.title, part.text, tuple(_entry_of(e) for e in part.entries))
        for part in body.sections
    )
    return Selection(body.title, body.summary, sections, body.query)


def _entry_of(body: s.EntryInput) -> Entry:
    pin = body.pin
    return Entry(
        id=body.id,
        title=body.title,
        document_id=body.document_id,
        url=body.url,
        citation=body.citation,
        note=body.note,
        pin=Pin(int(pin.passage_id), pin.quote, pin.page) if pin else None,
    )


@dataclass(frozen=True, slots=True)
class ListPresenter:
    """Gives lists their public shape; looks up which of their documents are in the repository."""

    service: Service
    catalogue: Catalogue

    def summary(self, stored: ResourceList) -> s.ListSummary:
        """Return a list in short: its published version, or else the draft."""
        version = stored.published
        shown = version.selection if version else stored.selection
        smart = shown.query is not None
        return s.ListSummary(
            slug=stored.slug,
            title=shown.title,
            summary=shown.summary,
            smart=smart,
            entries=None if smart else len(shown.entries),
            state=stored.state,
            version=version.number if version else None,
            published_at=version.published_at if version else None,
            published_by=version.published_by if version else None,
            links=self.links(stored.slug, version.number if version else None),
        )

    def detail(self, stored: ResourceList, version: ListVersion, *, live: bool) -> s.ListDetail:
        """Return a published version.

        Args:
            stored: its list.
            version: the version to show.
            live: for a smart list, show the current results instead of the stored ones.
        """
        selection = version.selection
        if live and selection.query is not None:
            results = run_saved_query(self.service, self.catalogue, selection.query)
            selection = replace(selection, sections=results)
        return s.ListDetail(
            **self.selection(selection).model_dump(),
            slug=stored.slug,
            version=version.number,
            note=version.note,
            published_at=version.published_at,
            published_by=version.published_by,
            newest=stored.published is not None and stored.published.number == version.number,
            archived=stored.archived_at is not None,
            links=self.links(stored.slug, version.number),
        )

    def draft(self, stored: ResourceList) -> s.DraftShape:
        """Return the working copy."""
        number = stored.published.number if stored.published else None
        return s.DraftShape(
            **self.selection(stored.selection).model_dump(),
            slug=stored.slug,
            state=stored.state,
            revision=stored.revision,
            updated_at=stored.updated_at,
            updated_by=stored.updated_by,
            links=self.links(stored.slug, number),
        )

    def versions(self, slug: str) -> s.VersionsAnswer:
        """Return the published versions of a list, newest first."""
        versions = [
            s.VersionShape(
                number=v.number,
                note=v.note,
                published_at=v.published_at,
                published_by=v.published_by,
                title=v.selection.title,
                entries=len(v.selection.entries),
                link=self._page(f"/{slug}/versions/{v.number}"),
            )
            for v in reversed(versions_of(self.catalogue, slug))
        ]
        return s.VersionsAnswer(slug=slug, versions=versions)

    def warnings(self, slug: str, selection: Selection) -> s.WarningsAnswer:
        """Return the warnings for curators."""
        entries = selection.entries
        titles = {entry.id: entry.title for entry in entries}
        warnings = [self._warning(w, titles) for w in warnings_of(self.catalogue, entries)]
        return s.WarningsAnswer(slug=slug, warnings=warnings)

    def links(self, slug: str, number: int | None) -> s.ListLinks:
        """Return the links of a list."""
        api = self.service.absolute(f"{PREFIX}/lists/{slug}")
        return s.ListLinks(
            self=api,
            page=self._page(f"/{slug}"),
            permalink=self._page(f"/{slug}/versions/{number}") if number else None,
            versions=f"{api}/versions",
            export=f"{api}/export",
        )

    def _page(self, path: str) -> str:
        return self.service.absolute(f"/lists{path}")

    def _warning(self, warning: EntryWarning, titles: dict[str, str]) -> s.EntryWarningShape:
        presenter, other = Presenter(self.service), warning.document_id
        return s.EntryWarningShape(
            entry_id=warning.entry_id,
            title=titles[warning.entry_id],
            kind=warning.kind,
            text=warning.text,
            document_id=other,
            link=presenter.page_link(other) if other else None,
        )

    def selection(self, selection: Selection) -> s.SelectionShape:
        """Return the content of a list."""
        entries = selection.entries
        documents = self.catalogue.documents(e.document_id for e in entries if e.document_id)
        passages = self.catalogue.passages_by_id(e.pin.passage_id for e in entries if e.pin)
        query = selection.query
        return s.SelectionShape(
            title=selection.title,
            summary=selection.summary,
            query=query,
            query_link=self.service.absolute(f"/search?{query}") if query is not None else None,
            sections=[
                s.SectionShape(
                    id=section.id,
                    title=section.title,
                    text=section.text,
                    entries=self._entries(section.entries, documents, passages),
                )
                for section in selection.sections
            ],
        )

    def _entries(
        self,
        entries: Iterable[Entry],
        documents: dict[str, Document],
        passages: dict[int, Passage],
    ) -> list[s.EntryShape]:
        presenter, shaped = Presenter(self.service), []
        for entry in entries:
            document = documents.get(entry.document_id or "")
            shaped.append(
                s.EntryShape(
                    id=entry.id,
                    title=entry.title,
                    document_id=entry.document_id,
                    url=web_url(entry.url),
                    citation=entry.citation,
                    note=entry.note,
                    pin=self._pin(entry.pin, document, passages) if entry.pin else None,
                    link=presenter.page_link(document.id) if document else None,
                )
            )
        return shaped

    def _pin(self, pin: Pin, document: Document | None, passages: dict[int, Passage]) -> s.PinShape:
        stored = document is not None and pin.passage_id in passages
        link = None
        if document is not None and stored:
            link = Presenter(self.service).passage_link(document.id, pin.passage_id)
        return s.PinShape(
            passage_id=str(pin.passage_id),
            quote=pin.quote,
            page=stated_page(document, pin.page) if document else pin.page,
            page_label=page_label(document, pin.page) if document else None,
            link=link,
        )
