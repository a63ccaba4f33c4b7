"""Parts a text into stretches that have one role each, and says in which named section each is."""

from __future__ import annotations

import bisect
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from corpus.roles import Role
from corpus.sentences import split_sentences
from ingest.roles.outline import Outline
from ingest.roles.phrases import phrases
from ingest.text.passages import Assembled, Span

CHANGE_COST: Final = 3.0
"""Within a paragraph; between paragraphs it is less, after a heading least."""
PARAGRAPH_COST: Final = 1.5
HEADING_COST: Final = 0.5
MIN_UNIT_CHARS: Final = 60
"""Shorter sentences are weighed with those after them: 'Ed. 2. Vol. 3.' is one."""
OUTER_PAGES: Final = (5, 2)
"""The first and the last pages, where imprints and notices are."""


@dataclass(frozen=True, slots=True)
class Unit:
    """A stretch that has one role: a heading, a short paragraph, or some sentences of a long one.

    Attributes:
        start, end: its slice of the text.
        cost: what it costs to be of another form than the unit before.
        section: the role its section has by name, if any.
        page: the number of its page, counted from 0.
        heading: whether it is a heading.
        notice: whether it tells whose views a work has, or what may be done with it.
    """

    start: int
    end: int
    cost: float
    section: Role | None
    page: int
    heading: bool
    notice: bool = False


def units_of(assembled: Assembled) -> Iterator[Unit]:
    """Yield the units of a text in order, each with the role its section has by name."""
    text = assembled.text
    starts = [page.start for page in assembled.pages]
    outline = Outline(assembled)
    after_heading = False
    last_page, last_role = -1, None
    for number, span in enumerate(assembled.spans):
        page = max(0, bisect.bisect(starts, span.start) - 1)
        if span.heading_level is not None:
            role = outline.enter_heading(number, page)
            yield Unit(span.start, span.end, HEADING_COST, role, page, heading=True)
            after_heading, last_page, last_role = True, page, role
            continue
        role, named = outline.enter_paragraph(number, page, first=page != last_page)
        is_new = after_heading or named or role != last_role
        cost = HEADING_COST if is_new else PARAGRAPH_COST
        notice = False
        outer = len(starts) == 1 or not OUTER_PAGES[0] <= page < len(starts) - OUTER_PAGES[1]
        for start, end in _stretches(text, span):
            notice = notice or (outer and phrases().notices.are_in(text[start:end].lower()))
            yield Unit(start, end, cost, role, page, heading=named, notice=notice)
            cost = CHANGE_COST
        after_heading, last_page, last_role = named, page, role


def _stretches(text: str, span: Span) -> Iterator[tuple[int, int]]:
    if span.end - span.start <= 2 * MIN_UNIT_CHARS:
        yield span.start, span.end
        return
    begin = None
    for start, end in split_sentences(text[span.start : span.end]):
        begin = start if begin is None else begin
        if end - begin >= MIN_UNIT_CHARS:
            yield span.start + begin, span.start + end
            begin = None
    if begin is not None:
        yield span.start + begin, span.end
