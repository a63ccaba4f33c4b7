"""What the worker processes of one server share: limits, turns, and how far the catalogue is.

It is memory made before the processes are started, and locks that the system frees when a process
ends, however it ends. With one process, nothing is shared and nothing of this is used.
"""

from __future__ import annotations

import errno
import fcntl
import hashlib
import mmap
import os
import secrets
import struct
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Final

from search_api.service.connections import Written
from search_api.service.rates import Counts, OwnCounts
from search_api.service.turns import MOST_READING, Turns

_SETS: Final = 2048
_IN_A_SET: Final = 8
"""16,384 places, so that hardly one of 10,000 counted addresses has to leave for another."""
_PLACE: Final = struct.Struct("=16sdd")
_SET_BYTES: Final = _IN_A_SET * _PLACE.size
_FREE: Final = bytes(16)
_TABLES: Final = ("addresses", "keys", "failures")
_TAKEN: Final = (errno.EAGAIN, errno.EACCES)


@dataclass(frozen=True, slots=True)
class Shared:
    """What a server process shares with the others, or has for itself where it is the only one.

    Attributes:
        workers: how many processes there are.
        written: the newest revision that was written through any of them.
        reading: the turns in which contributions are read.
        addresses: how often each network address asked.
        keys: how often each API key was used.
        failures: how many keys and sign-in links of each address failed.
    """

    workers: int = 1
    written: Written = field(default_factory=Written)
    reading: Turns = field(default_factory=Turns)
    addresses: Counts = field(default_factory=OwnCounts)
    keys: Counts = field(default_factory=OwnCounts)
    failures: Counts = field(default_factory=OwnCounts)

    def share_of(self, most: int) -> int:
        """Return the share of one process in a limit for all of them, at least 1."""
        return max(1, -(-most // self.workers))


class SharedMemory:
    """The memory and the locks of ``workers`` processes, to be made before they are forked."""

    def __init__(self, workers: int) -> None:
        self._workers = workers
        self._locks = os.memfd_create("salex workers")
        self._revisions = mmap.mmap(-1, 8 * workers)
        self._held = mmap.mmap(-1, 8 * workers)
        self._tables = {name: mmap.mmap(-1, _SETS * _SET_BYTES) for name in _TABLES}
        self._secret = secrets.token_bytes(32)

    def part_of(self, worker: int) -> Shared:
        """Return what the worker with this number, from 0, uses."""
        counts = {
            name: SharedCounts(table, ByteLock(self._locks, MOST_READING + n), self._secret)
            for n, (name, table) in enumerate(self._tables.items())
        }
        return Shared(
            workers=self._workers,
            written=SharedWritten(memoryview(self._revisions).cast("q"), worker),
            reading=Turns(place=lambda n: ByteLock(self._locks, n)),
            **counts,
        )

    def connections_of(self, worker: int) -> HeldConnections:
        """Return the count of connections of the worker with this number, which begins anew."""
        return HeldConnections(memoryview(self._held).cast("q"), worker)


class HeldConnections:
    """How many connections each process holds; each counts its own in a place of its own.

    One thread of a process counts: that of its event loop.
    """

    def __init__(self, counts: memoryview[int], worker: int) -> None:
        self._counts = counts
        self._worker = worker
        counts[worker] = 0  # the process that had this number before has ended

    def add(self, number: int) -> None:
        """Count connections that were accepted; below 0 those that were closed."""
        self._counts[self._worker] += number

    @property
    def surplus(self) -> int:
        """Return how many more this process holds than the one that holds the fewest."""
        return self._counts[self._worker] - min(self._counts)


class ByteLock:
    """A lock that one thread of one process has at a time: a POSIX lock on a byte of a file.

    Args:
        file: a descriptor that all processes have; closing it in one frees all locks of that one.
        byte: which byte stands for this lock.
    """

    def __init__(self, file: int, byte: int) -> None:
        self._file = file
        self._byte = byte
        self._threads = threading.Lock()

    def acquire(self, *, blocking: bool = True) -> bool:
        """Take the lock; return whether it was free, or wait for it."""
        if not self._threads.acquire(blocking=blocking):
            return False
        try:
            how = fcntl.LOCK_EX if blocking else fcntl.LOCK_EX | fcntl.LOCK_NB
            fcntl.lockf(self._file, how, 1, self._byte)
        except OSError as error:
            self._threads.release()
            if error.errno in _TAKEN:
                return False
            raise
        return True

    def release(self) -> None:
        """Give the lock back."""
        fcntl.lockf(self._file, fcntl.LOCK_UN, 1, self._byte)
        self._threads.release()


class SharedWritten(Written):
    """The newest revision of any process; each notes its own in a place of its own."""

    def __init__(self, revisions: memoryview[int], worker: int) -> None:
        super().__init__()
        self._revisions = revisions
        self._worker = worker

    def _publish(self, newest: int) -> None:
        self._revisions[self._worker] = newest

    @property
    def newest(self) -> int:
        """Return the newest revision that was written through any process."""
        return max(self._revisions)


class SharedCounts:
    """Counts in memory that several processes share.

    A name has eight places where it may be, by its digest; if all are taken, the one that was used
    longest ago is lost. The digest has a key, so nobody can choose addresses that displace others.
    """

    def __init__(self, memory: mmap.mmap, lock: ByteLock, secret: bytes) -> None:
        self._memory = memory
        self._lock = lock
        self._secret = secret

    def __len__(self) -> int:
        return sum(name != _FREE for name, _, _ in _PLACE.iter_unpack(self._memory[:]))

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Keep the other processes and threads out."""
        self._lock.acquire()
        try:
            yield
        finally:
            self._lock.release()

    def get(self, name: str) -> tuple[float, float] | None:
        """Return the count of a name and its time, or ``None``."""
        digest, start = self._digest_of(name)
        for known, number, at in _PLACE.iter_unpack(self._memory[start : start + _SET_BYTES]):
            if known == digest:
                return number, at
        return None

    def put(self, name: str, number: float, at: float) -> None:
        """Keep the count of a name, and its time."""
        digest, start = self._digest_of(name)
        places = list(_PLACE.iter_unpack(self._memory[start : start + _SET_BYTES]))
        names = [known for known, _, _ in places]
        if digest in names:
            place = names.index(digest)
        else:  # a free place has the time 0, which is before all others
            place = min(range(_IN_A_SET), key=lambda n: places[n][2])
        _PLACE.pack_into(self._memory, start + place * _PLACE.size, digest, number, at)

    def _digest_of(self, name: str) -> tuple[bytes, int]:
        digest = hashlib.blake2b(name.encode(), digest_size=16, key=self._secret).digest()
        return digest, int.from_bytes(digest[:4], "big") % _SETS * _SET_BYTES
