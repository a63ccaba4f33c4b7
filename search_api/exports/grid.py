"""A grid of counts, laid out once for every format of the evidence map."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Tile:
    """A cell: how many, the step of its colour (0 to 5), where they are listed, what is new."""

    count: int
    level: int
    link: str
    gained: int | None = None

    @property
    def said(self) -> str:
        """The cell in words; an empty one says so."""
        new = f" (+{self.gained})" if self.gained else ""
        return f"{self.count:,}{new}" if self.count else "none"


@dataclass(frozen=True, slots=True)
class Band:
    """A row, and in the header a column: its label and the count of all its works."""

    label: str
    count: int


@dataclass(frozen=True, slots=True)
class Grid:
    """A title, what the counts are of, the cells by row, and notes below.

    ``corner`` names the rows and the columns.
    """

    title: str
    caption: str
    corner: str
    columns: tuple[Band, ...]
    rows: tuple[tuple[Band, tuple[Tile, ...]], ...]
    total: int
    notes: tuple[str, ...]

    def table(self) -> Iterator[tuple[str | int, ...]]:
        """Yield the rows as plain values, with what each gained after it if that was asked for."""
        for band, tiles in self.rows:
            counts = (tile.count for tile in tiles)
            gained = (tile.gained for tile in tiles if tile.gained is not None)
            yield (band.label, *counts, band.count, *gained)
        yield ("All", *(band.count for band in self.columns), self.total)
