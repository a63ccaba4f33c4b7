"""Unpacks bodies in bounded steps: 1 MB of gzip can expand to 1 GB."""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Iterator
from tempfile import SpooledTemporaryFile
from typing import Final

from corpus.errors import SourceRejected

STEP_BYTES: Final = 256_000
IN_MEMORY_BYTES: Final = 8_000_000
MAX_RATIO: Final = 200
"""Highest ratio of unpacked to packed bytes, checked from ``RATIO_FROM_BYTES`` on. Web pages reach
20, exported tables 60, a gzip bomb 1,000."""
RATIO_FROM_BYTES: Final = 10_000_000
_GZIP: Final = b"\x1f\x8b"


def read_body(raw: Iterable[bytes], coding: str, limit_bytes: int) -> bytes:
    """Return an unpacked body.

    Args:
        raw: the bytes as they arrive.
        coding: the Content-Encoding: gzip or identity.
        limit_bytes: the largest body to accept, unpacked.

    Raises:
        SourceRejected: ``too-large``, or ``fetch-failed`` if it is cut off, damaged or in another
            coding.
    """
    coding = coding.strip().lower()
    if coding not in ("identity", "", "gzip", "x-gzip"):
        raise _failed(f"It was sent in an encoding that was not requested ({coding[:40]}).")
    chunks = gunzip(raw) if "gzip" in coding else raw
    # On disk until it is complete: a buffer that grew to 100 MB peaked at 165 MB.
    with SpooledTemporaryFile(IN_MEMORY_BYTES) as whole:
        for chunk in chunks:
            if whole.tell() + len(chunk) > limit_bytes:
                raise SourceRejected(
                    "too-large", f"It is larger than the limit of {limit_bytes / 1e6:.1f} MB."
                )
            whole.write(chunk)
        whole.seek(0)
        return whole.read()


def gunzip(raw: Iterable[bytes]) -> Iterator[bytes]:
    """Yield what a gzip stream of one or more members contains, in pieces of ``STEP_BYTES``."""
    inflate = zlib.decompressobj(wbits=31)
    packed = unpacked = 0
    for piece in raw:
        packed += len(piece)
        data = piece
        while data:
            if inflate.eof:
                if not data.startswith(_GZIP[: len(data)]):
                    return  # padding after the end is not read, however long it is
                inflate = zlib.decompressobj(wbits=31)
            try:
                step = inflate.decompress(data, STEP_BYTES)
            except zlib.error as error:
                raise _failed(f"It was sent as gzip, but is not ({error}).") from error
            unpacked += len(step)
            _check_ratio(packed, unpacked)
            yield step
            data = inflate.unused_data if inflate.eof else inflate.unconsumed_tail
    if not inflate.eof:
        raise _failed("The transfer was cut off.")


def _check_ratio(packed: int, unpacked: int) -> None:
    if unpacked > RATIO_FROM_BYTES and unpacked > MAX_RATIO * packed:
        raise SourceRejected(
            "too-large", f"It unpacks to more than {MAX_RATIO} times its size, like a gzip bomb."
        )


def _failed(what: str) -> SourceRejected:
    return SourceRejected("fetch-failed", f"{what} Try again later, or add the file from disk.")
