"""What speaks for words as the title, in numbers: their letters, their place, their neighbours."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from typing import Final

from corpus.documents.authorities import is_organisation
from ingest.record.days import is_date_line
from ingest.record.doubts import OPENS_ODDLY
from ingest.record.finding import Finding
from ingest.record.front import Front, Group, Line, letters
from ingest.record.names import names_in
from ingest.record.serials import names_a_series
from ingest.record.title_candidates import Wording
from ingest.record.wholes import OPEN_END, is_label
from ingest.record.wordings import (
    CREDIT,
    DEGREE,
    NO_TITLE,
    THESIS,
    is_body,
    likeness,
    names_a_body,
    names_a_section,
)  # fmt: skip

SURE_RULES: Final = ("doubts: -1", "doubts: 0", "file and cover")
LEAST_LETTERS: Final = 10
LEAST_WORD: Final = 4
ALIKE: Final = 0.07
"""Sizes differ by less than a twentieth, as the logarithm to base 2."""
LARGE: Final = 1.15
LARGER: Final = 1.04
LONG_LINE: Final = 70
MOST_AGAIN: Final = 3
LONG_WORD: Final = 5
OFTEN: Final = 5
_WORD: Final = re.compile(r"[^\W\d_]{2,}")
_SMALL: Final = re.compile(r"\W*[a-zà-ÿ]")
_GOES_ON: Final = (",", ";", ":", "-", "(")


class Cues:
    """The first pages of a document, as the numbers of all its wordings need them."""

    def __init__(self, front: Front, groups: Sequence[Group], read: Finding | None) -> None:
        """Take the groups of the first pages and the title that was read by the rules."""
        self.front = front
        self.lines = [line for group in groups for line in group.lines]
        self._places = {id(line): i for i, line in enumerate(self.lines)}
        self._largest: dict[int, float] = {}
        for group in groups:
            if sum(map(str.isalpha, group.text)) >= LEAST_WORD:
                self._largest[group.page] = max(self._largest.get(group.page, 0), group.height)
        self._read = letters(str(read.value)) if read else ""
        self._surely = read is not None and read.rule in SURE_RULES
        self._kinds: dict[str, dict[str, bool]] = {}

    def numbers_of(self, one: Wording) -> dict[str, float]:
        """Return what is weighed of a wording, by name; what is left out is 0."""
        numbers = self._of_words(one) | self._of_wordings(one)
        if one.groups:
            numbers |= self._of_place(one) | self._of_parts(one.groups)
            lines = [line for group in one.groups for line in group.lines]
            first, last = self._places.get(id(lines[0])), self._places.get(id(lines[-1]))
            numbers |= self._of_neighbour("above", lines[0], None if first is None else first - 1)
            numbers |= self._of_neighbour("below", lines[-1], None if last is None else last + 1)
        return {name: float(number) for name, number in numbers.items()}

    def _of_words(self, one: Wording) -> dict[str, float]:
        text = one.text.rstrip()
        words = _WORD.findall(text)
        count = len(text.split())
        return {
            "one word": count == 1,
            "two words": count == 2,
            "few words": 3 <= count <= 4,
            "many words": count > 25,
            "words": math.log(max(count, 1)),
            "open end": bool(OPEN_END.search(text)) or text.endswith(_GOES_ON),
            "small letter": bool(_SMALL.match(text)),
            "opens oddly": bool(OPENS_ODDLY.match(text)),
            "capitals": text.isupper(),
            "words of the text": self._share_said(words),
            "part": one.kind == "part",
            "elsewhere": one.kind == "elsewhere",
            "behind a label": one.kind == "label",
        }

    def _share_said(self, words: Sequence[str]) -> float:
        """Return the share of longer words that the document has often: what it is about."""
        long = [word.casefold() for word in words if len(word) >= LONG_WORD]
        often = sum(self.front.words[word] >= OFTEN for word in long)
        return often / len(long) if long else 0.5

    def _of_wordings(self, one: Wording) -> dict[str, float]:
        packed, stated = letters(one.text), self.front.stated.title or ""
        inside = packed != self._read and packed in self._read
        around = bool(self._read) and packed != self._read and self._read in packed
        again = self.front.packed.count(packed) - 1 if len(packed) >= LEAST_LETTERS else 0
        return {
            "read": packed == self._read,
            "in what was read": inside,
            "little of what was read": inside and 2 * len(packed) < len(self._read),
            "part of a sure title": (inside or around) and self._surely,
            "again": min(MOST_AGAIN, max(0, again)),
            "like the file's": likeness(one.text, stated) if stated else 0.0,
            "the file's": packed == letters(stated),
        }

    def _of_place(self, one: Wording) -> dict[str, float]:
        tallest = max(one.groups, key=lambda group: group.height)
        page = tallest.page
        place = self._places.get(id(one.groups[0].lines[0]), 0)
        above = sum(line.page == page for line in self.lines[:place])
        largest = LARGER * tallest.height >= self._largest.get(page, 0.0)
        return {
            "largest": largest and page == 1,
            "size": max(-1.0, min(3.0, math.log2(max(tallest.height, 1) / self.front.body))),
            "bold": tallest.lines[0].bold,
            "second page": page == 2,
            "third page": page == 3,
            "lines above": math.log(1 + above),
        }

    def _of_parts(self, groups: Sequence[Group]) -> dict[str, float]:
        lines = [line for group in groups for line in group.lines]
        several = len(lines) > 1
        others = [self._is_other(group.text) for group in groups]
        joined = len(groups) > 1
        return {
            "groups": len(groups),
            "other first": several and self._is_other(lines[0].text),
            "other inside": several and any(self._is_other(x.text) for x in lines[1:-1]),
            "other joined": any(others[1:]),
            "joined to another": joined and others[0],
            "word joined": joined and len(groups[0].text.split()) <= 2,
            "smaller joined": joined and _step(groups[1], groups[0]) <= -ALIKE,
        }

    def _of_neighbour(self, where: str, line: Line, place: int | None) -> dict[str, float]:
        """Return what the line above or below says; there is none on another page."""
        if place is None or not 0 <= place < len(self.lines):
            return {}
        near = self.lines[place]
        if near.page != line.page:
            return {}
        kinds = self._kinds_of(near.text)
        same = abs(_step(near, line)) < ALIKE
        alike = same and near.bold == line.bold and near.text.isupper() == line.text.isupper()
        plain = not any(kinds.values()) and sum(map(str.isalpha, near.text)) >= LEAST_WORD
        told: dict[str, float] = {
            "same size": same,
            "alike": alike,
            "alike and plain": alike and plain,
            "body": kinds["body"],
        }
        own: dict[str, float] = (
            {
                "name": kinds["name"],
                "long": len(near.text) > LONG_LINE,
                "small letter": bool(_SMALL.match(near.text)),
            }
            if where == "above"
            else {"credit": kinds["credit"], "date": kinds["date"]}
        )
        return {f"{name} {where}": number for name, number in (told | own).items()}

    def _is_other(self, text: str) -> bool:
        """Whether words are a body, a name, a date or anything else that is no title."""
        return any(self._kinds_of(text).values())

    def _kinds_of(self, text: str) -> dict[str, bool]:
        if text not in self._kinds:
            self._kinds[text] = {
                "body": is_organisation(text) or names_a_body(text) or is_body(text),
                "name": bool(names_in(text, self.front)),
                "date": is_date_line(text),
                "label": is_label(text) or bool(THESIS.match(text)),
                "credit": bool(CREDIT.match(text) or DEGREE.match(text)),
                "section": names_a_section(text) or bool(NO_TITLE.match(text)),
                "series": names_a_series(text),
            }
        return self._kinds[text]


def _step(one: Line | Group, other: Line | Group) -> float:
    """Return how much larger the letters of one are than of another, to base 2."""
    return math.log2(max(one.height, 1.0) / max(other.height, 1.0))
