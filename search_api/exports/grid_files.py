"""A grid of counts as a table (CSV), as a picture (SVG) and as a page of its own (HTML).

Every label is escaped here: titles and publishers may look like markup.
"""

from __future__ import annotations

import textwrap
from collections.abc import Iterator
from typing import Final

from markupsafe import Markup

from ingest.records.table import write_table
from search_api.exports.grid import Grid, Tile
from search_api.exports.svg import clean_text

FILLS: Final = ("#ffffff", "#e4f0f1", "#b9d8dc", "#86bcc3", "#2f7480", "#0d5560")
"""From none to most. Black is readable on the first four, white on the last two (WCAG AA)."""
INKS: Final = ("#55606d", "#1c2530", "#1c2530", "#1c2530", "#ffffff", "#ffffff")
_WIDTH, _HEIGHT, _LABEL, _HEAD, _TOP, _MARGIN = 104, 40, 250, 62, 78, 16
_WRAPPED: Final = {"label": (32, 2), "head": (15, 3)}


def write_csv(grid: Grid) -> str:
    """Return a grid as CSV: one line a row, the columns side by side, totals last."""
    labels = [band.label for band in grid.columns]
    new = [f"New: {label}" for label in labels]
    gains = any(tile.gained is not None for _, tiles in grid.rows for tile in tiles)
    return write_table((grid.corner, *labels, "All", *(new if gains else ())), grid.table())


def write_svg(grid: Grid) -> str:
    """Return a grid as a picture that says in its title and description what it shows."""
    width = 2 * _MARGIN + _LABEL + _WIDTH * len(grid.columns)
    width = max(width, 640)
    foot = _TOP + _HEAD + _HEIGHT * len(grid.rows)
    height = foot + 2 * _MARGIN + 18 * len(grid.notes)
    described = clean_text(f"{grid.caption} {_in_words(grid)}")
    parts = [
        Markup(
            '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {0} {1}" width="{0}" '
            'height="{1}" role="img" aria-labelledby="t d" '
            'font-family="system-ui, sans-serif" font-size="14">\n'
            '<title id="t">{2}</title>\n<desc id="d">{3}</desc>\n'
            '<rect width="{0}" height="{1}" fill="#ffffff"/>\n'
        ).format(width, height, clean_text(grid.title), described),
        _text(_MARGIN, 32, grid.title, size=20, weight="bold"),
        _text(_MARGIN, 56, grid.caption, fill="#55606d"),
        *_head(grid),
        *(part for number in range(len(grid.rows)) for part in _row(grid, number)),
        *(
            _text(_MARGIN, foot + 24 + 18 * number, note, size=12, fill="#55606d")
            for number, note in enumerate(grid.notes)
        ),
        Markup("</svg>\n"),
    ]
    return str(Markup().join(parts))


def write_html(grid: Grid) -> str:
    """Return a grid as one file that needs no other: a table, coloured, with links."""
    head = Markup().join(
        Markup('<th scope="col">{}</th>').format(band.label) for band in grid.columns
    )
    body = Markup("\n").join(
        Markup('<tr><th scope="row">{}</th>{}<td class="all">{}</td></tr>').format(
            band.label, Markup().join(map(_cell, tiles)), f"{band.count:,}"
        )
        for band, tiles in grid.rows
    )
    totals = Markup().join(Markup("<td>{}</td>").format(f"{b.count:,}") for b in grid.columns)
    notes = Markup().join(Markup("<p>{}</p>\n").format(note) for note in grid.notes)
    return str(
        _PAGE.format(
            title=grid.title, caption=grid.caption, corner=grid.corner, head=head, body=body,
            totals=totals, total=f"{grid.total:,}", notes=notes, style=Markup(_style()),
        )
    )  # fmt: skip


def _cell(tile: Tile) -> Markup:
    if not tile.count:
        return Markup('<td class="l0">none</td>')
    return Markup('<td class="l{}"><a href="{}">{}</a></td>').format(
        tile.level, tile.link, tile.said
    )


def _head(grid: Grid) -> Iterator[Markup]:
    for number, band in enumerate(grid.columns):
        yield from _wrapped("head", _MARGIN + _LABEL + _WIDTH * number + 6, _TOP + 14, band.label)


def _row(grid: Grid, number: int) -> Iterator[Markup]:
    band, tiles = grid.rows[number]
    top = _TOP + _HEAD + _HEIGHT * number
    yield from _wrapped("label", _MARGIN, top + 17, band.label)
    for place, tile in enumerate(tiles):
        left = _MARGIN + _LABEL + _WIDTH * place
        yield Markup(
            '<g><title>{}, {}: {}</title><rect x="{}" y="{}" width="{}" height="{}" fill="{}" '
            'stroke="#d9dde2"/>{}</g>\n'
        ).format(
            clean_text(band.label), clean_text(grid.columns[place].label), tile.said, left, top,
            _WIDTH, _HEIGHT, FILLS[tile.level],
            _text(left + _WIDTH // 2, top + 25, tile.said, fill=INKS[tile.level], middle=True),
        )  # fmt: skip


def _wrapped(kind: str, left: int, top: int, label: str) -> Iterator[Markup]:
    width, lines = _WRAPPED[kind]
    parts = textwrap.wrap(clean_text(label), width, max_lines=lines, placeholder=" …")
    for number, part in enumerate(parts):
        yield _text(left, top + 16 * number, part, size=13)


def _text(
    x: int, y: int, text: str, *, size: int = 14, fill: str = "#1c2530", weight: str = "normal",
    middle: bool = False,
) -> Markup:  # fmt: skip
    return Markup(
        '<text x="{}" y="{}" font-size="{}" fill="{}" font-weight="{}" text-anchor="{}">{}</text>\n'
    ).format(x, y, size, fill, weight, "middle" if middle else "start", clean_text(text))


def _in_words(grid: Grid) -> str:
    return "; ".join(
        f"{band.label}: "
        + ", ".join(
            f"{column.label} {tile.said}" for column, tile in zip(grid.columns, tiles, strict=True)
        )
        for band, tiles in grid.rows
    )


def _style() -> str:
    levels = "".join(
        f".l{n}{{background:{fill};color:{ink}}}"
        for n, (fill, ink) in enumerate(zip(FILLS, INKS, strict=True))
    )
    return (
        "body{font:1rem/1.5 system-ui,sans-serif;color:#1c2530;margin:2rem auto;max-width:72rem;"
        "padding:0 1rem}table{border-collapse:collapse}caption{text-align:start;color:#55606d}"
        "th,td{border:1px solid #d9dde2;padding:.4rem .7rem;text-align:start}"
        f"td{{text-align:center}}td a{{color:inherit}}{levels}"
    )


_PAGE: Final = Markup(
    '<!doctype html>\n<html lang="en">\n<head><meta charset="utf-8">'
    '<meta name="viewport" content="width=device-width, initial-scale=1">'
    "<title>{title}</title><style>{style}</style></head>\n<body>\n<h1>{title}</h1>\n"
    '<table><caption>{caption}</caption>\n<thead><tr><th scope="col">{corner}</th>{head}'
    '<th scope="col">All</th></tr></thead>\n<tbody>\n{body}\n</tbody>\n'
    '<tfoot><tr><th scope="row">All</th>{totals}<td>{total}</td></tr></tfoot></table>\n'
    "{notes}</body>\n</html>\n"
)
