"""Work that only a few requests may do at once; the others are asked to try again."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Final, Protocol

from fastapi import HTTPException

RETRY_AFTER_S: Final = 30
MOST_READING: Final = 2
"""Contributions read at once. Each takes a processor and up to 2 GB; searches need some too."""


class Place(Protocol):
    """A lock: whoever has it has one of the turns."""

    def acquire(self, *, blocking: bool) -> bool:
        """Take it if it is free; return whether it was."""
        ...

    def release(self) -> None:
        """Give it back."""
        ...


class Turns:
    """Lets at most ``most`` threads in at once. Threads share it.

    Args:
        most: how many turns there are.
        place: makes the lock of a turn; other processes have the same ones if it is theirs too.
    """

    def __init__(
        self, most: int = MOST_READING, place: Callable[[int], Place] = lambda _: threading.Lock()
    ) -> None:
        self._places = [place(number) for number in range(most)]

    @contextmanager
    def one(self) -> Iterator[None]:
        """Take a turn.

        Raises:
            HTTPException: all turns are taken; 503.
        """
        place = next((p for p in self._places if p.acquire(blocking=False)), None)
        if place is None:
            raise HTTPException(
                503,
                "The server is busy with other requests like this. Send it again in half a minute.",
                {"Retry-After": str(RETRY_AFTER_S)},
            )
        try:
            yield
        finally:
            place.release()
