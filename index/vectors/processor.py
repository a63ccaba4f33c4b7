"""What this processor has: which arithmetic is fast on it, and how many threads may encode."""

from __future__ import annotations

import functools
import os
from pathlib import Path
from typing import Final

MOST_THREADS: Final = 2
"""Threads that encode passages; the rest of the machine answers queries meanwhile."""

_BYTE_PRODUCTS: Final = frozenset(("avx512_vnni", "avx_vnni"))
_FLAGS: Final = ("flags", "features")


@functools.cache
def processor_features(path: Path = Path("/proc/cpuinfo")) -> frozenset[str]:
    """Return the features that Linux lists of this processor; none where it cannot be asked."""
    try:
        lines = path.read_text(errors="replace").splitlines()
    except OSError:
        return frozenset()
    for line in lines:
        name, _, values = line.partition(":")
        if name.strip().lower() in _FLAGS:
            return frozenset(values.split())
    return frozenset()


def multiplies_bytes() -> bool:
    """Return whether products of bytes are exact and fast here (VNNI).

    Without VNNI, AVX2 and AVX-512 add two products of an unsigned and a signed byte in 16 bits,
    which saturates.
    """
    return bool(_BYTE_PRODUCTS & processor_features())


def encoding_threads() -> int:
    """Return how many threads may encode passages: at most 2, and no more than the machine has.

    ``OMP_NUM_THREADS`` lowers it, as it does for other libraries.
    """
    given = os.environ.get("OMP_NUM_THREADS", "")
    allowed = int(given) if given.isdecimal() and int(given) > 0 else MOST_THREADS
    everywhere = not hasattr(os, "sched_getaffinity")
    available = (os.cpu_count() or 1) if everywhere else len(os.sched_getaffinity(0))
    return min(MOST_THREADS, allowed, available)
