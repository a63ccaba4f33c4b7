"""Ctrl-C and SIGTERM for a command that runs until it is told to stop.

They are noted and looked at between two steps. Raised wherever the program happens to be, as
Python does by itself, a KeyboardInterrupt is lost in a destructor or a callback.
"""

from __future__ import annotations

import signal
from collections.abc import Generator, Iterator
from contextlib import closing, contextmanager, suppress
from queue import Empty, SimpleQueue
from typing import TypeVar

T = TypeVar("T")


class Stop:
    """Whether the command was told to stop."""

    def __init__(self) -> None:
        self.told = False
        # Its put may interrupt its get in the same thread; the set of an Event would wait forever.
        self._waking: SimpleQueue[None] = SimpleQueue()

    def tell(self, *_: object) -> None:
        """Note it; the second time, interrupt what is going on."""
        if self.told:
            raise KeyboardInterrupt
        self.told = True
        self._waking.put(None)

    def wait(self, seconds: float) -> None:
        """Sleep, but not on when told to stop."""
        if not self.told:
            with suppress(Empty):
                self._waking.get(timeout=seconds)

    def until_told(self, steps: Generator[T]) -> Iterator[T]:
        """Yield the steps; once told to stop, begin no other and end what is under way."""
        with closing(steps):
            while not self.told and (step := next(steps, None)) is not None:
                yield step


@contextmanager
def stopping() -> Iterator[Stop]:
    """Take Ctrl-C and SIGTERM over, also where the caller's shell had Ctrl-C ignored."""
    stop = Stop()
    before = {s: signal.signal(s, stop.tell) for s in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield stop
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
