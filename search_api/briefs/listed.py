"""A resource list as the source of a brief: its documents, and the quotes that curators pinned."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from corpus.catalogue.catalogue import Catalogue
from corpus.lists.lists import resource_list
from corpus.model import Entry, Selection
from corpus.tags.tags import tags_of
from index.briefing.composing import Statement
from index.briefing.gathering import Gathered, gather_from_documents
from index.briefing.lines import Line, line_of
from index.model import Query
from index.search.quoting import Asked
from search_api.lists.entries import saved_query
from search_api.lists.routes import not_published
from search_api.service.service import Service

KEY_SECTION: Final = "Key messages"
"""The title of the section whose quotes are the first page of a brief."""


@dataclass(frozen=True, slots=True)
class Listed:
    """What a list gives to a brief.

    Attributes:
        slug: its address.
        title: its title.
        selection: its entries in order.
        gathered: what its documents without a pinned quote may be quoted with, and the quotes.
        pinned: by the id of an entry, the line that is pinned to it.
        lost: how many pinned quotes are no longer in their documents.
        elsewhere: how many entries are no document of the repository.
        saved: the query of a smart list, which has no entries of its own.
        draft: whether it is not published as it is here.
    """

    slug: str
    title: str
    selection: Selection
    gathered: Gathered
    pinned: dict[str, Line] = field(default_factory=dict)
    lost: int = 0
    elsewhere: int = 0
    saved: Query | None = None
    draft: bool = False

    @property
    def titles(self) -> list[str]:
        """Return the titles of the sections that are no key messages."""
        titles = (section.title.strip() for section in self.selection.sections)
        return [title for title in titles if title and title != KEY_SECTION]

    def key_messages(self) -> tuple[Statement, ...]:
        """Return the quotes pinned in the section of key messages; none if there is no such."""
        return tuple(
            (self.pinned[entry.id],)
            for section in self.selection.sections
            if section.title.strip() == KEY_SECTION
            for entry in section.entries
            if entry.id in self.pinned
        )

    def findings(
        self, chosen: Sequence[Statement], *, leave_out: Collection[str]
    ) -> list[tuple[str, str, list[Statement]]]:
        """Return (id, title, statements) of each other section, in the editor's order."""
        sections, told = [], set(leave_out)
        for section in self.selection.sections:
            if section.title.strip() == KEY_SECTION and self.key_messages():
                continue
            statements: list[Statement] = []
            for entry in section.entries:
                new = [s for s in self._of(entry, chosen) if not {x.id for x in s} & told]
                told |= {line.id for statement in new for line in statement}
                statements += new
            sections.append((section.id, section.title.strip() or "Other lines", statements))
        return sections

    def _of(self, entry: Entry, chosen: Sequence[Statement]) -> list[Statement]:
        if entry.id in self.pinned:
            return [(self.pinned[entry.id],)]
        return [s for s in chosen if s[0].passage.document_id == entry.document_id]


def read_list(
    service: Service, catalogue: Catalogue, slug: str, query: Query, *, curating: bool
) -> Listed:
    """Read what a list gives to a brief, narrowed by the filters of a query.

    Raises:
        ListNotFound: the list does not exist, or is a draft and the caller is no curator.
    """
    stored = resource_list(catalogue, slug)
    if stored.published is None and not curating:
        raise not_published(slug)
    newest = stored.published.selection if stored.published else stored.selection
    selection = stored.selection if curating else newest
    draft = stored.published is None or selection != newest
    asked = service.searcher.read_question(catalogue, query) if query.text else Asked()
    if selection.query is not None:
        saved = saved_query(service, catalogue, selection.query)
        gathered = gather_from_documents(catalogue, [], asked)
        return Listed(slug, selection.title, selection, gathered, saved=saved, draft=draft)
    allowed = service.searcher.documents_with(catalogue, query.filters)
    entries = [e for e in selection.entries if e.document_id in allowed]
    pinned = _pinned(catalogue, entries)
    free = [e.document_id for e in entries if e.document_id and e.pin is None]
    return Listed(
        slug,
        selection.title,
        selection,
        _with_pinned(catalogue, gather_from_documents(catalogue, free, asked), pinned),
        pinned,
        lost=sum(e.pin is not None and e.id not in pinned for e in entries),
        elsewhere=sum(e.document_id is None for e in selection.entries),
        draft=draft,
    )


def _pinned(catalogue: Catalogue, entries: Sequence[Entry]) -> dict[str, Line]:
    """Return the pinned quotes that their passages still have, by the id of the entry."""
    passages = catalogue.passages_by_id(e.pin.passage_id for e in entries if e.pin)
    lines = {}
    for entry in entries:
        passage = passages.get(entry.pin.passage_id) if entry.pin else None
        line = line_of(catalogue, passage, entry.pin.quote) if entry.pin and passage else None
        if line and line.passage.document_id == entry.document_id:
            lines[entry.id] = line
    return lines


def _with_pinned(catalogue: Catalogue, gathered: Gathered, pinned: dict[str, Line]) -> Gathered:
    """Add the documents and lines of pinned quotes to what was gathered."""
    ids = list(dict.fromkeys(line.passage.document_id for line in pinned.values()))
    documents, tags = catalogue.documents(ids), tags_of(catalogue, ids)
    passages = {line.passage.id for line in pinned.values()}
    return replace(
        gathered,
        documents={name: documents[name] for name in ids} | dict(gathered.documents),
        tags={**tags, **gathered.tags},
        lines=(*pinned.values(), *gathered.lines),
        passages=gathered.passages + len(passages),
        sentences=gathered.sentences + len(pinned),
        reached=len(set(ids) | set(gathered.documents)),
    )
