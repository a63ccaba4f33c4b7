"""Measures how much nearer an encoder puts the texts of a language to some terms than to others.

An encoder that reads English alone takes a Spanish text for one on scaling, whatever it says. The
same sentences in each language (``parallel.toml``) show how far that goes, without any decision.
"""

from __future__ import annotations

import functools
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Final

import numpy as np
import numpy.typing as npt

from index.vectors.encoder import Encoder

Rows = npt.NDArray[np.float32]

PULLED: Final = ("topics",)
"""Vocabularies whose terms pull. On the half for looking at of the real documents, macro-F1 of
topics in scope is .766 without taking the pull off and .814 with it; stages gain nothing."""
PLAIN: Final = "en"
_FILE: Final = Path(__file__).with_name("parallel.toml")


@functools.cache
def parallel_sentences() -> Mapping[str, tuple[str, ...]]:
    """Return the same sentences, in the same order, by language."""
    told = tomllib.loads(_FILE.read_text(encoding="utf-8"))["sentences"]
    return {language: tuple(one[language] for one in told) for language in told[0]}


def measure_pulls(encoder: Encoder, rows: Rows) -> dict[str, Rows]:
    """Return how far each term pulls the texts of a language, in cosines, by language.

    Args:
        encoder: the encoder of the terms.
        rows: (n terms, dimensions) float32, unit rows.

    Returns:
        (n terms,) float32 for each language but English: its mean is 0, and a term has more than 0
        if texts are nearer to it, beside the other terms, than they would be in English.
    """
    means = {
        language: (encoder.encode_passages(sentences) @ rows.T).mean(axis=0)
        for language, sentences in parallel_sentences().items()
    }
    pulls: dict[str, Rows] = {}
    for language, mean in means.items():
        if language != PLAIN:
            nearer = mean - means[PLAIN]
            pulls[language] = (nearer - nearer.mean()).astype(np.float32)
    return pulls
