"""Persons on lines of their own below the title, or right above it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Final

from ingest.record.affiliations import OFFICE, names_beside
from ingest.record.finding import Finding
from ingest.record.front import Front, Line, letters
from ingest.record.names import names_in
from ingest.record.stated import OTHER_ROLE
from ingest.record.words import any_of
from ingest.record.writers import Named

LEAST_LETTERS: Final = 10
DRAWING_PAGES: Final = 2
AROUND_TITLE: Final = 120
SINGLE: Final = 0.77
LONELY: Final = 0.55
"""How sure one name is that stands above a title, or with no byline beside a web page.

Of six such that nothing else supported none was the author's: series, headings, a body, an expert.
"""
NEAR_LINES: Final = 30
"""How far below a title its authors can stand."""
CLOSE_LINES: Final = 8
"""A name by itself that stands further below a title is rather a heading."""
RECIPIENT_LINES: Final = 3
"""So many lines below the label tell to whom a document was given."""
PARAGRAPH_CHARS: Final = 120
MOST_PARAGRAPHS: Final = 1
"""So many, such as a lead, can stand between the title and the authors of a text that flows."""
BYLINE: Final = any_of(
    "byline",
    r"(?:{})\s*:$|(?:authors?|aut(?:or(?:es|as|a)?|eure?s?))$"
    r"|(?:(?:prepared|written|authored|drafted) by|(?:elaborad|preparad|escrit|redactad)o por)$"
    r"|(?:{})\b\s*:?\s+(?=\S)",
)
OPEN_END: Final = re.compile(r"\s(?:by|of|from|with|por|de|par|com|con|avec)$")
_LABELLED: Final = re.compile(r"[^\W\d_]:\s+[A-ZÀ-Þ][^.,;]*$")
"""A label with one word or more behind it, in which no sentence ends."""
_COURSE: Final = re.compile(r"[A-Z]{2,5}[ -]?\d{3,4}[A-Z]?\s*[:–—-]\s")
"""A course for which a paper was written: "EDU 610: Research strategies"."""
_RECIPIENT: Final = any_of("recipient", r"(?:{})\W*$")


def read_near_title(front: Front, title: Finding | None) -> Iterator[Named]:
    """Read lines of names below or right above the title, wherever the first pages repeat it."""
    if title is None:
        return
    packed = letters(str(title.quote or title.value))[:200]
    if len(packed) < LEAST_LETTERS:
        return
    lines = [line for line in front.head if line.page <= 4]
    for end in _ends_of(lines, packed):
        page = lines[end].page
        if page > 1 and lines[end].height < 1.15 * front.body:
            continue  # a running head
        names, first = _names_below(front, lines, end + 1, page)
        below = bool(names)
        if not names:
            above = [x for x in lines[max(0, end - 8) : end] if x.page == page]
            rows = [(names_in(x.text, front), x) for x in above if not OTHER_ROLE.match(x.text)]
            names = [n for found, _ in rows for n in found]
            first = next((x for found, x in rows if found), None)
        if names and first:
            long = front.flows
            weight = 0.88 if page == 1 and not long else 0.8 if page <= 3 else 0.65
            if front.page_count <= DRAWING_PAGES and all(map(str.isupper, names)):
                weight = 0.5  # labels of a drawing look like names in capitals
            if len(names) == 1:  # a sentence that says who wrote it tells more
                far = lines.index(first) > end + CLOSE_LINES
                lonely = not below or far or _has_small_words(names[0], front)
                weight = min(weight, LONELY if lonely else SINGLE)
            yield Named(tuple(dict.fromkeys(names)), weight, first)


def _has_small_words(name: str, front: Front) -> bool:
    """Whether half of a name's words are ones of the text: it is rather a heading."""
    words = [word for word in re.findall(r"[^\W\d_]+", name) if len(word) > 1]
    return 2 * sum(map(front.has_small, words)) >= len(words)


def _ends_of(lines: Sequence[Line], packed: str) -> Iterator[int]:
    """Yield the last line of each place on the first pages that has the title."""
    i = 0
    while i < len(lines):
        joined = ""
        for j in range(i, min(i + 9, len(lines))):
            joined += letters(lines[j].text)
            if not packed.startswith(joined[: len(packed)]) and packed not in joined:
                break
            if packed and packed in joined:
                if len(joined) <= len(packed) + AROUND_TITLE:  # else a paragraph speaks of it
                    yield j
                i = j
                break
        i += 1


def _names_below(
    front: Front, lines: Sequence[Line], start: int, page: int
) -> tuple[list[str], Line | None]:
    found: list[str] = []
    first: Line | None = None
    misses = paragraphs = 0
    skipped = start
    for i, line in enumerate(lines[start : start + NEAR_LINES], start):
        if i < skipped or _is_given_to(lines[max(start, i - RECIPIENT_LINES) : i + 1]):
            continue
        if line.page != page or len(line.text) > 400 or OTHER_ROLE.match(line.text):
            break
        if found and _COURSE.match(line.text):
            break  # who teaches it stands below
        if _runs_on(lines[i - 1], line):
            continue
        text = BYLINE.sub("", line.text, count=1)
        names, taken = names_from(front, lines, i, text)
        names = names or _broken(front, text) or names_beside(text, front)
        if names and taken == 1 and len(names) == 1 and OFFICE.match(_text_at(lines, i + 1)):
            names = []  # who heads the organisation
        if names:
            found += names
            first = first or line
            misses, skipped = 0, i + taken
            continue
        misses += 1
        paragraphs += front.flows and len(line.text) > PARAGRAPH_CHARS
        prose = len(line.text) > 75 and line.text[-1].islower()
        if prose or paragraphs > MOST_PARAGRAPHS or misses > (8 if found else 14):
            break
    return found, first


def _is_given_to(lines: Sequence[Line]) -> bool:
    """Whether the last of some lines is of those that tell to whom a document was given."""
    labels = [i for i, line in enumerate(lines) if _RECIPIENT.match(line.text)]
    return bool(labels) and not any(BYLINE.match(x.text) for x in lines[labels[-1] :])


def _text_at(lines: Sequence[Line], i: int) -> str:
    return lines[i].text if i < len(lines) else ""


def _runs_on(before: Line, line: Line) -> bool:
    """Whether a line goes on with a sentence or with what stands behind a label.

    "A theory that was proposed by" has a name below, and "Candidate: Ana" a family name.
    """
    alike = before.page == line.page and abs(before.height - line.height) <= 0.1 * line.height
    words = before.text.split()
    open_end = len(words) > 2 and OPEN_END.search(f" {words[-1]}")
    labelled = _LABELLED.search(before.text)
    return bool(alike and (open_end or labelled) and not BYLINE.match(before.text))


def names_from(front: Front, lines: Sequence[Line], i: int, text: str) -> tuple[list[str], int]:
    """Return the names that begin on a line and may run on below, and how many lines they take."""
    best: tuple[list[str], int] = (names_in(text, front), 1)
    joined = text
    for k in range(1, 6):
        line = lines[i + k] if i + k < len(lines) else None
        if line is None or line.page != lines[i].page or OTHER_ROLE.match(line.text):
            break
        if abs(line.height - lines[i].height) > 0.1 * line.height or len(joined) > 600:
            break
        goes_on = joined.rstrip().endswith((",", ";", "&", " and", " y", " e", " et"))
        if front.flows and not goes_on:
            break  # a paragraph ends there
        joined = f"{joined} {line.text}"
        if (names := names_in(joined, front)) and (goes_on or not best[0]):
            best = (names, k + 1)
    return best


def _broken(front: Front, text: str) -> list[str]:
    """Return the names of a line that goes on below: it ends in a comma or begins with "and"."""
    text = re.sub(r"^(?:and|y|e|et|&)\s+", "", text, flags=re.I)
    return names_in(text.rstrip(" ,;&"), front) if text.rstrip().endswith((",", ";", "&")) else []
