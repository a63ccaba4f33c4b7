"""Pure ASGI middleware: security headers, HEAD, access log, last catch for errors, body limit."""

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
"""No referrer is sent to other sites: the address of a results page contains what was searched for.
Not ``no-referrer``: with it browsers send ``null`` as the origin of our forms (Fetch, 3.2)."""

_log = logging.getLogger("search_api.access")


def write_access_log() -> None:
    """Write the access log to standard error, each line with the local time."""
    handler = logging.StreamHandler()
    handler.setFormatter(logging.Formatter("%(asctime)s %(message)s"))
    _log.handlers = [handler]
    _log.propagate = False
    _log.setLevel(logging.INFO)


class SecurityHeaders:
    """Add the security headers to every response that does not set its own."""

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
    """Log each request as method, path, status, milliseconds and id; never the query string.

    The id is in the answer's X-Request-ID header and in the audit log's entries. The query string
    contains what people search for, so for privacy it is not written anywhere.
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
            # Quoted, so that a path cannot add lines to the log.
            path = quote(scope["path"])
            _log.info("%s %s %d %.0f ms %s", scope["method"], path, status, elapsed_ms, request_id)


class HeadAsGet:
    """Answer HEAD as GET without the body (RFC 9110, 9.3.2); FastAPI's routes answer only GET."""

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
    """Answer unexpected errors here, so that they never reach the server's own log.

    That log would print the error's message, which may contain what somebody searched for.
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
        except Exception as error:  # the last resort: the reader always gets an answer
            response = unexpected_error(Request(scope), error)
            if not started:
                await response(scope, receive, send)


class BodyLimit:
    """Limit the size of request bodies; a route may set its own limit as ``max_body_size``.

    It must directly surround the error handlers, because they answer requests that are too large.
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
    """Starlette's count of received bytes, chunked or announced, without its answer.

    Its plain text would replace our answer, or a 401 or 405 that needed no body.
    """

    async def send_with_limit(self, message: Message) -> None:
        """Send what the application answers."""
        self.response_started = True
        await self.send(message)
