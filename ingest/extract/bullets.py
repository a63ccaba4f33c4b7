"""Bullets that a PDF names as letters: symbol fonts have their signs where others have letters."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from ingest.extract.headings import Line

LEAST_ITEMS: Final = 3
_START: Final = re.compile(r"([flnoquvüØ§¾□\uf06c-\uf0ff]) (?=[“\"'(¿¡]?(\w))")
_WORDS_TOO: Final = frozenset("ou")
"""Words in some languages, with which lines of a paragraph begin as well."""


def with_bullets(pages: Sequence[Sequence[Line]]) -> list[list[Line]]:
    """Return the lines with ``•`` where a letter stands for it: "f Schools" at three lines or more.

    A sign is one if more lines go on with a capital letter after it than with a small one; a sign
    that can be a word, only if none goes on with a small one.
    """
    large: Counter[str] = Counter()
    small: Counter[str] = Counter()
    for line in (line for lines in pages for line in lines):
        if start := _START.match(line.text):
            (small if start[2].islower() else large)[start[1]] += 1
    signs = {
        sign for sign, count in large.items()
        if count >= LEAST_ITEMS and small[sign] < (1 if sign in _WORDS_TOO else count)
    }  # fmt: skip
    return [[_marked(line, signs) for line in lines] for lines in pages]


def _marked(line: Line, signs: set[str]) -> Line:
    start = _START.match(line.text) if signs else None
    return replace(line, text=f"• {line.text[2:]}") if start and start[1] in signs else line
