"""The file of a block's coarse copy, beside the block in its generation.

It can be made again from the block at any time. So whatever is wrong with it, it is not used.
"""

from __future__ import annotations

from pathlib import Path
from typing import Final

from corpus.errors import IndexDamaged
from index.mapped import read_arrays, write_arrays
from index.vectors.manifests import FIRST_FILE, SECOND_FILE
from index.vectors.vectors import CoarseVectors, Vectors

MANY: Final = 15_000
"""Passages from which on a coarse copy of the vectors is worth its memory: a byte a component. With
10,000 a search takes as long either way; with 20,000 it saves 2 of 15 ms of processor time."""
FORMAT: Final = 1


def coarse_file(block: str) -> str:
    """Return the name of the file of a block's coarse copy."""
    return f"{block.removesuffix('.faiss')}.coarse"


COARSE_FILES: Final = (coarse_file(FIRST_FILE), coarse_file(SECOND_FILE))


def write_coarse(path: Path, vectors: Vectors, digest: str) -> None:
    """Write the coarse copy of a block with this SHA-256.

    Raises:
        OSError: it cannot be written.
    """
    write_arrays(path, CoarseVectors.of(vectors).to_arrays(), made_for=_made_for(digest))


def read_coarse(path: Path, digest: str) -> CoarseVectors | None:
    """Return the coarse copy of a block with this SHA-256, mapped; ``None`` without one of use."""
    try:
        return CoarseVectors.over(read_arrays(path, made_for=_made_for(digest)))
    except (OSError, ValueError, KeyError, IndexDamaged):
        return None


def _made_for(digest: str) -> str:
    return f"format {FORMAT}, block {digest}"
