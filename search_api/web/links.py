"""``Link`` headers (RFC 8288), and addresses that others wrote."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING
from urllib.parse import SplitResult, urlsplit

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
    parts = split_address(address)
    return address if parts.scheme in ("http", "https") and parts.hostname else None


def own_address(address: str) -> str:
    """Return the address if it is on this server, and the home page otherwise.

    Browsers drop tabs and line ends from addresses and read a backslash as a slash, so what looks
    like a path can lead elsewhere.
    """
    parts = split_address(address)
    elsewhere = parts.scheme or parts.netloc or not address.startswith("/")
    if elsewhere or address.startswith("//") or "\\" in address or not address.isprintable():
        return "/"
    return address


def split_address(address: str) -> SplitResult:
    """Return the parts of an address; all are empty if it is malformed, such as ``//[``."""
    try:
        return urlsplit(address)
    except ValueError:
        return SplitResult("", "", "", "", "")
