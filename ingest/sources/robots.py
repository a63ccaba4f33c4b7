"""Reads robots.txt (RFC 9309) from bytes that our own client fetched.

The parser is Protego: the standard library's uses the first rule that matches instead of the
longest, and does not support wildcards (RFC 9309, 2.2.2 and 2.2.3).
"""

from __future__ import annotations

from typing import Final

AGENT: Final = "salex-evidence"
"""The product token for this client in robots.txt."""

MAX_BYTES: Final = 512_000
"""RFC 9309, 2.5 requires at least 500 KiB."""


class Rules:
    """The rules of one host for this client."""

    def __init__(self, text: str = "", *, closed: bool = False) -> None:
        from protego import Protego

        self._rules = Protego.parse(text)
        self._closed = closed

    def allows(self, url: str) -> bool:
        """Return whether we may fetch ``url``."""
        return not self._closed and self._rules.can_fetch(url, AGENT)

    @property
    def delay_s(self) -> float:
        """Return the seconds the host asks us to wait between two requests."""
        return self._rules.crawl_delay(AGENT) or 0.0


def read_rules(data: bytes) -> Rules:
    """Return the rules in the bytes of a robots.txt."""
    return Rules(data[:MAX_BYTES].decode("utf-8-sig", "replace"))
