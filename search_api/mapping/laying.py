"""Lays the map out for files: a grid with its caption and notes."""

from __future__ import annotations

from search_api.exports.grid import Band, Grid, Tile
from search_api.exports.taking import Made
from search_api.mapping.shapes import MapAnswer, MapAxis
from search_api.service.service import Service


def lay_out_map(service: Service, answer: MapAnswer, narrowed: str, made: Made) -> Grid:
    """Return the map as a grid with absolute links, where the public address is set.

    Args:
        service: makes links absolute.
        answer: the map.
        narrowed: the filters in words; empty if there are none.
        made: who made the file, and when.
    """
    rows = zip(answer.rows.lines, answer.cells, strict=True)
    return Grid(
        title=answer.title,
        caption=caption_of(answer, narrowed),
        corner=answer.rows.label,
        columns=tuple(Band(line.label, line.count) for line in answer.columns.lines),
        rows=tuple(
            (
                Band(line.label, line.count),
                tuple(
                    Tile(cell.count, cell.level, service.absolute(cell.link), cell.gained)
                    for cell in cells
                ),
            )
            for line, cells in rows
        ),
        total=answer.total,
        notes=(*notes_of(answer), f"{made.author}, {made.at:%d %B %Y}."),
    )


def caption_of(answer: MapAnswer, narrowed: str) -> str:
    """Return what the counts are of, in one line."""
    of = f", {narrowed}" if narrowed else ""
    cells = len(answer.rows.lines) * len(answer.columns.lines)
    said = "document" if answer.total == 1 else "documents"
    return f"{answer.total:,} {said}{of}; {answer.empty:,} of {cells:,} cells are empty."


def notes_of(answer: MapAnswer) -> list[str]:
    """Return what has to be known to read the counts."""
    notes = [
        "A work with several documents counts once. It may stand in several cells, so cells do "
        "not add up to the totals."
    ]
    for axis in (answer.rows, answer.columns):
        notes += _notes_of_axis(axis)
    if answer.since:
        notes.append(f"In brackets: how many of them were taken in since {answer.since}.")
    return notes


def _notes_of_axis(axis: MapAxis) -> list[str]:
    name = axis.label.lower()
    notes = []
    if axis.not_stated:
        verb = "has" if axis.not_stated == 1 else "have"
        notes.append(f"{axis.not_stated:,} {verb} no {name} and stand in no cell.")
    if axis.left_out:
        notes.append(f"{axis.label}: {axis.left_out:,} more are not shown.")
    return notes
