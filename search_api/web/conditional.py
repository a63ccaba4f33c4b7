"""Conditional reads (RFC 9110, section 13): a client with the current answer gets a 304."""

from __future__ import annotations

import hashlib
from typing import Final

from fastapi import Response
from starlette.requests import Request

from index.search.searcher import IndexState
from search_api.web.access import caller_of

CACHE_CONTROL: Final = "no-cache"
"""Clients may keep a copy, but must check each time that it is current."""


class NotModified(Exception):
    """The client has the current representation: answer 304 without a body."""

    def __init__(self, etag: str) -> None:
        super().__init__(etag)
        self.headers = {"ETag": etag, "Cache-Control": CACHE_CONTROL}


def etag_of(request: Request, release: str, revision: int, state: IndexState | None) -> str:
    """Return a strong entity tag for the answer to a request.

    The answer depends only on the program, the catalogue's revision, the index, the address and the
    caller, so we know that nothing changed without computing the answer.
    """
    actor = caller_of(request).actor
    who = (actor.person_id, actor.name, actor.role)
    parts = (release, revision, state, request.url.path, request.url.query, who)
    return f'"{hashlib.blake2b(repr(parts).encode(), digest_size=12).hexdigest()}"'


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
    if etag in tags_in(request.headers.get("if-none-match", "")):
        raise NotModified(etag)
    headers = {"ETag": etag, "Cache-Control": CACHE_CONTROL}
    response.headers.update(headers)
    return headers


def tags_in(header: str) -> set[str]:
    """Return the entity tags of an If-None-Match header, compared weakly (RFC 9110, 13.1.2).

    ``*`` is left out: it asks whether the resource exists at all, which matters only for writes.
    """
    return {tag.strip().removeprefix("W/") for tag in header.split(",")} - {"*", ""}
