"""Where words stand on the first pages, and what that tells of whether they are the title."""

from __future__ import annotations

import itertools
from typing import Final

from ingest.record.front import Front, Group, letters
from ingest.record.wholes import COVER_SIZE

ON_COVER: Final = 3.5
TEXT_PAGE: Final = 3
PROSE_LINE: Final = 70
PROSE_LINES: Final = 4
"""So many lines of so many letters are paragraphs."""


def of_place(front: Front, group: Group) -> float:
    """Return what the place of a group counts.

    It is the largest on a title slide, the line above the contents that a document begins with, or
    the heading of a part that the contents name.
    """
    if front.is_deck and front.medium == "paged":
        largest = max(line.height for line in front.head if line.page == front.head[0].page)
        if group.page == front.head[0].page and group.height == largest:
            return ON_COVER
    if group.lines[0] is front.head[0]:
        return ON_COVER if len(group.lines) == 1 and front.contents_page == group.page else 0.0
    listed = front.contents.get(letters(group.text), group.page)
    return -ON_COVER if listed < group.page else 0.0


def below_prose(front: Front, group: Group) -> bool:
    """Whether paragraphs stand above a group on the first page: it is the heading of a section."""
    if front.flows or group.page > 1:
        return False
    above = itertools.takewhile(lambda line: line is not group.lines[0], front.head)
    return sum(len(line.text) >= PROSE_LINE for line in above) >= PROSE_LINES


def is_in_text(front: Front, group: Group) -> bool:
    """Whether a heading stands pages below the prose of the first page, so that it names a part."""
    if front.flows or group.page < TEXT_PAGE or group.height >= COVER_SIZE * front.body:
        return False
    first = (line for line in front.head if line.page == 1)
    return sum(len(line.text) >= PROSE_LINE for line in first) >= PROSE_LINES
