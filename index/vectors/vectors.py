"""Nearest passages by cosine: the one door to FAISS.

An exact flat index: at tens of thousands of passages IVF and HNSW lose documents visibly (SciFact
nDCG@10 .569 and .627 for .645) and fill a filtered page badly, while exact search costs about a
millisecond.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final, Self

import numpy as np
import numpy.typing as npt

from corpus.errors import IndexDamaged

Ids = npt.NDArray[np.int64]
Matrix = npt.NDArray[np.float32]
Mask = npt.NDArray[np.bool_]

GATHER_BELOW: Final = 0.01
"""Share of allowed rows under which copying them out and multiplying beats a FAISS selector."""


class Vectors:
    """Unit vectors under passage ids.

    Rows are in the order of ``ids``; a mask or row number refers to that order and is void after
    ``add`` or ``remove``.
    """

    def __init__(self, index: Any) -> None:
        self._index = index

    @classmethod
    def empty(cls, dimensions: int) -> Self:
        """Return an index without vectors."""
        import faiss

        return cls(faiss.IndexIDMap2(faiss.IndexFlatIP(dimensions)))

    @classmethod
    def from_bytes(cls, data: bytes) -> Self:
        """Read what ``to_bytes`` wrote.

        FAISS itself notices only some damage: check a digest first.

        Raises:
            IndexDamaged: FAISS cannot read it.
        """
        import faiss

        try:
            return cls(faiss.deserialize_index(np.frombuffer(data, dtype=np.uint8)))
        except RuntimeError as error:
            raise IndexDamaged(f"The vector index cannot be read: {error}") from error

    def to_bytes(self) -> bytes:
        """Return the whole index as bytes."""
        import faiss

        data: bytes = faiss.serialize_index(self._index).tobytes()
        return data

    def __len__(self) -> int:
        return int(self._index.ntotal)

    @property
    def dimensions(self) -> int:
        """How many components a vector has."""
        return int(self._index.d)

    @property
    def ids(self) -> Ids:
        """(n,) int64: the passage id of each row."""
        import faiss

        ids: Ids = faiss.vector_to_array(self._index.id_map)
        return ids

    @property
    def matrix(self) -> Matrix:
        """(n, dimensions) float32, unit rows: a view of FAISS's memory, not a copy."""
        import faiss

        size = len(self) * self.dimensions
        if not size:
            return np.zeros((0, self.dimensions), dtype=np.float32)
        flat: Any = faiss.downcast_index(self._index.index)
        view: Matrix = faiss.rev_swig_ptr(flat.get_xb(), size)
        return view.reshape(len(self), self.dimensions)

    def add(self, ids: Ids, rows: Matrix) -> None:
        """Add vectors.

        Args:
            ids: (n,) int64, new and distinct.
            rows: (n, dimensions) float32, unit rows.

        Raises:
            ValueError: FAISS would take them and answer wrongly: a duplicate id, or a row that is
                not finite or not of unit length.
        """
        if len(np.unique(ids)) != len(ids) or np.isin(ids, self.ids).any():
            raise ValueError("a passage id occurs twice")
        if not np.allclose(np.linalg.norm(rows, axis=1), 1.0, atol=1e-3):
            raise ValueError("a vector is not finite or not of unit length")
        self._index.add_with_ids(np.ascontiguousarray(rows, dtype=np.float32), ids)

    def remove(self, ids: Ids) -> int:
        """Remove the vectors with these ids; return how many there were."""
        return int(self._index.remove_ids(np.ascontiguousarray(ids, dtype=np.int64)))

    def search(
        self, query: Matrix, limit: int, *, allowed: Mask | None = None
    ) -> tuple[Ids, Matrix]:
        """Return the rows nearest to ``query``, best first, only among the allowed ones.

        Args:
            query: (dimensions,) float32, unit length.
            limit: how many rows at most.
            allowed: (n,) bool by row; all rows when not given.

        Returns:
            row numbers (k,) int64 and cosines (k,) float32, k at most ``limit``.
        """
        count = len(self) if allowed is None else int(allowed.sum())
        limit = min(limit, count)
        if not limit:
            return np.empty(0, np.int64), np.empty(0, np.float32)
        if allowed is not None and count < GATHER_BELOW * len(self):
            return self._gather(query, limit, np.flatnonzero(allowed))
        import faiss

        faiss.omp_set_num_threads(1)  # of this thread: one query shared by two takes 2.3 for 1.5 ms
        scores, rows = self._index.index.search(query[None], limit, params=_selector(allowed))
        found = rows[0] >= 0
        return rows[0][found], scores[0][found]

    def _gather(self, query: Matrix, limit: int, rows: Ids) -> tuple[Ids, Matrix]:
        scores = self.matrix[rows] @ query
        order = np.argsort(-scores, kind="stable")[:limit]
        return rows[order], scores[order]

    def cosines(self, query: Matrix, rows: Ids | Sequence[int]) -> Matrix:
        """Return (k,) float32: the cosine of each given row with ``query``."""
        cosines: Matrix = self.matrix[rows] @ query
        return cosines


def _selector(allowed: Mask | None) -> Any:
    """Return FAISS search parameters that admit only the allowed rows, as a bitmap of rows."""
    import faiss

    if allowed is None:
        return None
    library: Any = faiss  # its stubs lack the Python-side constructors
    bits = np.packbits(allowed, bitorder="little")
    return library.SearchParameters(sel=library.IDSelectorBitmap(bits))
