"""Feeds of what is new: of a search, of all documents or some, of one list or all.

An entry of a search is a document that answers, or one of the nearest related ones, by when it was
first public: it keeps its id and its day, so that readers show it once, and leaves if it no
longer matches, nearer ones come, or it is withdrawn. No memory is kept of who reads a feed.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from corpus.catalogue.catalogue import Catalogue
from corpus.documents.added import first_published
from corpus.lists.lists import all_lists, versions_of
from corpus.model import Entry as ListEntry
from corpus.model import ListVersion, ResourceList
from index.model import Query
from search_api.exports.atom import Entry, Feed, permanent_id
from search_api.following.matches import Match, explain_matches, find_worth_telling
from search_api.search.addresses import address_of_query
from search_api.search.filters import filter_pairs
from search_api.service.service import Service
from search_api.web.languages import ENGLISH, read_language, speaking

MOST_ENTRIES: Final = 30
"""How many entries a feed has; a reader that asks once a week misses nothing on most servers."""
EPOCH: Final = "2000-01-01T00:00:00Z"
"""When a feed without entries was updated."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a feed is: this server's address, and the feed's path with its parameters."""

    base: str
    feed: str


def feed_of_search(service: Service, catalogue: Catalogue, query: Query, place: Place) -> Feed:
    """Return the newest documents that match a search."""
    return _of_search(service, query, place, newest_matches(service, catalogue, query, place.base))


def feed_of_documents(
    service: Service, catalogue: Catalogue, document_ids: Sequence[str], place: Place
) -> Feed:
    """Return the feed of new documents with these alone, in the order given."""
    published = first_published(catalogue, document_ids)
    entries = _entries(service, catalogue, Query(""), document_ids, published, place.base)
    return _of_search(service, Query(""), place, entries)


def _of_search(service: Service, query: Query, place: Place, entries: tuple[Entry, ...]) -> Feed:
    page = address_of_query(
        "/search" if query.text else "/documents", query, filter_pairs(query.filters)
    )
    network = service.taxonomy.short_name
    title = f"{network}: {query.text}" if query.text else f"{network}: new documents"
    chosen = ", ".join(value for _, value in filter_pairs(query.filters))
    return Feed(
        id=permanent_id(f"feed:{page}"),
        title=f"{title} ({chosen})" if chosen else title,
        subtitle=(
            "New documents that answer this question or are related to it."
            if query.text
            else "Documents that are new in the repository."
        ),
        author=service.taxonomy.network,
        address=place.base + place.feed,
        page=place.base + page,
        updated=max((entry.updated for entry in entries), default=EPOCH),
        entries=entries,
    )


def newest_matches(
    service: Service, catalogue: Catalogue, query: Query, base: str
) -> tuple[Entry, ...]:
    """Return the newest documents of which a search tells, the newest first, each once."""
    matching = find_worth_telling(service, catalogue, query)
    published = first_published(catalogue, set(matching.values()))
    newest = list(published)[:MOST_ENTRIES]
    return _entries(service, catalogue, query, newest, published, base)


def _entries(
    service: Service,
    catalogue: Catalogue,
    query: Query,
    document_ids: Sequence[str],
    published: Mapping[str, str],
    base: str,
) -> tuple[Entry, ...]:
    with speaking(read_language(ENGLISH)):  # a feed is the same for all who read it
        matches = explain_matches(service, catalogue, query, document_ids)
    return tuple(entry_of_match(m, published[m.document.id], base) for m in matches)


def entry_of_match(match: Match, published: str, base: str) -> Entry:
    """Return a document as an entry, with why it matches before what it says."""
    document = match.document
    return Entry(
        id=permanent_id(f"document:{document.id}"),
        title=document.title,
        link=f"{base}/documents/{document.id}{match.anchor}",
        published=published,
        updated=max(published, document.updated_at),
        authors=document.authors or document.publishers,
        summary="\n\n".join(filter(None, (match.why, document.summary))),
        language=document.language,
    )


# Lists -----------------------------------------------------------------------------------------


def feed_of_lists(service: Service, catalogue: Catalogue, place: Place) -> Feed:
    """Return the newest versions of all published lists."""
    lists = [one for one in all_lists(catalogue) if one.state == "published"]
    entries = [entry for one in lists for entry in _versions(catalogue, one, place.base)]
    title = f"{service.taxonomy.short_name}: resource lists"
    subtitle = "Lists that curators published, and what is new in each."
    return _feed(service, place, "/lists", (title, subtitle), entries)


def feed_of_list(service: Service, catalogue: Catalogue, one: ResourceList, place: Place) -> Feed:
    """Return the newest versions of a published list."""
    titled = one.published.selection.title if one.published else one.slug
    about = (f"{service.taxonomy.short_name}: {titled}", "Versions of this list: what is new.")
    return _feed(service, place, f"/lists/{one.slug}", about, _versions(catalogue, one, place.base))


def _feed(
    service: Service, place: Place, page: str, about: tuple[str, str], entries: Sequence[Entry]
) -> Feed:
    # Of one second, the later version comes first: it is behind the earlier one.
    newest = sorted(entries, key=lambda entry: entry.published)[::-1]
    return Feed(
        id=permanent_id(f"feed:{page}"),
        title=about[0],
        subtitle=about[1],
        author=service.taxonomy.network,
        address=place.base + place.feed,
        page=place.base + page,
        updated=max((entry.updated for entry in newest), default=EPOCH),
        entries=tuple(newest[:MOST_ENTRIES]),
    )


def _versions(catalogue: Catalogue, one: ResourceList, base: str) -> list[Entry]:
    versions = versions_of(catalogue, one.slug)
    return [
        _entry_of_version(one, version, before, base)
        for before, version in zip([None, *versions], versions, strict=False)
    ]


def _entry_of_version(
    one: ResourceList, version: ListVersion, before: ListVersion | None, base: str
) -> Entry:
    path = f"/lists/{one.slug}/versions/{version.number}"
    return Entry(
        id=permanent_id(f"version:{one.slug}:{version.number}"),
        title=f"{version.selection.title}, version {version.number}",
        link=base + path,
        published=version.published_at,
        updated=version.published_at,
        authors=(),
        summary="\n".join(_changes(version, before)),
    )


def _changes(version: ListVersion, before: ListVersion | None) -> list[str]:
    """Say what is new in a version: its note, entries that came, how many went."""
    was = {_key(entry) for entry in before.selection.entries} if before else set()
    now = {_key(entry) for entry in version.selection.entries}
    lines = [version.note] if version.note else []
    for entry in version.selection.entries:
        if _key(entry) not in was:
            lines.append(f"New: {entry.title}" + (f" – {entry.note}" if entry.note else ""))
    gone = len(was - now)
    if gone:
        lines.append(f"{gone} taken out.")
    return lines or ["The text or the order was changed."]


def _key(entry: ListEntry) -> str:
    return entry.document_id or entry.url or entry.id
