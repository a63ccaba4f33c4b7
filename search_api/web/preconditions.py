"""Conditional writes (RFC 9110, 13.1.1): a writer states which version they have read."""

from __future__ import annotations

from typing import Annotated

from fastapi import Header, HTTPException

from corpus.errors import ChangedMeanwhile
from search_api.web.conditional import tags_in

IfMatch = Annotated[
    str | None,
    Header(
        alias="If-Match",
        max_length=500,
        description="The ETag of what you read. Without it: 428; if it has changed since: 412.",
    ),
]


def check_match(if_match: str | None, current: str) -> None:
    """Refuse a write that is not based on the current state.

    Call it inside the ``transaction()`` of the write, so that nobody can write in between.

    Raises:
        HTTPException: the header is missing; 428 (RFC 6585).
        ChangedMeanwhile: the state has changed; 412.
    """
    if not if_match or not if_match.strip():
        raise HTTPException(428, "Send If-Match with the ETag of what you read.")
    if if_match.strip() != "*" and current not in tags_in(if_match):
        raise ChangedMeanwhile("It has changed since you read it. Read it again, then decide.")
