"""Finds the words a value stands on in the text of its page, letter for letter."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from corpus.model import Page

MOST_CHARS: Final = 400
LEAST_LETTERS: Final = 4


def quote_on_page(
    text: str, pages: Sequence[Page], number: int | None, wanted: str | None
) -> str | None:
    """Return the part of a page's text that has the words of a line, as the text has them.

    Lines are joined and hyphens removed when the text is put together, so that letters and digits
    alone are compared. A line that the text does not have, such as a running head, gives ``None``.
    """
    page = next((p for p in pages if p.number == number), None)
    if page is None or not wanted:
        return None
    on_page = text[page.start : page.end]
    places = [i for i, c in enumerate(on_page) if c.isalnum()]
    packed = "".join(on_page[i] for i in places).casefold()
    if len(packed) != len(places):  # "İ" folds to two letters: compare the letters as they are
        packed = "".join(on_page[i] for i in places)
    letters = "".join(c for c in wanted if c.isalnum())
    for needle in (letters.casefold(), letters):
        needle = needle[:MOST_CHARS]
        at = packed.find(needle) if len(needle) >= LEAST_LETTERS else -1
        if at >= 0:
            end = places[at + len(needle) - 1] + 1
            return re.sub(r"\s+$", "", on_page[places[at] : end])
    return None
