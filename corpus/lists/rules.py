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
            f"{slug[:100]!r} cannot be the address of a list. Use up to {MAX_SLUG} lower-case "
            "letters a-z, digits and single hyphens."
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
    _check_text("the title", selection.title, MAX_TITLE, needed=True)
    _check_text("the summary", selection.summary, MAX_TEXT)
    _check_text("the query", selection.query or "", MAX_TEXT)
    if len(selection.sections) > MAX_SECTIONS or len(selection.entries) > MAX_ENTRIES:
        raise ListInvalid(
            f"A list can have {MAX_SECTIONS} sections and {MAX_ENTRIES} entries. Create a second "
            "one."
        )
    _check_ids("section", (s.id for s in selection.sections))
    _check_ids("entry", (e.id for e in selection.entries))
    for section in selection.sections:
        _check_section(section)


def check_versions(versions: Iterable[ListVersion]) -> None:
    """Reject a history with a gap, which could never be filled later.

    Raises:
        ListInvalid
    """
    numbers = sorted(version.number for version in versions)
    if numbers != list(range(1, len(numbers) + 1)):
        raise ListInvalid("The versions of a list must be numbered from 1 without gaps or repeats.")


def _check_section(section: Section) -> None:
    _check_text("the title of a section", section.title, MAX_TITLE)
    _check_text(f"the text of the section {section.title!r}", section.text, MAX_TEXT)
    for entry in section.entries:
        _check_entry(entry)


def _check_entry(entry: Entry) -> None:
    _check_text("the title of an entry", entry.title, MAX_TITLE, needed=True)
    what = f"the entry {entry.title[:60]!r}"
    _check_text(f"the note of {what}", entry.note, MAX_TEXT)
    _check_text(f"the citation of {what}", entry.citation or "", MAX_TEXT)
    _check_text(f"the address of {what}", entry.url or "", MAX_TEXT)
    _check_text(f"the document of {what}", entry.document_id or "", MAX_TITLE)
    if entry.url is not None and not is_web_address(entry.url):
        raise ListInvalid(f"The address of {what} must begin with http:// or https://.")
    if entry.pin is not None:
        _check_text(f"the pinned passage of {what}", entry.pin.quote, MAX_TEXT)
        if entry.document_id is None:
            raise ListInvalid(f"A passage is pinned to {what}, but no document is named. Name it.")


def is_web_address(address: str) -> bool:
    """Whether it is an http or https address with a host, safe to link to."""
    try:
        parts = urlsplit(address)
        return parts.scheme in ("http", "https") and bool(parts.hostname) and " " not in address
    except ValueError:
        return False


def _check_ids(what: str, ids: Iterable[str]) -> None:
    for identity, n in Counter(ids).items():
        if n > 1 or not _ID.fullmatch(identity):
            raise ListInvalid(
                f"The id {identity[:40]!r} of {'an' if what == 'entry' else 'a'} {what} is used "
                "twice, or contains more than lower-case letters and digits."
            )


def _check_text(what: str, text: str, most: int, *, needed: bool = False) -> None:
    if needed and not text.strip():
        raise ListInvalid(f"{what.capitalize()} is missing.")
    if len(text) > most:
        raise ListInvalid(f"{what.capitalize()} is longer than {most:,} characters.")
    if any(unicodedata.category(c) == "Cs" or (c < " " and c not in "\n\t\r") for c in text):
        raise ListInvalid(
            f"{what.capitalize()} contains characters that are not text. Remove them."
        )
