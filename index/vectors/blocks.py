"""The vectors of a generation: those of the blocks one after the other, without what is gone."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from index.vectors.vectors import Ids, Matrix, Vectors


class Blocks:
    """Unit vectors under passage ids, in one block or several; nothing in it changes.

    Rows are numbered through all blocks. A row that is gone has the id -1, which no passage has.

    Args:
        parts: the blocks, at least one, all with as many dimensions.
        gone: (g,) int64, the rows whose passage is gone.
        checksums: the SHA-256 of each block's file.
    """

    def __init__(self, parts: Sequence[Vectors], gone: Ids, checksums: Sequence[str] = ()) -> None:
        self.parts, self.gone, self.checksums = tuple(parts), gone, tuple(checksums)
        self.ids: Ids = np.concatenate([part.ids for part in parts])
        """(n,) int64: the passage id of each row."""
        self.ids[gone] = -1
        self._starts = np.cumsum([0, *map(len, parts)])

    def __len__(self) -> int:
        return len(self.ids)

    @property
    def dimensions(self) -> int:
        """How many components a vector has."""
        return self.parts[0].dimensions

    @property
    def living(self) -> Ids:
        """(p,) int64: the rows of passages, ascending."""
        return np.flatnonzero(self.ids >= 0)

    def take(self, rows: Ids) -> Matrix:
        """Return (k, dimensions) float32: a copy of these rows, (k,) int64."""
        if len(self.parts) == 1:
            return self.parts[0].matrix[rows]
        taken = np.empty((len(rows), self.dimensions), dtype=np.float32)
        for part, places, own in self._spread(rows):
            taken[places] = part.matrix[own]
        return taken

    def cosines(self, query: Matrix, rows: Ids | None = None) -> Matrix:
        """Return the cosine with ``query`` of each row, (n,) float32, or of some rows, (k,).

        A row has the same cosine whichever others are asked for and whichever block it is in.

        Args:
            query: (dimensions,) float32, unit length.
            rows: (k,) int64, the rows to compare it with; ``None`` for all.

        Raises:
            ValueError: the query has another number of dimensions.
        """
        if len(self.parts) == 1:
            return self.parts[0].cosines(query, rows)
        if rows is None:
            return np.concatenate([part.cosines(query) for part in self.parts])
        found = np.empty(len(rows), dtype=np.float32)
        for part, places, own in self._spread(rows):
            found[places] = part.cosines(query, own)
        return found

    def _spread(self, rows: Ids) -> list[tuple[Vectors, Ids, Ids]]:
        """Return the blocks that have some of these rows, which, and their numbers there."""
        block = np.searchsorted(self._starts, rows, side="right") - 1
        spread = []
        for number, part in enumerate(self.parts):
            places = np.flatnonzero(block == number)
            if len(places):
                spread.append((part, places, rows[places] - self._starts[number]))
        return spread
