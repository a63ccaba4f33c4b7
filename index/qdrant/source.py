"""The vectors that the engine is filled from: the current generation of the files of the index."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np

from corpus.errors import IndexUnusable
from index.documents.values import Rows
from index.model import MULTILINGUAL, VECTORS
from index.qdrant.client import Row
from index.vectors.blocks import Blocks
from index.vectors.generations import current_name, read_usable
from index.vectors.manifests import Manifest

_NONE: Final = np.empty(0, np.int64)


@dataclass(frozen=True, slots=True)
class Source:
    """Encoded vectors, or the reason there are none.

    Attributes:
        generation: what ``CURRENT`` says.
        manifest: what they were made with.
        problem: why there are none, or older ones stand in.
        multilingual_problem: why there are none of the second encoder.
        legs: the vectors by leg; all have the same passages in the same order.
        ids: (n,) int64, those passages, ascending.
        rows: (n,) int64, the row of each.
    """

    generation: str
    manifest: Manifest | None
    problem: str | None
    multilingual_problem: str | None
    legs: Mapping[str, Blocks]
    ids: Rows
    rows: Rows

    @property
    def dimensions(self) -> dict[str, int]:
        """How many components the vectors of each leg have."""
        return {leg: vectors.dimensions for leg, vectors in self.legs.items()}

    def of(self, passage_ids: Sequence[int]) -> list[dict[str, Row]]:
        """Return the vectors of passages by leg; empty for those that have none."""
        wanted = np.array(passage_ids, dtype=np.int64)
        found: list[dict[str, Row]] = [{} for _ in passage_ids]
        if not len(self.ids) or not len(wanted):
            return found
        places = np.minimum(np.searchsorted(self.ids, wanted), len(self.ids) - 1)
        known = np.flatnonzero(self.ids[places] == wanted)
        rows = self.rows[places[known]]
        for leg, vectors in self.legs.items():
            for place, row in zip(known.tolist(), vectors.take(rows), strict=True):
                found[place][leg] = row
        return found


def name_of_generation(folder: Path) -> str:
    """Return what ``CURRENT`` says; empty if nothing was built yet, or if it cannot be read."""
    try:
        return current_name(folder)
    except IndexUnusable:
        return ""


def read_source(folder: Path) -> Source:
    """Read the files of the index."""
    name = name_of_generation(folder)
    try:
        found = read_usable(folder)
    except IndexUnusable as error:
        return Source(name, None, str(error), None, {}, _NONE, _NONE)
    legs = {VECTORS: found.vectors}
    if found.multilingual is not None:
        legs[MULTILINGUAL] = found.multilingual
    ids, rows = found.vectors.ids, found.vectors.living
    rows = rows[np.argsort(ids[rows], kind="stable")]
    lost = found.multilingual_fault
    return Source(
        name, found.manifest, found.fault, str(lost) if lost else None, legs, ids[rows], rows
    )
