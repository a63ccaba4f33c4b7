"""A timeline as a picture: one strip of bars for each column of a grid, over the same years.

The bars of several columns are not put on top of each other: a work may be in more than one.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from markupsafe import Markup

from search_api.exports.grid import Grid
from search_api.exports.svg import STYLE, clean_text, draw_text, frame_picture

_WIDTH: Final = 960
_LEFT, _RIGHT, _TOP, _STRIP, _BAR = 16, 16, 72, 104, 58
_STEP: Final = 64
"""The least distance between two years that are named, in user units."""
_ROOM: Final = 26
"""From which distance on each bar has its number above it."""


def write_timeline(grid: Grid) -> str:
    """Return the picture as a file of its own."""
    foot = _TOP + _height(grid) + 20
    parts = [
        draw_text(_LEFT, 32, grid.title, "name"),
        draw_text(_LEFT, 56, grid.caption, "small"),
        *_strips(grid, _TOP),
        *(draw_text(_LEFT, foot + 18 * n, note, "small") for n, note in enumerate(grid.notes)),
    ]
    height = foot + 18 * len(grid.notes)
    return str(frame_picture((_WIDTH, height), grid.title, _in_words(grid), parts, STYLE))


def draw_timeline(grid: Grid) -> Markup:
    """Return the picture for a page, which has its title, caption and notes itself."""
    size = (_WIDTH, _height(grid))
    return frame_picture(size, grid.title, _in_words(grid), _strips(grid, 0))


def _height(grid: Grid) -> int:
    return _STRIP * (len(grid.columns) + 1) + 28


def _strips(grid: Grid, top: int) -> Iterator[Markup]:
    """Yield the strip of all works, then that of each column, and the years below them."""
    every = [band.count for band, _ in grid.rows]
    most = max(every, default=0)
    strips = [("All", grid.total, every)]
    for place, band in enumerate(grid.columns):
        strips.append((band.label, band.count, [tiles[place].count for _, tiles in grid.rows]))
    for number, (label, total, counts) in enumerate(strips):
        base = top + _STRIP * (number + 1)
        look = "" if number else " total"
        yield draw_text(_LEFT, base - _BAR - 22, f"{label}: {total:,}")
        yield Markup('<line class="rule" x1="{}" y1="{}" x2="{}" y2="{}"/>\n').format(
            _LEFT, base, _WIDTH - _RIGHT, base
        )
        for row, count in enumerate(counts):
            if count:
                said = f"{grid.rows[row][0].label}, {label}: {count:,}"
                height = _BAR * count / most
                yield _bar(grid, row, base, height, said, look)
                if _slot(grid) >= _ROOM:
                    yield _over(grid, row, base - height - 4, f"{count:,}")
    yield from _years(grid, top + _STRIP * len(strips) + 20)


def _bar(grid: Grid, row: int, base: int, height: float, said: str, look: str) -> Markup:
    slot = _slot(grid)
    return Markup(
        '<g><title>{}</title><rect class="bar{}" x="{}" y="{}" width="{}" height="{}"/></g>\n'
    ).format(
        clean_text(said), look, round(_LEFT + slot * (row + 0.1), 1), round(base - height, 1),
        round(slot * 0.8, 1), round(height, 1),
    )  # fmt: skip


def _years(grid: Grid, y: int) -> Iterator[Markup]:
    slot = _slot(grid)
    every = max(1, int(-(-_STEP // slot)))
    for row in range(0, len(grid.rows), every):
        yield _over(grid, row, y, grid.rows[row][0].label)


def _over(grid: Grid, row: int, y: float, text: str) -> Markup:
    """Return a text in the middle of a row's bars."""
    middle = _LEFT + _slot(grid) * (row + 0.5)
    return draw_text(round(middle, 1), round(y, 1), text, "small middle")


def _slot(grid: Grid) -> float:
    """Return the width of one row of the grid; a few rows do not fill the picture."""
    return min((_WIDTH - _LEFT - _RIGHT) / max(len(grid.rows), 1), 120.0)


def _in_words(grid: Grid) -> str:
    said = "; ".join(
        f"{band.label}: {band.count:,}"
        + "".join(
            f", {column.label} {tile.said}"
            for column, tile in zip(grid.columns, tiles, strict=True)
        )
        for band, tiles in grid.rows
        if band.count
    )
    return f"{grid.caption} {said}"
