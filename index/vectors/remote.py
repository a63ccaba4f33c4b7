"""Passages are encoded by workers of other machines, with the very encoder that is used here.

The digest of an encoder names its weights and how it cuts texts, so it is compared when a worker is
met and again with each answer. It leaves the arithmetic out: vectors of bytes and of float32 rank
alike in one index.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, wait
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from corpus.cluster.facts import Facts
from corpus.cluster.workers import Cluster
from corpus.errors import ModelUnavailable, TaskGivenUp
from corpus.plugins import choose_plugins, chosen_plugins
from index.vectors.encoder import Encoder, Precision, Vectors32, load_encoder
from index.vectors.multilingual import load_multilingual

STEPS_PER_SEAT: Final = 2
"""Steps under way for each task the workers take at once: a kill loses no more than these."""


@dataclass(frozen=True, slots=True)
class Making:
    """How a worker makes an encoder: a function it can import, and what it is called with."""

    make: Callable[..., Encoder | None]
    arguments: tuple[Hashable, ...] = ()
    plugins: tuple[str, ...] = ()


def make_first(model: str | None, precision: Precision) -> Encoder:
    """Return the first encoder, as ``load_encoder`` does."""
    return load_encoder(model, precision=precision)


def make_second(model: str) -> Encoder | None:
    """Return the encoder for other languages, as ``load_multilingual`` does."""
    return load_multilingual(model)


def describe_encoders(encoders: Sequence[Encoder]) -> Facts:
    """Return what must be the same on a worker for its vectors to be those made here."""
    return {f"encoder {encoder.name}": encoder.digest for encoder in encoders}


def describe_makings(makings: Sequence[Making]) -> Facts:
    """Return the same of the encoders that a worker makes.

    Raises:
        ModelUnavailable: it cannot make one.
    """
    return describe_encoders([_encoder_of(making) for making in makings])


def encode_step(making: Making, texts: Sequence[str]) -> tuple[str, Vectors32]:
    """Encode texts on a worker: the digest of its encoder, and a unit row for each text."""
    encoder = _encoder_of(making)
    rows = encoder.encode_passages(texts)
    return encoder.digest, rows


@functools.cache
def _encoder_of(making: Making) -> Encoder:
    if making.plugins != chosen_plugins():
        choose_plugins(making.plugins)
    encoder = making.make(*making.arguments)
    if encoder is None:
        raise ModelUnavailable("There is no such encoder on this worker.")
    return encoder


class RemoteEncoding:
    """An ``EncodeSteps`` of the workers of a cluster, whose facts are those of the encoders.

    Args:
        cluster: whose workers encode.
        makings: how a worker makes each encoder, by the digest that the encoder has here.
    """

    def __init__(self, cluster: Cluster, makings: Mapping[str, Making]) -> None:
        self._cluster = cluster
        self._makings = makings

    def __call__(
        self, encoder: Encoder, steps: Sequence[Sequence[str]]
    ) -> Iterator[tuple[int, Vectors32]]:
        """Yield the number of each step and its vectors, as they come.

        Raises:
            ModelUnavailable: a worker gave other vectors than this encoder does.
            TaskGivenUp, ClusterLost: the rest cannot be encoded now.
        """
        making, begun = self._makings[encoder.digest], 0
        under_way: dict[Future[Any], int] = {}
        while begun < len(steps) or under_way:
            most = STEPS_PER_SEAT * self._cluster.seats
            while begun < len(steps) and len(under_way) < most:
                task = self._cluster.submit(encode_step, making, list(steps[begun]))
                under_way[task.answer] = begun
                begun += 1
            for answer in wait(under_way, return_when=FIRST_COMPLETED).done:
                number = under_way.pop(answer)
                yield number, _checked(encoder, len(steps[number]), answer)


def _checked(encoder: Encoder, count: int, answer: Future[Any]) -> Vectors32:
    try:
        digest, rows = answer.result()
    except TaskGivenUp as error:
        raise TaskGivenUp(
            f"Passages cannot be encoded by the workers: {error} They may have too little memory. "
            "What was encoded so far is kept. Run the same command again to go on."
        ) from error
    shape = (count, encoder.dimensions)
    if digest != encoder.digest or rows.shape != shape or not _are_unit(rows):
        raise ModelUnavailable(
            f"A worker gave other vectors than {encoder.name} does here ({digest}, and here "
            f"{encoder.digest}). None of them was kept. Install the same release on all machines."
        )
    vectors: Vectors32 = rows
    return vectors


def _are_unit(rows: Vectors32) -> bool:
    return rows.dtype == np.float32 and bool(
        np.allclose(np.linalg.norm(rows, axis=1), 1.0, atol=1e-3)
    )
