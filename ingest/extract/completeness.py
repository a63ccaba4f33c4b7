"""What all formats share: how much text is kept, and how missing text is reported."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Final

from ingest.model import Block, Extracted, ExtractedPage, Limits

MAX_RANGES: Final = 12
# A word in an alphabet has at least two letters; in Chinese and Japanese, one.
_WORD: Final = re.compile(r"[^\W\d_]{2}|[\u3040-\u30ff\u3400-\u9fff]")


def page_ranges(numbers: Iterable[int]) -> str:
    """Return page numbers as people write them: "1-3, 7"."""
    ranges: list[list[int]] = []
    for number in sorted(set(numbers)):
        if ranges and number == ranges[-1][1] + 1:
            ranges[-1][1] = number
        else:
            ranges.append([number, number])
    shown = [str(a) if a == b else f"{a}-{b}" for a, b in ranges[:MAX_RANGES]]
    more = len(ranges) - MAX_RANGES
    return ", ".join(shown) + (f" and {more} more places" if more > 0 else "")


def has_words(pages: Sequence[ExtractedPage]) -> bool:
    """Whether any page has a word, and not only numbers and signs."""
    return any(_WORD.search(block.text) for page in pages for block in page.blocks)


def cap_text(extracted: Extracted, limits: Limits) -> Extracted:
    """Cut the text at ``limits.max_chars`` characters and report it."""
    if sum(len(b.text) for p in extracted.pages for b in p.blocks) <= limits.max_chars:
        return extracted
    room = limits.max_chars
    pages = []
    for page in extracted.pages:
        kept: list[Block] = []
        for block in page.blocks:
            if room <= 0:
                break
            kept.append(replace(block, text=block.text[:room]))
            room -= len(block.text)
        pages.append(replace(page, blocks=tuple(kept)))
    lost = f"The text was cut at the limit of {limits.max_chars:,} characters."
    return replace(extracted, pages=tuple(pages), lost=(*extracted.lost, lost))
