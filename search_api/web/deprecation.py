"""How an operation of the API is announced to end: in its description and in its every answer."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from datetime import UTC, datetime
from email.utils import format_datetime
from typing import Any

from fastapi import Request, Response
from fastapi.routing import APIRoute
from starlette.exceptions import HTTPException


def deprecated_since(
    since: datetime, *, sunset: datetime | None = None, see: str
) -> type[APIRoute]:
    """Return the ``route_class`` of a router whose operations are deprecated.

    Answers carry Deprecation (RFC 9745), Sunset (RFC 8594) and links to what to use instead.
    The OpenAPI document marks the operations as deprecated and names both times. Refusals by what
    stands before the routes, such as 429, carry none.

    Args:
        since: when they became or become deprecated, with its time zone.
        sunset: when they may stop to work, not before ``since``.
        see: the address of a page that says what to use instead.
    """
    if sunset and sunset < since:
        raise ValueError("an operation cannot end before it is deprecated")
    headers = {
        "Deprecation": f"@{int(since.timestamp())}",
        "Link": f'<{see}>; rel="deprecation"; type="text/html"',
    }
    if sunset:
        headers["Sunset"] = format_datetime(sunset.astimezone(UTC), usegmt=True)
        headers["Link"] += f', <{see}>; rel="sunset"; type="text/html"'

    class Deprecated(APIRoute):
        """A route whose answers say that it is deprecated."""

        def __init__(self, *args: Any, **options: Any) -> None:
            told = {"x-deprecated-since": since.date().isoformat(), "x-see": see}
            if sunset:
                told["x-sunset"] = sunset.date().isoformat()
            extra = {**(options.get("openapi_extra") or {}), **told}
            super().__init__(*args, **options | {"deprecated": True, "openapi_extra": extra})

        def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
            handle = super().get_route_handler()

            async def handle_and_tell(request: Request) -> Response:
                try:
                    response = await handle(request)
                except HTTPException as error:
                    error.headers = _joined(error.headers or {}, headers)
                    raise
                response.headers.update(_joined(response.headers, headers))
                return response

            return handle_and_tell

    return Deprecated


def _joined(own: Any, added: dict[str, str]) -> dict[str, str]:
    """Return the headers with those added; links stand beside the answer's own."""
    names = {name.lower(): name for name in own}
    link = own[names["link"]] + ", " if "link" in names else ""
    kept = {name: value for name, value in own.items() if name.lower() != "link"}
    return {**kept, **added, "Link": link + added["Link"]}
