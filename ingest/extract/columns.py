"""The order of two columns that a file interrupts by what stands below both of them.

A PDF states no order of reading, only where each line is drawn. A file may draw the left column,
then a notice or a table as wide as both, then the right column. Pure functions.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from ingest.extract.headings import Line
from ingest.extract.runs import width_of

LEAST_LINES: Final = 3
"""Fewer lines are a label, a cell or a note on the margin."""
LEAST_CHARS: Final = 25
"""Most lines of a column of prose are as long; those of a table's cells are shorter."""
MOST_MOVES: Final = 4
"""So many interruptions of a page are looked for."""
SAME_PLACE: Final = 0.5
"""In heights of the letters: lines that differ less in their place are beside each other."""
SAME_HEIGHT: Final = 0.06
LEADING: Final = 2.5
"""In heights of the letters: lines further apart are of two blocks."""
INDENT: Final = 3.0
"""In heights of the letters: lines of one column begin less far apart."""
ESTIMATE: Final = 0.85
"""The widths of lines are estimates: a line is at least as wide as this share of its own."""

_ENDS: Final = tuple(".!?:;")


@dataclass(frozen=True, slots=True)
class _Part:
    """A line with text: its number among all lines, where it begins, and the letters' height."""

    at: int
    x: float
    y: float
    height: float
    text: str

    @property
    def end(self) -> float:
        """About where it ends at least, in points to the right."""
        return self.x + ESTIMATE * self.height * width_of(self.text)


def in_columns(lines: Sequence[Line]) -> list[Line]:
    """Return the lines of a page with what interrupts two columns after the right one.

    The columns begin at one height, and what stands between them in the file is below both. It
    crosses the space between them, or else it is in smaller letters and parts a sentence in two.
    Blank lines part what is moved from the rest.
    """
    ordered = list(lines)
    for _ in range(MOST_MOVES):
        parts = _parts_of(ordered)
        found = (_find(parts, k) for k in range(len(parts)))
        move = next((one for one in found if one), None)
        if move is None:
            break
        first, end, goal = move
        taken = [Line(""), *ordered[first:end], Line("")]
        ordered = [*ordered[:first], *ordered[end:goal], *taken, *ordered[goal:]]
    return ordered


def _parts_of(lines: Sequence[Line]) -> list[_Part]:
    return [
        _Part(i, line.place[0], line.place[1], line.mostly[0], line.text)
        for i, line in enumerate(lines)
        if line.text and line.place and line.mostly
    ]


def _find(parts: Sequence[_Part], k: int) -> tuple[int, int, int] | None:
    """Return which lines interrupt two columns, of which the right one begins with part ``k``.

    They are from the first number to before the second, and belong before the line of the third.
    """
    if k < LEAST_LINES or parts[k].y <= parts[k - 1].y + parts[k].height:
        return None
    end = _end_of_column(parts, k)
    top, bottom = parts[k], parts[end - 1]
    first = k
    while first and parts[first - 1].y < bottom.y - SAME_PLACE * top.height:
        first -= 1
    while first < k and _follows(parts[first - 1], parts[first]):
        first += 1  # the left column is the longer one
    if first == k or not _is_column(parts[k:end]):
        return None
    left = _start_of_left(parts, first, top)
    if left is None or not _is_column([*parts[left:first], top]):
        return None
    between = parts[first:k]
    if not _is_interrupted(parts[first - 1], between, top) or _goes_on(parts[end:], between, top):
        return None
    return parts[first].at, top.at, bottom.at + 1


def _end_of_column(parts: Sequence[_Part], first: int) -> int:
    """Return the number after the last part of a column, each of which is below the one before."""
    top, end = parts[first], first + 1
    while (
        end < len(parts)
        and _follows(parts[end - 1], parts[end])
        and abs(parts[end].x - top.x) < INDENT * top.height
    ):
        end += 1
    return end


def _follows(above: _Part, part: _Part) -> bool:
    """Whether a line is the next one of a column, and not of another block below it."""
    near = 0 < above.y - part.y < LEADING * above.height
    return near and abs(above.height - part.height) <= SAME_HEIGHT * above.height


def _start_of_left(parts: Sequence[_Part], end: int, top: _Part) -> int | None:
    """Return where a column that ends before ``end`` begins at the height of ``top``, if any."""
    last = at = end - 1
    while parts[at].x < top.x - INDENT * top.height:
        if abs(parts[at].y - top.y) <= SAME_PLACE * top.height:
            return at
        above = parts[at - 1] if at else parts[at]
        if not _follows(above, parts[at]):
            return None
        if abs(above.x - parts[last].x) > INDENT * top.height:
            return None
        at -= 1
    return None


def _is_column(parts: Sequence[_Part]) -> bool:
    """Whether lines are prose in letters of one size."""
    heights = [part.height for part in parts]
    long = sum(len(part.text) >= LEAST_CHARS for part in parts)
    alike = max(heights) - min(heights) <= SAME_HEIGHT * max(heights)
    return len(parts) >= LEAST_LINES and alike and 2 * long > len(parts)


def _is_interrupted(last: _Part, between: Sequence[_Part], top: _Part) -> bool:
    """Whether most lines cross the space between two columns, or notes part a sentence in two."""
    reach = top.x + INDENT * top.height
    crossing = sum(part.x < top.x - top.height and part.end > reach for part in between)
    small = between[0].height < (1 - SAME_HEIGHT) * top.height
    broken = top.text[:1].islower() and last.text[-1:] not in _ENDS
    return 2 * crossing > len(between) or (small and broken)


def _goes_on(following: Sequence[_Part], between: Sequence[_Part], top: _Part) -> bool:
    """Whether the right column has lines beside what stands between: they are the left column."""
    lowest = min(part.y for part in between)
    return any(
        part.y > lowest - top.height and part.x > top.x - INDENT * top.height for part in following
    )
