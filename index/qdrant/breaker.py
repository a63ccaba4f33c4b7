"""Stops asking an engine for a while after it failed several times in a row."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence
from typing import Final, TypeVar

from index.qdrant.client import STEP, Ask, Best, Client, EngineFault, Layout, Point, Where

FAILURES: Final = 3
"""Failures in a row after which the engine is not asked for a while."""
OPEN_S: Final = 10.0
"""How long that is. Then one caller tries, and all others are still refused until it succeeded."""

_Value = TypeVar("_Value")


class Breaker:
    """Counts failures, and refuses at once while there were too many. Threads may share it."""

    def __init__(
        self,
        failures: int = FAILURES,
        open_s: float = OPEN_S,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._most, self._open_s, self._clock = failures, open_s, clock
        self._lock = threading.Lock()
        self._failed = 0
        self._closed_at = 0.0
        self.faults = 0
        """How often the engine failed since this process started."""

    @property
    def is_open(self) -> bool:
        """Whether the engine is not asked now."""
        return self._failed >= self._most and self._clock() < self._closed_at

    def run(self, do: Callable[[], _Value]) -> _Value:
        """Do something with the engine.

        Raises:
            EngineFault: it failed, or it is not asked now.
        """
        with self._lock:
            if self.is_open:
                raise EngineFault("The search engine failed several times and is left alone.")
            if self._failed >= self._most:
                self._closed_at = self._clock() + self._open_s  # this one tries, others wait
        try:
            done = do()
        except EngineFault as fault:
            self._count(fault)
            raise
        with self._lock:
            self._failed = 0
        return done

    def _count(self, fault: EngineFault) -> None:
        with self._lock:
            self.faults += 1
            if fault.answered:
                return
            self._failed += 1
            if self._failed >= self._most:
                self._closed_at = self._clock() + self._open_s


class GuardedClient(Client):
    """A client behind a breaker."""

    def __init__(self, client: Client, breaker: Breaker) -> None:
        self._client, self.breaker = client, breaker

    def collections(self) -> list[str]:
        """Return the names of all collections."""
        return self.breaker.run(self._client.collections)

    def current(self, alias: str) -> str | None:
        """Return the collection that an alias stands for."""
        return self.breaker.run(lambda: self._client.current(alias))

    def switch(self, alias: str, name: str) -> None:
        """Let an alias stand for a collection."""
        self.breaker.run(lambda: self._client.switch(alias, name))

    def create(self, name: str, layout: Layout) -> None:
        """Make an empty collection."""
        self.breaker.run(lambda: self._client.create(name, layout))

    def drop(self, name: str) -> None:
        """Remove a collection."""
        self.breaker.run(lambda: self._client.drop(name))

    def upsert(self, name: str, points: Sequence[Point]) -> None:
        """Put points into a collection."""
        self.breaker.run(lambda: self._client.upsert(name, points))

    def delete(self, name: str, ids: Sequence[int]) -> None:
        """Remove points."""
        self.breaker.run(lambda: self._client.delete(name, ids))

    def ask(self, name: str, asks: Sequence[Ask]) -> list[Best]:
        """Return the best points for each question."""
        return self.breaker.run(lambda: self._client.ask(name, asks))

    def retrieve(self, name: str, ids: Sequence[int]) -> list[Point]:
        """Return the payload of points."""
        return self.breaker.run(lambda: self._client.retrieve(name, ids))

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
        """Return the next points by id."""
        return self.breaker.run(
            lambda: self._client.scroll(
                name, where, fields, vectors=vectors, after=after, limit=limit
            )
        )

    def count(self, name: str) -> int:
        """Return how many points a collection has."""
        return self.breaker.run(lambda: self._client.count(name))
