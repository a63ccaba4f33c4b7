"""Made-up passages for measuring: real English words in sentences, seeded so that runs repeat."""

from __future__ import annotations

import random
from pathlib import Path

STARTER = Path(__file__).parents[1] / "corpus" / "starter" / "documents"


def sentences() -> list[str]:
    """Return every sentence of the starter corpus."""
    bodies = (path.read_text("utf-8").split("---\n", 2)[2] for path in sorted(STARTER.glob("*.md")))
    return [s.strip() for body in bodies for s in body.replace("\n", " ").split(". ") if s.strip()]


def passages(count: int, words: int, *, seed: int = 0) -> list[str]:
    """Return ``count`` different passages of about ``words`` words."""
    rng, pool = random.Random(seed), sentences()
    made = []
    for _ in range(count):
        parts: list[str] = []
        while sum(len(p.split()) for p in parts) < words:
            parts.append(rng.choice(pool))
        made.append(". ".join(parts) + ".")
    return made
