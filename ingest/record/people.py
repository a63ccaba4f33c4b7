"""The authors: persons in a byline, in the document's own citation, or named as its writers."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from ingest.record.affiliations import OFFICE, names_beside
from ingest.record.cited import Cited
from ingest.record.days import dates_in
from ingest.record.finding import Finding
from ingest.record.front import Front, Line, letters
from ingest.record.names import (
    FAMILY_FIRST,
    is_name,
    leading_names,
    names_in,
    same_name,
    split_names,
    without_capitals,
)  # fmt: skip
from ingest.record.stated import OTHER_ROLE, WEEKDAY, read_stated
from ingest.record.words import any_of
from ingest.record.writers import Named, read_about, read_written

LEAST_LETTERS: Final = 10
LEAST_WHOLE: Final = 0.7
DRAWING_PAGES: Final = 2
AROUND_TITLE: Final = 120
SINGLE: Final = 0.77
LONELY: Final = 0.55
"""How sure one name is that stands above a title, or with no byline beside a web page.

Of six such that nothing else supported none was the author's: series, headings, a body, an expert.
"""
EARLY_PAGE: Final = 3
SHORT_PAGES: Final = 8
"""Handouts and forms: two capitalised words below a title are rather a label there."""
NEAR_LINES: Final = 30
"""How far below a title its authors can stand."""
PARAGRAPH_CHARS: Final = 120
SENTENCE_CHARS: Final = 30
MOST_PARAGRAPHS: Final = 1
"""So many, such as a lead, can stand between the title and the authors of a text that flows."""

_BYLINE: Final = any_of(
    "byline", r"(?:{})\s*:$|(?:authors?|aut(?:or(?:es|as|a)?|eure?s?))$|(?:{})\b\s*:?\s+(?=\S)"
)
_LABEL: Final = re.compile(r"(?:(?:article|written|story|words|text[eo]?) )?(?:by|por|par):?", re.I)
OPEN_END: Final = re.compile(r"\s(?:by|of|from|with|por|de|par|com|con|avec)$")
_LABELLED: Final = re.compile(r"[^\W\d_]:\s+[A-ZÀ-Þ][^.,;]*$")
"""A label with one word or more behind it, in which no sentence ends."""
_COURSE: Final = re.compile(r"[A-Z]{2,5}[ -]?\d{3,4}[A-Z]?\s*[:–—-]\s")
"""A course for which a paper was written: "EDU 610: Research strategies"."""
_POSTED: Final = re.compile(
    r"\b(?:(?:first |last )?(?:posted|published|updated|publi[eé]e?|publicad[oa]|atualizado"
    r"|actualizado)\b|\d+ min(?:ute)?s? read)",
    re.I,
)
_ON_BEHALF: Final = re.compile(
    r"^(?P<names>.{4,200}?),?\s+(?:on behalf of|en nombre de|em nome d[aeo]s?|au nom d[eu]s?)\s",
    re.I,
)


def read_authors(front: Front, cited: Cited | None, title: Finding | None) -> Finding | None:
    """Return the persons who wrote the document, in order, with the line that says so."""
    ways: dict[str, Iterator[Named]] = {
        "cited": _cited(front, cited),
        "byline": _bylines(front),
        "near the title": _near_title(front, title),
        "told": read_written(front),
        "about": read_about(front),
        "stated": read_stated(front),
    }
    found_by = {way: list(found) for way, found in ways.items()}
    found = list(itertools.chain.from_iterable(found_by.values()))
    titled = letters(str(title.value)) if title else ""
    found = [n for n in found if not any(letters(name) in titled for name in n.names)]
    if not found:
        return None
    best = _most_complete(max(found, key=lambda n: n.weight), found)
    names = tuple(map(without_capitals, _in_full(best.names, found)))
    page = best.line.page or None
    rule = _rule_of(best, names, found_by, front)
    return Finding("authors", names, best.weight, page, best.line.text if page else None, rule)


def _rule_of(
    best: Named, names: Sequence[str], found_by: Mapping[str, Sequence[Named]], front: Front
) -> str:
    """Return what speaks for authors: two places that name one of them, or the only one."""
    agree = [
        way
        for way, found in found_by.items()
        if any(same_name(one, name) for n in found for one in n.names for name in names)
    ]
    if best.weight <= LONELY:
        return f"{'and '.join(agree)} alone, doubtful"
    if len(agree) > 1:
        return "two places"
    if front.medium == "web":
        return f"{agree[0]}, site"
    if best.line.page > EARLY_PAGE:
        return f"{agree[0]}, late"
    if len(names) > 1 or agree[0] != "near the title":
        return agree[0]
    short = front.medium != "paged" or front.page_count <= SHORT_PAGES
    return "near the title, one, short" if short else "near the title, one"


def _in_full(names: Sequence[str], found: Sequence[Named]) -> tuple[str, ...]:
    """Replace "Filges, T." by the full name where another line has it."""
    full = []
    for name in names:
        others = [n for one in found for n in one.names if same_name(n, name)]
        full.append(max([name, *others], key=lambda n: len(letters(n))))
    return tuple(dict.fromkeys(full))


def _most_complete(best: Named, found: Sequence[Named]) -> Named:
    """Return the longest sure list of names that has all of the best one."""
    whole = [
        one
        for one in found
        if one.weight >= LEAST_WHOLE
        and all(any(same_name(name, other) for other in one.names) for name in best.names)
    ]
    return max((best, *whole), key=lambda one: len(one.names))


def _cited(front: Front, cited: Cited | None) -> Iterator[Named]:
    if not cited or not cited.before:
        return
    before = re.sub(r"\(?\beds?\b\.?\)?|\bet al\.?", "", cited.before)
    parts = [FAMILY_FIRST.sub(r"\1, \2.", part) for part in split_names(front.mend(before))]
    names = tuple(p for p in parts if is_name(p, front) or _with_initials(p))
    if names and len(names) >= 0.7 * len(parts):
        yield Named(names, 0.95, Line(cited.before, cited.page))


def _with_initials(text: str) -> bool:
    """Whether a text is a family name with initials, as citations have them."""
    return bool(re.fullmatch(r"[A-ZÀ-Þ][\w'’ -]{1,40}, (?:[A-ZÀ-Þ]\.?[\s-]?){1,4}", text))


def _bylines(front: Front) -> Iterator[Named]:
    last = 12 if front.flows else 60
    lines = [line for line in front.head if line.page <= 3]
    for i, line in enumerate(lines):
        behalf = _ON_BEHALF.match(line.text)
        if behalf and i < last and (names := names_in(behalf["names"], front)):
            yield Named(tuple(names), 0.9, line)
        match = None if _in_sentence(lines[i - 1 : i], line) else _BYLINE.match(line.text)
        if not match or (i >= last and line.page > 1 and match[0].strip(" :").casefold() in _SHORT):
            continue
        text = _before_date(line.text[match.end() :])
        at = i
        if not text and i + 1 < len(lines):
            at, text = i + 1, lines[i + 1].text
        exact, taken = _names_from(front, lines, at, text)
        exact = exact or names_beside(text, front)
        names = exact or leading_names(text, front)
        if names and (exact or match[0].strip(" :").casefold() not in _SHORT):
            more = _going_on(front, lines, at + taken, lines[at])
            weight = 0.92 if exact else 0.75
            yield Named((*names, *(n for n in more if n not in names)), weight, line)
    yield from _beside(front)


def _beside(front: Front) -> Iterator[Named]:
    """Read the bylines that a web page shows around its text; the first one is its own.

    It wins over a name that the page states only for one of the articles it lists below.
    """
    beside = front.aside.split("\n")
    found: list[Named] = []
    for text, below in zip(beside, (*beside[1:], ""), strict=False):
        match = _BYLINE.match(text)
        label = _LABEL.fullmatch(text)
        said = below if label else text[match.end() :] if match else ""
        said = _before_date(said.split("@")[0])
        if names := names_in(said, front) or names_beside(said if match else text, front):
            weight = 0.8 if match or label or len(names) > 1 else LONELY
            found.append(Named(tuple(names), weight, Line(text, 0)))
    others = {name for one in found[1:] for name in one.names}
    listed = found and others.issuperset(front.stated.authors) and front.stated.authors
    if listed and not set(front.stated.authors) & set(found[0].names):
        yield Named(found[0].names, 0.88, found[0].line)
    yield from found


def _in_sentence(before: Sequence[Line], line: Line) -> bool:
    """Whether a line goes on with the sentence above it: "the note was published | by Ana Díaz"."""
    if not before or line.page == 1 or not line.text[:1].islower():
        return False
    above = before[0]
    alike = above.page == line.page and abs(above.height - line.height) <= 0.04 * line.height
    return alike and len(above.text) >= SENTENCE_CHARS and above.text[-1] not in ".:;!?"


_SHORT: Final = frozenset(("by", "por", "par", "speaker", "speakers"))
"""Words that often begin a line that is no byline."""


def _before_date(text: str) -> str:
    """Return a byline without when it was posted ("Ana Díaz | March 3, 2024")."""
    posted = _POSTED.search(text)
    start = min((at for _, at in dates_in(text)), default=len(text))
    before = text[: min(start, posted.start() if posted else start)].rstrip(" ,|·•–—-(")
    return WEEKDAY.sub("", before) if len(before) < len(text) else before


def _names_from(front: Front, lines: Sequence[Line], i: int, text: str) -> tuple[list[str], int]:
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


def _going_on(front: Front, lines: Sequence[Line], start: int, first: Line) -> list[str]:
    """Return the names on the lines below a byline, in the same size."""
    found: list[str] = []
    for line in lines[start : start + 12]:
        same = line.page == first.page and abs(line.height - first.height) < 0.1 * first.height
        text = re.sub(r"^(?:and|y|e|et|&)\s+", "", line.text, flags=re.I)
        if not same or OTHER_ROLE.match(line.text):
            break
        names = names_in(text, front) or names_beside(text, front)
        if not names:
            break
        found += names
    return found


def _near_title(front: Front, title: Finding | None) -> Iterator[Named]:
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
                weight = min(weight, SINGLE if below else LONELY)
            yield Named(tuple(dict.fromkeys(names)), weight, first)


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
        if i < skipped:
            continue
        if line.page != page or len(line.text) > 400 or OTHER_ROLE.match(line.text):
            break
        if found and _COURSE.match(line.text):
            break  # who teaches it stands below
        if _runs_on(lines[i - 1], line):
            continue
        text = _BYLINE.sub("", line.text, count=1)
        names, taken = _names_from(front, lines, i, text)
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
    return bool(alike and (open_end or labelled) and not _BYLINE.match(before.text))


def _broken(front: Front, text: str) -> list[str]:
    """Return the names of a line that goes on below: it ends in a comma or begins with "and"."""
    text = re.sub(r"^(?:and|y|e|et|&)\s+", "", text, flags=re.I)
    return names_in(text.rstrip(" ,;&"), front) if text.rstrip().endswith((",", ";", "&")) else []
