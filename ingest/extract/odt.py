"""OpenDocument texts (ODT): headings, paragraphs, lists, tables and notes of ``content.xml``.

Comments and deleted text are left out. OASIS OpenDocument 1.3, part 3.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from corpus.errors import SourceRejected
from ingest.extract.archive import Archive
from ingest.extract.embedded import office_hints
from ingest.model import Block, Extracted, ExtractedPage, Fetched, Hints, Limits
from ingest.text.clean import tidy

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

MEDIA_TYPE: Final = "application/vnd.oasis.opendocument.text"
SUFFIXES: Final = ("odt",)
MAX_LEVEL: Final = 6
MAX_HEADING_CHARS: Final = 200
_NAMES: Final = "{urn:oasis:names:tc:opendocument:xmlns:"
_TEXT: Final = _NAMES + "text:1.0}"
_TABLE: Final = _NAMES + "table:1.0}"
_OFFICE: Final = _NAMES + "office:1.0}"
_DRAW: Final = _NAMES + "drawing:1.0}"
_META: Final = _NAMES + "meta:1.0}"
_DC: Final = "{http://purl.org/dc/elements/1.1/}"
_MANIFEST: Final = "META-INF/manifest.xml"
_NOT_TEXT: Final = frozenset(
    (_OFFICE + "annotation", _OFFICE + "forms", _TEXT + "tracked-changes",
     _TEXT + "sequence-decls", _TEXT + "note-citation", _TEXT + "table-of-content",
     _TEXT + "ruby-text")
)  # fmt: skip
_SPACES: Final = frozenset((_TEXT + "s", _TEXT + "tab", _TEXT + "line-break"))
_ASIDE: Final = frozenset((_TEXT + "note", _DRAW + "text-box"))


def extract(fetched: Fetched, limits: Limits) -> Extracted:
    """Return the blocks of the text; an OpenDocument text has no fixed pages.

    Raises:
        SourceRejected: ``unreadable``, ``unsafe``, ``password`` or ``no-text``.
    """
    archive = Archive(fetched.data, limits)
    if _MANIFEST in archive and b"encryption-data" in archive.read(_MANIFEST):
        raise SourceRejected(
            "password", "It is protected by a password. Ask for a copy without one."
        )
    if "content.xml" not in archive:
        raise SourceRejected(
            "unreadable", "The OpenDocument file has no content. Ask for a new copy."
        )
    body = archive.parse_xml("content.xml").find(f"{_OFFICE}body")
    blocks = tuple(b for b in _blocks(body) if b.text) if body is not None else ()
    if not any(c.isalnum() for b in blocks for c in b.text):
        raise SourceRejected("no-text", "It contains no words. Ask for a new copy.")
    top = next((b.text for b in blocks if b.heading_level), None)
    return Extracted(
        pages=(ExtractedPage(1, blocks),),
        hints=(_stated(archive), Hints("page", title=top)),
    )


def _stated(archive: Archive) -> Hints:
    if "meta.xml" not in archive:
        return Hints("embedded")
    root = archive.parse_xml("meta.xml")
    author = root.findtext(f".//{_META}initial-creator") or root.findtext(f".//{_DC}creator")
    language = root.findtext(f".//{_DC}language")
    return office_hints(root.findtext(f".//{_DC}title"), author, language)


def _blocks(element: Element) -> Iterator[Block]:
    """Yield the blocks below ``element``; its depth was checked on parsing."""
    for child in element:
        if child.tag in (_TEXT + "h", _TEXT + "p"):
            yield _paragraph(child)
            for aside in child.iter():
                if aside.tag in _ASIDE:
                    yield from _blocks(aside)
        elif child.tag == _TABLE + "table-row":
            yield Block(" | ".join(text for cell in child if (text := _joined(cell))))
        elif child.tag not in _NOT_TEXT:
            yield from _blocks(child)


def _joined(cell: Element) -> str:
    return " ".join(b.text for b in _blocks(cell) if b.text)


def _paragraph(element: Element) -> Block:
    text = tidy("".join(_parts(element)))
    level = element.get(_TEXT + "outline-level", "1") if element.tag == _TEXT + "h" else ""
    if not level.isdigit() or len(text) > MAX_HEADING_CHARS:
        return Block(text)
    return Block(text, min(max(int(level[:3]), 1), MAX_LEVEL))


def _parts(element: Element) -> Iterator[str]:
    yield element.text or ""
    for child in element:
        if child.tag in _SPACES:
            yield " "
        elif child.tag not in _NOT_TEXT and child.tag not in _ASIDE:
            yield from _parts(child)
        yield child.tail or ""
