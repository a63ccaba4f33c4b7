"""A title without what is printed around it, and with what a running head adds to it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Final

from corpus.documents.authorities import is_organisation
from ingest.record.days import is_date_line
from ingest.record.front import Front, letters
from ingest.record.names import names_in
from ingest.record.wordings import LABELLED, ORGANISATION

SUBJECT: Final = re.compile(r"(?:subject|asunto|assunto|objet)\s*:\s+(?=\S)", re.I)
_NUMBER_FIRST: Final = re.compile(r"((?:19|20)\d\d[-/]\d{1,3})[ :–—-]+(?=[A-ZÀ-Þ])")
_AGAIN: Final = re.compile(r"^(.{12,}?)(?:\W+\1)+$", re.S)
_WORD: Final = re.compile(r"\w+")
FRONT_CHARS: Final = 6_000


def without_label(value: str) -> str:
    """Return a title without "Policy brief:" before it; a series with its number is left."""
    match = LABELLED.match(value) or SUBJECT.match(value)
    rest = value[match.end() :] if match else ""
    return rest if match and len(rest.split()) > 2 and not re.search(r"\d", match[0]) else value


def as_running(front: Front, value: str) -> str:
    """Return a title with what a running head has after it, if lines of the cover say that too."""
    lines = {letters(line.text) for line in front.head if line.page == 1}
    words = _WORD.findall(value.casefold())
    for text in front.running:
        text = text.split("©")[0].strip(" |–—-")
        order = _WORD.findall(text.casefold())
        if len(words) > 3 and order != words and sorted(order) == sorted(words):
            return value if text.isupper() else text  # its boxes were read in another order
        more = text[len(value) :] if text.casefold().startswith(value.casefold()) else ""
        parts = [part for part in re.split(r"\s*[:|–—-]\s+|\s*,\s+", more) if part]
        said = all(letters(p) in lines and not _is_credit(front, p) for p in parts)
        if parts and said and more.startswith((":", " ")):
            return value + (more if not more.isupper() else more.title())
    return value


def without_number(value: str, front: Front) -> str:
    """Return a title without the number of its series that is printed before it ("2017-23 ...")."""
    number = _NUMBER_FIRST.match(value)
    again = number and front.text[:FRONT_CHARS].count(number[1]) > 1
    return value[number.end() :] if number and again else value


def without_marks(value: str) -> str:
    """Return a title without the sign of a footnote at its end, and once if it is printed again."""
    once = _AGAIN.sub(r"\1", value)
    return once.rstrip(" *∗⋆★†‡§¶⁰¹²³⁴⁵⁶⁷⁸⁹") or value


def in_better_case(text: str, support: Sequence[tuple[str, float]]) -> str:
    """Return a title in capitals as another wording of the same letters has it."""
    if not text.isupper():
        return text
    packed = letters(text)
    for other in _clauses(support):
        if letters(other) == packed and not other.isupper() and _marks(other) >= _marks(text):
            return other
    return text


def _marks(text: str) -> int:
    """Count the apostrophes and hyphens of a text, which the properties of files often lose."""
    return sum(c in "'’-‐–" for c in text)


def _clauses(support: Sequence[tuple[str, float]]) -> Iterator[str]:
    for other, _ in support:
        yield other
        yield from re.split(r"\s+[|–—-]\s+", other)


def _is_credit(front: Front, text: str) -> bool:
    """Whether words name a person, an organisation or a date: no part of a title."""
    body = is_organisation(text) or ORGANISATION.search(text)
    return bool(body or is_date_line(text) or names_in(text, front))
