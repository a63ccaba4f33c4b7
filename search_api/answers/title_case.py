"""Headline-style capitals of English titles (The Chicago Manual of Style, 18th edition, 8.160)."""

from __future__ import annotations

import re
from typing import Final

SMALL_WORDS: Final = frozenset(
    ("a", "an", "and", "as", "at", "but", "by", "for", "from", "if", "in", "into", "nor", "of",
     "off", "on", "onto", "or", "over", "per", "so", "than", "the", "to", "up", "via", "with",
     "yet")
)  # fmt: skip
"""Articles, conjunctions and short prepositions; longer prepositions have capitals since 2024."""
_WORD: Final = re.compile(r"[^\W_][\w'’]*")
_AFTER_A_STOP: Final = re.compile(r"[:?!—–.]\s*[\"“‘'(]*$")


def capitalise_headline(title: str) -> str:
    """Return an English title with capitals; words that have a capital already stay as they are."""
    words = list(_WORD.finditer(title))
    parts, at = [], 0
    for number, word in enumerate(words):
        parts.append(title[at : word.start()])
        at = word.end()
        edge = number in (0, len(words) - 1) or _AFTER_A_STOP.search(title[: word.start()])
        small = word[0].lower() in SMALL_WORDS and not edge
        keep = small or word[0] != word[0].lower() or not word[0][0].isalpha()
        parts.append(word[0] if keep else word[0][0].upper() + word[0][1:])
    return "".join(parts) + title[at:]
