"""What routes declare in the OpenAPI document: their problems and conditional reads."""

from __future__ import annotations

from typing import Any, Final

PREFIX: Final = "/api/v1"

_DESCRIPTIONS: Final = {
    400: "The content is not valid in its stated format, such as JSON.",
    401: "The caller is unknown: the API key is missing, wrong, expired or revoked.",
    403: "The caller's role does not allow it.",
    404: "The document, vocabulary, stored original or page of results does not exist.",
    405: "This address does not support this method; Allow names the methods it supports.",
    408: "The content of the request stopped arriving or arrived too slowly.",
    409: "It was already decided, or its state conflicts with the request.",
    412: "It has changed since you read it (If-Match): read it again, then decide.",
    413: "The request is larger than this address accepts.",
    422: "The request is invalid; `errors` lists each fault.",
    428: "If-Match with the ETag of what you read is missing.",
    429: "Too many requests came from this address or with this key, or too many keys failed; or "
    "too many of your contributions are waiting. Retry-After, where it is sent, says when to try "
    "again.",
    500: "Something went wrong here; `instance` names the entry in the log.",
    503: "The server is busy (Retry-After says when to try again), or the catalogue, the index or "
    "the model is not available; `detail` says what to do.",
}
_HEADERS: Final = {
    405: {"Allow": "The methods that this address supports."},
    429: {
        "Retry-After": "In how many seconds to try again.",
        "RateLimit": "What is left of the limit that applies: `r` requests; in `t` seconds one "
        "more (draft-ietf-httpapi-ratelimit-headers-10). Answers to other requests have it, too.",
        "RateLimit-Policy": "The limit that applies: `q` requests in `w` seconds.",
    },
    503: {"Retry-After": "In how many seconds to try again, if that can be told."},
}
ANYWHERE: Final = (401, 405, 429, 500, 503)
"""How any operation may end."""
NOT_MODIFIED: Final[dict[int | str, dict[str, Any]]] = {
    304: {"description": "You have the current answer (If-None-Match)."}
}


def problems(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """Return OpenAPI responses for these statuses, all of the one problem shape.

    401, 405, 429, 500 and 503 are always among them: an invalid key, or too many requests, are
    refused at any address.
    """
    schema = {"schema": {"$ref": "#/components/schemas/Problem"}}
    return {
        status: {
            "description": _DESCRIPTIONS[status],
            "content": {"application/problem+json": schema},
            **_headers(status),
        }
        for status in sorted({*statuses, *ANYWHERE})
    }


def _headers(status: int) -> dict[str, Any]:
    told = _HEADERS.get(status, {})
    shape = {"type": "string"}
    headers = {name: {"description": text, "schema": shape} for name, text in told.items()}
    return {"headers": headers} if headers else {}


def writes(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """Return the problems of a write that needs a role."""
    return problems(*statuses, 400, 403, 408, 413, 422)


def reads(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """Return the responses of a conditional read of the catalogue."""
    return {**NOT_MODIFIED, **problems(*statuses, 422)}
