"""Answer few requests at once and refuse what would wait too long: pure ASGI middleware.

There are several lanes, so that a flood in one does not shut out the others: whoever only reads
cannot keep curators from working or a monitor from asking whether the server is well.
"""

from __future__ import annotations

import asyncio
import os
import time
from collections import deque
from dataclasses import dataclass
from typing import Final, Literal

from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from search_api.service.lanes import MOST_WAITING, WAIT_S, Lane, Overloaded, TurnState
from search_api.web.access import HEALTH, SAFE_METHODS, SIGN_IN, STATIC, caller_of
from search_api.web.declared import PREFIX
from search_api.web.problems import OVERLOADED
from search_api.web.recent import RecentAnswers
from search_api.web.refusals import Refusals, refuse_for_now

LaneName = Literal["readers", "curators", "writes", "files", "strangers", "accounts", "health"]
OWN_SLOTS: Final[dict[LaneName, int]] = {
    "curators": 2,
    "writes": 4,  # they mostly wait for each other: SQLite has one writer
    "files": 8,  # most wait for their bytes; how many are read at once is limited elsewhere
    "strangers": 2,
    "accounts": 2,
    "health": 2,
}
"""The slots of each lane but the readers'. All lanes together stay below the 40 threads that
Starlette has, so no request waits for a thread."""
MOST_FOR_READERS: Final = 8
"""More than this gains nothing: the parts of a search in Python run one at a time."""
READ_AHEAD_BYTES: Final = 64 * 1024
"""Bodies that announce up to this size are read before the request takes a slot, however slowly
they come. The others are refused to strangers before they are read."""
_ACCOUNTS: Final = (SIGN_IN, "/sign-out")
_LONG: Final = (f"{PREFIX}/contributions", "/contribute", f"{PREFIX}/outcomes/retry")
"""Writes that read a file or an address, for minutes at worst."""


def slots_for_readers(wanted: int | None = None, *, workers: int = 1) -> int:
    """Return how many readers' requests each process answers at once: one for each processor."""
    if wanted:
        return -(-wanted // workers)
    return min(max(2, -(-(os.cpu_count() or 1) // workers)), MOST_FOR_READERS)


class Load:
    """Let each request wait for its turn in its lane; refuse it with 503 if that takes too long.

    The middleware stands behind ``Admission``, which says who is calling. A turn ends when the
    response begins: from then on the client's own speed decides, and must not hold up others.

    Args:
        app: what answers.
        readers: how many readers' requests are answered at once; ``None``: one a processor.
        waiting: how many requests may wait in a lane.
        wait_s: how many seconds a request may wait.
    """

    def __init__(
        self,
        app: ASGIApp,
        readers: int | None = None,
        *,
        waiting: int = MOST_WAITING,
        wait_s: float = WAIT_S,
    ) -> None:
        self.app = app
        slots = {**OWN_SLOTS, "readers": readers or slots_for_readers()}
        self._lanes = {
            name: Lane(number, wait_s=wait_s, most_waiting=waiting)
            for name, number in slots.items()
        }
        self._refusals = Refusals()
        self._health = RecentAnswers()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:  # noqa: D102
        if scope["type"] != "http" or scope["path"].startswith(STATIC):
            await self.app(scope, receive, send)
            return
        if scope["path"] in HEALTH and scope["method"] == "GET":
            busy = self._lanes["readers"].waiting or self._lanes["health"].full
            if busy and await self._health.give(scope["path"], send):
                return
            send = self._health.keep(scope["path"], send)
        request, ahead = Request(scope), await _read_ahead(scope, receive)
        lane = self._lanes[lane_of(request, whole=ahead.whole)]
        try:
            state = await _wait_for_turn(lane, receive if ahead.whole else None)
        except Overloaded as refusal:
            answer = await self._refusals.refuse_later(request, OVERLOADED, refusal.retry_after_s)
            await answer(scope, receive, send)
            return
        if state == "granted":
            await self._answer(lane, scope, ahead.then(receive), send)
        elif state == "late":
            answer = refuse_for_now(request, OVERLOADED, lane.retry_after())
            await answer(scope, receive, send)

    async def _answer(self, lane: Lane, scope: Scope, receive: Receive, send: Send) -> None:
        began: float | None = time.monotonic()

        def end_turn() -> None:
            nonlocal began
            if began is not None:
                lane.leave(began)
                began = None

        async def send_and_leave(message: Message) -> None:
            end_turn()
            await send(message)

        try:
            await self.app(scope, receive, send_and_leave)
        finally:
            end_turn()


def lane_of(request: Request, *, whole: bool) -> LaneName:
    """Return the lane of a request.

    Args:
        request: the request, with its caller.
        whole: whether its body has been read; the rest of a large one is read within the turn.
    """
    path, actor = request.url.path, caller_of(request).actor
    known = actor.person_id is not None
    writes = request.method not in SAFE_METHODS
    if path in HEALTH:
        return "health"
    if not whole or (known and writes and path in _LONG):
        return "files" if known else "strangers"
    if path in _ACCOUNTS:
        return "accounts"
    if known and writes:
        return "writes"
    return "curators" if known and actor.may("curator") else "readers"


@dataclass(frozen=True, slots=True)
class _Ahead:
    """What was read of a request's body before its turn; ``whole`` if that is all of it."""

    messages: tuple[Message, ...]
    whole: bool

    def then(self, receive: Receive) -> Receive:
        """Return a ``receive`` that gives these messages first."""
        left = deque(self.messages)

        async def receive_in_order() -> Message:
            return left.popleft() if left else await receive()

        return receive_in_order


async def _read_ahead(scope: Scope, receive: Receive) -> _Ahead:
    headers = Headers(scope=scope)
    announced = headers.get("content-length", "0")
    small = announced.isdecimal() and int(announced) <= READ_AHEAD_BYTES
    if not small or "transfer-encoding" in headers:
        return _Ahead((), whole=False)
    messages, more = [], True
    while more:
        messages.append(await receive())
        more = messages[-1].get("more_body", False)
    return _Ahead(tuple(messages), whole=True)


async def _wait_for_turn(lane: Lane, receive: Receive | None) -> TurnState:
    """Wait for a turn in a lane; whoever hangs up loses their place.

    Raises:
        Overloaded: it would come too late.
    """
    turn = lane.ask()
    if turn.done():
        return turn.result()
    watching = asyncio.create_task(_forget_when_gone(lane, turn, receive)) if receive else None
    try:
        return await turn
    except asyncio.CancelledError:
        lane.forget(turn)
        raise
    finally:
        if watching:
            watching.cancel()


async def _forget_when_gone(lane: Lane, turn: asyncio.Future[TurnState], receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
    if not turn.done():
        lane.forget(turn)
