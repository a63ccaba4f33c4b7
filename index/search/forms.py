"""Tells whole sentences from lines that no mark ends: items of lists, headings and labels."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

WHOLE, LINE, FRAGMENT = 0, 1, 2
"""A whole sentence; an item of a list, or a line with a verb, that is none; any other line."""

LONG_ENOUGH: Final = 3
"""Letters of words that titles, headings and the heads of columns have in capitals."""
LEAST_LONG: Final = 4
"""So many longer words tell a title from a name."""
_LONGEST_END: Final = 24
_ENDED: Final = re.compile(
    r"[.!?;:。！？](?<!\.{3})[\"'”’»)\]*]*(?:\d{1,3}(?:[,–-]\d{1,3}){0,3})?[\"'”’»)\]]*\Z"
)
"""The mark that ends a sentence, and the number of a note behind it; three dots end none."""
_ITEM: Final = re.compile(r"[•▪■●◦‣➢✓*–—-]\s|\(?(?:\d{1,2}|[a-z]|[ivx]{2,4})[.)]\s")
_VERB: Final = re.compile(
    r"\b(?:is|are|was|were|has|have|had|can|may|will|would|should|must|do(?:es)?|did|shows?|found"
    r"|es|son|está|están|fue|fueron|era|eran|ha|han|hay|puede|pueden|deben?|tienen?|será|serán"
    r"|é|são|foi|foram|estão|há|têm|tem|podem?|devem?|possui|possuem"
    r"|est|sont|était|étaient|ont|peut|peuvent|doit|doivent|sera|seront|permet|permettent)\b",
    re.IGNORECASE,
)
"""Forms of verbs that headings and labels rarely have, and most sentences do."""


def find_form(part: str, before: str) -> int:
    """Return what a sentence is by its form: WHOLE, LINE or FRAGMENT.

    One with an address cites a source, and states nothing itself.

    Args:
        part: a sentence of a passage, with the mark of an item.
        before: the one before it in the passage.
    """
    listed = before.endswith((":", ";", ",")) or _ITEM.match(part)
    ended = _ENDED.search(part, max(0, len(part) - _LONGEST_END))
    if ended and (listed or not part[0].islower()) and not ("://" in part or "www." in part):
        titled = is_titled(part.split(), but=1)
        return FRAGMENT if titled and not _VERB.search(part) else WHOLE
    return LINE if listed or _VERB.search(part) else FRAGMENT


def is_titled(words: Sequence[str], but: int = 0) -> bool:
    """Return whether words begin with capitals, as in titles and heads of columns.

    Args:
        words: of one sentence.
        but: so many of the longer ones need not.
    """
    counted = [word for word in words if len(word) > LONG_ENOUGH and word[0].isalpha()]
    named = sum(word[0].isupper() for word in counted)
    return len(counted) >= LEAST_LONG and named + but >= len(counted)
