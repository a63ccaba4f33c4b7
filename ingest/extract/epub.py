"""EPUB books: the chapters in the order of the spine, and the metadata of the package.

A chapter is all content, so its whole visible text is taken, not only what looks like the main text
of a web page. The text reflows: there are no pages.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Final
from urllib.parse import unquote

from corpus.errors import SourceRejected
from ingest.extract.archive import Archive
from ingest.extract.decode import Decoded, decode_bytes
from ingest.extract.embedded import date_of, property_text
from ingest.extract.visible import visible_blocks
from ingest.model import Block, Extracted, ExtractedPage, Fetched, Hints, Limits

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

MEDIA_TYPE: Final = "application/epub+zip"
SUFFIXES: Final = ("epub",)
CONTAINER: Final = "META-INF/container.xml"
ENCRYPTION: Final = "META-INF/encryption.xml"
MAX_MISSING: Final = 5
_OPF: Final = "{http://www.idpf.org/2007/opf}"
_DC: Final = "{http://purl.org/dc/elements/1.1/}"
_DOI: Final = re.compile(r"10\.\d{4,9}/\S+")
_TAG: Final = re.compile(r"<[^<>]{0,2000}>")


def extract(fetched: Fetched, limits: Limits) -> Extracted:
    """Return the text of all chapters on one page of blocks.

    Raises:
        SourceRejected: ``unreadable``, ``unsafe``, ``password`` or ``no-text``.
    """
    archive = Archive(fetched.data, limits)
    place, package = _package(archive)
    chapters, missing = _chapters(archive, place, package)
    _refuse_locked(archive, chapters)
    blocks: list[Block] = []
    read: Decoded | None = None
    for name in chapters:
        read = decode_bytes(archive.read(name), markup=True)
        blocks += visible_blocks(read.text.replace("\x00", ""))
        if sum(len(b.text) for b in blocks) > limits.max_chars:
            break
    if not any(c.isalnum() for b in blocks for c in b.text):
        raise SourceRejected(
            "no-text",
            "The book contains no words, perhaps only pictures. Add it as PDF with --ocr.",
        )
    top = next((b.text for b in blocks if b.heading_level), None)
    return Extracted(
        pages=(ExtractedPage(1, tuple(blocks)),),
        hints=(_stated(package), Hints("page", title=top)),
        lost=_said(missing),
        encoding=read.words if read else None,
    )


def _said(missing: list[str]) -> tuple[str, ...]:
    if not missing:
        return ()
    names = ", ".join(property_text(name)[:60] for name in missing[:MAX_MISSING])
    more = f" and {len(missing) - MAX_MISSING} more" if len(missing) > MAX_MISSING else ""
    return (f"Chapters that the book lists are missing from it: {names}{more}.",)


def _package(archive: Archive) -> tuple[str, Element]:
    """Return the folder and the root of the package document, whatever its namespace."""
    if CONTAINER in archive:
        for root in archive.parse_xml(CONTAINER).iter():
            name = root.get("full-path") or ""
            if root.tag.endswith("rootfile") and name in archive:
                return posixpath.dirname(name), archive.parse_xml(name)
    raise SourceRejected(
        "unreadable", "The EPUB does not say where its package is. Ask for a new copy."
    )


def _chapters(archive: Archive, place: str, package: Element) -> tuple[list[str], list[str]]:
    """Return the members in the order of the spine, and the members it lists that are missing.

    Names are only looked up among the members, so a path out of the book matches nothing.
    """
    items = {item.get("id"): item for item in package.iter(_OPF + "item")}
    chapters: list[str] = []
    missing: list[str] = []
    for entry in package.iter(_OPF + "itemref"):
        item = items.get(entry.get("idref"))
        media_type = item.get("media-type", "") if item is not None else ""
        if item is None or "nav" in (item.get("properties") or "").split():
            continue
        href = unquote(item.get("href", "").partition("#")[0])
        name = posixpath.normpath(posixpath.join(place, href))
        if name not in archive:
            missing.append(href)
        elif (
            "html" in media_type
            or "oeb1" in media_type
            or name.endswith((".html", ".xhtml", ".htm"))
        ):
            chapters.append(name)
    return list(dict.fromkeys(chapters)), missing


def _refuse_locked(archive: Archive, chapters: list[str]) -> None:
    """Reject a book whose chapters are encrypted; encrypted fonts do not matter."""
    if ENCRYPTION not in archive:
        return
    locked = {unquote(e.get("URI", "")) for e in archive.parse_xml(ENCRYPTION).iter()}
    if locked & set(chapters):
        raise SourceRejected(
            "password", "The book is copy-protected (DRM). Ask for an unprotected copy."
        )


def _stated(package: Element) -> Hints:
    year, published = date_of(next(_values(package, "date"), None))
    publishers = tuple(_values(package, "publisher"))
    dois = (doi[0] for text in _values(package, "identifier") if (doi := _DOI.search(text)))
    language = next(_values(package, "language"), "")
    return Hints(
        "embedded",
        title=next(_values(package, "title"), None),
        authors=tuple(_values(package, "creator")),
        publishers=publishers,
        year=year,
        published=published,
        language=re.split(r"[-_]", language)[0].lower() or None,
        doi=next(dois, None),
        licence=next(_values(package, "rights"), None),
        summary=next(_values(package, "description"), None),
    )


def _values(package: Element, name: str) -> Iterator[str]:
    for element in package.iter(_DC + name):
        event = element.get(_OPF + "event", "publication")
        text = property_text(_TAG.sub(" ", "".join(element.itertext())))
        if text and event == "publication":
            yield text
