"""The stretches of text that pypdf returns for a page, and the lines it broke by mistake.

Some programs place every word or letter by itself, in a text object for each word. pypdf then takes
each word for a line, unless ``spacing`` tells it better.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

SAME_LINE: Final = 0.2
"""Two runs are on one line if their baselines differ by no more than this share of the height."""
WORD_GAP: Final = 2.0
"""A wider gap, in heights of the letters, is one between columns or the cells of a table. Of 2,500
gaps between the words of justified text the widest is 1.5."""
NO_GAP: Final = 0.0
"""A narrower one is inside a word. The widths of letters are estimates, within about .1."""
BEFORE_A_STOP: Final = 0.12
"""The same before a full stop or comma; gaps between words begin at about .1."""

_NARROW: Final = frozenset("ijltfrI.,;:'!|()[]’‘/ ")
_STOPS: Final = tuple(".,;:!?)]}»”’%")
_WIDE: Final = frozenset("mwMW")


@dataclass(frozen=True, slots=True)
class Run:
    """A stretch of text as pypdf returns it, with its line ends.

    Attributes:
        text: the text; a line end between two stretches is a run of its own.
        height: of the letters, in points of the page.
        font: the font's name.
        place: where it begins on the page, in points: to the right, and up. A run without text
            says where the last string of the one before it begins.
    """

    text: str
    height: float
    font: str
    place: tuple[float, float] | None = None


def join_words(runs: Sequence[Run]) -> list[Run]:
    """Return the runs with a space, or nothing, for each line end between words of one line."""
    joined = list(runs)
    before: Run | None = None
    last: Run | None = None
    ends: list[int] = []
    for i, run in enumerate(runs):
        if run.text == "\n":
            ends.append(i)
        elif run.text:
            if before and last and len(ends) == 1:
                glue = _glue(before, last, run)
                joined[ends[0]] = replace(runs[ends[0]], text="\n" if glue is None else glue)
            before, last, ends = run, None, []
        elif not ends and last is None:
            last = run
    return joined


def _glue(before: Run, last: Run, following: Run) -> str | None:
    """Return what stands between two runs of one line; ``None`` if they are on two lines.

    Args:
        before: the run that ends.
        last: the run without text that says where its last string begins: a letter where each one
            is placed by itself, else the whole run.
        following: the next run with text.
    """
    if before.place is None or last.place is None or following.place is None or not before.height:
        return None
    rise = abs(following.place[1] - before.place[1])
    if rise > SAME_LINE * before.height or following.place[0] < last.place[0]:
        return None
    shown = before.text if last.place == before.place else before.text[-1]
    gap = (following.place[0] - last.place[0]) / before.height - width_of(shown)
    if gap > WORD_GAP:
        return None
    least = BEFORE_A_STOP if following.text.startswith(_STOPS) else NO_GAP
    return "" if gap < least else " "


def width_of(text: str) -> float:
    """Return about how wide a text is, in heights of its letters."""
    return sum(map(_width, text))


def _width(letter: str) -> float:
    """Return about how wide a letter is, as a share of its height (Helvetica's classes)."""
    if letter in _NARROW:
        return 0.28
    if letter in _WIDE:
        return 0.83
    return 0.68 if letter.isupper() else 0.55
