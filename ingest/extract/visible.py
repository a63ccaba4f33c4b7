"""All the text a reader of HTML would see, by the standard library's parser alone.

Used where trafilatura fails or must not cut: for markup nested too deeply, for the chapters of a
book, and to measure how much of a page its main text is.
"""

from __future__ import annotations

from dataclasses import dataclass
from html.parser import HTMLParser
from typing import Final

from ingest.model import Block
from ingest.text.clean import tidy

MAX_HEADING_CHARS: Final = 120
_CELL: Final = "\x1f"
_HIDDEN: Final = frozenset(("script", "style", "noscript", "template", "svg", "title"))
_HEAD: Final = frozenset(("title", "meta", "link", "base", "script", "style", "noscript"))
_INLINE: Final = frozenset(
    ("a", "abbr", "b", "bdi", "bdo", "cite", "code", "em", "font", "i", "mark", "q", "s", "small",
     "span", "strong", "sub", "sup", "time", "u", "wbr")
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Visible:
    """What a reader would see, the number of elements, and the most attributes one of them has."""

    blocks: list[Block]
    elements: int
    most_attributes: int


def read_visible(source: str) -> Visible:
    """Return headings, paragraphs and table rows of a page, including its navigation."""
    parser = _Visible()
    parser.feed(_closed(source))
    parser.close()
    parser.flush()
    return Visible(parser.blocks, parser.elements, parser.most_attributes)


def visible_blocks(source: str) -> list[Block]:
    """Return the blocks alone."""
    return read_visible(source).blocks


def _closed(source: str) -> str:
    """Return ``source`` without the opening tags that are never closed; what follows is text.

    The parser searches for the end of each up to the end of the page: 2 MB of them took over 40 s.
    """
    for opening, closing in (("<!--", "-->"), ("<![", "]>"), ("<", ">")):
        end = source.rfind(closing) + 1
        source = source[:end] + source[end:].replace(opening, " ")
    return source


class _Visible(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.blocks: list[Block] = []
        self.elements = self.most_attributes = 0
        self._parts: list[str] = []
        self._hidden = 0
        self._in_head = False
        self._in_row = False
        self._level: int | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements += 1
        self.most_attributes = max(self.most_attributes, len(attrs))
        # Its end tag is optional: the head ends at the first element that cannot be in it.
        self._in_head = tag == "head" or (self._in_head and tag in _HEAD)
        self._hidden += tag in _HIDDEN
        if tag in _INLINE:
            return
        if tag in ("td", "th") and self._in_row:
            self._parts.append(_CELL)
            return
        self._part()
        if tag == "tr":
            self.flush()
            self._in_row = True
        elif _is_heading(tag):
            self.flush()
            self._level = int(tag[1])

    def handle_endtag(self, tag: str) -> None:
        self._in_head = self._in_head and tag != "head"
        self._hidden = max(0, self._hidden - (tag in _HIDDEN))
        if tag in _INLINE:
            return
        if tag in ("tr", "table"):
            self.flush()
            self._in_row = False
        elif _is_heading(tag):
            self.flush()
        self._part()

    def handle_data(self, data: str) -> None:
        if not self._hidden and not self._in_head:
            self._parts.append(data.replace(_CELL, " "))

    def _part(self) -> None:
        """Separate words inside a table row, paragraphs elsewhere."""
        if self._in_row or self._level:
            self._parts.append(" ")
        else:
            self.flush()

    def flush(self) -> None:
        cells = (tidy(cell) for cell in "".join(self._parts).split(_CELL))
        text = " | ".join(cell for cell in cells if cell)
        if text:
            fits = self._level is not None and len(text) <= MAX_HEADING_CHARS
            self.blocks.append(Block(text, self._level if fits else None))
        self._parts = []
        self._level = None


def _is_heading(tag: str) -> bool:
    return len(tag) == 2 and tag[0] == "h" and tag[1] in "123456"
