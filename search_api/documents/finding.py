"""Finds words in one document and makes its outline; both link to passages on its page."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from corpus.model import Passage
from corpus.roles import APPARATUS
from index.search.vocabulary import fold

MOST_LISTED: Final = 50
"""Passages with the words that are listed; all of them are marked."""
MOST_HEADINGS: Final = 80
FEWEST_HEADINGS: Final = 3
"""An outline of fewer says no more than the text."""
_AROUND: Final = 90
"""Characters of text before the first match, and after it, in an excerpt."""

Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Found:
    """A passage with the words.

    Attributes:
        passage: the passage.
        spans: where the words are in its text, in order and disjoint.
        excerpt: its text around the first of them.
        marks: where the words are in the excerpt.
    """

    passage: Passage
    spans: tuple[Span, ...]
    excerpt: str
    marks: tuple[Span, ...]


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading of the outline, with the first passage under it."""

    text: str
    passage_id: int
    position: int


def find_passages(passages: Sequence[Passage], asked: str) -> list[Found]:
    """Return the passages that have all words, whatever their case and accents.

    A word also finds longer words that begin with it. Neighbouring passages share a sentence; words
    in it are reported once.
    """
    words = list(dict.fromkeys(fold(asked).split()))
    if not words:
        return []
    pattern = re.compile("|".join(rf"\b{re.escape(word)}\w*" for word in words))
    found, seen = [], set[Span]()
    for passage in passages:
        folded = fold(passage.text)
        if not all(word in folded for word in words):
            continue
        spans = _spans(passage.text, pattern)
        placed = {(passage.start + start, passage.start + end) for start, end in spans}
        if _has_all(passage.text, spans, words) and not placed <= seen:
            seen |= placed
            found.append(_excerpt(passage, spans))
    return found


def outline_of(passages: Sequence[Passage]) -> list[Heading]:
    """Return the headings of the body in order; none where there are too few to help."""
    headings = _headings_of_body(passages)
    return headings[:MOST_HEADINGS] if len(headings) >= FEWEST_HEADINGS else []


def headed_passages(passages: Sequence[Passage]) -> frozenset[str]:
    """Return the ids of those passages shown together that have their heading above them.

    It is where the heading changes, and wherever an outline may lead: the body goes on under a
    heading after references or notes that have the same.
    """
    before = (None, *(passage.heading for passage in passages))
    changed = {
        p.id for p, other in zip(passages, before, strict=False) if p.heading and p.heading != other
    }
    led_to = {heading.passage_id for heading in _headings_of_body(passages)}
    return frozenset(map(str, changed | led_to))


def _headings_of_body(passages: Sequence[Passage]) -> list[Heading]:
    headings: list[Heading] = []
    for passage in passages:
        if not passage.heading or passage.role in APPARATUS:
            continue
        if not headings or headings[-1].text != passage.heading:
            headings.append(Heading(passage.heading, passage.id, passage.position))
    return headings


def marks_of(found: Sequence[Found]) -> Mapping[str, tuple[Span, ...]]:
    """Return where the words are, by the id of the passage."""
    return {str(one.passage.id): one.spans for one in found}


def _spans(text: str, pattern: re.Pattern[str]) -> tuple[Span, ...]:
    """Return the matches as slices of the text before folding, which may change its length."""
    pieces = [fold(letter) for letter in text]
    places = [n for n, piece in enumerate(pieces) for _ in piece]
    matches = pattern.finditer("".join(pieces))
    return tuple((places[m.start()], places[m.end() - 1] + 1) for m in matches)


def _has_all(text: str, spans: Sequence[Span], words: Sequence[str]) -> bool:
    matched = [fold(text[start:end]) for start, end in spans]
    return all(any(one.startswith(word) for one in matched) for word in words)


def _excerpt(passage: Passage, spans: tuple[Span, ...]) -> Found:
    text = passage.text
    start = max(0, spans[0][0] - _AROUND)
    end = min(len(text), spans[0][1] + _AROUND)
    start = text.find(" ", start, spans[0][0]) + 1 if start else 0
    end = text.rfind(" ", spans[0][1], end) if end < len(text) else end
    end = end if end > 0 else spans[0][1]
    before, after = "… " if start else "", " …" if end < len(text) else ""
    shift = len(before) - start
    marks = tuple((a + shift, b + shift) for a, b in spans if b <= end)
    return Found(passage, spans, f"{before}{text[start:end]}{after}", marks)
