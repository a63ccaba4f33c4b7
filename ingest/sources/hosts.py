"""How we behave on the network, and what we remember of the hosts we visit."""

from __future__ import annotations

import contextlib
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from importlib.metadata import PackageNotFoundError, version
from typing import Final

from ingest.sources.robots import AGENT, Rules

PORTS: Final = frozenset((80, 443))
RULES_AGE_S: Final = 3600.0
"""How long what robots.txt said is believed; RFC 9309, 2.4 allows a day."""


class Hosts:
    """When each host was last asked, and what its robots.txt said. Thread-safe."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._visits: dict[str, _Visit] = {}
        self._rules: dict[str, tuple[float, Rules]] = {}

    @contextlib.contextmanager
    def take_turn(self, host: str, delay_s: float) -> Iterator[None]:
        """Get exclusive access to ``host``, at least ``delay_s`` seconds after its last request."""
        with self._lock:
            visit = self._visits.setdefault(host, _Visit())
        with visit.lock:
            wait = visit.ended + delay_s - time.monotonic()
            if wait > 0:
                time.sleep(wait)
            try:
                yield
            finally:
                visit.ended = time.monotonic()

    def rules_of(self, origin: str, read: Callable[[], Rules]) -> Rules:
        """Return what ``origin``'s robots.txt says; ``read`` asks for it when that is not known."""
        stored = self._rules.get(origin)
        if stored and time.monotonic() - stored[0] < RULES_AGE_S:
            return stored[1]
        rules = read()
        self._rules[origin] = (time.monotonic(), rules)
        return rules


@dataclass(slots=True)
class _Visit:
    lock: threading.Lock = field(default_factory=threading.Lock)
    ended: float = float("-inf")


@dataclass(frozen=True, slots=True)
class Network:
    """Where fetching may go, and how politely.

    Attributes:
        allow_private: connect to any address. Only tests, against servers on the loopback.
        ports: the allowed ports; ``None`` allows any.
        contact: a mail or web address told to the sites we fetch from.
        delay_s: seconds between two requests to one host.
        backoff_s: seconds before the first repetition of a failed request; doubled for the next.
        max_wait_s: the longest Retry-After or Crawl-delay that is waited for.
        robots: heed robots.txt.
    """

    allow_private: bool = False
    ports: frozenset[int] | None = PORTS
    contact: str | None = None
    delay_s: float = 1.0
    backoff_s: float = 0.5
    max_wait_s: float = 30.0
    robots: bool = True
    hosts: Hosts = field(default_factory=Hosts, compare=False, repr=False)

    @property
    def user_agent(self) -> str:
        """Return what we call ourselves: the program, its version, and whom to write to."""
        try:
            number = version("salex-evidence")
        except PackageNotFoundError:
            number = "0"
        plain = (self.contact or "").encode("ascii", "ignore").decode()
        contact = "".join(c for c in plain if c.isprintable()).strip()
        return f"{AGENT}/{number}" + (f" (+{contact})" if contact else "")
