"""Blank lines of a page where its lines are set apart, and nowhere else. Pure functions.

pypdf tells where lines begin, but not how far apart they are: of some files it gives blank lines
between all lines, of most files none between paragraphs. What stands further below a line than the
next line usually does begins a paragraph.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from ingest.extract.headings import Line
from ingest.extract.raised import RAISED, SMALLER, note_after
from ingest.extract.runs import width_of
from ingest.text.lines import TERMINAL, is_cut_short

SAME_HEIGHT: Final = 0.06
"""Letters whose heights differ by a smaller share are of one size."""
STEPS: Final = (0.9, 3.0)
"""In heights of the letters: how far below each other the lines of a paragraph may be."""
LEAST_PAIRS: Final = 4
LEAST_SHARE: Final = 0.5
"""Of the lines in letters of one size: as many have to be as far apart as is usual."""
EXACT: Final = 0.06
"""Steps that differ by a smaller share are alike."""
APART: Final = 1.25
"""A step of as many usual ones begins a paragraph; one set high makes up to 1.15."""
SAYING_NOTHING: Final = 0.6
"""If as many usual steps have blank lines between them, those say nothing."""
INDENT: Final = 0.8
"""In heights of the letters: the first line of a paragraph begins further to the right."""
SIGN_CHARS: Final = 2
_ORDINALS: Final = {"o": "º", "a": "ª", "º": "º", "ª": "ª"}
_GOING_ON: Final = (",", "-", "–", "—", "(")


@dataclass(frozen=True, slots=True)
class _Pair:
    """Two lines with text that follow each other, by their numbers, and how far apart they are."""

    above: int
    below: int
    height: float
    step: float

    @property
    def blank(self) -> bool:
        """Whether blank lines are between them."""
        return self.below - self.above > 1


def with_gaps(lines: Sequence[Line]) -> list[Line]:
    """Return the lines of a page with blank ones between those that are set apart.

    Blank lines between lines that are not are taken out where most lines have them.
    """
    lines = join_raised(lines)
    pairs = _pairs(lines)
    usual = _usual_steps(pairs)
    close = [pair for pair in pairs if _is_usual(pair, usual)]
    blank = sum(pair.blank for pair in close)
    idle = len(close) >= LEAST_PAIRS and blank >= SAYING_NOTHING * len(close)
    joined = {
        pair.above
        for pair in close
        if idle and not _is_indented(lines[pair.above], lines[pair.below])
    }
    parted = {
        pair.above
        for pair in pairs
        if not pair.blank and _is_apart(pair, usual) and not _goes_on(lines, pair)
    }
    return _changed(lines, pairs, joined, parted)


def _changed(
    lines: Sequence[Line], pairs: Sequence[_Pair], joined: set[int], parted: set[int]
) -> list[Line]:
    left_out = {
        i for pair in pairs if pair.above in joined for i in range(pair.above + 1, pair.below)
    }
    changed: list[Line] = []
    for i, line in enumerate(lines):
        if i not in left_out:
            changed.append(line)
        if i in parted:
            changed.append(Line(""))
    return changed


def _pairs(lines: Sequence[Line]) -> list[_Pair]:
    """Return the lines in letters of one size that follow each other, one below the other."""
    pairs: list[_Pair] = []
    above: int | None = None
    for i, line in enumerate(lines):
        if not line.text:
            continue
        if above is not None and (pair := _pair(lines, above, i)):
            pairs.append(pair)
        above = i
    return pairs


def _pair(lines: Sequence[Line], above: int, below: int) -> _Pair | None:
    one, other = lines[above], lines[below]
    if not (one.place and other.place and one.mostly and other.mostly):
        return None
    height = one.mostly[0]
    if not height or abs(height - other.mostly[0]) > SAME_HEIGHT * height:
        return None
    step = (one.place[1] - other.place[1]) / height
    return _Pair(above, below, height, step) if step >= STEPS[0] else None


def _usual_steps(pairs: Sequence[_Pair]) -> dict[float, float]:
    """Return the usual step between lines for each height of letters that has one."""
    by_height: dict[float, list[float]] = {}
    for pair in pairs:
        if pair.step <= STEPS[1]:
            by_height.setdefault(round(pair.height, 1), []).append(pair.step)
    usual: dict[float, float] = {}
    for height, steps in by_height.items():
        step = Counter(round(step, 1) for step in steps).most_common(1)[0][0]
        near = sorted(one for one in steps if abs(one - step) <= max(0.05, EXACT * step))
        if len(near) >= max(LEAST_PAIRS, LEAST_SHARE * len(steps)):
            usual[height] = near[len(near) // 2]
    return usual


def _is_usual(pair: _Pair, usual: dict[float, float]) -> bool:
    step = usual.get(round(pair.height, 1))
    return step is not None and abs(pair.step - step) <= EXACT * step


def _is_apart(pair: _Pair, usual: dict[float, float]) -> bool:
    step = usual.get(round(pair.height, 1))
    return step is not None and pair.step >= APART * step


def _goes_on(lines: Sequence[Line], pair: _Pair) -> bool:
    """Whether a sentence runs on from one line to the other, as around what is set high."""
    above, below = lines[pair.above].text, lines[pair.below].text
    if above.endswith(_GOING_ON) or is_cut_short(above):
        return True
    return below[0].islower() and not above.endswith(TERMINAL)


def _is_indented(above: Line, below: Line) -> bool:
    if not (above.place and below.place and below.mostly):
        return False
    further = below.place[0] - above.place[0] > INDENT * below.mostly[0]
    return further and above.text.endswith(TERMINAL)


def join_raised(lines: Sequence[Line]) -> list[Line]:
    """Return the lines with the letters and figures that are set higher in the lines they are of.

    The "o" of "9º ano" and the "2" of "R2" are lines of their own to pypdf, and so is what follows.
    """
    joined: list[Line] = []
    i = 0
    while i < len(lines):
        last = joined[-1] if joined else Line("")
        if i + 1 < len(lines) and _is_raised(last, lines[i], lines[i + 1]):
            joined[-1] = _with_raised(last, lines[i], lines[i + 1])
            i += 2
        else:
            joined.append(lines[i])
            i += 1
    return joined


def _is_raised(before: Line, sign: Line, after: Line) -> bool:
    """Whether a sign is set higher between two parts of one line."""
    if not 0 < len(sign.text) <= SIGN_CHARS or not sign.text.isalnum():
        return False
    if not (before.text and after.text and before.text[-1:].isalnum()):
        return False
    if not (before.place and sign.place and after.place):
        return False
    if not (before.mostly and sign.mostly):
        return False
    height = before.mostly[0]
    rise = sign.place[1] - before.place[1]
    end = before.place[0] + height * width_of(before.text)
    return (
        RAISED[0] * height <= rise <= RAISED[1] * height
        and sign.mostly[0] <= SMALLER * height
        and abs(after.place[1] - before.place[1]) <= RAISED[0] * height
        and before.place[0] < sign.place[0] < after.place[0]
        and sign.place[0] <= end + height
    )


def _with_raised(before: Line, sign: Line, after: Line) -> Line:
    text = sign.text
    if before.text[-1].isdigit():
        text = _ORDINALS.get(text, text)
    text = note_after(before.text, text)
    space = "" if after.text[0] in ".,;:)%" else " "
    return replace(before, text=f"{before.text}{text}{space}{after.text}")
