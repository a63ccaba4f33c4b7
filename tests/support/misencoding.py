"""Encoders for workers of other machines that do not do what the one here does."""

from __future__ import annotations

import os
import signal
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from tests.support.fakes import HashEncoder


class SecondEncoder(HashEncoder):
    """Another sound one."""

    digest, name = "hash-encoder-2", "second-hash-encoder"


class OtherEncoder(HashEncoder):
    """One of another model by the same name."""

    digest = "hash-encoder-9"


class ChangingEncoder(HashEncoder):
    """One that becomes another after it was met."""

    def encode_passages(self, texts: Sequence[str]) -> npt.NDArray[np.float32]:
        """Return sound rows, and another digest from now on."""
        self.digest = "hash-encoder-9"
        return super().encode_passages(texts)


class ShortEncoder(HashEncoder):
    """One whose rows have no unit length."""

    def encode_passages(self, texts: Sequence[str]) -> npt.NDArray[np.float32]:
        """Return rows half as long."""
        return super().encode_passages(texts) / np.float32(2)


class PoisonedEncoder(HashEncoder):
    """One that ends its worker over a passage."""

    def encode_passages(self, texts: Sequence[str]) -> npt.NDArray[np.float32]:
        """Return sound rows, or end."""
        if any("School 17 " in text for text in texts):
            os.kill(os.getpid(), signal.SIGKILL)
        return super().encode_passages(texts)
