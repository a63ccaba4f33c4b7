"""Reads by words which stage of the evidence lifecycle a document shows, by ``stages.toml``.

Vectors tell what a text is about, and a report, its summary and the news of it are about the same.
What tells them apart is what they say was done: found out, passed on, put in place. A text that
shows none of it, such as an announcement, has no stage.
"""

from __future__ import annotations

import functools
import hashlib
import re
import tomllib
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from corpus.model import Document, Passage
from index.tagging.evidence import SPEAKS, says_of_itself
from index.tagging.mentions import split_sentences

VOCABULARY: Final = "stages"
_FILE: Final = Path(__file__).with_name("stages.toml")
OPENING: Final = 30
"""Passages of body that are read, beside summary, methods and findings."""
KEPT: Final = 0.25
"""What is left of the signs of a stage that a type of evidence stands instead of: a review tells of
the trials that it includes."""


@dataclass(frozen=True, slots=True)
class Sign:
    """A way in which documents show a stage; see ``stages.toml``."""

    term: str
    id: str
    weight: float
    enough: float
    own: bool
    titles: re.Pattern[str] | None
    texts: re.Pattern[str] | None


@dataclass(frozen=True, slots=True)
class Shown:
    """How far the signs of a stage go, 0 to 1, and the passages with a sentence that has one."""

    strength: float
    places: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class _Signs:
    signs: tuple[Sign, ...]
    types: Mapping[str, float]
    instead: Mapping[str, str]
    version: str

    def weight_of(self, type_: str) -> float:
        """Return how far a type of evidence goes for its stage, 0 to 1."""
        return self.types.get(type_, self.types["other"])


@functools.cache
def load_signs() -> _Signs:
    """Read the signs."""
    written = _FILE.read_text(encoding="utf-8")
    told = tomllib.loads(written)
    signs = tuple(
        Sign(
            one["term"], one["id"], one["weight"], one.get("enough", 0.0), one.get("own", False),
            _any_of(one.get("titles", ())), _any_of(one.get("texts", ())),
        )
        for one in told["signs"]
    )  # fmt: skip
    version = hashlib.blake2b(written.encode(), digest_size=8).hexdigest()
    return _Signs(signs, told["types"], told["instead"], version)


def _any_of(patterns: Iterable[str]) -> re.Pattern[str] | None:
    joined = "|".join(f"(?:{pattern})" for pattern in patterns)
    return re.compile(joined, re.IGNORECASE) if joined else None


def stage_signs(
    document: Document, passages: Sequence[Passage], types: Iterable[str]
) -> dict[str, Shown]:
    """Return how far a document's signs go for each stage; a stage without any is left out.

    Args:
        document: its title.
        passages: its passages in order.
        types: the types of evidence that the document seems to be.
    """
    known = load_signs()
    sentences, having = _count_signs(passages, known.signs)
    doubt: dict[str, float] = defaultdict(lambda: 1.0)
    places: dict[str, set[int]] = defaultdict(set)
    for sign in known.signs:
        if sign.titles and sign.titles.search(document.title):
            doubt[sign.term] *= 1 - sign.weight
        if found := having[sign.id]:
            share = min(1.0, 100 * len(found) / sentences / sign.enough)
            doubt[sign.term] *= 1 - sign.weight * share
            places[sign.term].update(found)
    for stage in {known.instead[t] for t in types if t in known.instead} & doubt.keys():
        doubt[stage] = 1 - KEPT * (1 - doubt[stage])
    return {term: Shown(1 - left, tuple(sorted(places[term]))) for term, left in doubt.items()}


def _count_signs(
    passages: Sequence[Passage], signs: Sequence[Sign]
) -> tuple[int, dict[str, list[int]]]:
    """Return how many sentences were read, and the passage of each one that has a sign."""
    count = 0
    having: dict[str, list[int]] = defaultdict(list)
    for place in _read(passages):
        text = passages[place].text
        for start, end in split_sentences(text):
            count += 1
            for sign in signs:
                if sign.texts and _has(text[start:end], sign.texts, own=sign.own):
                    having[sign.id].append(place)
    return max(1, count), having


def _read(passages: Sequence[Passage]) -> list[int]:
    speaking = [n for n, p in enumerate(passages) if p.role in SPEAKS]
    return speaking + [n for n, p in enumerate(passages) if p.role == "body"][:OPENING]


def _has(sentence: str, texts: re.Pattern[str], *, own: bool) -> bool:
    return says_of_itself(sentence, texts) if own else bool(texts.search(sentence))
