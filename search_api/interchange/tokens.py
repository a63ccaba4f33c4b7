"""Resumption tokens: they say themselves where a list goes on, so the server keeps nothing.

A token has nothing that is secret and gives nothing that is closed: whoever changes one asks for
another part of what is public.
"""

from __future__ import annotations

import base64
import binascii
import json
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

from search_api.interchange.arguments import OaiError

VALID: Final = timedelta(days=3)
"""How long a list may be gone on with; harvesters wait hours at most."""
_MOST_CHARACTERS: Final = 1_000
_TEXTS: Final = ("verb", "prefix", "since", "until", "set", "at", "document")


@dataclass(frozen=True, slots=True)
class Token:
    """Where a list goes on.

    Attributes:
        verb: of the list.
        prefix: its metadata format.
        since: its ``from`` as a moment; empty without.
        until: its ``until`` as a moment; empty without.
        set: its set; empty without.
        at: the datestamp of the last record that was given.
        document: the id of its document.
        cursor: how many records were given before.
        expires: when the token ends, in seconds since 1970.
    """

    verb: str
    prefix: str
    since: str
    until: str
    set: str
    at: str
    document: str
    cursor: int
    expires: int

    @property
    def expiration(self) -> str:
        """Return when the token ends, in UTC."""
        return datetime.fromtimestamp(self.expires, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def expiry(now: datetime) -> int:
    """Return when a token that is given now ends, in seconds since 1970."""
    return int((now + VALID).timestamp())


def write_token(token: Token) -> str:
    """Return a token as text without characters that an address would have to escape."""
    fields = [*(getattr(token, name) for name in _TEXTS), token.cursor, token.expires]
    payload = json.dumps(fields, separators=(",", ":")).encode()
    return base64.urlsafe_b64encode(payload).rstrip(b"=").decode()


def read_token(text: str, verb: str, now: datetime) -> Token:
    """Return what a token says.

    Raises:
        OaiError: ``badResumptionToken``: it was not given for this verb, or it has ended.
    """
    try:
        if len(text) > _MOST_CHARACTERS:
            raise ValueError("too long")
        padded = text + "=" * (-len(text) % 4)
        *texts, cursor, expires = json.loads(base64.b64decode(padded, b"-_", validate=True))
        if not all(type(number) is int and 0 <= number < 2**40 for number in (cursor, expires)):
            raise ValueError("no number")
        if len(texts) != len(_TEXTS) or not all(type(one) is str for one in texts):
            raise ValueError("other fields")
        token = Token(**dict(zip(_TEXTS, texts, strict=True)), cursor=cursor, expires=expires)
    except (binascii.Error, ValueError, TypeError, RecursionError) as error:
        raise OaiError(
            "badResumptionToken", "The token is not from this repository. Begin the list again."
        ) from error
    if token.verb != verb:
        raise OaiError("badResumptionToken", f"The token is for {token.verb}, not for {verb}.")
    if token.expires < now.timestamp():
        raise OaiError(
            "badResumptionToken", f"The token ended on {token.expiration}. Begin the list again."
        )
    return token
