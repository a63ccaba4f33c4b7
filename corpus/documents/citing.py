"""Whether a passage is on the pages it is cited with."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from corpus.model import Page, Passage

_WORD: Final = re.compile(r"\w+")


def citation_problem(
    passage: Passage, text: str, pages: Sequence[Page], page_count: int
) -> str | None:
    """Say what is wrong with the pages a passage is cited at, or return ``None``.

    The words are looked up in the text of the cited pages, not taken from offsets alone.
    """
    if not 1 <= passage.page <= passage.page_end <= page_count:
        return f"cited at pages {passage.page}-{passage.page_end} of {page_count}"
    on_pages = " ".join(
        text[p.start : p.end] for p in pages if passage.page <= p.number <= passage.page_end
    )
    if passage.text in on_pages:
        return None  # also where it was cut inside a run without spaces
    missing = set(_WORD.findall(passage.text)) - set(_WORD.findall(on_pages))
    if missing:
        return f"{sorted(missing)[:5]} not on page {passage.page}"
    if " ".join(passage.text.split()) not in " ".join(on_pages.split()):
        return f"not word for word on page {passage.page}"
    return None
