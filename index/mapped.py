"""Files that are mapped into memory, which processes then share, and arrays kept in one such file.

A mapped file may be removed or replaced, but not written to: where it is cut short, reading it ends
the process (SIGBUS). Files of this program are only written whole and renamed.

A file of arrays is a line of JSON, which says what the arrays are and where, with the checksum of
all that follows, and then the arrays. It can always be made again, so a damaged one is an error to
its reader only.
"""

from __future__ import annotations

import hashlib
import json
import math
import mmap
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from corpus.catalogue.files import write_atomically

ALIGNMENT: Final = 64
"""Bytes: arrays start at multiples of this, so that reading them is not slowed down."""

Array = npt.NDArray[Any]


def map_bytes(path: Path) -> mmap.mmap | bytes:
    """Return a file's bytes as memory that is shared with other processes that map the file.

    Raises:
        OSError: it cannot be read.
        ValueError: it is not a regular file, for which a pipe would wait.
    """
    if path.exists() and not path.is_file():
        raise ValueError("it is not a file")
    with path.open("rb") as file:
        if not os.fstat(file.fileno()).st_size:
            return b""  # there is nothing that could be mapped
        return mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)


def write_arrays(path: Path, arrays: Mapping[str, Array], *, made_for: str = "") -> None:
    """Write arrays into one file, which is there as a whole or not at all.

    Args:
        path: the file.
        arrays: by name.
        made_for: what a reader of the file has to expect of it.

    Raises:
        OSError: it cannot be written.
    """
    places: dict[str, tuple[str, tuple[int, ...], int]] = {}
    parts: list[bytes | memoryview] = []
    digest, length = hashlib.sha256(), 0
    for name, array in arrays.items():
        places[name] = (array.dtype.str, array.shape, length)
        data = np.ascontiguousarray(array).reshape(-1).view(np.uint8).data
        for part in (data, bytes(-len(data) % ALIGNMENT)):
            digest.update(part)
            length += len(part)
            parts.append(part)
    whole = digest.hexdigest()
    header = {"made_for": made_for, "sha256": whole, "length": length, "arrays": places}
    head = json.dumps(header).encode()
    head += b" " * (-(len(head) + 1) % ALIGNMENT) + b"\n"
    write_atomically(path, head, *parts)


def read_arrays(path: Path, *, made_for: str = "", check: bool = True) -> dict[str, Array]:
    """Return the arrays of a file as ``write_arrays`` wrote them, read-only and memory-mapped.

    The whole file is read once for its checksum: 40 ms for 76 MB. Without ``check`` it is not, and
    nothing but its length is known to be right.

    Raises:
        OSError: it cannot be read.
        ValueError: it is not what was written, or was made for something else.
    """
    mapped = map_bytes(path)
    head = mapped.find(b"\n") + 1
    body = memoryview(mapped)[head:]
    try:
        header = json.loads(mapped[:head])
        if header["made_for"] != made_for:
            raise ValueError(f"it was made for {header['made_for']!r}")
        whole = not check or header["sha256"] == hashlib.sha256(body).hexdigest()
        if header["length"] != len(body) or not whole:
            raise ValueError("it does not match its checksum")
        return {
            name: np.frombuffer(body, dtype, math.prod(shape), offset).reshape(shape)
            for name, (dtype, shape, offset) in header["arrays"].items()
        }
    except (KeyError, TypeError, AttributeError, RecursionError) as error:
        raise ValueError("it is not a file of arrays") from error
