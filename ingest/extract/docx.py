"""Word documents (DOCX, and DOCM or templates in the same form). The only door to python-docx.

The XML is walked here: ``Paragraph.text`` leaves out content controls, text boxes, tracked
insertions and equations silently. Running heads and comments are left out.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from corpus.errors import SourceRejected
from ingest.extract.archive import office_copy
from ingest.extract.bulleted import Bullets
from ingest.extract.drawing import FALLBACK, MATH, blocks_of, blocks_of_chart, walk_elements
from ingest.extract.embedded import office_hints
from ingest.extract.word_sizes import Sizes, read_sizes
from ingest.model import Block, Extracted, ExtractedPage, Fetched, Hints, Limits
from ingest.text.clean import tidy

MEDIA_TYPE: Final = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
SUFFIXES: Final = ("docx",)
W: Final = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
MAX_HEADING_CHARS: Final = 200
MAX_LEVEL: Final = 6
PICTURE_CHARS: Final = 200
"""With less text than this beside a picture, the picture may be the document."""

_BOX: Final = W + "txbxContent"
_DELETED: Final = frozenset((W + "del", W + "moveFrom"))
_NOT_TEXT: Final = _DELETED | {FALLBACK, _BOX, W + "pPr", W + "rPr", W + "tblPr"}
_SIGNS: Final = {W + "tab": "\t", W + "br": " ", W + "cr": " ", W + "noBreakHyphen": "-",
                 MATH + "den": "/"}  # fmt: skip
_MOST_OF_A_CELL: Final = 60
_NO_CELL: Final = re.compile(r"[\d;!?]|:.|[^\W\d_]{4}\.")
"""In the number of a heading, the page of a row of contents or a sentence, not in "Dr. Hart"."""
_STYLE_NAME: Final = re.compile(r"heading ([1-9])$|(title)$", re.I)
_NOTES: Final = (("/footnotes", "footnote", "Footnotes"), ("/endnotes", "endnote", "Endnotes"))


@dataclass(frozen=True, slots=True)
class _Styles:
    """The levels of headings by the ids of their styles, and which paragraphs are items."""

    levels: Mapping[str, int] = field(default_factory=dict)
    bullets: Bullets | None = None
    sizes: Sizes | None = None


_PLAIN: Final = _Styles()


def extract(fetched: Fetched, limits: Limits) -> Extracted:
    """Return headings, paragraphs, table rows and notes; a Word file has no fixed pages.

    Raises:
        SourceRejected: ``unreadable``, ``unsafe``, ``password`` or ``no-text``.
    """
    import docx

    document = docx.Document(io.BytesIO(office_copy(fetched.data, limits)))
    body = document.element.body
    styles = _Styles(_levels(document), Bullets(document), read_sizes(document))
    blocks = [*_blocks(body, styles), *_drawn(document.part), *_notes(document.part)]
    pictures = sum(1 for rel in document.part.rels.values() if rel.reltype.endswith("/image"))
    chars = sum(len(b.text) for b in blocks)
    if not any(c.isalnum() for b in blocks for c in b.text):
        raise SourceRejected("no-text", _without_words(pictures))
    properties = document.core_properties
    top = next((b.text for b in blocks if b.heading_level), None)
    few = f"It has only {chars} characters of text beside {_count(pictures)}: check it."
    chunks = sum(1 for _ in body.iter(W + "altChunk"))
    return Extracted(
        pages=(ExtractedPage(1, tuple(b for b in blocks if b.text)),),
        hints=(
            office_hints(properties.title, properties.author, properties.language),
            Hints("page", title=top),
        ),
        lost=("A document embedded in it (altChunk) was not read.",) if chunks else (),
        doubts=(few,) if pictures and chars < PICTURE_CHARS else (),
    )


def _without_words(pictures: int) -> str:
    if pictures:
        return (
            f"It contains no words, only {_count(pictures)}. Save it as PDF and add that with "
            "--ocr."
        )
    return "The Word document contains no words. Ask for a new copy."


def _count(pictures: int) -> str:
    return "a picture" if pictures == 1 else f"{pictures} pictures"


def _levels(document: Any) -> dict[str, int]:
    """Return the heading level of each paragraph style that has one, by the style's id.

    Built-in styles keep their English names in every language of Word; others have an outline level
    or are based on a style that has one.
    """
    own: dict[str, int] = {}
    base: dict[str, str] = {}
    for style in document.styles.element.iter(W + "style"):
        key = style.get(W + "styleId") or ""
        name = _STYLE_NAME.match(_value(style.find(W + "name")))
        level = _value(style.find(f"{W}pPr/{W}outlineLvl"))
        base[key] = _value(style.find(W + "basedOn"))
        if name:
            own[key] = int(name[1] or 1)
        elif level.isdigit() and len(level) < 3:
            own[key] = int(level) + 1  # 9 is the level of body text
    for key in base:
        seen, above = {key}, key
        while above not in own and base.get(above) and base[above] not in seen:
            above = base[above]
            seen.add(above)
        if above in own:
            own[key] = own[above]
    return {key: min(level, MAX_LEVEL) for key, level in own.items() if level <= 9}


def _value(element: Any) -> str:
    return "" if element is None else str(element.get(W + "val") or "")


def _blocks(element: Any, styles: _Styles) -> Iterator[Block]:
    """Yield the blocks of a body, cell, text box or note; its depth was already checked."""
    for child in element:
        if child.tag == W + "p":
            yield _paragraph(child, styles)
            for box in walk_elements(child, _DELETED | {FALLBACK}):
                if box.tag == _BOX:
                    yield from _blocks(box, styles)
        elif child.tag == W + "tbl":
            yield from _rows(child, styles)
        elif isinstance(child.tag, str) and child.tag not in _NOT_TEXT:
            yield from _blocks(child, styles)


def _paragraph(paragraph: Any, styles: _Styles) -> Block:
    text = _text(paragraph)
    properties = paragraph.find(W + "pPr")
    height = styles.sizes.points(paragraph) if styles.sizes and text else None
    if properties is None or not text:
        return Block(text, height=height)
    level = _level(properties, styles) if len(text) <= MAX_HEADING_CHARS else None
    if level is None and styles.bullets:
        text = styles.bullets.mark_of(properties) + text
    return Block(text, level, height)


def _level(properties: Any, styles: _Styles) -> int | None:
    direct = _value(properties.find(W + "outlineLvl"))
    if direct.isdigit():
        return min(int(direct) + 1, MAX_LEVEL) if direct < "9" else None
    return styles.levels.get(_value(properties.find(W + "pStyle")))


def _text(paragraph: Any) -> str:
    parts = []
    for node in walk_elements(paragraph, _NOT_TEXT):
        if node.tag in (W + "t", MATH + "t"):
            parts.append(node.text or "")
        else:
            parts.append(_SIGNS.get(node.tag, ""))
    cells = [cell for part in "".join(parts).split("\t") if (cell := tidy(part))]
    return (" | " if all(map(_is_cell, cells)) else " ").join(cells)


def _is_cell(text: str) -> bool:
    """Whether what stands between tabs is a name, a post or a label."""
    return text[0].isupper() and len(text) <= _MOST_OF_A_CELL and not _NO_CELL.search(text)


def _rows(table: Any, styles: _Styles) -> Iterator[Block]:
    """Yield a table's rows; a row with one cell is layout and keeps its paragraphs."""
    for row in walk_elements(table, _DELETED | {FALLBACK, W + "tc"}):
        if row.tag != W + "tr":
            continue
        cells = [
            c
            for c in walk_elements(row, _DELETED | {FALLBACK, W + "p", W + "tbl"})
            if c.tag == W + "tc"
        ]
        if len(cells) == 1:
            yield from _blocks(cells[0], styles)
            continue
        texts = (" ".join(b.text for b in _blocks(c, _PLAIN) if b.text) for c in cells)
        yield Block(" | ".join(text for text in texts if text))


def _drawn(part: Any) -> Iterator[Block]:
    """Yield the text of SmartArt and charts, which are parts of their own."""
    for root in _related(part, "/diagramData"):
        yield from blocks_of(root)
    for root in _related(part, "/chart"):
        yield from blocks_of_chart(root)


def _notes(part: Any) -> Iterator[Block]:
    """Yield footnotes and endnotes at the end, under an added heading."""
    for relation, tag, heading in _NOTES:
        blocks: list[Block] = []
        for root in _related(part, relation):
            for note in root.iter(W + tag):
                if note.get(W + "type") in (None, "normal"):  # others are separator lines
                    text = " ".join(b.text for b in _blocks(note, _PLAIN) if b.text)
                    blocks += [Block(text)] if text else []
        if blocks:
            yield from (Block(heading, 1), *blocks)


def _related(part: Any, relation: str) -> Iterator[Any]:
    from docx.oxml import parse_xml

    for rel in part.rels.values():
        if rel.reltype.endswith(relation) and not rel.is_external and rel.target_part.blob:
            yield parse_xml(rel.target_part.blob)
