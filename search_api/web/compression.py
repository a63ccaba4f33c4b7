"""Answers of a kilobyte or more, compressed for clients that ask for it: pure ASGI middleware.

A compressed answer is another representation, so its entity tag is another one (RFC 9110, 8.8.3.3):
that of the plain answer with ``-gzip``. What stands within this middleware knows plain tags only.

An answer with ``no-store`` stays plain. It is a page for one person, with what only they may see
beside what came with the request, and its compressed size could tell of it (BREACH, 2013). Others
have no secrets: keys and sign-in links are shown on such pages alone, and no form has a token.
"""

from __future__ import annotations

import re
import zlib
from typing import Final

from anyio import CapacityLimiter, to_thread
from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

LEAST_BYTES: Final = 1024
LEVEL: Final = 5
"""A results page of 60 KB takes 0.8 ms and becomes 12 KB; level 9 takes 1.2 ms for 2 % less."""
_IN_A_THREAD: Final = 128 * 1024
_THREADS: Final = 2
_SUFFIX: Final = "-gzip"
_TYPES: Final = re.compile(
    r"text/.*|image/svg\+xml|application/(.*\+)?(json|xml|javascript)|application/x-.*"
)
"""Not files as they were added (PDF, octet-stream), pictures or Word files: those hardly shrink."""
_CONDITIONS: Final = (b"if-none-match", b"if-match")
_CODING: Final = re.compile(r"\s*([^\s;,]+)\s*(?:;\s*q\s*=\s*([0-9.]+))?\s*", re.IGNORECASE)


class Compression:
    """Compress what is worth it with gzip (RFC 9110, 8.4.1.3)."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app
        self._limiter = CapacityLimiter(_THREADS)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:  # noqa: D102
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        answer = _Answer(Headers(scope=scope), send, self._limiter)
        await self.app({**scope, "headers": _plain_tags(scope)}, receive, answer.send)


class _Answer:
    """One answer on its way; its start waits for the first part of its body."""

    def __init__(self, asked: Headers, send: Send, limiter: CapacityLimiter) -> None:
        self._wanted = accepts_gzip(",".join(asked.getlist("accept-encoding")))
        self._known = ",".join(asked.getlist("if-none-match"))
        self._send = send
        self._limiter = limiter
        self._start: Message | None = None
        self._gzip: zlib._Compress | None = None

    async def send(self, message: Message) -> None:
        """Send a part of the answer, compressed or as it is."""
        if message["type"] == "http.response.start":
            self._start = message
        elif message["type"] != "http.response.body":
            await self._send(message)
        else:
            body, more = message.get("body", b""), message.get("more_body", False)
            start, self._start = self._start, None
            if start:
                self._begin(start, len(body), whole=not more)
            body = await self._compressed(body, more=more)
            if start:
                if self._gzip and not more:
                    MutableHeaders(scope=start)["Content-Length"] = str(len(body))
                await self._send(start)
            await self._send({**message, "body": body})

    def _begin(self, start: Message, size: int, *, whole: bool) -> None:
        """Decide whether the answer is compressed, and say so in its headers."""
        headers = MutableHeaders(scope=start)
        if start["status"] == 304:
            self._name_known(headers)
            return
        if not _compressible(start["status"], headers):
            return
        headers.add_vary_header("Accept-Encoding")
        if not self._wanted or (whole and size < LEAST_BYTES):
            return
        self._gzip = zlib.compressobj(LEVEL, zlib.DEFLATED, 16 + zlib.MAX_WBITS)
        headers["Content-Encoding"] = "gzip"
        for name in ("content-length", "accept-ranges"):
            del headers[name]
        if "etag" in headers:
            headers["ETag"] = _compressed_tag(headers["etag"])

    def _name_known(self, headers: MutableHeaders) -> None:
        """Put the tag that the client has into a 304, or its cache could not tell which it is."""
        headers.add_vary_header("Accept-Encoding")
        tag = headers.get("etag", "")
        if tag and self._wanted and _compressed_tag(tag) in self._known:
            headers["ETag"] = _compressed_tag(tag)

    async def _compressed(self, body: bytes, *, more: bool) -> bytes:
        if self._gzip is None:
            return body
        if len(body) < _IN_A_THREAD:
            return _compress(self._gzip, body, more=more)
        return await to_thread.run_sync(
            lambda gzip: _compress(gzip, body, more=more), self._gzip, limiter=self._limiter
        )


def accepts_gzip(header: str) -> bool:
    """Tell whether Accept-Encoding allows gzip (RFC 9110, 12.5.3); what it does not name is not."""
    weights = {}
    for part in header.lower().split(","):
        named = _CODING.fullmatch(part)
        if named:
            weights[named[1]] = named[2] or "1"
    weight = weights.get("gzip", weights.get("*", "0"))
    return bool(weight.strip("0."))


def _compressible(status: int, headers: MutableHeaders) -> bool:
    media_type = headers.get("content-type", "").partition(";")[0].strip().lower()
    return (
        status not in (204, 206)
        and "content-encoding" not in headers
        and "no-store" not in headers.get("cache-control", "")
        and _TYPES.fullmatch(media_type) is not None
    )


def _compress(gzip: zlib._Compress, body: bytes, *, more: bool) -> bytes:
    part = gzip.compress(body)
    return part + gzip.flush(zlib.Z_SYNC_FLUSH if more else zlib.Z_FINISH)


def _compressed_tag(tag: str) -> str:
    return f'{tag[:-1]}{_SUFFIX}"'


def _plain_tags(scope: Scope) -> list[tuple[bytes, bytes]]:
    """Return the headers of a request with the entity tags of plain answers."""
    end = f'{_SUFFIX}"'.encode()
    return [
        (name, value.replace(end, b'"') if name in _CONDITIONS else value)
        for name, value in scope["headers"]
    ]
