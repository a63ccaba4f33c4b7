"""A queue with a longest wait: few requests are answered at once, the others wait in order.

A lane belongs to one event loop and is used by no other thread.
"""

from __future__ import annotations

import asyncio
import math
import random
import time
from collections.abc import Callable
from typing import Final, Literal

WAIT_S: Final = 2.0
"""How long a request may wait for its turn. Longer, and readers reload the page, which doubles the
load."""
MOST_WAITING: Final = 1_000
"""How many may wait in a lane, however short its turns are: each takes memory and a connection."""
_SPREAD_S: Final = 4
"""Refused clients are told different times, or all would come back at once."""
_RECENT: Final = 16
"""The mean time of a turn counts about so many turns."""
_EXPECTED_S: Final = 0.05
"""How long a turn is taken to be before any was measured. The first of a process take many times as
long as later ones, and must not close the line behind them."""

TurnState = Literal["granted", "late", "gone"]
"""What became of a request for a turn; ``gone``: nobody wants it any longer."""


class Overloaded(Exception):
    """A request cannot have its turn in time.

    Attributes:
        retry_after_s: when to try again, in whole seconds.
    """

    def __init__(self, retry_after_s: int) -> None:
        super().__init__(f"try again in {retry_after_s} s")
        self.retry_after_s = retry_after_s


class Lane:
    """Lets ``slots`` requests have their turn at once; the next wait for ``wait_s`` at most.

    Of these there are ``most_waiting`` at most.

    Attributes:
        mean_s: how long a turn took lately, in seconds.
    """

    def __init__(
        self,
        slots: int,
        *,
        wait_s: float = WAIT_S,
        most_waiting: int = MOST_WAITING,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.slots = slots
        self.mean_s = _EXPECTED_S
        self._wait_s = wait_s
        self._most_waiting = most_waiting
        self._clock = clock
        self._busy = 0
        self._waiting: dict[asyncio.Future[TurnState], None] = {}  # in order; any can leave

    @property
    def waiting(self) -> int:
        """Return how many wait for a turn."""
        return len(self._waiting)

    @property
    def full(self) -> bool:
        """Return whether a request that came now would have to wait."""
        return self._busy >= self.slots

    def predict_wait(self) -> float:
        """Return how many seconds a request that came now would wait."""
        if self._busy < self.slots:
            return 0.0
        return (len(self._waiting) + 1) * self.mean_s / self.slots

    def ask(self) -> asyncio.Future[TurnState]:
        """Ask for a turn. Who got one must end it with ``leave``; others may ``forget`` it.

        Raises:
            Overloaded: the turn would come too late.
        """
        # The first in line waits whatever was measured: one long turn must not close the lane.
        late = self._waiting and self.predict_wait() > self._wait_s
        if late or len(self._waiting) >= self._most_waiting:
            raise Overloaded(self.retry_after())
        loop = asyncio.get_running_loop()
        turn: asyncio.Future[TurnState] = loop.create_future()
        if self._busy < self.slots:
            self._busy += 1
            turn.set_result("granted")
            return turn
        self._waiting[turn] = None
        timer = loop.call_later(self._wait_s, self._end_waiting, turn, "late")
        turn.add_done_callback(lambda _: timer.cancel())
        return turn

    def retry_after(self) -> int:
        """Return when to try again, in seconds: when the queue is over, and some seconds more."""
        return max(1, math.ceil(self.predict_wait())) + random.randrange(_SPREAD_S)

    def leave(self, began: float) -> None:
        """End a turn that began at this time of the clock; the next in line has theirs."""
        self.mean_s += (self._clock() - began - self.mean_s) / _RECENT
        self._pass_on()

    def forget(self, turn: asyncio.Future[TurnState]) -> None:
        """Leave the line, or hand back a turn that has come and was not begun."""
        if turn.done() and not turn.cancelled() and turn.result() == "granted":
            self._pass_on()
        else:
            self._end_waiting(turn, "gone")

    def _pass_on(self) -> None:
        """Give the slot of a turn that ended to the next in line."""
        while self._waiting:
            turn = next(iter(self._waiting))
            del self._waiting[turn]
            if not turn.done():
                turn.set_result("granted")
                return
        self._busy -= 1

    def _end_waiting(self, turn: asyncio.Future[TurnState], state: TurnState) -> None:
        self._waiting.pop(turn, None)
        if not turn.done():
            turn.set_result(state)
