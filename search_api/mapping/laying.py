"""Lays the map out for files: a grid with its caption and notes."""

from __future__ import annotations

from corpus.taxonomy import Taxonomy
from search_api.exports.grid import Band, Grid, Tile
from search_api.exports.taking import Made
from search_api.mapping.shapes import MapAnswer, MapAxis
from search_api.service.service import Service
from search_api.web.languages import counted, current, gettext, label_of


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
        notes=(*notes_of(service.taxonomy, answer), f"{made.author}, {made.at:%d %B %Y}."),
    )


def caption_of(answer: MapAnswer, narrowed: str) -> str:
    """Return what the counts are of, in one line."""
    of = f", {narrowed}" if narrowed else ""
    cells = len(answer.rows.lines) * len(answer.columns.lines)
    documents = counted(answer.total, "%(n)s document", "%(n)s documents")
    empty = counted(
        answer.empty,
        "%(n)s of %(all)s cells is empty.",
        "%(n)s of %(all)s cells are empty.",
        all=current().number(cells),
    )
    return f"{documents}{of}; {empty}"


def notes_of(taxonomy: Taxonomy, answer: MapAnswer) -> list[str]:
    """Return what has to be known to read the counts."""
    notes = [
        gettext(
            "A work with several documents counts once. It may stand in several cells, so cells "
            "do not add up to the totals."
        )
    ]
    for axis in (answer.rows, answer.columns):
        notes += _notes_of_axis(axis, label_of(taxonomy, axis.label))
    if answer.since:
        notes.append(
            gettext("In brackets: how many of them were taken in since %(day)s.", day=answer.since)
        )
    return notes


def _notes_of_axis(axis: MapAxis, name: str) -> list[str]:
    notes = []
    if axis.not_stated:
        notes.append(
            counted(
                axis.not_stated,
                "%(axis)s: %(n)s states none and is in no cell.",
                "%(axis)s: %(n)s state none and are in no cell.",
                axis=name,
            )
        )
    if axis.left_out:
        notes.append(
            counted(
                axis.left_out,
                "%(axis)s: %(n)s more is not shown.",
                "%(axis)s: %(n)s more are not shown.",
                axis=name,
            )
        )
    return notes
