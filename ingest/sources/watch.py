"""Watches a folder: which of its files are complete and new at each poll."""

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
"""Size and modification time (ns): a file with an unchanged stamp is not being written."""
SETTLE_S: Final = 2.0
"""How long a file has to stay unchanged: copies over a network write in bursts."""


@dataclass(frozen=True, slots=True)
class Round:
    """One poll of the folder: files to take in, and how many are still being written."""

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
    """Yield a round every ``every_s`` seconds, with the files that are complete and new.

    Args:
        folder: the folder to watch, with the folders in it.
        every_s: seconds between two polls.
        once: end after the first round, which looks twice, ``settle_s`` apart.
        settle_s: how long a file has to stay unchanged before it counts as complete.
        sleep: waits; tests replace it.
    """
    done: dict[Path, Stamp] = {}
    before = stamp_files(folder)
    sleep(settle_s)
    while True:
        now_there = stamp_files(folder)
        ready = settled_files(before, now_there, done)
        waiting = sum(1 for p, stamp in now_there.items() if done.get(p) != stamp) - len(ready)
        yield Round(tuple(str(p) for p in ready), waiting)
        if once:
            return
        done |= {p: now_there[p] for p in ready}
        before = now_there
        sleep(max(every_s, settle_s))


def stamp_files(folder: Path) -> dict[Path, Stamp]:
    """Return the stamp of every file in the folder that can be taken in, or leads outside it."""
    stamps = {}
    for item in path.expand_path(folder):
        location = _path_of(item)
        if location is not None:
            try:
                status = location.stat() if isinstance(item, Source) else location.lstat()
            except OSError:  # it was removed after it was listed
                continue
            stamps[location] = (status.st_size, status.st_mtime_ns)
    return stamps


def _path_of(item: Source | Outcome) -> Path | None:
    if isinstance(item, Source):
        return item.path
    if item.code == path.OUTSIDE:
        return Path(url2pathname(urlsplit(item.source).path))
    return None


def settled_files(
    before: Mapping[Path, Stamp], after: Mapping[Path, Stamp], done: Mapping[Path, Stamp]
) -> list[Path]:
    """Return the files that did not change between two polls and were not taken in as they are."""
    return [p for p, stamp in after.items() if before.get(p) == stamp and done.get(p) != stamp]
