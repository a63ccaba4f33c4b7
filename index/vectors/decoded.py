"""Arrays in one file that is memory-mapped: what takes long to decode is decoded once and kept.

A file is a line of JSON, which says where each array is and has the checksum of all that follows,
and then the arrays. It can always be made again, so a damaged one is an error to its reader only.
"""

from __future__ import annotations

import hashlib
import json
import math
import mmap
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from corpus.catalogue.files import write_atomically

ALIGNMENT: Final = 64
"""Bytes: arrays start at multiples of this, so that reading them is not slowed down."""

Array = npt.NDArray[Any]


def write_arrays(path: Path, arrays: Mapping[str, Array]) -> None:
    """Write arrays into one file, which is there as a whole or not at all.

    Raises:
        OSError: it cannot be written.
    """
    places: dict[str, tuple[str, tuple[int, ...], int]] = {}
    parts: list[bytes] = []
    length = 0
    for name, array in arrays.items():
        places[name] = (array.dtype.str, array.shape, length)
        data = np.ascontiguousarray(array).tobytes()
        parts += [data, bytes(-len(data) % ALIGNMENT)]
        length += len(data) + len(parts[-1])
    body = b"".join(parts)
    says = {"sha256": hashlib.sha256(body).hexdigest(), "length": length, "arrays": places}
    head = json.dumps(says).encode()
    head += b" " * (-(len(head) + 1) % ALIGNMENT) + b"\n"
    write_atomically(path, head + body)


def read_arrays(path: Path) -> dict[str, Array]:
    """Return the arrays of a file as ``write_arrays`` wrote them, read-only and memory-mapped.

    The whole file is read once for its checksum: 40 ms for 76 MB.

    Raises:
        OSError: it cannot be read.
        ValueError: it is not what was written.
    """
    with path.open("rb") as file:
        mapped = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
    head = mapped.find(b"\n") + 1
    body = memoryview(mapped)[head:]
    try:
        says = json.loads(mapped[:head])
        whole = says["length"] == len(body) and says["sha256"] == hashlib.sha256(body).hexdigest()
        if not whole:
            raise ValueError("it does not match its checksum")
        return {
            name: np.frombuffer(body, dtype, math.prod(shape), offset).reshape(shape)
            for name, (dtype, shape, offset) in says["arrays"].items()
        }
    except (KeyError, TypeError, RecursionError) as error:
        raise ValueError("it is not a file of arrays") from error
