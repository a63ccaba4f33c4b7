"""A sheet: the content of the menu or the checklist, laid out once for every format."""

from __future__ import annotations

from dataclasses import dataclass

EMPTY = "Nothing here yet."


@dataclass(frozen=True, slots=True)
class Line:
    """A paragraph in a cell.

    ``box`` puts a tick box before it, ``quote`` puts it in quotation marks. ``source`` follows it
    in small type: where it is from, and how certain it is; ``link`` is its target.
    """

    text: str
    source: str = ""
    link: str | None = None
    box: bool = False
    quote: bool = False


Cell = tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """A titled table; the first cell of a row names it."""

    title: str
    header: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]


@dataclass(frozen=True, slots=True)
class Sheet:
    """A title, a few paragraphs, and tables."""

    title: str
    paragraphs: tuple[str, ...]
    tables: tuple[Table, ...]
