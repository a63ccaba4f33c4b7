"""Passages are encoded in steps: here, one after the other, or wherever else the caller says."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from index.vectors.encoder import Encoder, Vectors32

EncodeSteps = Callable[[Encoder, Sequence[Sequence[str]]], Iterator[tuple[int, Vectors32]]]
"""Encodes texts step by step: yields the number of each step with its vectors, (texts of the step,
dimensions) float32, unit rows, as soon as they are there and in any order."""


def encode_here(
    encoder: Encoder, steps: Sequence[Sequence[str]]
) -> Iterator[tuple[int, Vectors32]]:
    """Encode in this process, in the order of the steps."""
    for number, texts in enumerate(steps):
        yield number, encoder.encode_passages(texts)
