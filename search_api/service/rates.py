"""How often an address or a key may ask, and how often an address may fail to sign in.

Everything is counted in memory, for the latest few thousand addresses, and forgotten when the
server ends.
"""

from __future__ import annotations

import ipaddress
import math
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

WINDOW_S: Final = 60
MOST_FAILURES: Final = 10
FAILURES_WINDOW_S: Final = 600
MOST_COUNTED: Final = 10_000
"""How many addresses are counted, at most; the oldest counts go first."""
_IPV6_SITE: Final = 64
"""One IPv6 customer has at least 2^64 addresses (RFC 6177), so they count as one."""


@dataclass(frozen=True, slots=True)
class Allowance:
    """What somebody may still ask.

    Attributes:
        allowed: whether this request may be answered.
        left: how many more may follow at once.
        more_in_s: in how many whole seconds there is one more, at least 1.
    """

    allowed: bool
    left: int
    more_in_s: int


class Rates:
    """Token buckets: each name may ask ``per_minute`` times at once, then at that rate."""

    def __init__(self, per_minute: int, *, clock: Callable[[], float] = time.monotonic) -> None:
        self.per_minute = per_minute
        self._clock = clock
        self._buckets: dict[str, tuple[float, float]] = {}  # name: (tokens, at); latest last

    def __len__(self) -> int:
        return len(self._buckets)

    def take(self, name: str) -> Allowance:
        """Count one request."""
        now, per_s = self._clock(), self.per_minute / WINDOW_S
        tokens, at = self._buckets.pop(name, (float(self.per_minute), now))
        tokens = min(float(self.per_minute), tokens + (now - at) * per_s)
        allowed = tokens >= 1
        tokens -= allowed
        _make_room(self._buckets)
        self._buckets[name] = tokens, now
        more_in_s = math.ceil((1 - tokens % 1) / per_s)
        return Allowance(allowed, int(tokens), max(1, more_in_s))


class Failures:
    """Counts failures by name, in windows that begin with the first one."""

    def __init__(
        self,
        most: int = MOST_FAILURES,
        window_s: float = FAILURES_WINDOW_S,
        *,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.most = most
        self._window_s = window_s
        self._clock = clock
        self._counts: dict[str, tuple[int, float]] = {}  # name: (failures, since); oldest first

    def __len__(self) -> int:
        return len(self._counts)

    def blocked_s(self, name: str) -> int:
        """Return for how many whole seconds further attempts are refused; 0 for not at all."""
        count, since = self._counts.get(name, (0, 0.0))
        left = since + self._window_s - self._clock()
        return math.ceil(left) if count >= self.most and left > 0 else 0

    def note(self, name: str) -> bool:
        """Count a failure; tell whether it was the last that is allowed in its window."""
        now = self._clock()
        count, since = self._counts.get(name, (0, now))
        if now - since >= self._window_s:
            count, since = 0, now
        if not count:
            self._counts.pop(name, None)
            _make_room(self._counts)
        self._counts[name] = count + 1, since
        return count + 1 == self.most


def _make_room(counted: dict[str, tuple[float, float]] | dict[str, tuple[int, float]]) -> None:
    while len(counted) >= MOST_COUNTED:
        del counted[next(iter(counted))]


def counted_as(host: str | None) -> str | None:
    """Return the name an address is counted by: itself, or the /64 network of an IPv6 address.

    Return ``None`` for what is not counted: this machine's own programs, and what is no address.
    """
    try:
        address = ipaddress.ip_address((host or "").partition("%")[0])
    except ValueError:
        return None
    if isinstance(address, ipaddress.IPv6Address):
        if address.ipv4_mapped is None:
            site = ipaddress.ip_network((address, _IPV6_SITE), strict=False)
            return None if address.is_loopback else str(site)
        address = address.ipv4_mapped
    return None if address.is_loopback else str(address)
