"""The operations that a vector engine must offer, and no others, so that several can be used."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, Protocol

import numpy as np
import numpy.typing as npt

WORDS: Final = "words"
"""The name of the sparse vector that has a passage's words."""
OVERSAMPLING: Final = 1.0
"""How many more than are wanted are compared again by their whole vectors, with bytes first. Four
passages are asked for where one may be enough, so none: twice as many took twice the time."""
QUANTILE: Final = 0.99
"""The share of components that lie within the range of a byte; what is beyond is cut off."""
_LEAST_WIDE: Final = 128
STEP: Final = 1000
"""Points read at once when all of them are."""

Row = npt.NDArray[np.float32]
Ids = npt.NDArray[np.int64]
Scores = npt.NDArray[np.float64]
Payload = Mapping[str, Any]


class EngineFault(Exception):
    """The engine did not do what it was asked to.

    Attributes:
        answered: whether it answered, so that it is not down.
    """

    def __init__(self, message: str, *, answered: bool = False) -> None:
        super().__init__(message)
        self.answered = answered


@dataclass(frozen=True, slots=True)
class Sparse:
    """A vector of which most components are 0; ``indices`` are distinct, 0 to 2**32 - 1."""

    indices: tuple[int, ...]
    values: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Point:
    """A point with its vectors by name, (dimensions,) float32 each."""

    id: int
    payload: Payload
    vectors: Mapping[str, Row] = field(default_factory=dict)
    words: Sparse | None = None


@dataclass(frozen=True, slots=True)
class OneOf:
    """The field of the payload has one of these values."""

    field: str
    values: tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class Between:
    """The field of the payload has a number from ``low`` to ``high``; ``None`` is no bound."""

    field: str
    low: int | None
    high: int | None


@dataclass(frozen=True, slots=True)
class Among:
    """The point is one of these."""

    ids: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Either:
    """One of the conditions is met."""

    conditions: tuple[OneOf | Between, ...]


Condition = OneOf | Between | Among | Either


@dataclass(frozen=True, slots=True)
class Where:
    """Which points: every condition of ``must`` is met and none of ``must_not``."""

    must: tuple[Condition, ...] = ()
    must_not: tuple[Condition, ...] = ()

    def also(self, *must: Condition, but: tuple[Condition, ...] = ()) -> Where:
        """Return these points as far as they meet further conditions."""
        return Where((*self.must, *must), (*self.must_not, *but))


@dataclass(frozen=True, slots=True)
class Ask:
    """Which points to score, and how many of the best to return.

    Attributes:
        vector: what to compare with: the inner product is the score.
        using: the name of the vectors.
        limit: how many.
        where: which points.
        exact: whether to compare every point, and not to trust a graph.
    """

    vector: Row | Sparse
    using: str
    limit: int
    where: Where = field(default_factory=Where)
    exact: bool = False

    @property
    def width(self) -> int:
        """How many points of a graph are kept in mind while it is followed."""
        return max(self.limit, _LEAST_WIDE)


@dataclass(frozen=True, slots=True)
class Best:
    """Points with their scores, best first.

    Attributes:
        ids: (k,) int64.
        scores: (k,) float64.
    """

    ids: Ids = field(default_factory=lambda: np.empty(0, np.int64))
    scores: Scores = field(default_factory=lambda: np.empty(0))

    @classmethod
    def of(cls, points: Sequence[Any]) -> Best:
        """Return points that have an ``id`` and a ``score`` each."""
        return cls(
            np.fromiter((point.id for point in points), np.int64, len(points)),
            np.fromiter((point.score for point in points), np.float64, len(points)),
        )


@dataclass(frozen=True, slots=True)
class Layout:
    """What a collection is made for.

    Attributes:
        dimensions: of the vectors by name.
        keywords: fields of the payload with words to filter by.
        numbers: those with whole numbers.
        quantized: whether vectors are compared by their bytes first, in memory, and the best of
            them again by what is on disk.
    """

    dimensions: Mapping[str, int]
    keywords: tuple[str, ...]
    numbers: tuple[str, ...]
    quantized: bool = False


class Client(Protocol):
    """Collections of points. Threads may share it.

    Every method raises an ``EngineFault`` if it cannot do what it says. What changes points returns
    once searches see the change.
    """

    def collections(self) -> list[str]:
        """Return the names of all collections."""

    def current(self, alias: str) -> str | None:
        """Return the collection that an alias stands for; ``None`` if there is no such alias."""

    def switch(self, alias: str, name: str) -> None:
        """Let an alias stand for a collection, at once for all."""

    def create(self, name: str, layout: Layout) -> None:
        """Make an empty collection."""

    def drop(self, name: str) -> None:
        """Remove a collection, if there is one."""

    def upsert(self, name: str, points: Sequence[Point]) -> None:
        """Put points into a collection, in place of those with the same ids."""

    def delete(self, name: str, ids: Sequence[int]) -> None:
        """Remove points, as far as they are there."""

    def ask(self, name: str, asks: Sequence[Ask]) -> list[Best]:
        """Return the best points for each question; without those that have no score.

        Of sparse vectors, that are those that have a component in common.
        """

    def retrieve(self, name: str, ids: Sequence[int]) -> list[Point]:
        """Return the payload of these points, as far as they are there."""

    def scroll(
        self,
        name: str,
        where: Where,
        fields: tuple[str, ...],
        *,
        vectors: tuple[str, ...] = (),
        after: int | None = None,
        limit: int = STEP,
    ) -> tuple[list[Point], int | None]:
        """Return the next points by id with some fields and vectors, and where to go on.

        Args:
            name: the collection.
            where: which points.
            fields: of the payload.
            vectors: the names of dense vectors to return.
            after: what the call before said; ``None`` to begin.
            limit: how many at most.
        """

    def count(self, name: str) -> int:
        """Return how many points a collection has."""


def scroll_all(
    client: Client,
    name: str,
    where: Where,
    fields: tuple[str, ...],
    *,
    vectors: tuple[str, ...] = (),
) -> Iterator[Point]:
    """Yield all points that there are, by id."""
    after: int | None = None
    while True:
        points, after = client.scroll(name, where, fields, vectors=vectors, after=after)
        yield from points
        if after is None:
            return
