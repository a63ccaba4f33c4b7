"""How high the letters of paragraphs are, where a medium has paragraphs and no printed lines."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Final

from ingest.model import Block, ExtractedPage

BODY_HEIGHT: Final = 10.0
"""Points, of the text around."""
_OF_LEVELS: Final = {1: 24.0, 2: 16.0, 3: 13.0}
"""Points, for headings: media state their level only."""
LARGER_TYPE: Final = 1.15
"""A paragraph that is set larger by so much stands out. Of 20 Word files that have one, the largest
is the title of 18."""
MOST_HEIGHT: Final = 24.0
"""No paragraph stands out more than a heading of the first level."""


def heights_of(page: ExtractedPage, blocks: Sequence[Block]) -> Iterator[tuple[float, int]]:
    """Yield the height of each block as if the text around it were 10 points high, and its group.

    Paragraphs that follow each other and stand out alike are one group, such as a title on several
    lines: the number of the first of them, from 1 on.

    Args:
        page: which text is around them.
        blocks: some of the page's.
    """
    usual = _usual_height(page)
    first, before = 1, BODY_HEIGHT
    for number, block in enumerate(blocks, start=1):
        stands_out = _set_in(block, usual)
        height = _OF_LEVELS.get(block.heading_level or 0, stands_out)
        if stands_out == BODY_HEIGHT or stands_out != before or block.heading_level:
            first = number
        before = BODY_HEIGHT if block.heading_level else stands_out
        yield height, first


def _usual_height(page: ExtractedPage) -> float:
    """Return the height of most letters of a page's blocks, in points; 0 if it states none."""
    weight: Counter[float] = Counter()
    for block in page.blocks:
        weight[block.height or 0.0] += len(block.text)
    return weight.most_common(1)[0][0] if weight else 0.0


def _set_in(block: Block, usual: float) -> float:
    if not usual or not block.height or block.height < LARGER_TYPE * usual:
        return BODY_HEIGHT
    return min(MOST_HEIGHT, BODY_HEIGHT * block.height / usual)
