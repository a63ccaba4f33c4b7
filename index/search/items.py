"""What is shown with an item of a list, and with the line that introduces one."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from index.search.sentences import STATES_NOTHING, Sentence

_ITEM: Final = re.compile(r"[•▪■●◦‣➢✓*–—-]\s|\(?(?:\d{1,2}|[a-z]|[ivx]{2,4})[.)]\s|[^\W\dA-ZÀ-Þ_]")
"""The beginning of an item of a list: its mark, number or letter, or a small letter."""


def find_list_around(place: int, parts: Sequence[Sentence], most: int) -> list[int]:
    """Return the places of what a sentence needs that introduces a list, or is of one.

    Args:
        place: of the sentence.
        parts: the sentences of its passage, in order.
        most: how many are shown at most, itself among them.
    """
    if parts[place].text.endswith(":"):
        return _items_below(place, parts, most - 1)
    first = _first_of_paragraph(place, parts)
    while first and _ITEM.match(parts[first].text):
        at = first - 1
        first = _first_of_paragraph(at, parts)
        if parts[at].text.endswith(":") and not _ITEM.match(parts[first].text):
            return [at]
    return []


def _items_below(place: int, parts: Sequence[Sentence], most: int) -> list[int]:
    """Return the first sentences of the first items below a line that introduces them.

    Without items, what it introduces is the next sentence.
    """
    found: list[int] = []
    for i in range(place + 1, len(parts)):
        if len(found) == most or not _ITEM.match(parts[_first_of_paragraph(i, parts)].text):
            break
        found.append(i)
    below = parts[place + 1 : place + 2]
    return found or [place + 1 for one in below if one.worth != STATES_NOTHING]


def _first_of_paragraph(place: int, parts: Sequence[Sentence]) -> int:
    while place and parts[place - 1].paragraph == parts[place].paragraph:
        place -= 1
    return place
