"""Counts and masks of the last filters, kept for the next question with the same ones."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Final, Generic, TypeVar

_T = TypeVar("_T")


class Remembered(Generic[_T]):
    """Remembers a few values; threads may share it. What it gives must not be changed.

    Args:
        most: how many are remembered; those that were not asked for longest go first.
    """

    def __init__(self, most: int) -> None:
        self._most: Final = most
        self._kept: OrderedDict[Hashable, _T] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, key: Hashable, make: Callable[[], _T]) -> _T:
        """Return the value under a key; what ``make`` gives if there is none yet."""
        with self._lock:
            if key in self._kept:
                self._kept.move_to_end(key)
                return self._kept[key]
        made = make()
        with self._lock:
            self._kept[key] = made
            while len(self._kept) > self._most:
                self._kept.popitem(last=False)
        return made
