"""Addresses of results pages: without a filter, of neighbouring pages, of the JSON twin."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from urllib.parse import urlencode

from index.filters import FILTER_OF, FILTERS
from index.model import MULTILINGUAL, Query, Results, Sort
from search_api.search.filters import filter_pairs, query_digest
from search_api.web.cursors import encode_cursor

DEFAULT_LIMIT = 10
DEFAULTS = (("fusion", "scores"), ("sort", "relevance"), ("spelling", "on"), ("query_language", ""))
"""How a query is searched if an address does not say so."""
ORDERS: dict[Sort, str] = {
    "relevance": "best first",
    "newest": "newest first",
    "oldest": "oldest first",
}
MEMBERS_WRITE_IN = ("en", "es", "pt", "fr")

Pairs = Sequence[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Chip:
    """An active filter, and the address of the page without it."""

    name: str
    label: str
    address: str
    parameter: str
    value: str


@dataclass(frozen=True, slots=True)
class Order:
    """An order of the documents, and the address of the answer in it; ``None`` if it is shown."""

    label: str
    address: str | None


@dataclass(frozen=True, slots=True)
class Turn:
    """The pages before and after this one, and which hits this page shows."""

    first: int
    last: int
    before: str | None
    after: str | None


def address_of_query(path: str, query: Query, pairs: Pairs, *extra: tuple[str, str]) -> str:
    """Return an address for the query with these filter pairs instead of its own."""
    words = [("q", query.text)] if query.text else []
    how = how_pairs(query)
    size = [("limit", str(query.limit))] if query.limit != DEFAULT_LIMIT else []
    encoded = urlencode([*words, *pairs, *how, *size, *extra])
    return f"{path}?{encoded}" if encoded else path


def how_pairs(query: Query) -> list[tuple[str, str]]:
    """Return how the query is searched, as pairs for an address: what is not the default."""
    pairs: list[tuple[str, str]] = [("fusion", query.fusion), ("sort", query.sort)]
    pairs.append(("spelling", "on" if query.spelling else "off"))
    pairs.append(("query_language", query.language or ""))
    return [pair for pair in pairs if pair not in DEFAULTS]


def address_as_typed(path: str, query: Query) -> str:
    """Return the address that searches for the words as typed, without corrections."""
    typed = replace(query, spelling=False, offset=0)
    return address_of_query(path, typed, filter_pairs(query.filters))


def json_twin(path: str, query: Query) -> str:
    """Return the address of the same answer in the API."""
    extra = [("cursor", encode_cursor(query.offset, query_digest(query)))] if query.offset else []
    return address_of_query(path, query, filter_pairs(query.filters), *extra)


def other_orders(path: str, query: Query) -> list[Order]:
    """Return the orders of the documents; without words, the best are the newest."""
    shown: Sort = "newest" if not query.text and query.sort == "relevance" else query.sort
    whole, pairs = replace(query, offset=0), filter_pairs(query.filters)
    return [
        Order(
            label,
            address_of_query(path, replace(whole, sort=name), pairs) if name != shown else None,
        )
        for name, label in ORDERS.items()
        if query.text or name != "relevance"
    ]


def export_address(path: str, query: Query, format_name: str) -> str:
    """Return the address that exports all documents of the answer."""
    whole = replace(query, offset=0, limit=DEFAULT_LIMIT)
    return address_of_query(path, whole, filter_pairs(query.filters), ("format", format_name))


def feed_of_query(query: Query) -> str:
    """Return the address of the feed of what is new and matches the query."""
    path = "/feeds/search.atom" if query.text else "/feeds/documents.atom"
    whole = replace(query, offset=0, limit=DEFAULT_LIMIT, sort="relevance")
    return address_of_query(path, whole, filter_pairs(query.filters))


def brief_of_query(query: Query) -> str:
    """Return the address of a brief on the same question; it takes no roles of passages."""
    pairs = [
        pair for pair in filter_pairs(query.filters) if pair[0] != FILTER_OF["roles"].parameter
    ]
    return address_of_query("/brief", Query(query.text), pairs)


def missing_of_query(query: Query) -> str | None:
    """Return the address of whose evidence is missing under the same filters.

    ``None`` for a question: shares count all documents under filters, not the nearest to words.
    """
    if query.text:
        return None
    return address_of_query("/map/missing", Query(""), filter_pairs(query.filters))


def make_chips(path: str, results: Results) -> list[Chip]:
    """Return the active filters, each with the address of the page without it."""
    query = results.query
    pairs = filter_pairs(query.filters)
    labels = {
        (FILTER_OF[facet.field].parameter, value.value): (facet.label, value.label)
        for facet in results.facets
        for value in facet.counts
    }
    chips = []
    for pair in pairs:
        name, label = labels.get(pair, (_NAMES[pair[0]], pair[1]))
        rest = [other for other in pairs if other != pair]
        shown = "yes" if pair[0] == "include_undated" else label
        chips.append(Chip(name, shown, address_of_query(path, query, rest), *pair))
    return chips


def other_languages(path: str, results: Results) -> list[tuple[str, str]]:
    """Return the codes of other languages that members write in, and the addresses to ask in them.

    Without a code, the language is detected. Empty if the answer does not depend on it. What the
    reader chose can be taken back.
    """
    query = results.query
    if MULTILINGUAL not in results.legs and not query.language:
        return []
    codes = [code for code in MEMBERS_WRITE_IN if code != results.language]
    asked = [(code, replace(query, offset=0, language=code)) for code in codes]
    if query.language:
        asked.append(("", replace(query, offset=0, language=None)))
    pairs = filter_pairs(query.filters)
    return [(label, address_of_query(path, changed, pairs)) for label, changed in asked]


_NAMES = {
    "year_from": "From",
    "year_to": "To",
    "include_undated": "Undated included",
} | {f.parameter: f.label for f in FILTERS}


def neighbouring_pages(path: str, results: Results) -> Turn:
    """Return the addresses of the neighbouring pages."""
    query, pairs = results.query, filter_pairs(results.query.filters)

    def at(offset: int) -> str:
        cursor = [("cursor", encode_cursor(offset, query_digest(query)))] if offset else []
        return address_of_query(path, query, pairs, *cursor)

    end = query.offset + query.limit
    return Turn(
        first=query.offset + 1,
        last=query.offset + len(results.hits),
        before=at(max(0, query.offset - query.limit)) if query.offset else None,
        after=at(end) if end < results.total else None,
    )
