"""Titles that stand where a convention puts them: of laws, of theses, of texts in parts."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from corpus.documents.authorities import is_organisation
from ingest.record.dates import LAW
from ingest.record.finding import Finding
from ingest.record.front import Front, Line
from ingest.record.names import names_in
from ingest.record.wordings import (
    ADVISER,
    CREDIT,
    DEGREE,
    MAX_CHARS,
    MAX_WORDS,
    NO_TITLE,
    THESIS,
    is_body,
)  # fmt: skip
from ingest.record.words import any_of
from ingest.text.clean import shorten

UNPRINTED: Final = ("text", "office")
FIRST_LINES: Final = 12
HEADING_WORDS: Final = 10
_OPENING: Final = re.compile(
    r"(?!(?:According|During|Following|Being|Having|Building)\b)[A-Z][a-z]{2,}ing\b"
)
_PART: Final = re.compile(
    r"(?:part|day|session|parte|d[ií]a|partie|jour) (?:\d|[ivx]{1,4})[.:–—-]+ (?P<title>.{10,120})",
    re.I,
)
THESIS_PAGES: Final = 3
MOST_LINES: Final = 8
LEAST_WORDS: Final = 4
LARGE: Final = 1.3

_NOTICE: Final = any_of("notice", r"(?:{})[.:]?$")
_CAPTION: Final = any_of("caption", r"(?:{})\s+[\dIVX]+(?:[.:]\d+)*\s*[.:–—|-]\s")
_NUMBERED: Final = re.compile(r"(?:\d{1,2}|[IVX]{1,5})(?:\.\d{1,2})*\.?\s+[A-ZÀ-Þ]")
_SECTION: Final = re.compile(r"(?:\d{1,2}|[IVX]{1,5}|[A-H])(?:\.\d{1,2})*[.)]?\s+")
_ARTICLE: Final = re.compile(r"\bart(?:\.|[íi]culo|igo|icle)\s*(?:1(?!\d)|premier|primer)", re.I)
_PART_OF: Final = any_of("part", r"(?:{})\s+(?:\d{1,2}|[IVX]{1,5}|[A-H])\s*[:.–—-]\s")
_LETTERED: Final = re.compile(r"(?:[A-H]\.|\*)\s+[A-ZÀ-Þ]")
_NUMBER: Final = re.compile(r"(?:[IVX]{1,5}|[A-Z]|\d{1,2})\.?$")


def read_conventional(front: Front) -> Finding | None:
    """Return the title of a law or of a thesis, if the document is one."""
    if front.medium not in ("paged", "office", "text"):
        return None
    return _thesis(front) or _law(front)


def stands_apart(line: Line) -> bool:
    """Whether a line is a caption, a label such as "Doctoral thesis", or a part's number."""
    text = line.text.strip()
    if any(p.match(text) for p in (_CAPTION, _PART_OF, THESIS, _NOTICE, _NUMBER)):
        return True
    number = _SECTION.match(text)
    return bool(number and NO_TITLE.fullmatch(text[number.end() :].rstrip(" .:")))


def is_lettered(text: str) -> bool:
    """Whether a text begins with a letter or a star, as sections and questions of forms do."""
    return bool(_LETTERED.match(text))


def is_numbered(text: str) -> bool:
    """Whether a text begins with the number of a section."""
    return bool(_NUMBERED.match(text))


def _law(front: Front) -> Finding | None:
    """Return the line that names a law with its number and date; a law has articles."""
    first = [line for line in front.head[:FIRST_LINES] if line.page == 1]
    larger = any(line.height > LARGE * front.body for line in first)
    if larger or not _ARTICLE.search(front.text):
        return None
    for line in first:
        if LAW.match(line.text) and len(line.text) < 200:
            return Finding("title", line.text.rstrip(" ."), 0.9, line.page, line.text, "law")
    return None


def _thesis(front: Front) -> Finding | None:
    """Return the lines above "Thesis submitted for the degree of", where they are a title."""
    lines = [line for line in front.head if line.page <= THESIS_PAGES]
    for i, line in enumerate(lines):
        if not DEGREE.match(line.text):
            continue
        above = [x for x in lines[max(0, i - MOST_LINES) : i] if x.page == line.page]
        while above and _is_other(front, above[-1]):  # the author, who advises
            above.pop()
        title = _end_of(front, above)
        text = " ".join(x.text for x in title)
        if len(text.split()) >= LEAST_WORDS:
            quote = "\n\n".join(x.text for x in title)
            return Finding("title", text.rstrip(" ."), 0.85, line.page, quote, "thesis")
    return None


def _end_of(front: Front, lines: Sequence[Line]) -> list[Line]:
    """Return the lines at the end of a list that are one title: set alike, and no names."""
    found: list[Line] = []
    for line in reversed(lines):
        if _is_other(front, line) or (found and not _goes_with(line, found[0])):
            break
        found.insert(0, line)
        if line.text.startswith("("):
            continue
        above_is_whole = line.text[0].isupper() and not line.text.isupper()
        if above_is_whole and len(found) > 1 and found[1].text[0].islower():
            break
    return found


def _goes_with(line: Line, below: Line) -> bool:
    alike = abs(line.height - below.height) <= 0.04 * line.height
    same = line.bold == below.bold and line.text.isupper() == below.text.isupper()
    return alike and (same or below.text.startswith("("))


def _is_other(front: Front, line: Line) -> bool:
    text = line.text
    named = is_organisation(text) or is_body(text) or names_in(text, front)
    credited = CREDIT.match(text) or ADVISER.match(text)
    return bool(named or credited or NO_TITLE.match(text) or stands_apart(line))


def read_opening(front: Front) -> Finding | None:
    """Return the first line if it says what a text is about ("Supporting ...") above a heading."""
    if front.medium not in UNPRINTED or len(front.head) < 2:
        return None
    line, below = front.head[:2]
    text = line.text.rstrip(".")
    one = _OPENING.match(text) and ". " not in text and len(text.split()) <= MAX_WORDS
    heading = len(below.text.split()) <= HEADING_WORDS and not below.text.endswith((".", ",", ";"))
    if not (one and heading):
        return None
    return Finding("title", text, 0.62, line.page, line.text, "opening")


def read_parts(front: Front) -> Finding | None:
    """Suggest the titles of the parts of a text that has no title of its own."""
    parts = [(m["title"], line) for line in front.head if (m := _PART.fullmatch(line.text))]
    if front.medium not in UNPRINTED or len(parts) < 2:
        return None
    value = shorten("; ".join(title for title, _ in parts), MAX_CHARS)
    return Finding("title", value, 0.5, parts[0][1].page, parts[0][1].text, "parts")
