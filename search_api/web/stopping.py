"""Ctrl-C and SIGTERM for a command that runs until it is told to stop.

Signals are recorded and checked between two steps. Python's own KeyboardInterrupt can be raised
anywhere, and is lost in a destructor or a callback.
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
        # A put may interrupt a get in the same thread; an Event's set would wait forever there.
        self._waking: SimpleQueue[None] = SimpleQueue()

    def tell(self, *_: object) -> None:
        """Record the signal; the second time, interrupt the work."""
        if self.told:
            raise KeyboardInterrupt
        self.told = True
        self._waking.put(None)

    def wait(self, seconds: float) -> None:
        """Sleep until the time is over or the command is told to stop."""
        if not self.told:
            with suppress(Empty):
                self._waking.get(timeout=seconds)

    def until_told(self, steps: Generator[T]) -> Iterator[T]:
        """Yield the steps; once told to stop, begin no other and close the current one."""
        with closing(steps):
            while not self.told and (step := next(steps, None)) is not None:
                yield step


@contextmanager
def catch_signals() -> Iterator[Stop]:
    """Handle Ctrl-C and SIGTERM, even if the shell ignores Ctrl-C."""
    stop = Stop()
    before = {s: signal.signal(s, stop.tell) for s in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield stop
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
