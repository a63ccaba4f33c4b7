"""Remembers the vectors of questions and of sentences, which are asked for again and again.

The next page, another filter, a feed or a brief has the same question; a brief in another format
has the same sentences.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Sequence
from typing import Final

import numpy as np

from index.vectors.encoder import Encoder, Vectors32

MOST: Final = 4_000
"""Sentences: 6 MB of vectors with 384 dimensions, and their text."""


MOST_QUESTIONS: Final = 1_000
"""Questions, each to one encoder: 2 MB of vectors, and their text."""


class RememberedQuestions:
    """Encodes questions, each once as long as it is among the last that were asked."""

    def __init__(self, most: int = MOST_QUESTIONS) -> None:
        self._most = most
        self._kept: OrderedDict[tuple[str, str], Vectors32] = OrderedDict()
        self._lock = threading.Lock()

    def encode(self, encoder: Encoder, question: str) -> Vectors32:
        """Return (dimensions,) float32, unit length."""
        key = encoder.digest, question
        with self._lock:
            if key in self._kept:
                self._kept.move_to_end(key)
                return self._kept[key]
        vector = encoder.encode_query(question)
        with self._lock:
            self._kept[key] = vector
            while len(self._kept) > self._most:
                self._kept.popitem(last=False)
        return vector


class RememberedVectors:
    """Encodes sentences, each once as long as it is among the last that were asked for."""

    def __init__(self, most: int = MOST) -> None:
        self._most = most
        self._kept: OrderedDict[tuple[str, str], Vectors32] = OrderedDict()
        self._lock = threading.Lock()

    def encode(self, encoder: Encoder, texts: Sequence[str]) -> Vectors32:
        """Return (len(texts), dimensions) float32, unit rows, in the order given."""
        with self._lock:
            known = {t: self._kept.get((encoder.digest, t)) for t in texts}
        new = [text for text, row in known.items() if row is None]
        rows = dict(zip(new, encoder.encode_passages(new), strict=True)) if new else {}
        with self._lock:
            for text in known:
                row = rows.get(text)
                if row is not None:
                    self._kept[encoder.digest, text] = row
                elif (encoder.digest, text) in self._kept:
                    self._kept.move_to_end((encoder.digest, text))
            while len(self._kept) > self._most:
                self._kept.popitem(last=False)
        if not texts:
            return np.zeros((0, encoder.dimensions), dtype=np.float32)
        return np.stack([row if (row := known[t]) is not None else rows[t] for t in texts])
