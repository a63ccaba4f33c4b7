"""Documents as points in a plane, laid out once for every format: a table (CSV) and a picture.

Colour is not the only sign of a group: each has a shape of its own, and a heading in the list.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from markupsafe import Markup

from ingest.records.table import write_table
from search_api.exports.svg import STYLE, clean_text, draw_text, frame_picture

_WIDTH: Final = 720
_EDGE: Final = 14
"""The space around the points, in user units: more than half of the greatest shape."""
_TOP: Final = 78
_LONGEST_TITLE: Final = 90
"""Characters of a title in the picture; the list beside it has the whole."""
_SHAPES: Final[tuple[str, ...]] = (
    "M{x} {y}m-5 0a5 5 0 1 0 10 0a5 5 0 1 0-10 0z",
    "M{x} {y}m-4.5-4.5h9v9h-9z",
    "M{x} {y}m0-6.5l6 11h-12z",
    "M{x} {y}m0-6.5l6 6.5l-6 6.5l-6-6.5z",
    "M{x} {y}m-2-6h4v4h4v4h-4v4h-4v-4h-4v-4h4z",
    "M{x} {y}m0 6.5l6-11h-12z",
)
"""Circle, square, triangle, diamond, cross, triangle on its tip; groups beyond share them."""
_FILLS: Final = ("#0068a6", "#b84a00", "#00735a", "#9a3f80", "#7d6200", "#4b4b4b")
"""The colours of Okabe and Ito (2008), darker, to stand out from white by 4.5 or more."""
_STYLE: Final = Markup("").join(
    [
        STYLE,
        Markup(".point{fill:#fff;stroke:#fff;stroke-width:1}.no-group .point{stroke:#55606d}"),
        *(
            Markup(".group-{} .point{{fill:{}}}").format(number, fill)
            for number, fill in enumerate(_FILLS)
        ),
    ]
)


@dataclass(frozen=True, slots=True)
class Point:
    """A document: where it lies, 0 to 1 each way, its group and its link.

    ``group`` is a number among the labels of the groups, ``None`` without one.
    """

    x: float
    y: float
    group: int | None
    title: str
    year: int | None
    link: str


@dataclass(frozen=True, slots=True)
class Scatter:
    """Points with what they show, the names of their groups, and notes below.

    ``height`` is the greatest ``y``: as much of the width as the picture is high.
    """

    title: str
    caption: str
    groups: tuple[str, ...]
    without_group: str
    points: tuple[Point, ...]
    height: float
    notes: tuple[str, ...]

    def of_group(self, group: int | None) -> list[Point]:
        """Return the points of a group, in order."""
        return [point for point in self.points if point.group == group]

    def label_of(self, group: int | None) -> str:
        """Return the name of a group."""
        return self.without_group if group is None else self.groups[group]


def write_points(scatter: Scatter) -> str:
    """Return the points as CSV."""
    head = ("Title", "Year", "Topic", "X", "Y", "Link")
    rows = (
        (p.title, p.year, scatter.label_of(p.group), str(p.x), str(p.y), p.link)
        for p in scatter.points
    )
    return write_table(head, rows)


def write_scatter(scatter: Scatter) -> str:
    """Return the picture as a file of its own."""
    groups = [n for n in (*range(len(scatter.groups)), None) if scatter.of_group(n)]
    foot = _TOP + _height(scatter) + 20
    parts = [
        draw_text(16, 32, scatter.title, "name"),
        draw_text(16, 56, scatter.caption, "small"),
        *_draw_points(scatter, _TOP),
        *_draw_key(scatter, groups, foot),
    ]
    foot += 22 * len(groups) + 8
    parts += [draw_text(16, foot + 18 * n, note, "small") for n, note in enumerate(scatter.notes)]
    size = (_WIDTH, foot + 18 * len(scatter.notes))
    return str(
        frame_picture(size, scatter.title, scatter.caption, parts, style=_STYLE, role="group")
    )


def draw_scatter(scatter: Scatter) -> Markup:
    """Return the picture for a page, which has its key in the list beside it."""
    size = (_WIDTH, _height(scatter))
    points = _draw_points(scatter, 0)
    return frame_picture(size, scatter.title, scatter.caption, points, role="group")


def group_class(group: int | None) -> str:
    """Return the class of what belongs to a group."""
    return "no-group" if group is None else f"group-{group % len(_SHAPES)}"


def draw_mark(group: int | None) -> Markup:
    """Return the shape of a group alone, for the heading of its list."""
    return Markup(
        '<svg class="mark-of-group {}" viewBox="-8 -8 16 16" width="16" height="16" '
        'aria-hidden="true">{}</svg>'
    ).format(group_class(group), _shape(group, 0, 0))


def _height(scatter: Scatter) -> int:
    return math.ceil(scatter.height * (_WIDTH - 2 * _EDGE)) + 2 * _EDGE


def _draw_points(scatter: Scatter, top: int) -> Iterator[Markup]:
    """Yield the points by group, those without one first, so that they hide no other."""
    for group in (None, *range(len(scatter.groups))):
        points = scatter.of_group(group)
        if points:
            yield Markup('<g class="{}">\n').format(group_class(group))
            for point in points:
                title = clean_text(point.title)
                if len(title) > _LONGEST_TITLE:
                    title = title[: _LONGEST_TITLE - 1].rstrip() + "…"
                shape = _shape(group, _place(point.x), _place(scatter.height - point.y) + top)
                yield Markup('<a href="{}"><title>{}</title>{}</a>\n').format(
                    point.link, title, shape
                )
            yield Markup("</g>\n")


def _place(part: float) -> float:
    return round(_EDGE + part * (_WIDTH - 2 * _EDGE), 1)


def _shape(group: int | None, x: float, y: float) -> Markup:
    path = _SHAPES[(group or 0) % len(_SHAPES)]
    return Markup('<path class="point" d="{}"/>').format(path.format(x=x, y=round(y, 1)))


def _draw_key(scatter: Scatter, groups: list[int | None], top: int) -> Iterator[Markup]:
    for row, group in enumerate(groups):
        y = top + 22 * row
        yield Markup('<g class="{}">{}</g>\n').format(group_class(group), _shape(group, 24, y - 5))
        yield draw_text(40, y, f"{scatter.label_of(group)}: {len(scatter.of_group(group)):,}")
