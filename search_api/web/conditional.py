"""Conditional reads (RFC 9110, section 13): a client that has the current answer is told so."""

from __future__ import annotations

import hashlib
from typing import Final

from fastapi import Response
from starlette.requests import Request

from index.search.searcher import IndexState
from search_api.web.access import caller_of

CACHE_CONTROL: Final = "no-cache"
"""Keep a copy, but ask each time whether it is still true."""


class NotModified(Exception):
    """The client holds the current representation: answer 304 without a body."""

    def __init__(self, etag: str) -> None:
        super().__init__(etag)
        self.headers = {"ETag": etag, "Cache-Control": CACHE_CONTROL}


def etag_of(request: Request, release: str, revision: int, state: IndexState | None) -> str:
    """Return a strong entity tag for what the request would be answered with.

    The answer is a function of the program, the catalogue's revision, the index, the address, and
    who asks, so none of the work of answering is needed to know that nothing changed.
    """
    actor = caller_of(request).actor
    who = (actor.person_id, actor.name, actor.role)
    parts = (release, revision, state, request.url.path, request.url.query, who)
    return f'"{hashlib.blake2b(repr(parts).encode(), digest_size=12).hexdigest()}"'


def etag_of_content(release: str, content: str) -> str:
    """Return a strong entity tag of an answer by what it says.

    It costs the answer, and does not change with the rest of the catalogue: for what is written
    to, so that two curators with two documents do not hinder each other.
    """
    return f'"{hashlib.blake2b(f"{release}{content}".encode(), digest_size=12).hexdigest()}"'


def check(request: Request, response: Response, etag: str) -> dict[str, str]:
    """Set the entity tag and return it as headers, or stop when the client holds it already.

    Raises:
        NotModified
    """
    if etag in held_tags(request.headers.get("if-none-match", "")):
        raise NotModified(etag)
    headers = {"ETag": etag, "Cache-Control": CACHE_CONTROL}
    response.headers.update(headers)
    return headers


def held_tags(header: str) -> set[str]:
    """Return the entity tags of an If-None-Match header, compared weakly (RFC 9110, 13.1.2).

    ``*`` is left out: it asks whether anything is there at all, which is for writes to ask.
    """
    return {tag.strip().removeprefix("W/") for tag in header.split(",")} - {"*", ""}
