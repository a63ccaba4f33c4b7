"""Feeds in Atom (RFC 4287)."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from search_api.exports.xml import element, quote

MEDIA_TYPE: Final = "application/atom+xml"
_SPACE: Final = uuid.uuid5(uuid.NAMESPACE_URL, "https://www.rfc-editor.org/rfc/rfc4287#salex")


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry of a feed.

    Attributes:
        id: an IRI that stays the same, as ``permanent_id`` makes them.
        title: in plain text.
        link: where it is read, absolute.
        published: when it first became public, RFC 3339.
        updated: when it last changed.
        authors: people or organisations; if there are none, the feed's author stands for them.
        summary: in plain text: why it is in the feed, then what it says.
        language: the code of its language, if it is known.
    """

    id: str
    title: str
    link: str
    published: str
    updated: str
    authors: tuple[str, ...]
    summary: str
    language: str | None = None


@dataclass(frozen=True, slots=True)
class Feed:
    """A feed with its entries, the newest first; no two have the same id.

    Attributes:
        id: an IRI that stays the same.
        title: in plain text.
        subtitle: what the feed has, in a sentence.
        author: who publishes it.
        address: its own address, absolute.
        page: the page that shows the same, absolute.
        updated: when anything in it last changed, RFC 3339.
        entries: the newest.
    """

    id: str
    title: str
    subtitle: str
    author: str
    address: str
    page: str
    updated: str
    entries: tuple[Entry, ...]


def permanent_id(name: str) -> str:
    """Return an IRI for a name that is the same on every server and for ever (RFC 9562, 5.5)."""
    return f"urn:uuid:{uuid.uuid5(_SPACE, name)}"


def write_feed(feed: Feed) -> bytes:
    """Return a feed as an Atom document in UTF-8."""
    lines = [
        '<?xml version="1.0" encoding="utf-8"?>',
        '<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="en">',
        element("id", feed.id),
        element("title", feed.title),
        element("subtitle", feed.subtitle),
        element("updated", feed.updated),
        _author(feed.author),
        f'<link rel="self" type="{MEDIA_TYPE}" href={quote(feed.address)}/>',
        f'<link rel="alternate" type="text/html" href={quote(feed.page)}/>',
        "<generator>salex</generator>",
        *(line for entry in feed.entries for line in _entry(entry)),
        "</feed>",
    ]
    return ("\n".join(lines) + "\n").encode()


def _entry(entry: Entry) -> Iterable[str]:
    yield "<entry>"
    yield element("id", entry.id)
    yield element("title", entry.title, xml__lang=entry.language)
    yield f'<link rel="alternate" type="text/html" href={quote(entry.link)}/>'
    yield element("published", entry.published)
    yield element("updated", entry.updated)
    yield from map(_author, entry.authors)
    yield element("summary", entry.summary)
    yield "</entry>"


def _author(name: str) -> str:
    return f"<author>{element('name', name)}</author>"
