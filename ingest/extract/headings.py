"""Which lines of a PDF are headings: those in its outline, and those set like headings.

pypdf gives only placed letters; size and weight show what is a heading. Pure functions.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass, replace
from typing import Final

from ingest.extract.fonts import BOLD
from ingest.extract.glyphs import (
    has_codes,
    join_marks,
    loses_ligatures,
    restore_ligatures,
    sets_ligatures,
    sets_marks_apart,
    spell_glyphs,
    spell_ligatures,
    spell_names,
    undouble,
)  # fmt: skip
from ingest.extract.runs import Run
from ingest.text.clean import tidy
from ingest.text.lines import CAPTION

MAX_LINES: Final = 4
MAX_CHARS: Final = 200
MAX_SHARE: Final = 0.25
"""If more of the lines look like headings, it is a deck or a form, and none of them counts."""

LOWEST_LEVEL: Final = 6
SAME_SIZE: Final = 0.03
"""Letters whose heights differ by no more than this share are of one size."""

_NUMBERING: Final = re.compile(r"^(?:\d+(?:\.\d+)*\.?|[ivxlc]+\.|chapter \d+:?)\s+", re.I)
_SIGNS: Final = re.compile(r"[\W_]+")
_CITATION: Final = re.compile(r"\(?[^\W\d_][^\d]{1,60},? \(?(?:19|20)\d\d[a-z]?\)?$")
"""A caption's source, or a row of a table of studies: "Zarghami, 2004"."""
_CONTENTS: Final = re.compile(r"(?:\d[\d.]*\s.*|[^a-z]*)\s\d{1,4}$")
_ADDRESS: Final = re.compile(r"\bhttps?:|\bwww\.|\bdoi\b|\b(?:accessed|retrieved) [^()]*\d\)", re.I)
"""In an entry of a list of references, each of which may stand apart in letters of its own."""

Style = tuple[float, bool]
"""Height of the letters in points of the page, and whether they are bold."""

Place = tuple[float, float]
"""Where letters begin on a page, in points to the right and up."""

Title = tuple[str, int]
"""A title of the outline and its level; 1 is the highest."""


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a page; ``style`` is ``None`` if it has several or none is known.

    ``mostly`` is the style of most of its letters; ``place`` is where it begins, in points to the
    right and up, if that is known; ``faces`` are its fonts.
    """

    text: str
    style: Style | None = None
    mostly: Style | None = None
    place: Place | None = None
    faces: frozenset[str] = frozenset()


def lines_of(runs: Sequence[Run]) -> list[Line]:
    """Return the lines of a page, including blank ones; a soft hyphen at a line's end joins two."""
    coded = any(has_codes(run.font) for run in runs)
    if sets_ligatures("".join(run.text for run in runs)):
        runs = [replace(run, text=spell_ligatures(run.text)) for run in runs]
    lines = _lines_of(runs)
    if coded:
        return [replace(line, text=spell_glyphs(line.text)) for line in lines]
    if sets_marks_apart("\n".join(line.text for line in lines)):
        lines = [replace(line, text=join_marks(line.text)) for line in lines]
    return lines


def _lines_of(runs: Sequence[Run]) -> list[Line]:
    lines: list[Line] = []
    parts: list[str] = []
    styles: Counter[Style] = Counter()
    place: Place | None = None
    faces: set[str] = set()
    for run in runs:
        style = (round(run.height, 1), bool(BOLD.search(run.font)))
        for i, part in enumerate(run.text.split("\n")):
            if i and not (parts and parts[-1].endswith("\u00ad")):
                lines.append(_line(parts, styles, place, faces))
                parts, styles, place, faces = [], Counter(), None, set()
            parts.append(part)
            if part.strip():
                place = place if styles or i else run.place
                styles[style] += len(part.strip())
                faces.add(run.font)
    return [*lines, _line(parts, styles, place, faces)]


def _line(
    parts: Sequence[str], styles: Counter[Style], place: Place | None, faces: Set[str]
) -> Line:
    only = next(iter(styles)) if len(styles) == 1 else None
    mostly = styles.most_common(1)[0][0] if styles else None
    text = undouble(spell_names(tidy("".join(parts))))
    if "\ufffd" in text and loses_ligatures(faces):
        text = restore_ligatures(text)
    return Line(text, only, mostly, place, frozenset(faces))


def heading_styles(pages: Sequence[Sequence[Line]]) -> dict[Style, int]:
    """Return the styles of headings, with their levels.

    They are larger than most of the text, or as large and bold; short; and on at least two pages
    (names on a cover are large, too), unless there are three pages or fewer.
    """
    body = _body_style(pages)
    if body is None:
        return {}
    used: dict[Style, set[int]] = {}
    count = 0
    for number, lines in enumerate(pages):
        for line in lines:
            if line.style and _stands_out(line.style, body) and could_be_heading(line.text):
                used.setdefault(line.style, set()).add(number)
                count += 1
    if count > MAX_SHARE * sum(1 for lines in pages for line in lines if line.text):
        return {}
    wanted = 1 if len(pages) <= 3 else 2
    styles = sorted((s for s, on in used.items() if len(on) >= wanted), reverse=True)
    return {style: min(LOWEST_LEVEL, i + 1) for i, style in enumerate(styles)}


def _body_style(pages: Sequence[Sequence[Line]]) -> Style | None:
    weight: Counter[Style] = Counter()
    for line in (line for lines in pages for line in lines if line.style):
        weight[line.style] += len(line.text)  # type: ignore[index]
    return weight.most_common(1)[0][0] if weight else None


def _stands_out(style: Style, body: Style) -> bool:
    return style[0] >= 1.05 * body[0] or (style[1] and not body[1] and style[0] >= 0.95 * body[0])


def could_be_heading(text: str) -> bool:
    """Return whether a text reads like a heading: short, of letters, not a sentence or a row."""
    letters = sum(1 for c in text if c.isalpha())
    return (
        3 <= len(text) <= MAX_CHARS
        and letters * 2 > len(text)
        and text[-1] not in ".,;"
        and not CAPTION.match(text)
        and not _CONTENTS.match(text)
        and not _CITATION.match(text)
        and not _ADDRESS.search(text)
    )


def heading_at(
    lines: Sequence[Line], i: int, waiting: list[Title], styles: Mapping[Style, int]
) -> tuple[int, int]:
    """Return how many lines the heading at ``i`` has, and its level; (0, 0) for none.

    Args:
        lines: the lines of the page.
        i: the index of the line to look at.
        waiting: the titles of the outline that point to this page; a matched one is removed.
        styles: what ``heading_styles`` returned.
    """
    for j, (title, level) in enumerate(waiting):
        for taken in (1, 2, 3):
            joined = " ".join(line.text for line in lines[i : i + taken])
            if lines[i].text and _same_title(joined, title):
                del waiting[j]
                return taken, level
    return _styled_heading_at(lines, i, styles)


def _styled_heading_at(
    lines: Sequence[Line], i: int, styles: Mapping[Style, int]
) -> tuple[int, int]:
    style = lines[i].style
    if style is None or style not in styles or not lines[i].text:
        return 0, 0
    end = i
    while end < len(lines) and lines[end].text and lines[end].style == style:
        end += 1
    joined = " ".join(line.text for line in lines[i:end])
    fits = (
        end - i <= MAX_LINES
        and could_be_heading(joined)
        and not _is_emphasis(lines[i:], end - i, style)
    )
    return (end - i, styles[style]) if fits else (0, 0)


def _is_emphasis(lines: Sequence[Line], count: int, style: Style) -> bool:
    """Whether the first lines, in bold, are words of a sentence that begins before or runs on."""
    if lines[0].text[:1].islower():
        return True
    after = lines[count] if count < len(lines) else None
    if after is None or not after.mostly or not after.text[:1].islower():
        return False
    return abs(after.mostly[0] - style[0]) <= SAME_SIZE * after.mostly[0]


def _same_title(line: str, title: str) -> bool:
    if len(line) > 2 * len(title) + 20:
        return False
    wanted = {_letters(title), _letters(_NUMBERING.sub("", title))} - {""}
    return _letters(line) in wanted or _letters(_NUMBERING.sub("", line)) in wanted


def _letters(text: str) -> str:
    return _SIGNS.sub("", text.casefold())
