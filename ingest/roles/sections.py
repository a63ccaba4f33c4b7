"""Parts a text into stretches that have one role each, and says in which named section each is."""

from __future__ import annotations

import bisect
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from corpus.roles import Role
from corpus.sentences import split_sentences
from ingest.roles.abstracts import FIRST_PAGES, find_abstracts
from ingest.roles.forms import is_row_of_contents
from ingest.roles.names import plain_name, role_of_heading
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
MAX_NAME_CHARS: Final = 60
"""Of a heading that is set like text."""

_AFTER_SUMMARY: Final = re.compile(
    r"\W*(?:(?:chapter|part|cap[ií]tulo|parte|chapitre|partie)\s)?(?:1\b|I\b)"
    r"|[\W\d]*(?:introdu[cç]|foreword|preface|pr[óo]logo|pref[áa]cio|avant-propos)",
    re.I,
)
_SUMS_UP: Final = re.compile(
    r"(?:key|main) (?:findings|results|conclusions)|(?:principales|principais)"
    r" (?:hallazgos|resultados|achados|conclus\w+)"
    r"|(?:principaux|principales) (?:resultats|constats|conclusions)"
)
_NOTE_MARK: Final = re.compile(r"(?<=[^\W\d_])\d{1,2}$")
"""Behind a heading without a space: "INTRODUÇÃO2"."""
SENTENCE: Final = re.compile(r"[.!?:…”\"»]\W*$")


_APART: Final = frozenset(
    ("contents", "references", "front-matter", "back-matter", "navigation", "search-strategy")
)
"""Sections without sections of other roles in them: such a name ends them, whatever its level."""


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


class _Sections:
    """The named sections around a place, by the levels of their headings."""

    WEAK = 5
    """The level of a heading set like text: the lowest headings do not end its section."""

    def __init__(self) -> None:
        self._open: list[tuple[int, Role | None]] = []

    @property
    def role(self) -> Role | None:
        """The role of the innermost section whose name says one.

        An abstract with parts is all summary, and an appendix with methods is all appendix.
        """
        roles = [role for _, role in self._open if role]
        if not roles or roles[-1] in _APART:
            return roles[-1] if roles else None
        return next((role for role in roles if role in ("summary", "appendix")), roles[-1])

    def enter(self, level: int, role: Role | None, name: str) -> None:
        """Open a section, and close those it ends."""
        self._open = [one for one in self._open if one[0] < level]
        if self._is_ended_by(role, name):
            self._open = []
        self._open.append((level, role))

    def enter_unmarked(self, role: Role, name: str) -> None:
        """Open a section whose heading is set like text: any heading after it may end it."""
        self.leave_unmarked()
        if self._is_ended_by(role, name):
            self._open = []
        self._open.append((self.WEAK, role))

    def _is_ended_by(self, role: Role | None, name: str) -> bool:
        """Levels are often wrong: names count, too. A summary comes before what is numbered."""
        if self.role == "summary":
            return bool(_AFTER_SUMMARY.match(name))
        return self.role in _APART and role not in (None, self.role)

    def leave_unmarked(self) -> None:
        """Close a section whose heading was set like text."""
        self._open = [one for one in self._open if one[0] < self.WEAK]


def units_of(assembled: Assembled) -> Iterator[Unit]:
    """Yield the units of a text in order, each with the role its section has by name."""
    text = assembled.text
    starts = [page.start for page in assembled.pages]
    sections = _Sections()
    after_heading = False
    last_page, last_role = -1, None
    abstracts = find_abstracts(assembled)
    for number, span in enumerate(assembled.spans):
        page = max(0, bisect.bisect(starts, span.start) - 1)
        words = text[span.start : min(span.end, span.start + 200)]
        if span.heading_level is not None:
            sections.enter(span.heading_level, _role_of_name(words, page), words)
            yield Unit(span.start, span.end, HEADING_COST, sections.role, page, heading=True)
            after_heading, last_page, last_role = True, page, sections.role
            continue
        name = _unmarked_name(words)
        if name:
            sections.enter_unmarked(name, words)
        elif page != last_page and _could_be_heading(words):
            sections.leave_unmarked()
        role = sections.role
        if number in abstracts and role in (None, "body"):  # it may be drawn after the introduction
            role = "summary"
        is_new = after_heading or name or role != last_role
        cost = HEADING_COST if is_new else PARAGRAPH_COST
        notice = False
        outer = len(starts) == 1 or not OUTER_PAGES[0] <= page < len(starts) - OUTER_PAGES[1]
        for start, end in _stretches(text, span):
            notice = notice or (outer and phrases().notices.are_in(text[start:end].lower()))
            yield Unit(start, end, cost, role, page, heading=bool(name), notice=notice)
            cost = CHANGE_COST
        after_heading, last_page, last_role = bool(name), page, role


def _role_of_name(words: str, page: int) -> Role | None:
    """Return the role of a section by its heading; key findings on the first pages sum up."""
    role = role_of_heading(words)
    early = role == "findings" and page < FIRST_PAGES
    return "summary" if early and _SUMS_UP.match(plain_name(words)) else role


def _unmarked_name(words: str) -> Role | None:
    name = _NOTE_MARK.sub("", words)
    if len(words) > MAX_NAME_CHARS or is_row_of_contents(name):
        return None
    return role_of_heading(name)


def _could_be_heading(words: str) -> bool:
    begins = words[:1].isupper() or words[:1].isdigit()
    return begins and len(words) <= MAX_NAME_CHARS and not SENTENCE.search(words)


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
