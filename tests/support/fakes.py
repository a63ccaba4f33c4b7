"""The one fake: an encoder whose vectors depend on the words alone, so tests need no weights."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import numpy.typing as npt

from index.vectors.profile import profile_of


class HashEncoder:
    """Each word adds a fixed pseudo-random direction; texts that share words are close.

    Satisfies ``index.vectors.encoder.Encoder``.
    """

    digest = "hash-encoder-1"
    name = "hash-encoder"
    runs_on = "numpy"
    # The words of two texts that share few of them are farther apart here than in a real model.
    profile = replace(profile_of(name), belief_topic=0.15, belief_stage=0.15)
    dimensions = 64

    def encode_passages(self, texts: Sequence[str]) -> npt.NDArray[np.float32]:
        """Return (n, 64) float32, unit rows."""
        return np.stack([self._vector(text) for text in texts]) if texts else self._empty()

    def encode_query(self, text: str) -> npt.NDArray[np.float32]:
        """Return (64,) float32, unit length."""
        return self._vector(text)

    def _empty(self) -> npt.NDArray[np.float32]:
        return np.zeros((0, self.dimensions), dtype=np.float32)

    def _vector(self, text: str) -> npt.NDArray[np.float32]:
        total = np.zeros(self.dimensions)
        for word in re.findall(r"\w+", text.lower()) or ["(none)"]:
            seed = int.from_bytes(hashlib.blake2b(word.encode(), digest_size=8).digest(), "big")
            total += np.random.default_rng(seed).standard_normal(self.dimensions)
        return (total / np.linalg.norm(total)).astype(np.float32)
