"""Copies of a catalogue that a server reads alone: which they are.

The writing server's catalogue replaces a copy as a whole, so what was written into one would be
lost: this process refuses to. Nor is the write-ahead log switched on in a copy. A copy is one file,
and one rename can replace it while it is read; a log belongs to one file and would stay behind.
"""

from __future__ import annotations

from pathlib import Path

from corpus.errors import CatalogueIsCopy

_read_alone: set[Path] = set()
"""The copies among the catalogues that this process opens."""


def read_alone(path: Path, *, on: bool = True) -> None:
    """Say that the catalogue at ``path`` is a copy; ``on=False`` takes that back."""
    if on:
        _read_alone.add(path.absolute())
    else:
        _read_alone.discard(path.absolute())


def is_read_alone(path: Path) -> bool:
    """Return whether the catalogue at ``path`` is a copy."""
    return path.absolute() in _read_alone


def refuse_copy(path: Path) -> None:
    """Refuse to write to a copy.

    Raises:
        CatalogueIsCopy
    """
    if is_read_alone(path):
        raise CatalogueIsCopy(
            "This catalogue is a read-only copy (read_only is set): what is written to it would be "
            "lost. Write where the copy comes from."
        )
