"""Text in the drawings of Office files: slides, SmartArt and charts (DrawingML, ECMA-376 part 1).

Word and PowerPoint share these; parts are lxml elements that python-docx or python-pptx parsed.
It works on the XML, because those libraries' shapes skip what they do not know.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, Final

from ingest.model import Block
from ingest.text.clean import tidy

A: Final = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
C: Final = "{http://schemas.openxmlformats.org/drawingml/2006/chart}"
MATH: Final = "{http://schemas.openxmlformats.org/officeDocument/2006/math}"
FALLBACK: Final = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
"""The same content repeated for older programs."""

_BREAKS: Final = frozenset((A + "br", A + "tab"))
_RUNNING: Final = ("slidenum", "datetime")
"""Fields that say the same on every slide; also in boxes that are no placeholders."""


def walk_elements(element: Any, pruned: frozenset[str]) -> Iterator[Any]:
    """Yield the elements below ``element`` in document order, without the ``pruned`` ones."""
    stack = [iter(element)]
    while stack:
        child = next(stack[-1], None)
        if child is None:
            stack.pop()
        elif isinstance(child.tag, str) and child.tag not in pruned:
            yield child
            stack.append(iter(child))


def paragraph_text(paragraph: Any) -> str:
    """Return the text of an ``a:p``, equations and fields included, but no number of a slide."""
    parts = []
    for node in walk_elements(paragraph, frozenset((FALLBACK,))):
        if node.tag in (A + "t", MATH + "t"):
            field = node.getparent()
            running = field.tag == A + "fld" and field.get("type", "").startswith(_RUNNING)
            parts.append("" if running else node.text or "")
        elif node.tag in _BREAKS:
            parts.append(" ")
    return tidy("".join(parts))


def blocks_of(element: Any, pruned: Iterable[Any] = ()) -> Iterator[Block]:
    """Yield the paragraphs and table rows below ``element``, groups and alternatives included.

    Args:
        element: a slide's or another part's root, or a shape.
        pruned: elements below it that are read elsewhere.
    """
    left = set(pruned)
    stack = [iter((element,))]
    while stack:
        child = next(stack[-1], None)
        if child is None:
            stack.pop()
        elif child in left or child.tag == FALLBACK or not isinstance(child.tag, str):
            continue
        elif child.tag == A + "p":
            yield Block(paragraph_text(child))
        elif child.tag == A + "tr":
            cells = (" ".join(b.text for b in blocks_of_cell(cell)) for cell in child)
            yield Block(" | ".join(text for cell in cells if (text := cell.strip())))
        else:
            stack.append(iter(child))


def blocks_of_cell(cell: Any) -> Iterator[Block]:
    """Yield the paragraphs of a table cell."""
    return (Block(paragraph_text(p)) for p in cell.iter(A + "p"))


def blocks_of_chart(root: Any) -> Iterator[Block]:
    """Yield a chart's titles, series and categories, but not its numbers."""
    yield from blocks_of(root)
    caches = (
        " | ".join(tidy(v.text) for v in cache.iter(C + "v") if v.text)
        for cache in root.iter(C + "strCache")
    )
    yield from map(Block, dict.fromkeys(caches))  # each series repeats the categories
