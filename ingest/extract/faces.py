"""Headings in a typeface of their own, in the size of the text and not bold. Pure functions."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Final

from ingest.extract.headings import SAME_SIZE, Line, Style, could_be_heading

LEAST: Final = 2
"""Headings in a typeface, and pages they are on: one may be a label or the name of a writer."""
MOST_CHARS: Final = 80
MOST_SHARE: Final = 0.1
"""Of the letters of a document are in the typeface of its headings."""


def with_faces(pages: Sequence[Sequence[Line]]) -> list[list[Line]]:
    """Return the lines with those as bold that are set like headings of a typeface of their own.

    Each stands apart, between blank lines, above text in the typeface of most letters.
    """
    body = _most_common(pages)
    if body is None:
        return [list(lines) for lines in pages]
    found = [list(_named(lines, *body)) for lines in pages]
    letters: Counter[str] = Counter()
    for line in (line for lines in pages for line in lines):
        letters.update(dict.fromkeys(line.faces, len(line.text)))
    most = MOST_SHARE * sum(len(line.text) for lines in pages for line in lines)
    used = Counter(
        face
        for lines, at in zip(pages, found, strict=True)
        for face in {_face(lines[i]) for i in at}
    )
    kept = {face for face, count in used.items() if count >= LEAST and letters[face] <= most}
    return [
        [
            _as_bold(line) if i in at and _face(line) in kept else line
            for i, line in enumerate(lines)
        ]
        for lines, at in zip(pages, found, strict=True)
    ]


def _most_common(pages: Sequence[Sequence[Line]]) -> tuple[str, Style] | None:
    """Return the typeface and the style of most letters."""
    weight: Counter[tuple[str, Style]] = Counter()
    for line in (line for lines in pages for line in lines):
        if line.style and len(line.faces) == 1:
            weight[_face(line), line.style] += len(line.text)
    return weight.most_common(1)[0][0] if weight else None


def _face(line: Line) -> str:
    return next(iter(line.faces), "")


def _named(lines: Sequence[Line], face: str, style: Style) -> Iterator[int]:
    """Yield the numbers of lines that stand apart above text and are in another typeface."""
    for i, line in enumerate(lines):
        if not line.style or line.style[1] or len(line.faces) != 1 or face in line.faces:
            continue
        above = lines[i - 1].text if i else ""
        below = lines[i + 1].text if i + 1 < len(lines) else ""
        following = next((one for one in lines[i + 1 :] if one.text), None)
        if above or below or following is None or following.faces != {face}:
            continue
        alike = abs(line.style[0] - style[0]) <= SAME_SIZE * style[0]
        if alike and _reads_like_a_name(line.text) and not following.text[:1].islower():
            yield i


def _reads_like_a_name(text: str) -> bool:
    return (
        len(text) <= MOST_CHARS and text[0].isupper() and ":" not in text and could_be_heading(text)
    )


def _as_bold(line: Line) -> Line:
    style = (line.style[0], True) if line.style else None
    return replace(line, style=style, mostly=style)
