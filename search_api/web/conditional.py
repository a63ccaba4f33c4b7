"""Conditional reads (RFC 9110, section 13): a client with the current answer gets a 304."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable
from typing import Final

from fastapi import Response
from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from corpus.catalogue.catalogue import Catalogue
from corpus.catalogue.condition import damage_of
from corpus.catalogue.reading import state_of
from search_api.service.closing import read_closing
from search_api.service.service import Service
from search_api.web import languages
from search_api.web.access import caller_of

_TAG: Final = re.compile(r'(?:^|[,\s])(?:W/)?("[^"]*")(?=[,\s]|$)')
_DAMAGE: Final = "damage_of_entity_tag"
_LIMITS: Final = "limits_of_entity_tag"
CACHE_CONTROL: Final = "no-cache"
"""Clients may keep a copy, but must check each time that it is current."""


class NotModified(Exception):
    """The client has the current representation: answer 304 without a body."""

    def __init__(self, etag: str) -> None:
        super().__init__(etag)
        self.headers = {"ETag": etag, "Cache-Control": CACHE_CONTROL}


def etag_of(request: Request, service: Service, catalogue: Catalogue, *told: object) -> str:
    """Return a strong entity tag for the answer to a request.

    The answer depends only on the program with its settings, the catalogue, the stored originals,
    the address, the language, the caller and ``told``, so we know that nothing changed without
    computing the answer. Servers with copies of one catalogue give the same tag. A restored
    catalogue may repeat the revisions of the one before, but not its states.

    Args:
        request: its address and its caller.
        service: the program and its originals.
        catalogue: the catalogue.
        told: what the answer tells of the catalogue and the index, such as their revision.
    """
    actor = caller_of(request).actor
    who = (actor.person_id, actor.name, actor.role)
    path = service.settings.catalogue_path
    damage = repr(damage_of(path))
    setattr(request.state, _DAMAGE, damage)
    closing = read_closing(service.settings.data_folder)
    where = (state_of(catalogue), damage, service.originals.state(), closing)
    address = (request.url.path, request.url.query, languages.current().code)
    parts = (service.release, where, told, address, who)
    return f'"{hashlib.blake2b(repr(parts).encode(), digest_size=12).hexdigest()}"'


def note_limits(request: Request, limits: Callable[[], tuple[str, ...]]) -> None:
    """Note what limits answers as the entity tag is made, and how to ask for it again.

    An engine may fail while it is asked, and the answer is not the one that its tag was made for.
    """
    setattr(request.state, _LIMITS, (limits(), limits))


def etag_of_content(release: str, content: str) -> str:
    """Return a strong entity tag of an answer by its content.

    The answer has to be computed first, but the tag does not change with the rest of the catalogue.
    It is for resources that are written to: two curators with two documents do not block each
    other.
    """
    return f'"{hashlib.blake2b(f"{release}{content}".encode(), digest_size=12).hexdigest()}"'


def check_etag(request: Request, response: Response, etag: str) -> dict[str, str]:
    """Set the entity tag and return it as headers, or stop if the client already has it.

    Raises:
        NotModified
    """
    if etag in tags_in(",".join(request.headers.getlist("if-none-match"))):
        raise NotModified(etag)
    headers = {"ETag": etag, "Cache-Control": CACHE_CONTROL}
    response.headers.update(headers)
    return headers


def tags_in(header: str) -> set[str]:
    """Return the entity tags of a header, compared weakly; a comma in a tag is part of it.

    Header lines of one name are one list (RFC 9110, 5.3). If-Modified-Since does not count beside
    If-None-Match (13.1.3), nor alone: no answer has a Last-Modified.
    """
    return set(_TAG.findall(header))


class LateConditions:
    """Apply what only the answer tells.

    ``If-None-Match: *`` gets 304 if there is an answer with an entity tag (RFC 9110, 13.1.2). And
    an answer that met damage of the catalogue, or a fault of the engine, is not the one that its
    tag was made for.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:  # noqa: D102
        if scope["type"] != "http" or scope["method"] not in ("GET", "HEAD"):
            await self.app(scope, receive, send)
            return
        exists = False

        async def send_on_conditions(message: Message) -> None:
            nonlocal exists
            if message["type"] == "http.response.start":
                exists = _apply(scope, message)
            elif exists and message["type"] == "http.response.body":
                message = {**message, "body": b""}
            await send(message)

        await self.app(scope, receive, send_on_conditions)


def _apply(scope: Scope, message: Message) -> bool:
    """Change the start of an answer; return whether it is a 304, which has no body."""
    headers = MutableHeaders(scope=message)
    if message["status"] != 200 or "etag" not in headers:
        return False
    known = scope.get("state", {}).get(_DAMAGE)
    path = scope["app"].state.service.settings.catalogue_path
    before, limits = scope.get("state", {}).get(_LIMITS, ((), tuple))
    if (known is not None and known != repr(damage_of(path))) or limits() != before:
        del headers["etag"]
        headers["Cache-Control"] = "no-store"
        return False
    if Headers(scope=scope).get("if-none-match", "").strip() != "*":
        return False
    message["status"] = 304
    for name in ("content-length", "content-type", "content-encoding", "content-disposition"):
        del headers[name]
    return True
