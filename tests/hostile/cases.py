"""What a hostile file is, and the readable words in some of them."""

from __future__ import annotations

import random
from dataclasses import dataclass

from benchmarks import texts

POOL = [s for s in texts.sentences() if s.isascii() and s.count(" ") > 7 and "<" not in s]
"""Real English, from the starter corpus: random words would rightly count as garbled text."""


def sentences(rng: random.Random, count: int) -> str:
    """Return a paragraph of real sentences in a random order."""
    return " ".join(f"{rng.choice(POOL)}." for _ in range(count))


PARAGRAPHS = tuple(sentences(random.Random(number), 3) for number in range(40))
PROSE = "\n\n".join(PARAGRAPHS)


@dataclass(frozen=True, slots=True)
class Case:
    """One file; ``known`` are words a reader would see in the original it was damaged from."""

    name: str
    data: bytes
    known: str = ""


def scaled(amount: int, scale: float, least: int = 1) -> int:
    """Return how many of something to make; at a small scale, the same shapes are cheap."""
    return max(least, int(amount * scale))
