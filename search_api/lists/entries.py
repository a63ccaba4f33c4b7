"""What pages, API and command line do with resource lists besides storing them.

Here entries get the facts of their documents, such as citations, and saved queries are answered.
"""

from __future__ import annotations

import hashlib
from dataclasses import replace
from pathlib import Path
from typing import Final

from corpus.catalogue.catalogue import Catalogue, now
from corpus.errors import ListInvalid, PassageNotFound, QueryInvalid
from corpus.errors.said import say
from corpus.lists.as_json import ListFile, Suggestion, read_file
from corpus.lists.edits import add_entry, edit_entries
from corpus.lists.lists import (
    all_lists,
    create_draft,
    judge_suggestion,
    publish_version,
    save_revision,
    suggestions_of,
)
from corpus.lists.rules import new_id
from corpus.model import Document, Entry, ListVersion, Pin, ResourceList, Section, Selection
from corpus.people.actors import Actor
from index.model import Hit, Query
from index.search.searcher import Searcher
from search_api.answers.citations import cite_document, original_url
from search_api.search.saved import clean_address, query_at
from search_api.service.service import Service

MOST_FOUND: Final = 50
"""How many documents a smart list shows."""
FOUND: Final = "found"
"""The id of the only section of a smart list, in which its results are stored."""


def entry_of(document: Document, *, entry_id: str = "", note: str = "") -> Entry:
    """Return an entry for a document, with facts that stay when the document is removed."""
    return Entry(
        id=entry_id or new_id(),
        title=document.title,
        document_id=document.id,
        url=original_url(document),
        citation=cite_document(document),
        note=note,
    )


def entry_for(catalogue: Catalogue, document_id: str, passage: str = "", note: str = "") -> Entry:
    """Return an entry for a document by its id, with a pinned passage if one is named.

    Raises:
        DocumentNotFound, PassageNotFound
    """
    entry = entry_of(catalogue.document(document_id), note=note)
    if not passage:
        return entry
    number = int(passage) if passage.isascii() and passage.isdecimal() else -1
    stored = catalogue.passages_by_id([number]).get(number)
    if stored is None or stored.document_id != document_id:
        raise PassageNotFound(
            say(
                "The document %(document_id)s has no passage %(passage)s.",
                document_id=document_id,
                passage=repr(passage[:20]),
            )
        )
    pin = Pin(stored.id, stored.text, stored.page)
    document = catalogue.document(document_id)
    return replace(entry, pin=pin, citation=cite_document(document, stored.page, stored.page_end))


def complete_entries(
    catalogue: Catalogue, selection: Selection, *, refresh: bool = False
) -> Selection:
    """Return a selection whose entries have the facts of their documents.

    Args:
        catalogue: where the documents are.
        selection: what a curator wrote.
        refresh: take titles, addresses and citations from the documents as they are now; otherwise
            only fill in what is missing.

    Raises:
        ListInvalid: a pinned passage is not from its entry's document.
    """
    stored = catalogue.documents(e.document_id for e in selection.entries if e.document_id)
    passages = catalogue.passages_by_id(e.pin.passage_id for e in selection.entries if e.pin)

    def complete(entry: Entry) -> Entry:
        document = stored.get(entry.document_id or "")
        passage = passages.get(entry.pin.passage_id) if entry.pin else None
        pin = entry.pin
        if pin and not passage and not pin.quote:
            number = str(pin.passage_id)
            raise ListInvalid(say("There is no passage %(n)s, and no quote is given.", n=number))
        if document is None:
            return entry
        if pin and passage:
            if passage.document_id != document.id:
                number = str(pin.passage_id)
                raise ListInvalid(
                    say("The passage %(n)s is not from %(id)s.", n=number, id=document.id)
                )
            pin = Pin(pin.passage_id, pin.quote or passage.text, pin.page or passage.page)
        fresh = entry_of(document)
        page, page_end = (passage.page, passage.page_end) if passage else (None, None)
        citation = cite_document(document, page or (pin.page if pin else None), page_end)
        return replace(
            entry,
            title=fresh.title if refresh or not entry.title.strip() else entry.title,
            url=fresh.url if refresh and fresh.url else entry.url or fresh.url,
            citation=citation if refresh or not entry.citation else entry.citation,
            pin=pin,
        )

    query = None if selection.query is None else clean_query(selection.query)
    return edit_entries(replace(selection, query=query), complete)


# Smart lists -------------------------------------------------------------------------------


def clean_query(text: str) -> str:
    """Return a saved query in its standard form.

    Args:
        text: the part of a search page's address after ``?``, or the whole address.

    Raises:
        ListInvalid: it is empty, or has something that no search page knows.
    """
    try:
        clean = clean_address(text)
    except QueryInvalid as error:
        raise ListInvalid(str(error)) from error
    if not clean:
        raise ListInvalid(say("A smart list needs a query: words to search for, or filters."))
    return clean


def saved_query(service: Service, catalogue: Catalogue, text: str) -> Query:
    """Return the query of a smart list.

    Raises:
        QueryInvalid: a filter names a term that does not exist (any more).
    """
    query = query_at(service, catalogue, text)
    return replace(query, offset=0, limit=MOST_FOUND, passages_per_hit=1)


def run_saved_query(service: Service, catalogue: Catalogue, text: str) -> tuple[Section, ...]:
    """Return the current results of a smart list, as the only section of a list."""
    results = service.searcher.search(catalogue, saved_query(service, catalogue, text))
    entries = tuple(
        entry_of(hit.document, entry_id=_found_id(hit.document.id)) for hit in results.hits
    )
    return (Section(FOUND, "", entries=entries),)


def _found_id(document_id: str) -> str:
    return hashlib.blake2b(document_id.encode(), digest_size=4).hexdigest()


def freeze_selection(service: Service, catalogue: Catalogue, selection: Selection) -> Selection:
    """Return a smart list as a plain one with its current results."""
    if selection.query is None:
        raise ListInvalid(say("Only a smart list can be frozen; this list has its own entries."))
    sections = run_saved_query(service, catalogue, selection.query)
    return replace(selection, sections=sections, query=None)


# Publishing and suggestions ----------------------------------------------------------------


def publish_list(
    catalogue: Catalogue,
    stored: ResourceList,
    actor: Actor,
    *,
    based_on: int,
    note: str = "",
    matches: tuple[Section, ...] | None = None,
) -> ListVersion:
    """Publish a list with the facts of its documents as they are now.

    Args:
        catalogue: where the list is; call inside ``transaction()``.
        stored: the list.
        actor: who publishes.
        based_on: the revision that the publisher has read.
        note: what changed.
        matches: for a smart list, the results of its query.

    Raises:
        ListChanged, ListUnchanged, ListInvalid
    """
    selection = complete_entries(catalogue, stored.selection, refresh=True)
    if matches is not None:
        selection = replace(selection, sections=matches)
    return publish_version(
        catalogue, stored.slug, actor, based_on=based_on, selection=selection, note=note
    )


def suggest_documents(
    searcher: Searcher, catalogue: Catalogue, stored: ResourceList, *, limit: int = 5
) -> tuple[Hit, ...]:
    """Return documents like those in a list that nobody has judged for it yet.

    Raises:
        IndexMissing: semantic search cannot answer.
    """
    own = [e.document_id for e in stored.selection.entries if e.document_id]
    judged = [s.document_id for s in suggestions_of(catalogue, stored.slug)]
    return searcher.suggest_additions(catalogue, own, leave_out=judged, limit=limit)


def accept_suggestion(
    catalogue: Catalogue,
    stored: ResourceList,
    document_id: str,
    actor: Actor,
    *,
    based_on: int,
    section_id: str | None = None,
) -> ResourceList:
    """Add a suggested document to a list and record that; call inside ``transaction()``.

    Raises:
        DocumentNotFound, ListNotFound, ListChanged
    """
    entry = entry_for(catalogue, document_id)
    selection = add_entry(stored.selection, section_id, entry)
    after = save_revision(catalogue, stored.slug, selection, actor, based_on=based_on)
    judged = Suggestion(document_id, "accepted", actor.name, now())
    judge_suggestion(catalogue, stored.slug, judged, actor)
    return after


def reject_suggestion(catalogue: Catalogue, slug: str, document_id: str, actor: Actor) -> None:
    """Record that a suggested document does not belong; call inside ``transaction()``.

    Raises:
        ListNotFound
    """
    judged = Suggestion(document_id, "rejected", actor.name, now())
    judge_suggestion(catalogue, slug, judged, actor)


def published_file(slug: str, versions: list[ListVersion]) -> ListFile:
    """Return what readers may export of a list: its published versions, without curators' work."""
    first, last = versions[0], versions[-1]
    return ListFile(
        slug=slug,
        selection=replace(last.selection, sections=())
        if last.selection.query is not None
        else last.selection,
        created_by=first.published_by,
        created_at=first.published_at,
        updated_by=last.published_by,
        updated_at=last.published_at,
        versions=tuple(versions),
    )


def take_in_starter_lists(catalogue: Catalogue, folder: Path, actor: Actor) -> int:
    """Create and publish the lists in a folder of list files; return how many are new.

    Lists that exist are left alone, whatever curators have changed in them.

    Raises:
        ListInvalid
    """
    made = 0
    known = {stored.slug for stored in all_lists(catalogue)}
    for path in sorted(folder.glob("*.json")):
        file = read_file(path.read_text(encoding="utf-8"))
        if file.slug in known:
            continue
        with catalogue.transaction():
            stored = create_draft(
                catalogue, file.slug, complete_entries(catalogue, file.selection), actor
            )
            publish_list(catalogue, stored, actor, based_on=stored.revision)
        made += 1
    return made
