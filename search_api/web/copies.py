"""A read-only server: it refuses changes and says where to send them."""

from __future__ import annotations

from typing import Final

from fastapi import Request
from starlette.datastructures import MutableHeaders
from starlette.responses import RedirectResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from corpus.errors import CatalogueIsCopy
from search_api.web.access import SAFE_METHODS, SIGN_IN
from search_api.web.problems import evidence_error

_ONLY_ASKS: Final = frozenset(("/oai",))
"""What a POST to these asks changes nothing."""


class ReadsAlone:
    """Answer changes with 405 and say where they go; send people who sign in there.

    Args:
        app: what answers everything else.
        write_url: the address of the server that takes changes, if there is one to be named.
    """

    def __init__(self, app: ASGIApp, write_url: str | None) -> None:
        self.app = app
        self._write_url = write_url

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:  # noqa: D102
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        request = Request(scope)
        if request.method in SAFE_METHODS:
            if request.url.path == SIGN_IN and self._write_url:
                there = RedirectResponse(self._there(request), 307, {"Cache-Control": "no-store"})
                await there(scope, receive, send)
                return
        elif request.url.path not in _ONLY_ASKS:
            await self._refuse(request)(scope, receive, self._tell(request, send))
            return
        await self.app(scope, receive, send)

    def _there(self, request: Request) -> str:
        query = f"?{request.url.query}" if request.url.query else ""
        return f"{self._write_url}{request.url.path}{query}"

    def _refuse(self, request: Request) -> ASGIApp:
        to = (
            f"to {self._write_url}" if self._write_url else "to the server that the copy comes from"
        )
        told = f"This server has a read-only copy of the repository. Send changes {to}."
        return evidence_error(request, CatalogueIsCopy(told))

    def _tell(self, request: Request, send: Send) -> Send:
        async def send_told(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                headers["Allow"] = "GET, HEAD"
                if self._write_url:
                    headers.append("Link", f'<{self._there(request)}>; rel="edit"')
            await send(message)

        return send_told
