"""The authors: persons in a byline, in the document's own citation, or named as its writers."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from ingest.record.affiliations import names_beside
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
from ingest.record.near_title import BYLINE, LONELY, names_from, read_near_title
from ingest.record.stated import OTHER_ROLE, WEEKDAY, read_stated
from ingest.record.theses import read_thesis_authors
from ingest.record.writers import Named, read_about, read_written

LEAST_WHOLE: Final = 0.7
EARLY_PAGE: Final = 3
SHORT_PAGES: Final = 8
"""Handouts and forms: two capitalised words below a title are rather a label there."""
SENTENCE_CHARS: Final = 30

_LABEL: Final = re.compile(r"(?:(?:article|written|story|words|text[eo]?) )?(?:by|por|par):?", re.I)
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
        "thesis": read_thesis_authors(front),
        "near the title": read_near_title(front, title),
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
    best = max(found, key=lambda n: n.weight)
    if best not in found_by["thesis"]:  # who advised stands in longer lists
        best = _most_complete(best, found)
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
        match = None if _in_sentence(lines[i - 1 : i], line) else BYLINE.match(line.text)
        if not match or (i >= last and line.page > 1 and match[0].strip(" :").casefold() in _SHORT):
            continue
        text = _before_date(line.text[match.end() :])
        at = i
        if not text and i + 1 < len(lines):
            at, text = i + 1, lines[i + 1].text
        exact, taken = names_from(front, lines, at, text)
        exact = exact or names_beside(text, front)
        names = exact or leading_names(text, front)
        if names and (exact or len(names) > 1 or match[0].strip(" :").casefold() not in _SHORT):
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
        match = BYLINE.match(text)
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
