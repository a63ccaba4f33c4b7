"""Cosines of passages with a query: the one door to FAISS.

It is an exact flat index; from some size on, a coarse copy finds what is worth comparing exactly.
With tens of thousands of passages, IVF and HNSW visibly lose documents
(SciFact nDCG@10 .569 and .627, against .645) and often leave a filtered page half empty, while
exact search takes about a millisecond.
"""

from __future__ import annotations

import mmap
from collections.abc import Mapping
from typing import Any, Final, Self

import numpy as np
import numpy.typing as npt

from corpus.errors import IndexDamaged
from index.vectors.gathered import Gathered

Ids = npt.NDArray[np.int64]
Matrix = npt.NDArray[np.float32]
Bytes = bytes | mmap.mmap

ALIGNED: Final = 64
"""Bytes: vectors in a file start at multiples of this, those of indexes made earlier at any."""
_COPIED: Final = 16_384
"""Rows copied coarsely at once."""
DEVIATIONS: Final = 8
"""How many standard deviations a coarse cosine may be off: more is one chance in 10**15."""
MANY: Final = 0.4
"""The share of rows from which all are looked in: to look whether each is among those wanted takes
as long again as to compare it. Of 200,000, in ms of processor time: .56 of them 9.9 -> 4.9, drawn
at random; a quarter, five in a row, gains nothing."""
_TOGETHER: Final = 512
"""Rows copied at once, to be next to each other: 0.8 MB, which stay in the processor's cache."""


class Vectors:
    """Unit vectors under passage ids.

    Rows are in the order of ``ids``; a row number refers to that order and is void after ``add`` or
    ``remove``.
    """

    def __init__(self, index: Any, *, lent: Bytes | None = None) -> None:
        self._index = index
        self._lent = lent

    @classmethod
    def empty(cls, dimensions: int) -> Self:
        """Return an index without vectors."""
        import faiss

        return cls(faiss.IndexIDMap2(faiss.IndexFlatIP(dimensions)))

    @classmethod
    def over(cls, data: Bytes) -> Self:
        """Return the index that ``to_bytes`` wrote, which reads ``data`` where it is.

        If that is a mapped file, all processes that map it share its memory. Nothing can be added
        or removed. FAISS notices only some damage: check a digest first.

        Args:
            data: the bytes; they may not change, and are kept as long as the index.

        Raises:
            IndexDamaged: FAISS cannot read it, or it is an index of another type.
        """
        import faiss

        lent = np.frombuffer(data, dtype=np.uint8)
        found = _read_index(lent[int(np.argmax(lent[:ALIGNED] != 0)) if len(lent) else 0 :])
        if not isinstance(found, faiss.IndexIDMap2) or not isinstance(
            faiss.downcast_index(found.index), faiss.IndexFlatIP
        ):
            raise IndexDamaged("The vector index is of another type than this program writes.")
        return cls(found, lent=data)

    def to_bytes(self) -> bytes:
        """Return the whole index as bytes: FAISS's own, after as many zeros as align the vectors.

        FAISS puts them at byte 82. Where they are mapped there, comparing all of them takes a fifth
        longer, and numpy copies the whole matrix to take some of its rows.
        """
        import faiss

        data: Any = faiss.serialize_index(self._index)
        ids = 8 + 8 * len(self)  # their number and they themselves, which come last
        start = len(data) - ids - 4 * self.dimensions * len(self)
        return b"".join((bytes(-start % ALIGNED), memoryview(data)))

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
                not finite or not of unit length. Or the index was read from a file.
        """
        self._check_own()
        if len(np.unique(ids)) != len(ids) or np.isin(ids, self.ids).any():
            raise ValueError("a passage id occurs twice")
        if not np.allclose(np.linalg.norm(rows, axis=1), 1.0, atol=1e-3):
            raise ValueError("a vector is not finite or not of unit length")
        self._index.add_with_ids(np.ascontiguousarray(rows, dtype=np.float32), ids)

    def remove(self, ids: Ids) -> int:
        """Remove the vectors with these ids; return how many there were.

        Raises:
            ValueError: the index was read from a file.
        """
        self._check_own()
        return int(self._index.remove_ids(np.ascontiguousarray(ids, dtype=np.int64)))

    def cosines(self, query: Matrix, rows: Ids | None = None) -> Matrix:
        """Return the cosine with ``query`` of each row, (n,) float32, or of some rows, (k,).

        All of them, because that costs no more than a search for the nearest (5.3 against 6.3 ms
        for 50,000). It runs on the calling thread alone. A row has the same cosine whichever others
        are asked for, and equal rows have equal cosines.

        Args:
            query: (dimensions,) float32, unit length.
            rows: (k,) int64, the rows to compare it with; ``None`` for all.

        Raises:
            ValueError: the query has another number of dimensions; FAISS would read past its end.
        """
        if query.shape != (self.dimensions,):
            raise ValueError(f"a query of shape {query.shape} for {self.dimensions} dimensions")
        asked = np.ascontiguousarray(query, dtype=np.float32)
        matrix = self.matrix
        if rows is None:
            return _inner_products(asked, matrix)
        steps = (rows[at : at + _TOGETHER] for at in range(0, len(rows), _TOGETHER))
        aligned = matrix.flags.aligned  # otherwise numpy copies the whole matrix to take rows
        found = [
            _inner_products(asked, matrix.take(step, axis=0) if aligned else matrix[step])
            for step in steps
        ]
        return np.concatenate(found) if found else np.empty(0, dtype=np.float32)

    def _check_own(self) -> None:
        """FAISS would end the process where it is to change memory that it does not own."""
        if self._lent is not None:
            raise ValueError("an index that was read from a file cannot be changed")


class CoarseVectors:
    """A copy of vectors with a byte a component, which is read four times as fast.

    It says which rows may be the nearest, so that only those are compared exactly. What rounding
    loses is spread over all components and mostly cancels out in a sum: a coarse cosine of 384
    components is off by .0008 (one standard deviation). Rows are left out that are further than
    eight of these from the last that is wanted, on either side.

    ``step``, (dimensions,) float32, is what one unit of each component stands for, and ``lost`` the
    most that a row's rounding took away.
    """

    def __init__(self, index: Any, step: Matrix, lost: float, lent: object = None) -> None:
        self._index, self._step, self._lost, self._lent = index, step, lost, lent
        self._gathered = Gathered(self._copy_rows)

    @classmethod
    def of(cls, vectors: Vectors) -> Self:
        """Return a copy of vectors, in memory of its own."""
        import faiss

        matrix, dimensions = vectors.matrix, vectors.dimensions
        largest = np.full(dimensions, np.finfo(np.float32).tiny, dtype=np.float32)
        parts = [matrix[at : at + _COPIED] for at in range(0, len(matrix), _COPIED)]
        for part in parts:
            np.maximum(largest, np.abs(part).max(axis=0), out=largest)
        step: Matrix = largest / np.float32(127)
        index = faiss.IndexScalarQuantizer(
            dimensions, faiss.ScalarQuantizer.QT_8bit_direct_signed, faiss.METRIC_INNER_PRODUCT
        )
        lost = 0.0
        for part in parts:
            copied = np.rint(part / step)
            index.add(copied)
            lost = max(lost, float(np.linalg.norm(part - copied * step, axis=1).max()))
        return cls(index, step, lost)

    @classmethod
    def over(cls, arrays: Mapping[str, npt.NDArray[Any]]) -> Self:
        """Return the copy that ``to_arrays`` gave, which reads the arrays where they are.

        Raises:
            IndexDamaged: FAISS cannot read it.
            KeyError: an array is missing.
        """
        lent = arrays["index"]
        return cls(_read_index(lent), arrays["step"], float(arrays["lost"][0]), lent)

    def to_arrays(self) -> dict[str, npt.NDArray[Any]]:
        """Return everything as arrays, by name."""
        import faiss

        return {
            "index": faiss.serialize_index(self._index),
            "step": self._step,
            "lost": np.array([self._lost]),
        }

    def find_nearest(self, query: Matrix, count: int, among: npt.NDArray[np.bool_]) -> Ids:
        """Return rows among which are the nearest ``count`` and all that are as near as the last.

        Args:
            query: (dimensions,) float32, unit length.
            count: how many are wanted.
            among: (n,) bool, the rows to look in. Those after the rows that were copied, of later
                blocks, are all returned.

        Returns:
            (k,) int64, a few times as many rows as wanted, in no particular order.
        """
        copied = int(self._index.ntotal)
        later = copied + np.flatnonzero(among[copied:])
        return np.concatenate([self._find_nearest(query, count, among[:copied]), later])

    def _find_nearest(self, query: Matrix, count: int, among: npt.NDArray[np.bool_]) -> Ids:
        asked = query * self._step
        unit = float(np.abs(asked).max()) / 127 or 1.0
        rounded = np.rint(asked / unit)
        lost = np.hypot(self._lost, np.linalg.norm(query - rounded * unit / self._step))
        margin = 2 * DEVIATIONS * lost / np.sqrt(len(query)) / unit
        many = np.count_nonzero(among) >= MANY * len(among) > 0
        found = self._look_in_all(rounded, count, among, margin) if many else None
        return self._look_among(rounded, count, among, margin) if found is None else found

    def _look_in_all(
        self, rounded: Matrix, count: int, among: npt.NDArray[np.bool_], margin: float
    ) -> Ids | None:
        """Look in all rows and leave out the others; ``None`` if too few of the first are some."""
        looked_at = min(len(among), int(2 * count * len(among) / np.count_nonzero(among)))
        scores, rows = self._index.search(rounded[None, :], looked_at)
        chosen = among[rows[0]]
        near, found = scores[0][chosen], rows[0][chosen]
        if len(near) < count or not scores[0][-1] < near[count - 1] - margin:
            return None
        enough: Ids = found[near >= near[count - 1] - margin]
        return enough

    def _look_among(
        self, rounded: Matrix, count: int, among: npt.NDArray[np.bool_], margin: float
    ) -> Ids:
        """Look in some rows only."""
        bits = np.packbits(among, bitorder="little")
        copied = self._gathered.of(bits, among)
        looked_at = 3 * count
        while True:
            looked_at = min(looked_at, len(among))
            if copied:
                scores, rows = copied.search(rounded, looked_at)
            else:
                scores, rows = self._search_chosen(rounded, looked_at, bits)
            found: Ids = rows[rows >= 0]  # -1 where there are no others
            if len(found) <= count:
                return found
            near = scores[: len(found)]
            least = near[count - 1] - margin
            if len(found) < looked_at or near[-1] < least or looked_at == len(among):
                enough: Ids = found[near >= least]
                return enough
            looked_at *= 4

    def _copy_rows(self, rows: Ids) -> Any:
        """Return an index that has only these rows."""
        import faiss

        library: Any = faiss  # its stubs lack these functions
        index, dimensions = self._index, self._index.d
        codes = library.rev_swig_ptr(index.codes.data(), index.ntotal * dimensions)
        copied = library.IndexScalarQuantizer(dimensions, index.sq.qtype, index.metric_type)
        copied.add_sa_codes(codes.reshape(-1, dimensions).take(rows, axis=0))
        return copied

    def _search_chosen(
        self, rounded: Matrix, count: int, bits: npt.NDArray[np.uint8]
    ) -> tuple[Matrix, Ids]:
        import faiss

        library: Any = faiss  # its stubs lack these classes
        chosen = library.SearchParameters(sel=library.IDSelectorBitmap(bits))
        scores, rows = self._index.search(rounded[None, :], count, params=chosen)
        return scores[0], rows[0]


def _read_index(lent: npt.NDArray[np.uint8]) -> Any:
    """Return the index that FAISS wrote into these bytes, which it reads where they are."""
    import faiss

    library: Any = faiss  # its stubs lack these functions
    try:
        return library.read_index(library.ZeroCopyIOReader(library.swig_ptr(lent), len(lent)))
    except RuntimeError as error:
        raise IndexDamaged("The vector index cannot be read by FAISS.") from error


def _inner_products(asked: Matrix, rows: Matrix) -> Matrix:
    """Return (k,): the inner product of each row, (k, dimensions) contiguous, with ``asked``."""
    import faiss

    library: Any = faiss  # its stubs lack these functions
    products = np.empty(len(rows), dtype=np.float32)
    if len(rows):
        library.fvec_inner_products_ny(
            library.swig_ptr(products),
            library.swig_ptr(asked),
            library.swig_ptr(rows),
            len(asked),
            len(rows),
        )
    return products
