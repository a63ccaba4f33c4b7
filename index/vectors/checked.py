"""Remembers which files of the index were found whole, so that they are not read for every change.

A file that this program left as it is now has the same number, size and time. Whether its bytes
are still what they were is looked at when a server starts, by ``salex audit``, and by the first
``salex index`` after ``OFTEN_S``.
"""

from __future__ import annotations

import contextlib
import fcntl
import json
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Self

from corpus.catalogue.files import write_atomically
from index.vectors.files import read_bytes

FILE: Final = "checked.json"
OFTEN_S: Final = 20 * 3600.0
"""Seconds after which everything is read again: a run of each night finds it older."""
_MOST_BYTES: Final = 100_000
_TICK_NS: Final = 20_000_000
"""Nanoseconds in which a file can change twice and have the same time: the clock of the system
advances every 4 or 10 ms."""


@dataclass(frozen=True, slots=True)
class Checked:
    """What is known of the files of an index folder.

    Attributes:
        at: seconds since 1970, when everything was last read for its checksums.
        stamps: those of the files that were whole then or were written since.
    """

    at: float
    stamps: frozenset[tuple[int, int, int]]

    @classmethod
    def read(cls, folder: Path) -> Self:
        """Return what is known; nothing if the note is missing or is none."""
        try:
            found = json.loads(read_bytes(folder / FILE, _MOST_BYTES))
            stamps = frozenset((int(a), int(b), int(c)) for a, b, c in found["stamps"])
            return cls(float(found["at"]), stamps)
        except (OSError, ValueError, TypeError, KeyError, RecursionError):
            return cls(0.0, frozenset())

    @property
    def is_recent(self) -> bool:
        """Whether everything was read not long ago."""
        return 0 <= time.time() - self.at < OFTEN_S

    def trusts(self, path: Path) -> bool:
        """Whether a file is known to be whole and has not been touched since."""
        return _stamp_of(path) in self.stamps


@contextlib.contextmanager
def lock_building(folder: Path) -> Iterator[None]:
    """Wait until no other process builds the index, and let none begin meanwhile.

    Raises:
        OSError: the folder cannot be written to.
    """
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "build.lock").open("w") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)  # the system frees it when the process ends
        yield


def write_checked(folder: Path, at: float, paths: Iterable[Path]) -> None:
    """Note files that are whole; called when nothing more is written to them.

    What has just been written is waited for until a later change would show in its time.
    """
    stamps = [stamp for path in paths if (stamp := _settled(path))]
    write_atomically(folder / FILE, json.dumps({"at": at, "stamps": stamps}).encode())


def _settled(path: Path) -> tuple[int, int, int] | None:
    for _ in range(10):
        stamp = _stamp_of(path)
        if stamp and time.time_ns() - stamp[2] > _TICK_NS:
            return stamp
        time.sleep(_TICK_NS / 4e9)
    return None


def _stamp_of(path: Path) -> tuple[int, int, int] | None:
    """Return number, size and time of a file; ``None`` if SQLite has not put all into it yet."""
    try:
        log = path.with_name(f"{path.name}-wal")
        if log.exists() and log.stat().st_size:
            return None
        found = path.stat()
    except OSError:
        return None
    return found.st_ino, found.st_size, found.st_mtime_ns
