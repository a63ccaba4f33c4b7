"""The first letter of a title that its design sets apart from the word, or leaves to a picture."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from ingest.record.finding import Finding
from ingest.record.front import Front, letters

REPEATED_WORDS: Final = 3
"""So many words of a title, the first without its initial, make a repetition of it."""
TALLER: Final = 1.2

_CAPITAL: Final = re.compile(r"[A-ZÀ-Þ]")
_APART: Final = re.compile(r"([A-ZÀ-Þ]) ([^\W\d_]{2,})")
_WORD: Final = re.compile(r"[^\W\d_]+")
_ALONE: Final = frozenset("AEIOYÀÉ")
"""Capitals that are words by themselves."""


def with_initial(front: Front, title: Finding) -> Finding:
    """Return a title with the initial that its first word lost.

    The capital stands by itself beside the title, or the document repeats the words with it: in its
    text, its running heads or the file's own title.
    """
    value = str(title.value)
    apart = _APART.match(value)
    if apart and _stands_alone(front, title, apart[1]) and _belongs(front, apart[1], apart[2]):
        return replace(title, value=apart[1] + value[apart.start(2) :])
    first = _WORD.match(value)
    if not first or front.common[first[0].casefold()] > first[0].islower():
        return title
    capital = _beside(front, title, first[0]) or _repeated(front, value)
    if not capital:
        return title
    rest = value if value[:2].isupper() else value[0].lower() + value[1:]
    return replace(title, value=capital + rest)


def _beside(front: Front, title: Finding, word: str) -> str | None:
    """Return the capital on the line before or after the first line of the title."""
    quote = letters(title.quote or "")
    lines = [line for line in front.head if line.page == title.page]
    for i, line in enumerate(lines):
        if not letters(line.text) or not quote.startswith(letters(line.text)):
            continue
        for other in (*lines[max(0, i - 1) : i], *lines[i + 1 : i + 2]):
            large = other.height >= TALLER * line.height
            if large and _CAPITAL.fullmatch(other.text) and _belongs(front, other.text, word):
                return other.text
    return None


def _stands_alone(front: Front, title: Finding, capital: str) -> bool:
    return any(x.text == capital and x.page == title.page for x in front.head)


def _belongs(front: Front, capital: str, word: str) -> bool:
    """Whether a capital begins a word: the document has the whole word, or not the rest of it."""
    known = front.words[(capital + word).casefold()] > 0
    elsewhere = front.words[word.casefold()] > 1
    return known or (capital not in _ALONE and not elsewhere)


def _repeated(front: Front, value: str) -> str | None:
    """Return the letter with which the document repeats the beginning of the title."""
    words = _WORD.findall(value)[:REPEATED_WORDS]
    if len(words) < REPEATED_WORDS:
        return None
    phrase = r"[\W_]+".join(map(re.escape, words))
    pattern = re.compile(rf"(?<![^\W\d_])([^\W\d_]){phrase}(?![^\W\d_])", re.I)
    found = {match[1].upper() for text in _wordings(front) for match in pattern.finditer(text)}
    return found.pop() if len(found) == 1 else None


def _wordings(front: Front) -> Iterator[str]:
    yield from (front.stated.title or "", *front.running, front.text)
