"""The numbers that preprints print beside every line, taken out of the text. Pure functions."""

from __future__ import annotations

import itertools
import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from ingest.extract.headings import Line

LEAST_PAGES: Final = 3
LEAST_LINES: Final = 8
LEAST_SHARE: Final = 0.5
"""Of the lines of a page. Titles, tables and running heads have no numbers."""
LEAST_SMALL: Final = 0.25
"""Of the numbered lines begin in lower case: those of prose. Rows of a table that are counted from
page to page begin with names."""
FIRST: Final = 2
"""A page whose numbers begin no higher begins to count again; else they go on from the last."""
WIDEST_GAP: Final = 60
"""Lines of a page that are numbered, but were not read, such as those of a figure."""

_AT_END: Final = re.compile(r"(?:^|(?<=[\s.,;:)\]-]))(?P<n>\d{1,5})$")
_AT_START: Final = re.compile(r"(?P<n>\d{1,5})(?:\s+|$)")

Chain = dict[int, int]
"""The numbers of a page, each one more than the one before, by the index of their line."""


def without_line_numbers(pages: Sequence[Sequence[Line]]) -> list[list[Line]]:
    """Return the lines of each page without their numbers.

    They are at the end, or at the start, of most lines of three pages or more, each one more than
    the one before; on the next page they go on, or begin again.
    """
    for pattern in (_AT_END, _AT_START):
        chains = [_longest_chain(lines, pattern) for lines in pages]
        numbered = [
            chain if _is_numbered(lines, chain, pattern) else {}
            for lines, chain in zip(pages, chains, strict=True)
        ]
        if _follow_each_other(numbered):
            return [
                _stripped(lines, chain, pattern) if _is_begun(numbered, chains, i) else list(lines)
                for i, (lines, chain) in enumerate(zip(pages, chains, strict=True))
            ]
    return [list(lines) for lines in pages]


def _longest_chain(lines: Sequence[Line], pattern: re.Pattern[str]) -> Chain:
    """Return the longest run of numbers that grow by one; others between them do not count."""
    ends: dict[int, Chain] = {}
    for i, line in enumerate(lines):
        if found := pattern.search(line.text) if pattern is _AT_END else pattern.match(line.text):
            number = int(found["n"])
            chain = ends.pop(number - 1, {})
            chain[i] = number
            if len(chain) >= len(ends.get(number, {})):
                ends[number] = chain
    return max(ends.values(), key=len, default={})


def _is_numbered(lines: Sequence[Line], chain: Chain, pattern: re.Pattern[str]) -> bool:
    if len(chain) < max(LEAST_LINES, LEAST_SHARE * sum(1 for line in lines if line.text)):
        return False
    rest = [pattern.sub("", lines[i].text, count=1) for i in chain]
    return sum(text[:1].islower() for text in rest) >= LEAST_SMALL * len(rest)


def _follow_each_other(numbered: Sequence[Chain]) -> bool:
    """Whether the numbers of enough pages go on from page to page, or begin again on each."""
    full = [chain for chain in numbered if chain]
    anew = sum(min(chain.values()) <= FIRST for chain in full)
    on = sum(
        0 < min(following.values()) - max(chain.values()) <= WIDEST_GAP
        for chain, following in itertools.pairwise(full)
    )
    return len(full) >= LEAST_PAGES and max(anew, on + 1) >= 0.8 * len(full)


def _is_begun(numbered: Sequence[Chain], chains: Sequence[Chain], i: int) -> bool:
    """Whether a page is numbered, or its few numbers go on from the page before."""
    if numbered[i] or not chains[i]:
        return bool(numbered[i])
    before = next((c for c in reversed(numbered[:i]) if c), {})
    gap = min(chains[i].values()) - max(before.values(), default=0)
    return len(chains[i]) > 1 and 0 < gap <= WIDEST_GAP


def _stripped(lines: Sequence[Line], chain: Chain, pattern: re.Pattern[str]) -> list[Line]:
    kept = []
    for i, line in enumerate(lines):
        if i in chain:
            text = pattern.sub("", line.text, count=1).strip()
            line = replace(line, text=text, style=line.style or line.mostly)
            if not text:
                continue
        kept.append(line)
    return kept
