"""How often an address or a key may ask, and how often an address may fail to sign in.

Everything is counted in memory, for the latest few thousand addresses, and forgotten when the
server ends. Several processes count together (``sharing``).
"""

from __future__ import annotations

import functools
import ipaddress
import math
import time
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from typing import Final, Protocol

WINDOW_S: Final = 60
MOST_FAILURES: Final = 10
FAILURES_WINDOW_S: Final = 600
MOST_COUNTED: Final = 10_000
"""How many addresses are counted, at most; the oldest counts go first."""
_IPV6_HOST: Final = 64
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


class Counts(Protocol):
    """A number and a time for each name, for the latest few thousand names."""

    def __len__(self) -> int: ...

    def locked(self) -> AbstractContextManager[None]:
        """Keep others out while a count is read and changed."""
        ...

    def get(self, name: str) -> tuple[float, float] | None:
        """Return the number and the time of a name, or ``None``."""
        ...

    def put(self, name: str, number: float, at: float) -> None:
        """Keep the number and the time of a name; the one kept longest ago may have to go."""
        ...


class OwnCounts:
    """Counts of one process, used by one thread."""

    def __init__(self) -> None:
        self._counts: dict[str, tuple[float, float]] = {}  # latest last

    def __len__(self) -> int:
        return len(self._counts)

    def locked(self) -> AbstractContextManager[None]:
        """Keep nobody out: there is nobody else."""
        return nullcontext()

    def get(self, name: str) -> tuple[float, float] | None:
        """Return the number and the time of a name, or ``None``."""
        return self._counts.get(name)

    def put(self, name: str, number: float, at: float) -> None:
        """Keep the number and the time of a name."""
        self._counts.pop(name, None)
        while len(self._counts) >= MOST_COUNTED:
            del self._counts[next(iter(self._counts))]
        self._counts[name] = number, at


class Rates:
    """Token buckets: each name may ask ``per_minute`` times at once, then at that rate."""

    def __init__(
        self,
        per_minute: int,
        counts: Counts | None = None,
        *,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.per_minute = per_minute
        self._clock = clock
        self._tokens = OwnCounts() if counts is None else counts

    def __len__(self) -> int:
        return len(self._tokens)

    def take(self, name: str) -> Allowance:
        """Count one request."""
        with self._tokens.locked():
            now, per_s = self._clock(), self.per_minute / WINDOW_S
            tokens, at = self._tokens.get(name) or (float(self.per_minute), now)
            tokens = min(float(self.per_minute), tokens + (now - at) * per_s)
            allowed = tokens >= 1
            tokens -= allowed
            self._tokens.put(name, tokens, now)
        more_in_s = math.ceil((1 - tokens % 1) / per_s)
        return Allowance(allowed, int(tokens), max(1, more_in_s))


class Failures:
    """Counts failures by name, in windows that begin with the first one."""

    def __init__(
        self,
        most: int = MOST_FAILURES,
        window_s: float = FAILURES_WINDOW_S,
        counts: Counts | None = None,
        *,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.most = most
        self._window_s = window_s
        self._clock = clock
        self._counts = OwnCounts() if counts is None else counts

    def __len__(self) -> int:
        return len(self._counts)

    def blocked_s(self, name: str) -> int:
        """Return for how many whole seconds further attempts are refused; 0 for not at all."""
        with self._counts.locked():
            count, since = self._counts.get(name) or (0, 0.0)
        left = since + self._window_s - self._clock()
        return math.ceil(left) if count >= self.most and left > 0 else 0

    def note(self, name: str) -> bool:
        """Count a failure; tell whether it was the last that is allowed in its window."""
        with self._counts.locked():
            now = self._clock()
            count, since = self._counts.get(name) or (0, now)
            if now - since >= self._window_s:
                count, since = 0, now
            self._counts.put(name, count + 1, since)
        return count + 1 == self.most


@functools.lru_cache(maxsize=1024)
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
            # ip_network() says the same in five times the time.
            site = ipaddress.IPv6Address(int(address) >> _IPV6_HOST << _IPV6_HOST)
            return None if address.is_loopback else f"{site}/{128 - _IPV6_HOST}"
        address = address.ipv4_mapped
    return None if address.is_loopback else str(address)
