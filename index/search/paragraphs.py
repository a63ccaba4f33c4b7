"""Splits a passage into paragraphs and items of lists, and those into sentences."""

from __future__ import annotations

import itertools
import re
from typing import Final

from corpus.sentences import split_sentences

_BULLETS: Final = "•▪■●◦‣➢✓"
_PARAGRAPH: Final = re.compile(
    rf"\s(?:(?<=\n)\s*\n|\s*(?=[{_BULLETS}]\s)|(?<=\n)(?=[-–—*]\s|\(?\w{{1,3}}\)\s)"
    r"|(?<=[.;:!?]\s)\s*(?=[-–—]\s+[“«¿¡]?[A-ZÀ-Þ]))"
)
"""Between paragraphs and items; of items that a file has in one line, each follows a sentence.
What begins with white space is found in half the time if the pattern does."""
_BEFORE_ITEM: Final = re.compile(rf"[{_BULLETS}–—-]\s")
"""What is in every text of one line with more than one paragraph."""
_MARK: Final = re.compile(rf"[{_BULLETS}*–—-]\s+")
_NUMBER: Final = re.compile(
    r"(?:\d{1,2}\.\d{1,3}\s+(?!(?:[Mm]ill|[Bb]ill|[Cc]rore|[Ll]akh))(?=[“«¿¡\"(]?[A-ZÀ-Þ])"
    r"|\d{1,3}\s+(?=[“«¿¡\"(]?[A-ZÀ-Þ]))"
)
"""The number of a note, or of a paragraph of a report, before its text."""
_COUNTED: Final = re.compile(
    r"(?:Jan|Feb|Mar(?:ch|\b)|Apr|May\b|Jun|Jul|Aug|Sept|Oct|Nov|Dec)|[A-ZÀ-Þ]{2}"
    r"|(?!Th[eio]s|Thus|Most|Many|Some|Such|Est[aeo]s|Ess[ae]s|Para|Como|Entre|Dans|Pour|Depois|Antes"
    r"|Apr[eè]s)[^\W\d_]{4,}(?:(?<=s)\b|\s+[^\W\d_]+s\b)"
)
"""What follows a number that counts: "28 States have", "60 African countries", "3 October"."""
_LAST_NOTE: Final = re.compile(
    r"(?:[^\W\d_]{4}|[\"'”’»)\]%])(?<!figs)(?<!arts)(?<!págs)(?<!pags)(?<!vols)(?<!chap)(?<!sect)"
    r"[.!?…][\"'”’»)\]]*(\d{1,3}(?:[,–-]\d{1,3}){0,3})\Z"
)
_LABEL: Final = re.compile(
    r"(?:Abstract|ABSTRACT|Resumen|RESUMEN|Resumo|RESUMO|Résumé|RÉSUMÉ|Summary\.)\W*\s(?=[A-ZÀ-Þ])"
)


def split_paragraphs(text: str) -> tuple[tuple[tuple[int, int], ...], ...]:
    """Return the sentences of each paragraph of a passage, as slices of its text.

    Paragraphs are a blank line apart, unless a sentence runs on over it, as it does where a figure
    or a note stood between its lines. An item of a list is a paragraph of its own.
    """
    if "\n" not in text and not _BEFORE_ITEM.search(text):
        whole = tuple(split_sentences(text))
        return (whole,) if whole else ()
    ends = (m.end() for m in _PARAGRAPH.finditer(text) if not _runs_on(text, m.start(), m.end()))
    edges = [0, *ends, len(text)]
    paragraphs = (
        tuple((start + s, start + e) for s, e in split_sentences(text[start:end]))
        for start, end in itertools.pairwise(edges)
    )
    return tuple(paragraph for paragraph in paragraphs if paragraph)


def _runs_on(text: str, end: int, start: int) -> bool:
    last = text[max(0, end - 1) : end]
    return text[start : start + 1].islower() and (last.isalnum() or last == ",")


def skip_mark(text: str, start: int) -> int:
    """Return where the words of a sentence begin: after the bullet or dash of an item of a list.

    They begin after "Abstract", too, where an article has it on the line of its first sentence, and
    after the number of a note or a paragraph ("14 Dropout rate is").
    """
    mark = _MARK.match(text, start) or _LABEL.match(text, start)
    if not mark and text[start : start + 1].isdigit():
        mark = _NUMBER.match(text, start)
        if mark and "." not in mark[0] and _COUNTED.match(text, mark.end()):
            return start
    return mark.end() if mark else start


def skip_note(text: str, end: int) -> int:
    """Return where the words of a sentence end: before the number of a note behind its mark."""
    if not text[end - 1 : end].isdigit():
        return end
    note = _LAST_NOTE.search(text[max(0, end - 24) : end])
    return end - len(note[1]) if note else end
