"""Which named section each paragraph of a text is in, by the levels and the names of headings."""

from __future__ import annotations

import re
from typing import Final

from corpus.roles import Role
from ingest.roles.abstracts import FIRST_PAGES, LEAST_CHARS, find_abstracts, is_of_keywords
from ingest.roles.forms import is_row_of_contents
from ingest.roles.names import plain_name, role_of_heading
from ingest.roles.results import find_parts_of_results
from ingest.text.passages import Assembled

SENTENCE: Final = re.compile(r"[.!?:…”\"»]\W*$")
MAX_NAME_CHARS: Final = 60
"""Of a heading that is set like text."""
SUMMED_UP_BY: Final = 0.25
"""From here on, any heading ends a summary whose own is set like text: one of a part is short."""
LEAST_OF_ENTRY: Final = 10
"""Letters of an entry of the contents; a shorter heading may stand there twice."""
ANNEXES_FROM: Final = 0.4
"""So far into a text its annexes begin; they go on to its end."""

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
_ASIDE: Final = re.compile(r"corresponding authors?|correspond[êe]nc(?:e|ia)|correspondance")
"""Set at the foot of a first page: what follows the address goes on with the section before."""
_ANNEX: Final = re.compile(r"(?:anne|appendi|anexo|ap[êe]ndice)")
_CHAPTER: Final = re.compile(r"\W*(?:chapter|part|cap[ií]tulo|parte|chapitre|partie)\b", re.I)
_NOTE_MARK: Final = re.compile(r"(?<=[^\W\d_])\d{1,2}$")
"""Behind a heading without a space: "INTRODUÇÃO2"."""


_APART: Final = frozenset(
    ("contents", "references", "front-matter", "back-matter", "navigation", "search-strategy")
)
"""Sections without sections of other roles in them: such a name ends them, whatever its level."""


class Outline:
    """Walks through the headings and paragraphs of a text, in order, and says what each is in.

    Args:
        assembled: the text, its pages and its paragraphs.
    """

    def __init__(self, assembled: Assembled) -> None:
        self._assembled = assembled
        self._sections = _Sections()
        self._abstracts = find_abstracts(assembled)
        self._parts = find_parts_of_results(assembled)
        levels = {span.heading_level for span in assembled.spans} - {None}
        self._is_flat = len(levels) == 1  # as where headings are told by their letters alone
        self._aside: Role | None = None
        self._summed_up = 0
        self._listed: list[str] = []

    def enter_heading(self, number: int, page: int) -> Role | None:
        """Return the role of the section that a heading opens, by its number among the spans."""
        span, name = self._assembled.spans[number], self._beginning(number)
        if self._is_aside(name, page):
            return self._aside
        role = _role_of_name(name, page)
        self._end_contents(name)
        if span.start >= SUMMED_UP_BY * len(self._assembled.text):
            self._sections.end_unmarked_summary()
        level = (1 if self._is_flat else span.heading_level or 1) + (number in self._parts)
        if span.start >= ANNEXES_FROM * len(self._assembled.text):
            level = self._sections.level_in_annex(level, role, name)
        self._sections.enter(level, role, name)
        return self._sections.role

    def enter_paragraph(self, number: int, page: int, *, first: bool) -> tuple[Role | None, bool]:
        """Return the role of the section that a paragraph is in, and whether it is its name.

        Args:
            number: of the paragraph among the spans.
            page: its page, counted from 0.
            first: whether it is the first on its page.
        """
        words = self._beginning(number)
        if self._is_aside(words, page):
            return self._aside, True
        name = _unmarked_name(words)
        if name:
            self._sections.enter_unmarked(name, words)
        elif first and _could_be_heading(words):
            self._sections.leave_unmarked()
        role, self._aside = self._aside or self._sections.role, None
        if role == "contents":
            self._listed.append(plain_name(words))
        self._end_abstract(number, role, page)
        if number in self._abstracts and role in (None, "body"):  # drawn after the introduction
            role = "summary"
        return role, bool(name)

    def _beginning(self, number: int) -> str:
        span = self._assembled.spans[number]
        return self._assembled.text[span.start : min(span.end, span.start + 200)]

    def _is_aside(self, words: str, page: int) -> bool:
        """Return whether only the paragraph after these words is about something else."""
        if page >= FIRST_PAGES or self._sections.role is None:
            return False
        if len(words) > MAX_NAME_CHARS or not _ASIDE.fullmatch(plain_name(words)):
            return False
        self._aside = "back-matter"
        return True

    def _end_contents(self, name: str) -> None:
        """End a list of contents where the first of what it lists begins."""
        if self._sections.role != "contents":
            return
        plain = plain_name(name)
        if len(plain) >= LEAST_OF_ENTRY and any(one.startswith(plain) for one in self._listed):
            self._sections.end_all()
        self._listed.append(plain)

    def _end_abstract(self, number: int, role: Role | None, page: int) -> None:
        """End an abstract of some length at its keywords: the introduction may have no heading."""
        span = self._assembled.spans[number]
        self._summed_up = self._summed_up + span.end - span.start if role == "summary" else 0
        long = self._summed_up >= LEAST_CHARS and page < FIRST_PAGES
        if long and is_of_keywords(self._beginning(number)):
            self._sections.end_summary()


class _Sections:
    """The named sections around a place, by the levels of their headings."""

    WEAK = 5
    """The level of a heading set like text: the lowest headings do not end its section."""

    def __init__(self) -> None:
        self._open: list[tuple[int, Role | None]] = []
        self._annex: int | None = None

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

    def level_in_annex(self, level: int, role: Role | None, name: str) -> int:
        """Return the level of a heading far into a text: lower than that of the annex it is in.

        Annexes are last: what follows one is part of it, but for the next one, the references and
        the like.
        """
        if role == "appendix" and _ANNEX.match(plain_name(name)):
            self._annex = level
        elif role in _APART or _CHAPTER.match(name):
            self._annex = None
        elif self._annex is not None and role != "appendix":
            return max(level, self._annex + 1)
        return level

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

    def end_all(self) -> None:
        """Close all sections."""
        self._open = []

    def end_summary(self) -> None:
        """Close a summary without closing the sections that are around it."""
        self._open = [(level, None if role == "summary" else role) for level, role in self._open]

    def end_unmarked_summary(self) -> None:
        """Close a summary whose heading was set like text, if it is the innermost section."""
        if self._open[-1:] == [(self.WEAK, "summary")]:
            self._open.pop()

    def leave_unmarked(self) -> None:
        """Close a section whose heading was set like text."""
        self._open = [one for one in self._open if one[0] < self.WEAK]


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
