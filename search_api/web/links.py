"""``Link`` headers (RFC 8288): how a client goes on to the next page."""

from __future__ import annotations

from fastapi import Request, Response

from search_api.service.service import Service


def link_next(request: Request, response: Response, service: Service, cursor: str | None) -> None:
    """Point at the next page of this very request, if there is one."""
    if cursor:
        url = request.url.include_query_params(cursor=cursor)
        target = service.absolute(f"{url.path}?{url.query}")
        response.headers["Link"] = f'<{target}>; rel="next"'
