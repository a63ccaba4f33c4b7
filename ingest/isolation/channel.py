"""Our end of the pair of sockets to a worker: whole messages within a deadline.

A file may have taken over the worker, which can then send an endless answer or not read what it is
sent. Messages are framed as in ``multiprocessing.connection``, which the worker uses.
"""

from __future__ import annotations

import select
import socket
import struct
import time
from typing import Final

_PIECE_BYTES: Final = 1 << 20
_LENGTH: Final = struct.Struct("!i")
_LONG_LENGTH: Final = struct.Struct("!Q")
_LONG: Final = -1
"""In place of a length: the length follows in eight bytes."""


class Channel:
    """A pair of connected sockets: ``theirs`` is for the worker, ``ours`` can be polled.

    Sending and receiving raise ``OSError`` (including ``TimeoutError``) when they fail, and
    receiving raises ``EOFError`` when the worker has ended. The channel cannot be used after that.
    """

    def __init__(self) -> None:
        self.ours, self.theirs = socket.socketpair()
        self.ours.settimeout(0)

    def close(self) -> None:
        """Close both ends."""
        self.ours.close()
        self.theirs.close()

    def send(self, message: bytes, seconds: float) -> None:
        """Send a message within ``seconds``."""
        deadline = time.monotonic() + seconds
        if len(message) > 0x7FFFFFFF:
            self._write(_LENGTH.pack(_LONG) + _LONG_LENGTH.pack(len(message)), deadline)
        else:
            self._write(_LENGTH.pack(len(message)), deadline)
        self._write(message, deadline)

    def receive(self, most_bytes: int, seconds: float) -> bytes:
        """Return the next message, if it is complete within ``seconds`` and not too large."""
        deadline = time.monotonic() + seconds
        (length,) = _LENGTH.unpack(self._read(_LENGTH.size, deadline))
        if length == _LONG:
            (length,) = _LONG_LENGTH.unpack(self._read(_LONG_LENGTH.size, deadline))
        if not 0 <= length <= most_bytes:
            raise OSError(f"a message of {length:,} bytes; the limit is {most_bytes:,}")
        return self._read(length, deadline)

    def _write(self, data: bytes, deadline: float) -> None:
        rest = memoryview(data)
        while rest:
            self._wait(select.POLLOUT, deadline)
            try:
                rest = rest[self.ours.send(rest[:_PIECE_BYTES]) :]
            except BlockingIOError:
                continue

    def _read(self, length: int, deadline: float) -> bytes:
        data = bytearray()
        while len(data) < length:
            self._wait(select.POLLIN, deadline)
            try:
                piece = self.ours.recv(min(length - len(data), _PIECE_BYTES))
            except BlockingIOError:
                continue
            if not piece:
                raise EOFError
            data += piece
        return bytes(data)

    def _wait(self, event: int, deadline: float) -> None:
        poll = select.poll()
        poll.register(self.ours, event)
        left_s = deadline - time.monotonic()
        if left_s <= 0 or not poll.poll(left_s * 1000):
            raise TimeoutError
