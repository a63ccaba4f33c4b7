"""``Link`` headers (RFC 8288): how a client gets to the next page."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

if TYPE_CHECKING:  # the formats of exports are listed by `salex --help`, which loads no server
    from fastapi import Request, Response

    from search_api.service.service import Service


def link_next(request: Request, response: Response, service: Service, cursor: str | None) -> None:
    """Link to the next page of this request, if there is one."""
    if cursor:
        url = request.url.include_query_params(cursor=cursor)
        target = service.absolute(f"{url.path}?{url.query}")
        response.headers["Link"] = f'<{target}>; rel="next"'


@functools.lru_cache(maxsize=4_096)
def web_url(address: str | None) -> str | None:
    """Return the address if a browser may open it: http or https, with a host; else None.

    A document's URL comes from an untrusted file; ``javascript:`` and ``data:`` never pass.
    """
    if not address or " " in address or not address.isprintable():
        return None
    try:
        parts = urlsplit(address)
        usable = parts.scheme in ("http", "https") and bool(parts.hostname)
    except ValueError:
        return None
    return address if usable else None
