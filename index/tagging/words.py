"""Texts as words weighted by TF-IDF: stems, pairs of stems, and marks for numbers.

It is implemented here because what is learned has to be stored as plain numbers, never pickled.
"""

from __future__ import annotations

import itertools
import math
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Final

import numpy as np
import numpy.typing as npt

from index.words.stopwords import STOP_WORDS

Rows = npt.NDArray[np.float32]

MOST_WORDS: Final = 8_000
"""Largest lexicon; in the starter corpus, some 3,000 words and pairs are in two texts or more."""
_TOKEN: Final = re.compile(r"[^\W\d_]{3,}|\d[\d.,]*%?")
_YEAR: Final = re.compile(r"(?:19|20)\d\d")
_ENDINGS: Final = (
    "isation", "ization", "ational", "ising", "izing", "ation", "ings", "ing", "ies", "ed", "es",
    "s", "e", "y",
)  # fmt: skip


def words_of_text(text: str) -> list[str]:
    """Return a text's stems and marks, and pairs of neighbours.

    Numbers become ``#year``, ``#share`` or ``#number``: a report on its own data is full of them.
    """
    single = [mark for token in _TOKEN.findall(text.lower()) if (mark := _mark(token))]
    return single + [f"{a} {b}" for a, b in itertools.pairwise(single)]


def _mark(token: str) -> str:
    if token[0].isdigit():
        if token.endswith("%"):
            return "#share"
        return "#year" if _YEAR.fullmatch(token.rstrip(".,")) else "#number"
    return "" if token in STOP_WORDS else _stem(token)


def _stem(word: str) -> str:
    for ending in _ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= 4:
            return word[: -len(ending)]
    return word


@dataclass(frozen=True, slots=True)
class Lexicon:
    """The words that count, in alphabetical order, and how rare each is."""

    words: tuple[str, ...]
    rarity: Rows
    _places: dict[str, int] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Note the column of each word."""
        object.__setattr__(self, "_places", {word: i for i, word in enumerate(self.words)})

    def rows(self, texts: Sequence[Iterable[str]]) -> Rows:
        """Return (n texts, n words) float32: (1 + ln count) * rarity, at length 1 or 0."""
        weights = np.zeros((len(texts), len(self.words)), np.float32)
        for row, text in zip(weights, texts, strict=True):
            for word, count in Counter(text).items():
                if word in self._places:
                    row[self._places[word]] = 1 + math.log(count)
        weights *= self.rarity
        lengths = np.linalg.norm(weights, axis=1, keepdims=True)
        weights /= np.maximum(lengths, 1e-9)
        return weights


def make_lexicon(texts: Sequence[Iterable[str]]) -> Lexicon:
    """Make a lexicon of the words that at least two texts share, the most widely shared first.

    Rarity is ``1 + ln((1 + n) / (1 + df))``, as in scikit-learn's TF-IDF.
    """
    shared = Counter(word for text in texts for word in set(text))
    kept = sorted((w for w, n in shared.items() if n > 1), key=lambda w: (-shared[w], w))
    chosen = tuple(sorted(kept[:MOST_WORDS]))
    counts = np.array([shared[w] for w in chosen], np.float32)
    return Lexicon(chosen, (1 + np.log((1 + len(texts)) / (1 + counts))).astype(np.float32))
