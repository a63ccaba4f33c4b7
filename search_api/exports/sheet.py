"""A sheet: what a tool says, laid out once for every format."""

from __future__ import annotations

from dataclasses import dataclass

EMPTY = "Nothing is held here yet."


@dataclass(frozen=True, slots=True)
class Line:
    """A paragraph in a cell. ``box`` puts a tick box before it, ``quote`` sets it as quoted.

    ``source`` follows it in small type: where it stands, and how sure it is; ``link`` is where it
    leads to.
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
