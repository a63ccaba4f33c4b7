"""When each document that was ever public last changed: what other systems harvest by."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from corpus.catalogue.catalogue import Catalogue

_PUBLIC: Final = (
    "(document.id is not null and document.pending_since is null and document.withdrawn_at is null)"
)
_LISTED: Final = "(select value from json_each(?))"
_FROM: Final = "from datestamp as stamped left join document on document.id = stamped.document_id"
_STAMP: Final = f"select stamped.document_id, stamped.at, {_PUBLIC}"


@dataclass(frozen=True, slots=True)
class Stamped:
    """A document that is or was public, with the time of its last change (UTC, whole seconds).

    ``gone`` if it is no longer public: withdrawn, removed, or waiting for a curator again.
    """

    document_id: str
    at: str
    gone: bool


@dataclass(frozen=True, slots=True)
class Window:
    """Which documents to harvest; ``None`` is no limit.

    Attributes:
        since: the earliest datestamp, inclusive.
        until: the latest datestamp, inclusive.
        kinds: only documents of these kinds.
        terms: only documents with one of these terms: the vocabulary, and terms of it.
        among: only these documents.
    """

    since: str | None = None
    until: str | None = None
    kinds: Sequence[str] | None = None
    terms: tuple[str, Sequence[str]] | None = None
    among: Sequence[str] | None = None


def read_stamped(
    catalogue: Catalogue, window: Window, *, limit: int, after: tuple[str, str] | None = None
) -> list[Stamped]:
    """Return documents by datestamp, then id.

    A document that changes meanwhile moves to the end, so whoever goes on after the last one that
    they were given misses none.

    Args:
        catalogue: where they are recorded.
        window: which documents.
        limit: how many at most.
        after: go on after this (datestamp, document id).
    """
    where, values = _where(window, after)
    order = "order by stamped.at, stamped.document_id limit ?"
    rows = catalogue.rows(f"{_STAMP} {_FROM} where {where} {order}", [*values, limit])
    return [Stamped(document_id, at, not public) for document_id, at, public in rows]


def count_stamped(
    catalogue: Catalogue, window: Window, after: tuple[str, str] | None = None
) -> int:
    """Return how many documents ``read_stamped`` would return without a limit."""
    where, values = _where(window, after)
    return int(catalogue.rows(f"select count(*) {_FROM} where {where}", values)[0][0])


def stamp_of(catalogue: Catalogue, document_id: str) -> Stamped | None:
    """Return a document that is or was public; ``None`` if none with this id ever was."""
    found = read_stamped(catalogue, Window(among=(document_id,)), limit=1)
    return found[0] if found else None


def earliest_stamp(catalogue: Catalogue) -> str | None:
    """Return the earliest datestamp; ``None`` in an empty catalogue."""
    rows = catalogue.rows("select min(at) from datestamp")
    return str(rows[0][0]) if rows[0][0] else None


def _where(window: Window, after: tuple[str, str] | None) -> tuple[str, list[Any]]:
    tests: list[tuple[str, list[Any]]] = [("true", [])]
    if window.since:
        tests.append(("stamped.at >= ?", [window.since]))
    if window.until:
        tests.append(("stamped.at <= ?", [window.until]))
    if after:
        tests.append(("(stamped.at, stamped.document_id) > (?, ?)", [*after]))
    if window.kinds is not None:
        tests.append((f"document.kind in {_LISTED}", [json.dumps(list(window.kinds))]))
    if window.terms:
        vocabulary, terms = window.terms
        tagged = (
            "exists (select 1 from tag where tag.document_id = stamped.document_id"
            f" and vocabulary = ? and term in {_LISTED} and origin <> 'rejected')"
        )
        tests.append((tagged, [vocabulary, json.dumps(list(terms))]))
    if window.among is not None:
        among = json.dumps(list(window.among))
        tests.append((f"stamped.document_id in {_LISTED}", [among]))
    where = " and ".join(test for test, _ in tests)
    return where, [value for _, values in tests for value in values]
