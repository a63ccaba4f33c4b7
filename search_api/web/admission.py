"""Identify the caller once, before anything else answers, and set the cache headers to match.

Pure ASGI middleware; what a route requires of its caller is in ``access``.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from anyio import CapacityLimiter, to_thread
from fastapi import Request
from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from corpus.catalogue.condition import damage_of
from corpus.errors import EvidenceError, NotSignedIn
from corpus.people.actors import ANONYMOUS
from corpus.people.credentials import KEY_PREFIX, admit_key
from corpus.people.sessions import admit_session
from search_api.service.settings import Settings
from search_api.web.access import (
    FOR_CRAWLERS,
    FROM_MAIL,
    HEALTH,
    ICON,
    LOOK,
    SIGN_IN,
    STATIC,
    Caller,
    key_sent_in,
)
from search_api.web.cookies import SessionCookie
from search_api.web.problems import evidence_error

ALWAYS_OPEN: Final = HEALTH | FOR_CRAWLERS | FROM_MAIL | LOOK | {SIGN_IN, ICON}
"""Addresses open to anonymous callers even where reading is not; so are those of ``STATIC``."""
_AT_ONCE: Final = 2
"""How many callers are looked up at once: it takes a millisecond, and a flood must not take all
threads."""


class Admission:
    """Identify the caller of every request, and refuse invalid keys at any address.

    A session that has ended counts as none: what is open stays open. A key is sent on purpose, by a
    program that would not notice being anonymous, so an invalid key gets 401.

    Every answer from a damaged catalogue says so in a header.
    """

    def __init__(self, app: ASGIApp, settings: Settings) -> None:
        self.app = app
        self._cookie = SessionCookie.of(settings)
        self._anonymous_reading = settings.anonymous_reading
        self._catalogue_path = settings.catalogue_path
        self._limiter = CapacityLimiter(_AT_ONCE)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:  # noqa: D102
        path = scope.get("path", "")
        if scope["type"] != "http" or path.startswith(STATIC):
            await self.app(scope, receive, send)
            return
        request = Request(scope)
        private = not self._anonymous_reading

        async def send_for_one(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                _keep_apart(headers, private=private)
                if damage_of(self._catalogue_path):
                    headers["X-Catalogue-State"] = "damaged"
            await send(message)

        try:
            caller = await self._caller(request)
            request.state.caller = caller
            known = caller.by != "nothing"
            private = private or known
            if not (known or self._anonymous_reading or path in ALWAYS_OPEN):
                raise NotSignedIn(
                    "Only members can read this repository. Sign in, or send an API key."
                )
        except EvidenceError as error:
            await evidence_error(request, error)(scope, receive, send_for_one)
            return
        await self.app(scope, receive, send_for_one)

    async def _caller(self, request: Request) -> Caller:
        key = key_sent_in(request)
        request_id: str | None = getattr(request.state, "request_id", None)
        if key is not None:
            return await to_thread.run_sync(
                _by_key, request, key, request_id, limiter=self._limiter
            )
        session = self._cookie.read(request)
        if session:
            return await to_thread.run_sync(
                _by_session, request, session, request_id, limiter=self._limiter
            )
        return Caller(replace(ANONYMOUS, request_id=request_id))


def _by_key(request: Request, key: str, request_id: str | None) -> Caller:
    if not key.startswith(KEY_PREFIX):
        raise NotSignedIn(
            f"This is not an API key of this server; its keys begin with {KEY_PREFIX}"
        )
    with request.app.state.service.connections.lend() as catalogue:
        admitted = admit_key(catalogue, key, request_id=request_id)
    return Caller(admitted.actor, "key", admitted.key_id, None)


def _by_session(request: Request, session: str, request_id: str | None) -> Caller:
    with request.app.state.service.connections.lend() as catalogue:
        try:
            admitted = admit_session(catalogue, session, request_id=request_id)
        except NotSignedIn:
            return Caller(replace(ANONYMOUS, request_id=request_id))
    return Caller(admitted.actor, "session", admitted.key_id, admitted.session_id)


def _keep_apart(headers: MutableHeaders, *, private: bool) -> None:
    """Prevent caches between us and readers from giving one person's answer to another."""
    for name in ("Cookie", "Authorization"):
        headers.add_vary_header(name)
    control = headers.get("cache-control", "no-cache")
    if private and "no-store" not in control and "private" not in control:
        headers["cache-control"] = f"private, {control}"
