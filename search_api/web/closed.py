"""Refuse changes of a closed repository, and tell programs when it closes and where it moved."""

from __future__ import annotations

import re
from email.utils import format_datetime
from pathlib import Path
from typing import Final

from fastapi import Request
from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from search_api.service.closing import Closing, RepositoryClosed, read_closing
from search_api.web.access import FROM_MAIL, SIGN_IN
from search_api.web.declared import PREFIX
from search_api.web.problems import evidence_error

_SAFE: Final = frozenset(("GET", "HEAD", "OPTIONS", "TRACE"))
_STILL_OPEN: Final = re.compile(
    "|".join(
        (
            re.escape(SIGN_IN), "/sign-out", "/account/sign-out-everywhere",
            "/account/keys/[^/]+/revoke", "/people/keys/[^/]+/revoke",
            *map(re.escape, sorted(FROM_MAIL)), "/following/(?:.*/)?(?:delete|delete-all)",
            "/oai",
        )
    )
)  # fmt: skip
"""What changes nothing of the repository: who is signed in, what people leave, what only reads."""
_LEAVING: Final = re.compile(rf"{re.escape(PREFIX)}/following(?:/.*)?")


class ClosedForChanges:
    """Answer changes of a closed repository with 403 and the reason; reads go on.

    From the announcement on, answers of the API carry Sunset (RFC 8594), and a link to what takes
    the repository's place (``successor-version``, RFC 5829).
    """

    def __init__(self, app: ASGIApp, data_folder: Path) -> None:
        self.app = app
        self._data_folder = data_folder

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:  # noqa: D102
        closing = read_closing(self._data_folder) if scope["type"] == "http" else None
        if closing is None:
            await self.app(scope, receive, send)
            return

        async def send_told(message: Message) -> None:
            if message["type"] == "http.response.start" and scope["path"].startswith(PREFIX):
                _tell(MutableHeaders(scope=message), closing)
            await send(message)

        if closing.has_begun and _changes(scope["method"], scope["path"]):
            error = RepositoryClosed(told_of(closing))
            await evidence_error(Request(scope), error)(scope, receive, send_told)
            return
        await self.app(scope, receive, send_told)


def told_of(closing: Closing) -> str:
    """Return why a change is refused, and where to go."""
    parts = [f"This repository has taken no changes since {closing.since}.", closing.message]
    if closing.moved_to:
        parts.append(f"It continues at {closing.moved_to}")
    return " ".join(part for part in parts if part)


def _changes(method: str, path: str) -> bool:
    if method in _SAFE or _STILL_OPEN.fullmatch(path):
        return False
    return not (method == "DELETE" and _LEAVING.fullmatch(path))


def _tell(headers: MutableHeaders, closing: Closing) -> None:
    headers["Sunset"] = format_datetime(closing.moment, usegmt=True)
    if closing.moved_to:
        headers.append("Link", f'<{closing.moved_to}>; rel="successor-version"')
