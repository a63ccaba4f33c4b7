"""How often one address and one key may ask, and what failed keys and links bring: pure ASGI.

Every answer that counts states the limits, as RateLimit-Policy and RateLimit
(draft-ietf-httpapi-ratelimit-headers-10).
"""

from __future__ import annotations

import logging
from abc import ABC, abstractmethod
from typing import ClassVar, Final

from starlette.datastructures import MutableHeaders
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from search_api.service.rates import WINDOW_S, Allowance, Counts, Failures, Rates, counted_as
from search_api.web.access import HEALTH, ICON, LOOK, SIGN_IN, STATIC, caller_of, key_sent_in
from search_api.web.problems import TOO_MANY_FAILURES, TOO_MANY_REQUESTS
from search_api.web.refusals import Refusals

_UNCOUNTED: Final = HEALTH | LOOK | {ICON}
_log = logging.getLogger(__name__)


class _RateLimit(ABC):
    """Limit how often each name may ask, and tell so.

    Attributes:
        policy: what the limit is called in the headers.
        counted: what is counted, in words.
    """

    policy: ClassVar[str]
    counted: ClassVar[str]

    def __init__(self, app: ASGIApp, per_minute: int, counts: Counts | None = None) -> None:
        self.app = app
        self._rates = Rates(per_minute, counts)
        self._refusals = Refusals()

    @abstractmethod
    def name_of(self, request: Request) -> str | None:
        """Return the name a request is counted by; ``None`` if it is not counted."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        limited = scope["type"] == "http" and self._rates.per_minute
        name = self.name_of(Request(scope)) if limited else None
        if name is None:
            await self.app(scope, receive, send)
            return
        allowance = self._rates.take(name)
        telling = self._tell(send, allowance)
        if allowance.allowed:
            await self.app(scope, receive, telling)
            return
        detail = (
            f"This {self.counted} has sent too many requests. Send fewer each minute; "
            "RateLimit-Policy says how many may be sent."
        )
        answer = await self._refusals.refuse_later(
            Request(scope), TOO_MANY_REQUESTS, allowance.more_in_s, detail, [self.policy]
        )
        await answer(scope, receive, telling)

    def _tell(self, send: Send, allowance: Allowance) -> Send:
        """Return a ``send`` that adds the limit and what is left of it to the answer."""

        async def send_with_limit(message: Message) -> None:
            if message["type"] == "http.response.start":
                told, headers = f'"{self.policy}"', MutableHeaders(scope=message)
                headers.append(
                    "RateLimit-Policy", f"{told};q={self._rates.per_minute};w={WINDOW_S}"
                )
                headers.append("RateLimit", f"{told};r={allowance.left};t={allowance.more_in_s}")
            await send(message)

        return send_with_limit


class AddressLimit(_RateLimit):
    """Limit how often one address may ask without a key; it stands before ``Admission``.

    Requests with a key count for the key. Not counted: files that pages are made of, the
    questions of monitors, and programs on this machine.
    """

    policy = "address"
    counted = "network address"

    def name_of(self, request: Request) -> str | None:
        """Return the address, or its network."""
        path: str = request.scope["path"]
        if path in _UNCOUNTED or path.startswith(STATIC) or key_sent_in(request) is not None:
            return None
        return _address_of(request)


class KeyLimit(_RateLimit):
    """Limit how often one API key may be used; it stands behind ``Admission``."""

    policy = "key"
    counted = "API key"

    def name_of(self, request: Request) -> str | None:
        """Return the id of the key."""
        caller = caller_of(request)
        return caller.key_id if caller.by == "key" else None


class FailureLimit:
    """Refuse further keys and links from an address where many failed, without looking them up.

    It stands before ``Admission``. Whoever is signed in already is not affected.
    """

    def __init__(self, app: ASGIApp, failures: Failures | None = None) -> None:
        self.app = app
        self._failures = failures or Failures()
        self._refusals = Refusals()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:  # noqa: D102
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        request = Request(scope)
        name = _address_of(request) if _tries_secret(request) else None
        if name is None:
            await self.app(scope, receive, send)
            return
        blocked_s = self._failures.blocked_s(name)
        if blocked_s:
            answer = await self._refusals.refuse_later(
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


def _tries_secret(request: Request) -> bool:
    signs_in = request.method == "POST" and request.url.path == SIGN_IN
    return signs_in or key_sent_in(request) is not None


def _address_of(request: Request) -> str | None:
    return counted_as(request.client.host if request.client else None)
