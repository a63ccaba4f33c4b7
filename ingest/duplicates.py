"""Whether two texts are nearly the same: a 64-bit simhash finds candidates, shingles confirm."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterable
from typing import Final

MAX_DISTANCE: Final = 12
"""Of 64 bits. Texts that share .8 of their shingles are cos 2J/(1+J) = .89 apart, 27 degrees, which
is 9.7 bits on average (3 bits, usual for web pages, finds only a changed word in 2,000); two texts
on the same subject are about 32 apart. Candidates are confirmed by ``MIN_SHARED``."""

MIN_SHARED: Final = 0.8
MIN_WORDS: Final = 30
"""A shorter text has too few shingles for its simhash to mean anything."""

_WORD: Final = re.compile(r"\w+")


def _shingles(text: str) -> set[str]:
    words = _WORD.findall(text.casefold())
    return {" ".join(words[i : i + 3]) for i in range(len(words) - 2)}


def compute_simhash(text: str) -> int | None:
    """Return the simhash of the runs of three words in ``text``, as a signed 64-bit integer.

    Charikar, "Similarity estimation techniques from rounding algorithms", STOC 2002.
    """
    shingles = _shingles(text)
    if len(shingles) < MIN_WORDS - 2:
        return None
    import numpy as np

    digests = b"".join(hashlib.blake2b(s.encode(), digest_size=8).digest() for s in shingles)
    bits = np.unpackbits(np.frombuffer(digests, dtype=np.uint8).reshape(-1, 8), axis=1)
    majority = bits.sum(axis=0, dtype=np.int64) * 2 > len(bits)
    return int.from_bytes(np.packbits(majority).tobytes(), "big", signed=True)


def simhash_distance(a: int, b: int) -> int:
    """Return how many of their 64 bits differ."""
    return ((a ^ b) & 0xFFFF_FFFF_FFFF_FFFF).bit_count()


def text_resemblance(a: str, b: str) -> float:
    """Return the share of runs of three words that two texts have in common (Jaccard, 0..1)."""
    left, right = _shingles(a), _shingles(b)
    return len(left & right) / len(left | right) if left or right else 1.0


def find_near_duplicate(
    text: str, value: int | None, stored: Iterable[tuple[str, int]], text_of: Callable[[str], str]
) -> str | None:
    """Return the id of the stored document nearest to ``text``, if they are nearly the same.

    Args:
        text: the new document's text.
        value: its simhash; without one, no document is near.
        stored: (document id, simhash) of the documents to compare with.
        text_of: returns the text of a stored document.
    """
    if value is None:
        return None
    near = sorted((simhash_distance(value, other), name) for name, other in stored)
    for bits, name in near:
        if bits > MAX_DISTANCE:
            break
        if text_resemblance(text, text_of(name)) >= MIN_SHARED:
            return name
    return None
