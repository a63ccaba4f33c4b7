"""Reads how a document speaks, and to which stages of the evidence lifecycle that leans.

``signs`` knows the phrases of a stage; here are whole families of words (``manner.toml``), in four
languages. Each says little, and what they come to is weighed by ``weighing``.
"""

from __future__ import annotations

import functools
import hashlib
import math
import re
import tomllib
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from corpus.model import Document, Passage
from index.tagging.evidence import SPEAKS
from index.tagging.mentions import split_sentences

_FILE: Final = Path(__file__).with_name("manner.toml")
NONE: Final = "none"
"""What texts lean to that have no stage, such as news, invitations and demands."""
READ: Final = 60
"""Passages that are read: of summary, methods and findings, and of the body, this many each."""


@dataclass(frozen=True, slots=True)
class Lean:
    """How far a manner leans towards a stage; see ``manner.toml``."""

    term: str
    manner: str
    weight: float
    enough: float


@dataclass(frozen=True, slots=True)
class Manners:
    """The manners, what they lean towards, and what the titles of each stage have."""

    texts: Mapping[str, re.Pattern[str]]
    leans: tuple[Lean, ...]
    titles: Mapping[str, re.Pattern[str]]
    version: str


@functools.cache
def load_manners() -> Manners:
    """Read the manners."""
    written = _FILE.read_text(encoding="utf-8")
    told = tomllib.loads(written)
    texts = {
        one["id"]: re.compile("|".join(f"(?:{text})" for text in one["texts"]), re.IGNORECASE)
        for one in told["manners"]
    }
    leans = tuple(
        Lean(one["term"], one["manner"], one["weight"], one["enough"]) for one in told["leans"]
    )
    titles = {term: re.compile(title, re.IGNORECASE) for term, title in told["titles"].items()}
    version = hashlib.blake2b(written.encode(), digest_size=8).hexdigest()
    return Manners(texts, leans, titles, version)


def stage_leanings(document: Document, passages: Sequence[Passage]) -> dict[str, float]:
    """Return how far a document's manner leans towards each stage, and to none, about -1 to 4.

    Args:
        document: its title.
        passages: its passages in order.
    """
    known = load_manners()
    per_hundred = _per_hundred(passages, known)
    leanings = {lean.term: 0.0 for lean in known.leans}
    for term, title in known.titles.items():
        leanings[term] = float(bool(title.search(document.title)))
    for lean in known.leans:
        share = 1 - math.exp(-per_hundred[lean.manner] / lean.enough)
        leanings[lean.term] += lean.weight * share
    return leanings


def _per_hundred(passages: Sequence[Passage], known: Manners) -> Mapping[str, float]:
    count, having = 0, Counter[str]()
    for passage in _read(passages):
        for start, end in split_sentences(passage.text):
            count += 1
            said = passage.text[start:end]
            having.update(id_ for id_, text in known.texts.items() if text.search(said))
    return Counter({id_: 100 * n / count for id_, n in having.items()})


def _read(passages: Sequence[Passage]) -> list[Passage]:
    speaking = [p for p in passages if p.role in SPEAKS][:READ]
    return speaking + [p for p in passages if p.role == "body"][:READ]
