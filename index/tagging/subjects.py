"""Counts the words of each topic in a document, and those of subjects that no topic has.

An encoder finds every text on schools near to some topic. What a text is about it names: reading or
bullying, unions or pay, dashboards or decisions. A text on school buildings, admissions or buses
names those (``subjects.toml``).
"""

from __future__ import annotations

import functools
import re
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Final

from corpus.model import Passage
from corpus.taxonomy import Taxonomy

_FILE: Final = Path(__file__).with_name("subjects.toml")
VOCABULARY: Final = "topics"
ELSEWHERE: Final = "elsewhere"
"""Stands for the subjects that no topic has, beside the ids of topics."""
READ: Final = 400
"""Passages that are read, from the beginning."""
SMOOTHED: Final = 150
"""Words added to the length of a text, so that one word in a short text is no flood."""


def subjects_of(taxonomy: Taxonomy) -> Mapping[str, re.Pattern[str]]:
    """Return what matches the words of each topic, and of subjects elsewhere.

    It is empty unless every topic names its words: those that do would always win.
    """
    topics = taxonomy.vocabularies.get(VOCABULARY)
    if topics is None or not all(term.words for term in topics.terms.values()):
        return {}
    words = {term.id: term.words for term in topics.terms.values()}
    return {name: _any_of(ws) for name, ws in (words | {ELSEWHERE: _elsewhere()}).items()}


@functools.cache
def _elsewhere() -> tuple[str, ...]:
    told = tomllib.loads(_FILE.read_text(encoding="utf-8"))
    return tuple(word for words in told["elsewhere"].values() for word in words)


def _any_of(words: Iterable[str]) -> re.Pattern[str]:
    """Return what matches a word that begins so, the longest first."""
    longest = sorted(set(words), key=lambda word: (-len(word), word))
    return re.compile(rf"\b(?:{'|'.join(map(re.escape, longest))})", re.IGNORECASE)


def count_subjects(
    passages: Sequence[Passage], subjects: Mapping[str, re.Pattern[str]]
) -> dict[str, float]:
    """Return how many of a thousand words are words of each subject.

    Args:
        passages: those of a document, in order.
        subjects: what matches the words of each.
    """
    texts = [passage.text for passage in passages[:READ]]
    length = SMOOTHED + sum(len(text.split()) for text in texts)
    return {
        name: 1000 * sum(len(words.findall(text)) for text in texts) / length
        for name, words in subjects.items()
    }
