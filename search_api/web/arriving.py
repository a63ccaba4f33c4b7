"""The pace at which a request's body arrives: pure ASGI middleware."""

from __future__ import annotations

import asyncio
import time
from typing import Final

from fastapi import HTTPException, Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from search_api.web.patience import Patience
from search_api.web.problems import http_error

_CLOSE: Final = {"Connection": "close"}


class BodyArrival:
    """Answer 408 to a body that stops arriving, or arrives too slowly (RFC 9110, 15.5.9).

    Only the time in which the application waits for the body counts, so a client is not blamed for
    waiting its turn.
    """

    def __init__(self, app: ASGIApp, patience: Patience) -> None:
        self.app = app
        self._patience = patience

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:  # noqa: D102
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        body = _Body(receive, self._patience)
        try:
            await self.app(scope, body.receive, send)
        except HTTPException as error:  # raised outside the application's own handlers
            if error is not body.error:
                raise
            await http_error(Request(scope), error)(scope, receive, send)


class _Body:
    """One request's body, with the time waited for it so far."""

    def __init__(self, receive: Receive, patience: Patience) -> None:
        self._receive = receive
        self._patience = patience
        self._waited_s = 0.0
        self._size = 0
        self._whole = False
        self.error: HTTPException | None = None

    async def receive(self) -> Message:
        """Return the next message.

        Raises:
            HTTPException: the body did not arrive in time; 408.
        """
        if self._whole:  # the application waits for its client to leave
            return await self._receive()
        if self.error:
            raise self.error
        began = time.monotonic()
        try:
            async with asyncio.timeout(self._allowed_s()):
                message = await self._receive()
        except TimeoutError:
            self.error = HTTPException(408, headers=_CLOSE)
            raise self.error from None
        self._waited_s += time.monotonic() - began
        self._size += len(message.get("body", b""))
        self._whole = not message.get("more_body", False)
        return message

    def _allowed_s(self) -> float:
        p = self._patience
        left = p.body_s + self._size / p.body_bytes_per_s - self._waited_s
        return max(0.0, min(p.gap_s, left))
