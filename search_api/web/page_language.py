"""Middleware that gives each page the language its reader chose, by the switch or the browser."""

from __future__ import annotations

import re
from http.cookies import CookieError, SimpleCookie
from typing import Final
from urllib.parse import parse_qsl, urlencode

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import RedirectResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from search_api.web.access import STATIC
from search_api.web.declared import PREFIX
from search_api.web.languages import ENGLISH, OFFERED, choose_language, read_language, speaking

COOKIE: Final = "salex-language"
PARAMETER: Final = "lang"
_YEAR_S: Final = 365 * 24 * 60 * 60
_ASKED: Final = re.compile(rb"(?:^|&)lang=")
_FILE: Final = re.compile(rb"(?:^|&)format=")


class PageLanguage:
    """Make pages in the language of the switch, else of ``Accept-Language``, else in English.

    ``?lang=es`` on any page remembers the choice in a cookie and leads to the page itself. The API
    and files are in English.

    Args:
        app: what answers.
        secure: whether the cookie is sent over HTTPS only.
    """

    def __init__(self, app: ASGIApp, *, secure: bool) -> None:
        self.app = app
        self._secure = secure

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:  # noqa: D102
        path = scope.get("path", "")
        if scope["type"] != "http" or path.startswith((f"{PREFIX}/", STATIC)):
            await self.app(scope, receive, send)
            return
        if scope["method"] in ("GET", "HEAD") and _ASKED.search(scope["query_string"]):
            await self._remember(scope)(scope, receive, send)
            return
        headers = Headers(scope=scope)
        code = _chosen(headers) or choose_language(headers.get("accept-language", ""))
        shown = ENGLISH if _FILE.search(scope["query_string"]) else code

        async def send_named(message: Message) -> None:
            if message["type"] == "http.response.start":
                _name_language(MutableHeaders(scope=message), message["status"], shown)
            await send(message)

        with speaking(read_language(shown)):
            await self.app(scope, receive, send_named)

    def _remember(self, scope: Scope) -> RedirectResponse:
        """Return the answer that keeps the choice and leads to the same address without it."""
        pairs = parse_qsl(scope["query_string"].decode("latin-1"), keep_blank_values=True)
        asked = next(value for name, value in pairs if name == PARAMETER)
        rest = urlencode([pair for pair in pairs if pair[0] != PARAMETER])
        # Two slashes at the start would be another host.
        path = "/" + scope["path"].lstrip("/\\")
        answer = RedirectResponse(path + (f"?{rest}" if rest else ""), 303)
        answer.headers["Cache-Control"] = "no-store"
        if asked in OFFERED:
            answer.set_cookie(
                COOKIE, asked, max_age=_YEAR_S, secure=self._secure, httponly=True, samesite="lax"
            )
        return answer


def _chosen(headers: Headers) -> str | None:
    """Return the language that the cookie remembers, if it is offered."""
    cookies: SimpleCookie = SimpleCookie()
    try:
        cookies.load("; ".join(headers.getlist("cookie")))
    except CookieError:
        return None
    code = cookies[COOKIE].value if COOKIE in cookies else ""
    return code if code in OFFERED else None


def _name_language(headers: MutableHeaders, status: int, code: str) -> None:
    """Say which language a page is in, and that other readers get it in another."""
    is_page = headers.get("content-type", "").startswith("text/html")
    if is_page:
        headers["Content-Language"] = code
    if is_page or status == 304:
        varying = [name.strip() for line in headers.getlist("vary") for name in line.split(",")]
        for name in ("Accept-Language", "Cookie"):
            if name not in varying:
                headers.add_vary_header(name)
