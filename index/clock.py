"""Times the parts of one search."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager


class Clock:
    """How long each part of the work took, in milliseconds; a part timed twice is added up.

    One thread uses it; what another did at the same time is added with ``add``.
    """

    def __init__(self) -> None:
        self.parts: dict[str, float] = {}

    @contextmanager
    def time(self, part: str) -> Iterator[None]:
        """Time what is done inside."""
        started = time.perf_counter()
        yield
        self._count(part, (time.perf_counter() - started) * 1000)

    def add(self, other: Clock) -> None:
        """Add the parts that another clock timed."""
        for part, spent_ms in other.parts.items():
            self._count(part, spent_ms)

    def _count(self, part: str, spent_ms: float) -> None:
        self.parts[part] = round(self.parts.get(part, 0.0) + spent_ms, 3)
