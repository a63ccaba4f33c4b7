"""Which file of a frozen site stands for which address of the server.

An address without a file has no link in the site: nothing there leads to a server.
"""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final
from urllib.parse import parse_qsl, quote, unquote, urlencode, urlsplit

from search_api.documents.page import PASSAGES_SHOWN
from search_api.exports.formats import DOCUMENTS, LISTS, MAPS, SHEETS
from search_api.web.declared import PREFIX

SEARCH: Final = "search.html"
ALL_DOCUMENTS: Final = "documents.html"
SEEDS: Final = (
    "/",
    "/lists",
    "/menu",
    "/checklist",
    "/map",
    "/agenda",
    "/groups",
    "/organisations",
)
"""Where the site begins, besides the pages of documents."""
_ID: Final = r"[^/?#]+"
_PAGES: Final = re.compile(
    rf"/|/lists|/lists/(?!new$|add$){_ID}|/lists/{_ID}/versions(?:/\d+)?"
    rf"|/menu|/checklist|/map|/map/(?:timeline|meaning|countries|missing)"
    rf"|/agenda|/agenda/questions/{_ID}|/groups|/groups/(?!new$){_ID}"
    rf"|/organisations(?:/{_ID})?"
    rf"|/documents/{_ID}"
)
_FILES: Final = re.compile(
    rf"/(?:documents/{_ID}|lists/{_ID}(?:/versions/\d+)?|menu|checklist"
    rf"|map(?:/(?:timeline|meaning|countries|missing))?)"
)
_STATIC: Final = re.compile(
    r"/static/[\w.-]+\.(?:css|js|svg)|/favicon\.svg|/look\.css|/logo\.(?:svg|png)"
)
_UNUSED: Final = frozenset(("/static/suggesting.js", "/static/review.js", "/static/sending.js"))
"""Scripts that talk to a server."""
_SUFFIXES: Final[Mapping[str, str]] = {
    **{f.name: f.suffix for table in (DOCUMENTS, LISTS, SHEETS, MAPS) for f in table.values()},
    "csl-json": "csl.json",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Place:
    """Where an address leads in the site.

    Attributes:
        file: the path of the file, from the site's root.
        address: what to ask the application for to make it; ``None`` if it is made otherwise.
        query: what follows ``?`` in the link.
        fragment: what follows ``#``.
    """

    file: str
    address: str | None
    query: str = ""
    fragment: str = ""


@dataclass(frozen=True, slots=True)
class Places:
    """Finds the file for an address.

    Attributes:
        positions: the position of each passage in its document, by its id.
        originals: the file with the original of each document that has one, by the document's id.
        own: the files that the site has of its own.
    """

    positions: Mapping[str, int] = field(default_factory=dict)
    originals: Mapping[str, str] = field(default_factory=dict)
    own: frozenset[str] = frozenset()

    def find(self, address: str) -> Place | None:
        """Return where an address of the server leads, or ``None`` if nowhere."""
        parts = urlsplit(address)
        if parts.scheme or parts.netloc or not parts.path.startswith("/"):
            return None
        path, pairs = parts.path, dict(parse_qsl(parts.query, keep_blank_values=True))
        pairs.pop("lang", None)
        if path.removeprefix("/") in self.own:
            return Place(path.removeprefix("/"), None, "", parts.fragment)
        if path in ("/search", "/documents"):
            return _of_search(path, pairs, parts.query, parts.fragment)
        if _STATIC.fullmatch(path):
            return None if path in _UNUSED else Place(path.removeprefix("/"), path)
        if path.startswith(f"{PREFIX}/documents/") and path.endswith("/original"):
            file = self.originals.get(unquote(path.split("/")[-2]))
            return Place(file, None) if file else None
        return self._page(path, pairs, parts.fragment)

    def _page(self, path: str, pairs: dict[str, str], fragment: str) -> Place | None:
        own = path.removeprefix(PREFIX)
        name = pairs.pop("format", "json" if own != path else "")
        stem, asked = _file_name(own), path
        if own == "/map" and pairs.keys() >= {"rows", "columns"}:
            axes = {axis: pairs.pop(axis) for axis in ("rows", "columns")}
            stem = _file_name(f"map/{axes['rows']}-by-{axes['columns']}")
            asked = f"{path}?{urlencode(axes)}"
        if name:
            if pairs or not _FILES.fullmatch(own) or name not in _SUFFIXES:
                return None
            also = f"{'&' if '?' in asked else '?'}format={name}"
            is_twin = name == "json" and own != path
            return Place(f"{stem}.{_SUFFIXES[name]}", asked if is_twin else asked + also)
        if not _PAGES.fullmatch(path) or pairs.keys() - {"from", "passage", "find"}:
            return None  # not public, or a narrowed view: what the search page is for
        start = self._start(pairs) if path.startswith("/documents/") else 0
        if start:
            return Place(f"{stem}-from-{start}.html", f"{path}?from={start}", "", fragment)
        return Place(f"{stem}.html", asked, "", fragment)

    def _start(self, pairs: Mapping[str, str]) -> int:
        """Return the first passage of the part of a document that an address asks for."""
        position = self.positions.get(pairs.get("passage", ""))
        if position is None:
            asked = pairs.get("from", "")
            position = int(asked) if asked.isdecimal() else 0
        return position // PASSAGES_SHOWN * PASSAGES_SHOWN


def _of_search(path: str, pairs: dict[str, str], query: str, fragment: str) -> Place | None:
    if "format" in pairs or "cursor" in pairs:
        return None
    kept = [pair for pair in parse_qsl(query, keep_blank_values=True) if pair[0] != "lang"]
    file = ALL_DOCUMENTS if path == "/documents" and not kept else SEARCH
    return Place(file, None, urlencode(kept), fragment)


def _file_name(path: str) -> str:
    """Return the path of a file without its suffix; what file systems refuse is encoded."""
    parts = [quote(unquote(part), safe="-_.~") for part in path.strip("/").split("/")]
    # A percent sign in a file's name would have to be encoded again in every link.
    return "/".join(part.replace("%", "=") for part in parts) or "index"


def link_to(place: Place, *, page: str) -> str:
    """Return the link from one file of the site to another, relative."""
    path = os.path.relpath(place.file, Path(page).parent)
    query = f"?{place.query}" if place.query else ""
    fragment = f"#{place.fragment}" if place.fragment else ""
    return f"{quote(path)}{query}{fragment}"
