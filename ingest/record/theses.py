"""Who wrote a thesis and where: its title page names the author first, then those who advised."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator, Sequence
from typing import Final

from ingest.record.front import Front, Line
from ingest.record.names import names_in
from ingest.record.organisations import Issued, is_capitalised
from ingest.record.wordings import ADVISER, DEGREE, THESIS
from ingest.record.writers import Named

PAGES: Final = 4
"""A thesis has a cover and a title page among its first pages."""
PAGE_LINES: Final = 40
PAGE_CHARS: Final = 1_500
"""A title page has little on it; one with more may be about a thesis."""
MOST_AUTHORS: Final = 3
SURE: Final = 0.9
OF_UNIVERSITY: Final = 0.8
_UNIVERSITY: Final = re.compile(
    r"(?:universi\w+|institut[oe]? (?:federal|polit[eé]cnico|sup[eé]rieur)|polit[eé]cnic[oa])\b.+"
    r"|.{3,50}\s(?:university|graduate school|institute of technology)",
    re.I,
)
_OF: Final = re.compile(r"(?:at|by|from|in|of|to)\s+(?:the\s+)?", re.I)
"""What a line begins with that goes on with the university ("of the University of Example")."""
_HYPHEN: Final = re.compile(r"[-‐]$")


def read_thesis_authors(front: Front) -> Iterator[Named]:
    """Yield the persons named first on a page that says that it is the title page of a thesis."""
    for lines in _title_pages(front):
        yield from _first_named(front, lines)


def read_universities(front: Front) -> Iterator[Issued]:
    """Yield the university that the title page of a thesis names on a line of its own."""
    for lines in _title_pages(front):
        for line in lines:
            name = _OF.sub("", line.text.strip(" ."))
            if _UNIVERSITY.fullmatch(name) and is_capitalised(name):
                yield Issued(name, OF_UNIVERSITY, line, "thesis")
                return


def _title_pages(front: Front) -> Iterator[Sequence[Line]]:
    if front.medium not in ("paged", "office"):
        return
    early = (line for line in front.head if line.page <= PAGES)
    for _, page in itertools.groupby(early, key=lambda line: line.page):
        lines = list(page)
        little = len(lines) <= PAGE_LINES and sum(len(x.text) for x in lines) <= PAGE_CHARS
        if little and any(map(_says_thesis, lines, (*lines[1:], None))):
            yield lines


def _first_named(front: Front, lines: Sequence[Line]) -> Iterator[Named]:
    names: list[str] = []
    first: Line | None = None
    for line in lines:
        if ADVISER.match(line.text) or DEGREE.match(line.text):
            break
        found = [] if THESIS.match(line.text) else names_in(line.text, front)
        if names and not found:
            break
        names += found
        first = first or (line if found else None)
    if first and len(names) <= MOST_AUTHORS:
        yield Named(tuple(names), SURE, first)


def _says_thesis(line: Line, below: Line | None) -> bool:
    """Whether a line is a label such as "Doctoral thesis", or says for what degree it was written.

    The statement may be broken: "Trabalho de Conclusão de Curso apre-", "sentado como requisito".
    """
    whole = line.text
    if below and _HYPHEN.search(whole):
        whole = f"{_HYPHEN.sub('', whole)}{below.text}"
    return bool(THESIS.match(line.text) or DEGREE.match(whole))
