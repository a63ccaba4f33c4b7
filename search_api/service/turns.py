"""Work that only a few requests may do at once; the others are asked to try again."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from fastapi import HTTPException

RETRY_AFTER_S: Final = 30


class Turns:
    """Lets at most ``most`` threads in at once. Threads share it."""

    def __init__(self, most: int) -> None:
        self._free = threading.BoundedSemaphore(most)

    @contextmanager
    def one(self) -> Iterator[None]:
        """Take a turn.

        Raises:
            HTTPException: all turns are taken; 503.
        """
        if not self._free.acquire(blocking=False):
            raise HTTPException(
                503,
                "The server is busy with other requests like this. Send it again in half a minute.",
                {"Retry-After": str(RETRY_AFTER_S)},
            )
        try:
            yield
        finally:
            self._free.release()
