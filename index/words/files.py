"""The file of the postings: arrays one after the other, under a header with their digest.

It is written whole, like a generation, and mapped into memory, so that several processes share it.
Whatever is wrong with it, searches then ask FTS5 as if there were none.
"""

from __future__ import annotations

import hashlib
import json
import mmap
from dataclasses import fields
from pathlib import Path
from typing import Any, Final

import numpy as np

from corpus.catalogue.files import write_atomically
from corpus.migrations import TOKENIZER
from index.words.counting import WEIGHTS
from index.words.postings import Stored

NAME: Final = "words.postings"
FORMAT: Final = 1
_HEADER_BYTES: Final = 4096
_ALIGNED: Final = 64
_STEP: Final = 1 << 20
_READ_WITH: Final = [FORMAT, TOKENIZER, list(WEIGHTS)]


def write_postings(folder: Path, stored: Stored) -> None:
    """Write the file, replacing an earlier one."""
    body, arrays = bytearray(), {}
    for name, array in _arrays(stored).items():
        body += bytes(-len(body) % _ALIGNED)
        arrays[name] = [array.dtype.str, len(array), len(body)]
        body += array.tobytes()
    header = {
        "read_with": _READ_WITH,
        "arrays": arrays,
        "bytes": len(body),
        "digest": hashlib.blake2b(body, digest_size=16).hexdigest(),
    }
    text = json.dumps(header).encode()
    write_atomically(folder / NAME, text.ljust(_HEADER_BYTES) + bytes(body))


def read_postings(folder: Path) -> Stored | None:
    """Return what the file has; ``None`` if there is none, or if it cannot be used."""
    path = folder / NAME
    try:
        with path.open("rb") as file:
            header = json.loads(file.read(_HEADER_BYTES))
            if header["read_with"] != _READ_WITH:
                return None
            digest, count = hashlib.blake2b(digest_size=16), 0
            while step := file.read(_STEP):
                digest.update(step)
                count += len(step)
            if (count, digest.hexdigest()) != (header["bytes"], header["digest"]):
                return None
            mapped = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        return Stored(**{f.name: _array(mapped, *header["arrays"][f.name]) for f in fields(Stored)})
    except (OSError, ValueError, KeyError, TypeError, RecursionError):
        return None


def stamp_of(folder: Path) -> tuple[int, int]:
    """Return what tells one file from the next; zeros if there is none."""
    try:
        stat = (folder / NAME).stat()
    except OSError:
        return 0, 0
    return stat.st_ino, stat.st_mtime_ns


def _arrays(stored: Stored) -> dict[str, np.ndarray[Any, Any]]:
    return {f.name: np.ascontiguousarray(getattr(stored, f.name)) for f in fields(Stored)}


def _array(mapped: mmap.mmap, dtype: str, count: int, start: int) -> np.ndarray[Any, Any]:
    return np.frombuffer(mapped, np.dtype(dtype), count, _HEADER_BYTES + start)
