"""What a resource list must comply with to be stored: its address, its ids, its size."""

from __future__ import annotations

import re
import secrets
import unicodedata
from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from typing import Final
from urllib.parse import urlsplit

from corpus.errors import ListInvalid
from corpus.errors.said import Said, say
from corpus.model import Entry, ListVersion, Section, Selection

MAX_ENTRIES: Final = 200
MAX_SECTIONS: Final = 40
MAX_TITLE: Final = 500
MAX_TEXT: Final = 5_000
"""Characters of a summary, a note, a quote or a citation."""
MAX_SLUG: Final = 80
_SLUG: Final = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_ID: Final = re.compile(r"[a-z0-9]{1,32}")
RESERVED: Final = frozenset({"new", "add", "import", "drafts"})
"""Last parts of addresses that have another meaning on the pages and in the API."""


def slug_of(title: str) -> str:
    """Return an address made from the words of a title; ``list`` if none can be used."""
    letters = unicodedata.normalize("NFKD", title).lower()
    plain = "".join(c for c in letters if not unicodedata.combining(c))
    slug = "-".join(re.findall(r"[a-z0-9]+", plain))[:MAX_SLUG].strip("-")
    return slug if slug and slug not in RESERVED else f"list-{slug}".strip("-")


def check_slug(slug: str) -> None:
    """Reject a text that cannot be the address of a list.

    Raises:
        ListInvalid
    """
    if not _SLUG.fullmatch(slug) or len(slug) > MAX_SLUG or slug in RESERVED:
        raise ListInvalid(
            say(
                "%(slug)s cannot be the address of a list. Use up to %(most)s lower-case letters "
                "a-z, digits and single hyphens.",
                slug=repr(slug[:100]),
                most=MAX_SLUG,
            )
        )


def new_id() -> str:
    """Return an id for a section or entry: 8 hexadecimal digits."""
    return secrets.token_hex(4)


def with_ids(selection: Selection) -> Selection:
    """Return the selection with an id for each section and entry that has none."""
    return replace(
        selection,
        sections=tuple(
            replace(
                section,
                id=section.id or new_id(),
                entries=tuple(replace(e, id=e.id or new_id()) for e in section.entries),
            )
            for section in selection.sections
        ),
    )


def check_selection(selection: Selection) -> None:
    """Reject a selection that could not be shown or addressed.

    Raises:
        ListInvalid: naming the first fault.
    """
    _check_text(say("The title"), selection.title, MAX_TITLE, needed=True)
    _check_text(say("The summary"), selection.summary, MAX_TEXT)
    _check_text(say("The query"), selection.query or "", MAX_TEXT)
    if len(selection.sections) > MAX_SECTIONS or len(selection.entries) > MAX_ENTRIES:
        raise ListInvalid(
            say(
                "A list can have %(sections)s sections and %(entries)s entries. Create a second "
                "one.",
                sections=MAX_SECTIONS,
                entries=MAX_ENTRIES,
            )
        )
    _check_ids(say("a section"), (s.id for s in selection.sections))
    _check_ids(say("an entry"), (e.id for e in selection.entries))
    for section in selection.sections:
        _check_section(section)


def check_versions(versions: Iterable[ListVersion]) -> None:
    """Reject a history with a gap, which could never be filled later.

    Raises:
        ListInvalid
    """
    numbers = sorted(version.number for version in versions)
    if numbers != list(range(1, len(numbers) + 1)):
        raise ListInvalid(
            say("The versions of a list must be numbered from 1 without gaps or repeats.")
        )


def _check_section(section: Section) -> None:
    _check_text(say("The title of a section"), section.title, MAX_TITLE)
    _check_text(
        say("The text of the section %(title)s", title=repr(section.title)), section.text, MAX_TEXT
    )
    for entry in section.entries:
        _check_entry(entry)


def _check_entry(entry: Entry) -> None:
    _check_text(say("The title of an entry"), entry.title, MAX_TITLE, needed=True)
    title = repr(entry.title[:60])
    note, cited = entry.note, entry.citation or ""
    address, document = entry.url or "", entry.document_id or ""
    _check_text(say("The note of the entry %(title)s", title=title), note, MAX_TEXT)
    _check_text(say("The citation of the entry %(title)s", title=title), cited, MAX_TEXT)
    _check_text(say("The address of the entry %(title)s", title=title), address, MAX_TEXT)
    _check_text(say("The document of the entry %(title)s", title=title), document, MAX_TITLE)
    if entry.url is not None and not is_web_address(entry.url):
        raise ListInvalid(
            say(
                "The address of the entry %(title)s must begin with http:// or https://.",
                title=title,
            )
        )
    if entry.pin is not None:
        quote = entry.pin.quote
        _check_text(say("The pinned passage of the entry %(title)s", title=title), quote, MAX_TEXT)
        if entry.document_id is None:
            raise ListInvalid(
                say(
                    "A passage is pinned to the entry %(title)s, but no document is named. Name "
                    "it.",
                    title=title,
                )
            )


def is_web_address(address: str) -> bool:
    """Whether it is an http or https address with a host, safe to link to."""
    try:
        parts = urlsplit(address)
        return parts.scheme in ("http", "https") and bool(parts.hostname) and " " not in address
    except ValueError:
        return False


def _check_ids(what: Said, ids: Iterable[str]) -> None:
    for identity, n in Counter(ids).items():
        if n > 1 or not _ID.fullmatch(identity):
            raise ListInvalid(
                say(
                    "The id %(id)s of %(what)s is used twice, or contains more than lower-case "
                    "letters and digits.",
                    id=repr(identity[:40]),
                    what=what,
                )
            )


def _check_text(what: Said, text: str, most: int, *, needed: bool = False) -> None:
    if needed and not text.strip():
        raise ListInvalid(say("%(what)s is missing.", what=what))
    if len(text) > most:
        raise ListInvalid(say("%(what)s is longer than %(most)s characters.", what=what, most=most))
    if any(unicodedata.category(c) == "Cs" or (c < " " and c not in "\n\t\r") for c in text):
        raise ListInvalid(
            say("%(what)s contains characters that are not text. Remove them.", what=what)
        )
