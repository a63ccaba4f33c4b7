"""What every route declares in the OpenAPI document: its problems, and conditional reads."""

from __future__ import annotations

from typing import Any, Final

PREFIX: Final = "/api/v1"

_DESCRIPTIONS: Final = {
    400: "The content cannot be read as what it says it is, such as JSON.",
    401: "Nobody known asks: the API key is missing, wrong, expired or revoked.",
    403: "The role of who asks does not allow it.",
    404: "There is no such document, vocabulary, stored original or page of results.",
    405: "This address does not answer this method; Allow names those it does.",
    409: "It was decided already, or stands otherwise than the request takes for granted.",
    412: "It was changed since you read it (If-Match): read it again, then decide.",
    413: "The request is larger than this address takes.",
    422: "The request cannot be answered as it stands; `errors` lists each fault.",
    428: "If-Match with the ETag of what you read is missing.",
    429: "Too much of yours waits already.",
    500: "Something went wrong here; `instance` names the entry in the log.",
    503: "The catalogue, the index or the model is not available; `detail` says what to do.",
}
NOT_MODIFIED: Final[dict[int | str, dict[str, Any]]] = {
    304: {"description": "You hold the current answer (If-None-Match)."}
}


def problems(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """Return OpenAPI responses for these statuses, all of the one problem shape.

    401, 405 and 500 are always among them: a key that does not work is refused on any address.
    """
    schema = {"schema": {"$ref": "#/components/schemas/Problem"}}
    return {
        status: {
            "description": _DESCRIPTIONS[status],
            "content": {"application/problem+json": schema},
        }
        for status in sorted({*statuses, 401, 405, 500})
    }


def writes(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """Return the problems of a write by somebody with a role."""
    return problems(*statuses, 400, 403, 413, 422, 503)


def reads(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """Return the responses of a conditional read of the catalogue."""
    return {**NOT_MODIFIED, **problems(*statuses, 422, 503)}
