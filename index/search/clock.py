"""Times the parts of one search."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager


class Clock:
    """How long each part of the work took, in milliseconds; a part timed twice is added up."""

    def __init__(self) -> None:
        self.parts: dict[str, float] = {}

    @contextmanager
    def time(self, part: str) -> Iterator[None]:
        """Time what is done inside."""
        started = time.perf_counter()
        yield
        spent = (time.perf_counter() - started) * 1000
        self.parts[part] = round(self.parts.get(part, 0.0) + spent, 3)
