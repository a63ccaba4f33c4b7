"""Finds abstracts without a heading: "Abstract: This study ...", and prose right above keywords."""

from __future__ import annotations

import bisect
import re
from collections.abc import Iterator, Sequence
from typing import Final

from ingest.text.passages import Assembled, Span

FIRST_PAGES: Final = 4
FIRST_CHARS: Final = 6_000
"""Of a text without pages: what begins further down is no abstract."""
LEAST_CHARS: Final = 250
"""Of what stands above keywords: shorter texts are thanks, addresses and dates."""
MOST_PARAGRAPHS: Final = 4
"""So many paragraphs of an abstract can stand above its keywords."""

_NAME: Final = re.compile(
    r"(?:(?:executive |structured )?(?:abstract|summary)|abstrac?to?|resumen(?: ejecutivo)?"
    r"|resumo(?: executivo)?|r[ée]sum[ée](?: ex[ée]cutif)?|synth[èe]se|s[íi]ntesis|key messages?"
    r"|in brief|en bref|en breve)\s?(?:[:.]\s?[-—–]?|[-—–])\s+(?=[^\W_])",
    re.I,
)
_CAPITALS: Final = re.compile(
    r"(?:ABSTRACT|SUMMARY|RESUMEN|RESUMO|R[ÉE]SUM[ÉE])\s+(?=[A-ZÀ-Þ¿“\"])"
)
_RUN_IN: Final = re.compile(r"(?:Abstract|Resumen|Resumo|R[ée]sum[ée])\s+(?=[A-ZÀ-Þ¿“\"][^A-ZÀ-Þ])")
"""Before a sentence: "Abstract By the turn of the century ..."."""
_SPACED: Final = re.compile(
    r"(?:A B S T R A C T|S U M M A R Y|R E S U M E N|R E S U M O|R [ÉE] S U M [ÉE])$"
)
_RIGHTS: Final = re.compile(r"(?:©|\(c\)|copyright\b|all rights reserved)", re.I)
_KEYWORDS: Final = re.compile(
    r"(?:key ?words?(?: and phrases)?|index terms|palabras[ -]claves?|palavras[ -]chaves?"
    r"|mots[ -]cl[ée]s?|descript?ores|jel(?: classifications?| codes?)?(?: numbers?)?)\s?[:.—–-]",
    re.I,
)
_LIST_OF_KEYWORDS: Final = re.compile(
    r"(?:Key ?words|Palabras[ -]clave|Palavras[ -]chave|Mots[ -]cl[ée]s)\s[^,;.]{2,60}[,;]"
)
"""Without a sign behind their name: "Keywords reading, teachers"."""
_SENTENCE: Final = re.compile(r"[a-zà-ÿ\d)”\"»%][.!?…]\s")


def find_abstracts(assembled: Assembled) -> frozenset[int]:
    """Return the numbers of the paragraphs that are an abstract without a heading.

    An abstract is what begins with its name, what stands below its name in spaced letters, as in
    journals, and what stands right above the first keywords.
    """
    text, spans = assembled.text, assembled.spans
    found: set[int] = set()
    for i, span in _early(assembled):
        words = text[span.start : span.end]
        if _NAME.match(words) or _CAPITALS.match(words):
            found.update(_until_keywords(text, spans, i))
        elif _RUN_IN.match(words) and len(words) >= LEAST_CHARS and _SENTENCE.search(words):
            found.add(i)
        elif _SPACED.match(words):
            ends = (page.end for page in assembled.pages if page.end > span.start)
            found.update(_below(text, spans, i, next(ends, span.end)))
        elif _KEYWORDS.match(words):
            found.update(_above(text, spans, i))
    return frozenset(found)


def is_of_keywords(words: str) -> bool:
    """Return whether a paragraph names the keywords of a text."""
    return bool(_KEYWORDS.match(words) or _LIST_OF_KEYWORDS.match(words))


def _early(assembled: Assembled) -> Iterator[tuple[int, Span]]:
    """Yield the paragraphs of the first pages, with their numbers."""
    pages = assembled.pages
    starts = [page.start for page in pages]
    for i, span in enumerate(assembled.spans):
        page = bisect.bisect(starts, span.start) - 1
        if page >= FIRST_PAGES or (len(pages) == 1 and span.start > FIRST_CHARS):
            return
        if span.heading_level is None:
            yield i, span


def _until_keywords(text: str, spans: Sequence[Span], first: int) -> list[int]:
    """Return an abstract's first paragraph, and those up to its keywords, if any follow soon."""
    taken = [first]
    for i in range(first + 1, min(first + 1 + MOST_PARAGRAPHS, len(spans))):
        if spans[i].heading_level is not None:
            break
        if _KEYWORDS.match(text, spans[i].start):
            return taken
        taken.append(i)
    return [first]


def _below(text: str, spans: Sequence[Span], name: int, end: int) -> list[int]:
    """Return the paragraphs of prose right below the name of an abstract, before ``end``."""
    taken: list[int] = []
    for i in range(name + 1, min(name + 1 + MOST_PARAGRAPHS, len(spans))):
        words = text[spans[i].start : spans[i].end]
        prose = spans[i].heading_level is None and _SENTENCE.search(f"{words} ")
        if not prose or spans[i].start >= end or words[0].isdigit():
            break
        if _KEYWORDS.match(words) or _RIGHTS.match(words):
            break
        taken.append(i)
    return taken


def _above(text: str, spans: Sequence[Span], keywords: int) -> list[int]:
    """Return the paragraphs of prose right above keywords."""
    taken: list[int] = []
    size = 0
    for i in range(keywords - 1, max(-1, keywords - 1 - MOST_PARAGRAPHS), -1):
        words = text[spans[i].start : spans[i].end]
        if spans[i].heading_level is not None or not _SENTENCE.search(f"{words} "):
            break
        taken.append(i)
        size += len(words)
    return taken if size >= LEAST_CHARS else []
