"""Reads sitemaps and nested sitemaps, within limits (https://www.sitemaps.org/protocol.html)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Final

from corpus.errors import SourceRejected
from corpus.model import Outcome
from ingest.model import Source
from ingest.sources import url, xml
from ingest.sources.inflate import read_body

MAX_BYTES: Final = 52_428_800
"""Largest sitemap, unpacked. This and ``MAX_PAGES`` are the protocol's own limits."""
MAX_PAGES: Final = 50_000
MAX_MAPS: Final = 500
MAX_DEPTH: Final = 3

Read = Callable[[str], bytes]


def list_pages(address: str, read: Read, max_pages: int = MAX_PAGES) -> Iterator[Source | Outcome]:
    """Yield the pages that a sitemap and its nested sitemaps list, each once.

    A sitemap that cannot be read, is nested too deep or exceeds the limit is yielded as an outcome;
    the others are still read.

    Args:
        address: the sitemap.
        read: returns the bytes at an address; raises SourceRejected.
        max_pages: how many pages to take at most.
    """
    waiting, maps, seen, refused = [(address, 0)], {address}, set[str](), False
    while waiting:
        here, depth = waiting.pop(0)
        try:
            nested, listed = parse_sitemap(read(here))
        except SourceRejected as error:
            refused = True
            yield Outcome(here, "rejected", error.reason, error.code)
            continue
        for inner in (i for i in nested if i not in maps):
            if depth == MAX_DEPTH or len(maps) >= MAX_MAPS:
                reason = f"Over {MAX_DEPTH} levels or {MAX_MAPS} sitemaps: harvest it separately."
                yield Outcome(inner, "rejected", reason, "too-deep")
            else:
                waiting.append((inner, depth + 1))
            maps.add(inner)
        for item in map(_page, listed):
            name = item.uri if isinstance(item, Source) else item.source
            if name in seen:
                continue
            seen.add(name)
            yield item
            if len(seen) >= max_pages:
                return
    if not seen and len(maps) == 1 and not refused:
        yield Outcome(address, "rejected", "The sitemap lists no pages.", "empty")


def _page(address: str) -> Source | Outcome:
    try:
        source = url.source_of(address)
    except ValueError:
        return Outcome(address, "rejected", "This is not a well-formed address.", "fetch-failed")
    if source.uri.startswith(("http://", "https://")):
        return source
    return Outcome(address, "rejected", "This is not a web address.", "unsupported")


def parse_sitemap(data: bytes) -> tuple[list[str], list[str]]:
    """Return the sitemaps and the pages that a sitemap lists: XML, gzipped or not, or plain text.

    Raises:
        SourceRejected: ``too-large`` or ``not-a-sitemap``.
    """
    if data.startswith(b"\x1f\x8b"):
        data = read_body([data], "gzip", MAX_BYTES)
    start = data.lstrip(b"\xef\xbb\xbf \t\r\n")[:5].lower()
    if start.startswith(b"http"):
        lines = data.decode("utf-8-sig", "replace").split()
        return [], [line for line in lines if line.startswith(("http://", "https://"))]
    try:
        root = xml.parse_xml(data)
    except ValueError as error:
        raise _no_sitemap(str(error)) from error
    element = xml.local_name(root)
    if element not in ("sitemapindex", "urlset"):
        raise _no_sitemap(f"its outermost element is {element[:40]}")
    locations = [
        (child.text or "").strip()
        for entry in root
        if xml.local_name(entry) in ("sitemap", "url")
        for child in xml.children_named(entry, "loc")
    ]
    addresses = [location for location in locations if location]
    return (addresses, []) if element == "sitemapindex" else ([], addresses)


def _no_sitemap(why: str) -> SourceRejected:
    return SourceRejected("not-a-sitemap", f"This is not a sitemap ({why}).")
