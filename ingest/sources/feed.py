"""Turns the entries of a feed (RSS or Atom) into sources; feedparser only reads, never fetches."""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import replace
from typing import Any, Final
from urllib.parse import urljoin

from corpus.errors import SourceRejected
from corpus.model import Outcome
from ingest.model import Hints, Source
from ingest.records import csl
from ingest.sources import url

MAX_BYTES: Final = 10_000_000


def read_feed(data: bytes, address: str, declared: str | None = None) -> list[Source | Outcome]:
    """Return the pages that a feed lists, each once, with what it says about them.

    Args:
        data: the feed.
        address: the feed's address; relative links are resolved against it.
        declared: its Content-Type.

    Raises:
        SourceRejected: ``not-a-feed`` or ``empty``.
    """
    import feedparser  # type: ignore[import-untyped]

    # The header sets the encoding of XML sent as text/*; without it feedparser may guess wrong.
    headers = {"content-type": declared or "application/xml", "content-location": address}
    # As a stream: feedparser first takes bytes for a file name, and a feed may say "/dev/zero".
    parsed: Any = feedparser.parse(
        io.BytesIO(data), response_headers=headers, sanitize_html=False, resolve_relative_uris=False
    )
    if not parsed.get("version"):
        raise SourceRejected(
            "not-a-feed", "It is neither RSS nor Atom. Look for the feed's own address on the site."
        )
    if not parsed.entries:
        raise SourceRejected("empty", "The feed lists nothing.")
    items: dict[str, Source | Outcome] = {}
    for number, entry in enumerate(parsed.entries, 1):
        item = _entry(entry, number, address)
        items.setdefault(item.uri if isinstance(item, Source) else item.source, item)
    return list(items.values())


def _entry(entry: Any, number: int, address: str) -> Source | Outcome:
    link = str(entry.get("link") or next(_links(entry), ""))
    if not link:
        reason = f"Entry {number} of the feed ({entry.get('title', '')[:80]}) has no link."
        return Outcome(f"{address}#entry-{number}", "rejected", reason, "no-link")
    try:
        source = url.source_of(urljoin(address, link.strip()))
    except ValueError:
        reason = f"Entry {number} of the feed has a link that is not an address: {link[:80]}."
        return Outcome(f"{address}#entry-{number}", "rejected", reason, "no-link")
    if not source.uri.startswith(("http://", "https://")):
        return Outcome(source.uri, "rejected", "This is not a web address.", "unsupported")
    return replace(source, hints=(_hints(entry),))


def _links(entry: Any) -> Iterator[str]:
    """Yield the addresses of an entry's alternates and enclosures."""
    for link in entry.get("links", ()):
        if link.get("rel") in ("alternate", "enclosure") and link.get("href"):
            yield str(link["href"])


def _hints(entry: Any) -> Hints:
    moment = entry.get("published_parsed")
    authors = [str(a.get("name", "")) for a in entry.get("authors", ())]
    return Hints(
        "feed",
        title=csl.strip_markup(str(entry.get("title", ""))) or None,
        authors=tuple(a for a in authors if a and "@" not in a),
        year=moment.tm_year if moment else None,
        published=f"{moment.tm_year:04d}-{moment.tm_mon:02d}-{moment.tm_mday:02d}"
        if moment
        else None,
        summary=csl.strip_markup(str(entry.get("summary", "")))[:5_000] or None,
    )
