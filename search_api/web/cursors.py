"""Opaque cursors: where the next page starts, bound to the request it continues."""

from __future__ import annotations

import base64
import binascii
import hashlib
import json
from collections.abc import Sequence
from typing import Final, TypeVar

from corpus.errors import CursorInvalid

_Shown = TypeVar("_Shown")
_MAX_CHARACTERS: Final = 200
_INVALID: Final = (
    "The cursor does not belong to this request. Use the one in 'next' with the same parameters, "
    "or leave it out to start at the first page."
)


def bound_to(*parts: object) -> str:
    """Return a short digest of what a request asks for; its cursors are bound to it."""
    return hashlib.blake2b(repr(parts).encode("utf-8", "replace"), digest_size=8).hexdigest()


def encode_cursor(offset: int, digest: str) -> str:
    """Return a cursor for the page that starts at ``offset``."""
    payload = json.dumps({"o": offset, "d": digest}, separators=(",", ":"))
    return base64.urlsafe_b64encode(payload.encode()).rstrip(b"=").decode()


def decode_cursor(cursor: str, digest: str) -> int:
    """Return the offset a cursor stands for.

    Raises:
        CursorInvalid: it was not made by ``encode_cursor`` for a request with this digest.
    """
    if len(cursor) > _MAX_CHARACTERS or not cursor.isascii():
        raise CursorInvalid(_INVALID)
    try:
        padded = cursor + "=" * (-len(cursor) % 4)
        payload = json.loads(base64.b64decode(padded, altchars=b"-_", validate=True))
        offset, bound = payload["o"], payload["d"]
    except (binascii.Error, ValueError, TypeError, KeyError, RecursionError) as error:
        raise CursorInvalid(_INVALID) from error
    if bound != digest or type(offset) is not int or not 0 <= offset < 2**31:
        raise CursorInvalid(_INVALID)
    return offset


def part_of(
    rows: Sequence[_Shown], cursor: str | None, limit: int, *parts: object
) -> tuple[Sequence[_Shown], str | None]:
    """Return the requested page of an ordered answer, and the cursor of the next page.

    ``parts`` are what the request asks for: its cursors are valid for that only.

    Raises:
        CursorInvalid
    """
    digest = bound_to(*parts)
    start = decode_cursor(cursor, digest) if cursor else 0
    end = start + limit
    return rows[start:end], encode_cursor(end, digest) if end < len(rows) else None
