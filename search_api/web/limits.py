"""How often one address and one key may ask, and what failed keys and links bring: pure ASGI.

The limits are told in every answer they count for, as RateLimit-Policy and RateLimit
(draft-ietf-httpapi-ratelimit-headers-10).
"""

from __future__ import annotations

import logging
from typing import Final

from starlette.datastructures import MutableHeaders
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from search_api.service.rates import WINDOW_S, Allowance, Failures, Rates, counted_as
from search_api.web.access import caller_of
from search_api.web.declared import PREFIX
from search_api.web.problems import TOO_MANY_FAILURES, TOO_MANY_REQUESTS
from search_api.web.refusals import Refusals

_UNCOUNTED: Final = ("/favicon.svg", f"{PREFIX}/health", f"{PREFIX}/ready")
_STATIC: Final = "/static/"
_SIGN_IN: Final = "/sign-in"
_log = logging.getLogger(__name__)


class AddressLimit:
    """Limit how often one address may ask without a key; it stands before ``Admission``.

    Requests with a key count for the key. Not counted: files that pages are made of, the
    questions of monitors, and programs on this machine.
    """

    def __init__(self, app: ASGIApp, per_minute: int) -> None:
        self.app = app
        self._rates = Rates(per_minute)
        self._refusals = Refusals()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:  # noqa: D102
        name = self._counted_as(scope) if scope["type"] == "http" else None
        if name is None:
            await self.app(scope, receive, send)
            return
        allowance = self._rates.take(name)
        telling = tell_limit(send, "address", self._rates, allowance)
        if allowance.allowed:
            await self.app(scope, receive, telling)
        else:
            await _refuse(self._refusals, scope, receive, telling, "address", allowance)

    def _counted_as(self, scope: Scope) -> str | None:
        path: str = scope["path"]
        if not self._rates.per_minute or path in _UNCOUNTED or path.startswith(_STATIC):
            return None
        return None if sends_key(Request(scope)) else _address_of(scope)


class KeyLimit:
    """Limit how often one API key may be used; it stands behind ``Admission``."""

    def __init__(self, app: ASGIApp, per_minute: int) -> None:
        self.app = app
        self._rates = Rates(per_minute)
        self._refusals = Refusals()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:  # noqa: D102
        caller = caller_of(Request(scope)) if scope["type"] == "http" else None
        if not (self._rates.per_minute and caller and caller.by == "key" and caller.key_id):
            await self.app(scope, receive, send)
            return
        allowance = self._rates.take(caller.key_id)
        telling = tell_limit(send, "key", self._rates, allowance)
        if allowance.allowed:
            await self.app(scope, receive, telling)
        else:
            await _refuse(self._refusals, scope, receive, telling, "key", allowance)


class FailureLimit:
    """Refuse further keys and links from an address where many failed, without looking them up.

    It stands before ``Admission``. Whoever is signed in already is not affected.
    """

    def __init__(self, app: ASGIApp, failures: Failures | None = None) -> None:
        self.app = app
        self._failures = failures or Failures()
        self._refusals = Refusals()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:  # noqa: D102
        name = _address_of(scope) if scope["type"] == "http" else None
        if name is None or not _tries_secret(request := Request(scope)):
            await self.app(scope, receive, send)
            return
        blocked_s = self._failures.blocked_s(name)
        if blocked_s:
            answer = await self._refusals.late(
                request, TOO_MANY_FAILURES, blocked_s, self._detail(blocked_s)
            )
            await answer(scope, receive, send)
            return

        async def send_and_count(message: Message) -> None:
            if message["type"] == "http.response.start" and message["status"] == 401:
                self._count(name)
            await send(message)

        await self.app(scope, receive, send_and_count)

    def _count(self, name: str) -> None:
        if self._failures.note(name):
            _log.warning(
                "%d keys or sign-in links from %s failed; it may try again in %d s",
                self._failures.most, name, self._failures.blocked_s(name),
            )  # fmt: skip

    def _detail(self, blocked_s: int) -> str:
        return (
            f"{self._failures.most} API keys or sign-in links from your network address failed. "
            f"Further ones are looked at again in {-(-blocked_s // 60)} min. Check the key or "
            "ask for a new link before you try again."
        )


def sends_key(request: Request) -> bool:
    """Say whether a request has an API key, valid or not."""
    return request.headers.get("authorization", "").partition(" ")[0].lower() == "bearer"


def _tries_secret(request: Request) -> bool:
    signs_in = request.method == "POST" and request.url.path == _SIGN_IN
    return signs_in or sends_key(request)


def _address_of(scope: Scope) -> str | None:
    client = scope.get("client")
    return counted_as(client[0] if client else None)


def tell_limit(send: Send, policy: str, rates: Rates, allowance: Allowance) -> Send:
    """Return a ``send`` that adds the limit and what is left of it to the answer."""

    async def send_with_limit(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            headers.append("RateLimit-Policy", f'"{policy}";q={rates.per_minute};w={WINDOW_S}')
            headers.append("RateLimit", f'"{policy}";r={allowance.left};t={allowance.more_in_s}')
        await send(message)

    return send_with_limit


async def _refuse(
    refusals: Refusals, scope: Scope, receive: Receive, send: Send, whose: str, allowance: Allowance
) -> None:
    detail = (
        f"This {'API key' if whose == 'key' else 'network address'} has sent too many requests. "
        "Send fewer each minute; RateLimit-Policy says how many may be sent."
    )
    answer = await refusals.late(Request(scope), TOO_MANY_REQUESTS, allowance.more_in_s, detail)
    await answer(scope, receive, send)
