"""Content negotiation (RFC 9110, 12.5.1): ``Accept`` says the same as ``?format=``.

Routes read only the parameter. Entity tags are made of the address, so each format has its own.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from search_api.web.languages import ENGLISH, read_language, speaking

_PLACES: Final = re.compile(
    r"(?P<api>/api/v1)?/(?:search|documents(?:/[^/]+)?|lists/[^/]+(?:/versions/\d+)?)"
)
_RANGE: Final = re.compile(r"\s*([\w!#$&^.+*-]+/[\w!#$&^.+*-]+)\s*((?:;[^;]*)*)")
_WEIGHT: Final = re.compile(r";\s*q\s*=\s*([01](?:\.\d{0,3})?)\s*", re.I)
_PARAMETER: Final = re.compile(rb"(?:^|&)format=")


class FormatByAccept:
    """Read ``Accept`` as the parameter ``format``, where an address has formats.

    Args:
        app: what answers.
        offers: the names of formats by media type, without JSON and HTML.
    """

    def __init__(self, app: ASGIApp, offers: Mapping[str, str]) -> None:
        self.app = app
        self._offers = offers

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:  # noqa: D102
        place = _PLACES.fullmatch(scope["path"]) if scope["type"] == "http" else None
        if place is None or scope["method"] not in ("GET", "HEAD"):
            await self.app(scope, receive, send)
            return

        async def send_varying(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message).add_vary_header("Accept")
            await send(message)

        query = scope["query_string"]
        if not _PARAMETER.search(query):
            accepted = ",".join(Headers(scope=scope).getlist("accept"))
            chosen = choose_format(accepted, self._offers, is_page=not place["api"])
            if chosen:
                query += (b"&" if query else b"") + f"format={chosen}".encode()
        asked = {**scope, "query_string": query}
        if query == scope["query_string"]:
            await self.app(asked, receive, send_varying)
            return
        with speaking(read_language(ENGLISH)):  # as for ``?format=``
            await self.app(asked, receive, send_varying)


def choose_format(accepted: str, offers: Mapping[str, str], *, is_page: bool) -> str | None:
    """Return the format that a client prefers; ``None`` for the usual answer.

    The usual answer, HTML or JSON, is given where nothing is preferred to it, and where nothing
    that is accepted can be given (RFC 9110, 12.4.1, allows both).

    Args:
        accepted: the value of ``Accept``.
        offers: the names of formats by media type.
        is_page: whether the usual answer is HTML; JSON can then be chosen.
    """
    weights = _weights_of(accepted)
    usual = "text/html" if is_page else "application/json"
    best, least = None, _weigh(usual, weights)
    for media_type, name in {**({"application/json": "json"} if is_page else {}), **offers}.items():
        weight = _weigh(media_type, weights)
        if weight > least:
            best, least = name, weight
    return best


def _weights_of(accepted: str) -> dict[str, float]:
    """Return the weight of each range; ranges with parameters other than ``q`` count as without."""
    weights = {}
    for part in accepted.split(","):
        named = _RANGE.fullmatch(part)
        if named:
            weight = _WEIGHT.search(named[2])
            weights[named[1].lower()] = min(float(weight[1]), 1.0) if weight else 1.0
    return weights


def _weigh(media_type: str, weights: Mapping[str, float]) -> float:
    """Return the weight by the most specific range that includes the media type."""
    whole = media_type.partition("/")[0] + "/*"
    return next((weights[r] for r in (media_type, whole, "*/*") if r in weights), 0.0)
