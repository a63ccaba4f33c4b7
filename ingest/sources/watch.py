"""A watched folder: which of its files are whole and new, poll after poll."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit
from urllib.request import url2pathname

from corpus.model import Outcome
from ingest.model import Source
from ingest.sources import path

Stamp = tuple[int, int]
"""Size and time of change (ns): a file whose stamp stays the same is not being written."""
SETTLE_S: Final = 2.0
"""A file must have rested this long: copies over a network write in bursts."""


@dataclass(frozen=True, slots=True)
class Round:
    """One look at the folder: files to take in, and how many are still being written."""

    ready: tuple[str, ...]
    growing: int


def watch_folder(
    folder: Path,
    every_s: float,
    *,
    once: bool = False,
    settle_s: float = SETTLE_S,
    sleep: Callable[[float], None] = time.sleep,
) -> Iterator[Round]:
    """Yield a round each ``every_s`` seconds, with the files that are whole and were not yielded.

    Args:
        folder: what to watch, with the folders in it.
        every_s: seconds between two looks.
        once: end after the first round, looking twice ``settle_s`` apart.
        settle_s: how long a file must rest before it counts as whole.
        sleep: waits; tests wait in their own way.
    """
    done: dict[Path, Stamp] = {}
    before = stamp_files(folder)
    sleep(settle_s)
    while True:
        found = stamp_files(folder)
        ready = settled_files(before, found, done)
        waiting = sum(1 for p, stamp in found.items() if done.get(p) != stamp) - len(ready)
        yield Round(tuple(str(p) for p in ready), waiting)
        if once:
            return
        done |= {p: found[p] for p in ready}
        before = found
        sleep(max(every_s, settle_s))


def stamp_files(folder: Path) -> dict[Path, Stamp]:
    """Return the stamp of every file in the folder that can be taken in, or leads outside it."""
    stamps = {}
    for item in path.expand_path(folder):
        found = _path_of(item)
        if found is not None:
            try:
                status = found.stat() if isinstance(item, Source) else found.lstat()
            except OSError:  # it went away between listing and asking
                continue
            stamps[found] = (status.st_size, status.st_mtime_ns)
    return stamps


def _path_of(item: Source | Outcome) -> Path | None:
    if isinstance(item, Source):
        return item.path
    if item.code == path.OUTSIDE:
        return Path(url2pathname(urlsplit(item.source).path))
    return None


def settled_files(
    before: Mapping[Path, Stamp], found: Mapping[Path, Stamp], done: Mapping[Path, Stamp]
) -> list[Path]:
    """Return the files that did not change between two looks and were not taken in so; pure."""
    return [p for p, stamp in found.items() if before.get(p) == stamp and done.get(p) != stamp]
