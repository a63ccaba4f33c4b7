"""Pure ASGI middleware: security headers, HEAD, access log, last barrier for errors, body limit."""

from __future__ import annotations

import logging
import secrets
import time
from typing import Final
from urllib.parse import quote

from starlette.datastructures import MutableHeaders
from starlette.middleware.body_limit import RequestBodyLimitResponder
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from search_api.web.problems import unexpected_error

CONTENT_SECURITY_POLICY: Final = (
    "default-src 'self'; object-src 'none'; base-uri 'none'; form-action 'self'; "
    "frame-ancestors 'none'"
)
SECURITY_HEADERS: Final = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "Cross-Origin-Opener-Policy": "same-origin",
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}
"""Referrers are sent to no other site: a results page's address holds what somebody searched for.
Not ``no-referrer``: under it browsers give ``null`` as the origin of our own forms (Fetch, 3.2)."""

_log = logging.getLogger("search_api.access")


class SecurityHeaders:
    """Add the security headers to every response that does not bring its own."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:  # noqa: D102
        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in SECURITY_HEADERS.items():
                    headers.setdefault(name, value)
            await send(message)

        await self.app(scope, receive, send_with_headers)


class AccessLog:
    """Log each request as method, path, status, milliseconds and id; never what follows the path.

    The id is in the answer's X-Request-ID header and in the audit log's entries.

    The query string is what people search for (hazards: privacy), so it is not written anywhere.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:  # noqa: D102
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        started, status = time.perf_counter(), 0
        request_id = scope.setdefault("state", {})["request_id"] = secrets.token_hex(8)

        async def send_and_note(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                MutableHeaders(scope=message)["X-Request-ID"] = request_id
            await send(message)

        try:
            await self.app(scope, receive, send_and_note)
        finally:
            elapsed_ms = (time.perf_counter() - started) * 1000
            # Quoted, so that a path cannot write lines of its own into the log.
            path = quote(scope["path"])
            _log.info("%s %s %d %.0f ms %s", scope["method"], path, status, elapsed_ms, request_id)


class HeadAsGet:
    """Answer HEAD as GET without the body (RFC 9110, 9.3.2); FastAPI's routes know only GET."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:  # noqa: D102
        if scope["type"] != "http" or scope["method"] != "HEAD":
            await self.app(scope, receive, send)
            return

        async def send_without_body(message: Message) -> None:
            if message["type"] == "http.response.body":
                message = {**message, "body": b""}
            await send(message)

        asked = {**scope, "method": "GET", "asked_for_head": True}
        await self.app(asked, receive, send_without_body)


class ErrorBarrier:
    """Answer an error nobody foresaw here, so that it never reaches the server's own log.

    That log would print the error's message, which can repeat what somebody searched for.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:  # noqa: D102
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        started = False

        async def send_and_note(message: Message) -> None:
            nonlocal started
            started = started or message["type"] == "http.response.start"
            await send(message)

        try:
            await self.app(scope, receive, send_and_note)
        except Exception as error:  # the last resort: whatever it is, the reader gets an answer
            response = unexpected_error(Request(scope), error)
            if not started:
                await response(scope, receive, send)


class BodyLimit:
    """Bound what a request may bring; a route may declare another limit as its ``max_body_size``.

    Has to stand around the handlers of errors alone: what is too large is answered by them.
    """

    def __init__(self, app: ASGIApp, max_body_size: int) -> None:
        self.app = app
        self._max_body_size = max_body_size

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:  # noqa: D102
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        await _LimitedRequest(self.app, self._max_body_size)(scope, receive, send)


class _LimitedRequest(RequestBodyLimitResponder):
    """Starlette's count of the bytes that come, chunked or announced, without its answer.

    Its plain text would take the place of ours, and of a 401 or 405 that needed no body.
    """

    async def send_with_limit(self, message: Message) -> None:
        """Send what the application answers."""
        self.response_started = True
        await self.send(message)
