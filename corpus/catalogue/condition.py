"""What this process knows about the soundness of a catalogue's file, and the check itself.

A file is checked once a process before it is written to, small files when they are opened; a server
repeats the check. What is known belongs to one file: a restored backup is another.
"""

from __future__ import annotations

import contextlib
import sqlite3
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from corpus.catalogue.soundness import SMALL_BYTES, Damage, find_damage, is_damage

MARKER_SUFFIX: Final = ".made"
_MARKER_TEXT: Final = (
    "A catalogue was made in this folder. If {name} is missing or empty, restore a backup with:\n"
    "salex restore FOLDER\nTo begin with a new, empty catalogue instead, delete this file.\n"
)
_AGAIN_S: Final = 10.0
"""Damage that was found is looked for again at most this often."""


@dataclass(frozen=True, slots=True)
class _Finding:
    """The result of a check; ``met`` where a statement met damage that the check cannot see."""

    damage: Damage | None
    met: bool
    at: float


_File = tuple[str, int, int]
_findings: dict[_File, _Finding] = {}
_lock = threading.Lock()


def file_of(path: Path) -> _File | None:
    """Return which file this is now: a restored catalogue is another one in the same place."""
    try:
        found = path.stat()
    except OSError:
        return None
    return str(path.absolute()), found.st_dev, found.st_ino


def _known(path: Path) -> _Finding | None:
    file = file_of(path)
    return _findings.get(file) if file else None


def damage_of(path: Path) -> Damage | None:
    """Return the damage that this process knows of."""
    finding = _known(path)
    return finding.damage if finding else None


def check_at_opening(path: Path, *, large: bool) -> Damage | None:
    """Check a file unless that was done before; a large one only where ``large`` says so.

    Raises:
        sqlite3.Error: the check could not be done.
    """
    finding = _known(path)
    if finding is None and (large or path.stat().st_size <= SMALL_BYTES):
        return check(path)
    return finding.damage if finding else None


def check_again(path: Path) -> Damage | None:
    """Check a file that was not checked before, or that was damaged a while ago.

    Raises:
        sqlite3.Error: the check could not be done.
    """
    finding = _known(path)
    if finding is None or (finding.damage and time.monotonic() - finding.at > _AGAIN_S):
        return check(path)
    return finding.damage


def check(path: Path) -> Damage | None:
    """Check the file over a connection of its own that writes nothing, and remember the result.

    Raises:
        sqlite3.Error: the check could not be done, for a reason that is no damage.
    """
    before = _known(path)
    damage = _look(path)
    if damage is None and before and before.met:
        return before.damage
    _remember(path, _Finding(damage, met=False, at=time.monotonic()))
    return damage


def _look(path: Path) -> Damage | None:
    try:
        with _reading(path) as connection:
            version = connection.execute("pragma user_version").fetchone()[0]
            return find_damage(connection, path, version=version)
    except sqlite3.DatabaseError as error:
        if not is_damage(error):
            raise
        return Damage((str(error),))


@contextlib.contextmanager
def _reading(path: Path) -> Iterator[sqlite3.Connection]:
    uri = f"{path.absolute().as_uri()}?mode=rw"  # "rw" creates nothing; nothing here writes
    connection = sqlite3.connect(uri, uri=True, timeout=30, isolation_level=None)
    try:
        yield connection
    finally:
        connection.close()


def note_sound(path: Path) -> None:
    """Remember that a file is sound: it was made just now, or its damage was mended."""
    _remember(path, _Finding(None, met=False, at=time.monotonic()))


def note_damage(path: Path, reason: str, *, of_words: bool = False) -> Damage:
    """Remember that damage was met, and return all that is known of it."""
    known = damage_of(path)
    if known:
        return known
    damage = None
    with contextlib.suppress(sqlite3.Error, OSError):
        damage = check(path)
    if damage is None:
        damage = Damage((reason,), of_words=of_words)
        _remember(path, _Finding(damage, met=True, at=time.monotonic()))
    return damage


def _remember(path: Path, finding: _Finding) -> None:
    file = file_of(path)
    if file:
        with _lock:
            _findings[file] = finding


def marker_of(path: Path) -> Path:
    """Return the file that tells that a folder has held this catalogue."""
    return path.with_name(path.name + MARKER_SUFFIX)


def leave_marker(path: Path) -> None:
    """Write the marker; a folder that cannot be written does without."""
    marker = marker_of(path)
    if not marker.exists():
        with contextlib.suppress(OSError):
            marker.write_text(_MARKER_TEXT.format(name=path.name), "utf-8")
