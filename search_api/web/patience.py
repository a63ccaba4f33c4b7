"""How long the server waits for a client, and how many clients it serves at once."""

from __future__ import annotations

import resource
from dataclasses import dataclass, replace
from typing import Final

_WANTED_DESCRIPTORS: Final = 4096
_OWN_DESCRIPTORS: Final = 256
"""Kept for what the server itself opens: databases, the index, originals, worker processes."""
_FEWEST: Final = 16


@dataclass(frozen=True, slots=True)
class Patience:
    """How long the server waits for a client, in seconds, and how much it takes from one.

    Attributes:
        headers_s: from the connection, or from the first byte of a later request, to the end of
            the request's headers.
        idle_s: from an answer to the first byte of the next request.
        gap_s: from one part of a body to the next.
        body_s: for a whole body; each ``body_bytes_per_s`` that arrived add a second.
        body_bytes_per_s: 32 KiB, so 25 MB may take 13 minutes: a slow uplink of 256 kbit/s.
        rest_s: for the rest of a body that was answered before it arrived.
        unread_s: how often a client has to have read at least ``unread_bytes`` of its answer.
        unread_bytes: 30 KiB, about one kilobyte per second.
        most_requests: after so many requests a connection is closed.
        most_connections: with more open, those that wait longest for a request are closed.
        most_waiting: how many connections may wait to be accepted.
        check_s: how often the connections are checked; limits are exceeded by this much at most.
    """

    headers_s: float = 10.0
    idle_s: float = 30.0
    gap_s: float = 15.0
    body_s: float = 30.0
    body_bytes_per_s: int = 32 * 1024
    rest_s: float = 30.0
    unread_s: float = 30.0
    unread_bytes: int = 30 * 1024
    most_requests: int = 1000
    most_connections: int = 1000
    most_waiting: int = 2048
    check_s: float = 1.0

    def within(self, descriptors: int) -> Patience:
        """Return the limits for a process that may open so many files.

        Connections that wait are all accepted at once, so both numbers together have to fit.
        """
        free = descriptors - _OWN_DESCRIPTORS
        connections = max(_FEWEST, min(self.most_connections, free // 2))
        waiting = max(_FEWEST, min(self.most_waiting, free - connections))
        return replace(self, most_connections=connections, most_waiting=waiting)


def raise_descriptor_limit() -> int:
    """Let this process open 4,096 files if the system permits it; return how many it may open."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    infinity = resource.RLIM_INFINITY
    wanted = _WANTED_DESCRIPTORS if hard == infinity else min(hard, _WANTED_DESCRIPTORS)
    if soft != infinity and soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
        return wanted
    return _WANTED_DESCRIPTORS if soft == infinity else soft
