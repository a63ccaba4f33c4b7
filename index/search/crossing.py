"""How many works have one value and another: the cells of a table, counted without a search each.

A cell counts what browsing with both values as filters lists: the works of the documents that
have both, each work once.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from index.documents.arrays import Documents
from index.documents.values import Mask, Rows


@dataclass(frozen=True, slots=True)
class Lines:
    """The rows or the columns of a table, and which documents each of them has.

    Attributes:
        size: how many there are.
        numbers: (e,) int64, the number of a row or column.
        documents: (e,) int64, the document row of each entry; a pair comes once.
    """

    size: int
    numbers: Rows
    documents: Rows

    @classmethod
    def of(cls, documents: Iterable[Rows]) -> Lines:
        """Return lines that have these document rows, in this order."""
        lines = list(documents)
        sizes = [len(rows) for rows in lines]
        return cls(
            len(lines),
            np.repeat(np.arange(len(lines), dtype=np.int64), sizes),
            np.concatenate([np.empty(0, np.int64), *lines]),
        )

    def within(self, allowed: Mask) -> Lines:
        """Return the lines with only the allowed documents, (m,) bool."""
        stays = allowed[self.documents]
        return Lines(self.size, self.numbers[stays], self.documents[stays])


@dataclass(frozen=True, slots=True)
class Crossed:
    """The counts of a table, in works.

    Attributes:
        cells: (rows, columns) int64.
        rows, columns: the works with the value of each line. A work may be in several cells, so
            these are no sums of cells.
        total: all works of the allowed documents, also of those in no line.
    """

    cells: Rows
    rows: Rows
    columns: Rows
    total: int


def cross(holdings: Documents, rows: Lines, columns: Lines, allowed: Mask) -> Crossed:
    """Count the works in each cell of a table.

    Args:
        holdings: says which documents are of one work.
        rows: the rows of the table.
        columns: its columns.
        allowed: (m,) bool, the documents to count.
    """
    rows, columns = rows.within(allowed), columns.within(allowed)
    across, down, documents = _meet(rows, columns, len(allowed))
    cells = _count_works(
        holdings, across * columns.size + down, documents, rows.size * columns.size
    )
    return Crossed(
        cells=cells.reshape(rows.size, columns.size),
        rows=count_lines(holdings, rows, allowed),
        columns=count_lines(holdings, columns, allowed),
        total=int(holdings.works_of(allowed).sum()),
    )


def count_lines(holdings: Documents, lines: Lines, allowed: Mask) -> Rows:
    """Return (size,) int64: the works that have allowed documents in each line."""
    within = lines.within(allowed)
    return _count_works(holdings, within.numbers, within.documents, lines.size)


def _meet(rows: Lines, columns: Lines, size: int) -> tuple[Rows, Rows, Rows]:
    """Return row, column and document of each pair of entries of one document."""
    order = np.argsort(columns.documents, kind="stable")
    each = np.bincount(columns.documents, minlength=size)
    starts = np.cumsum(each) - each
    times = each[rows.documents]
    first = np.repeat(starts[rows.documents], times)
    step = np.arange(times.sum()) - np.repeat(np.cumsum(times) - times, times)
    return (
        np.repeat(rows.numbers, times),
        columns.numbers[order][first + step],
        np.repeat(rows.documents, times),
    )


def _count_works(holdings: Documents, places: Rows, documents: Rows, size: int) -> Rows:
    pairs = np.unique((places << 32) | holdings.work[documents])
    counts: Rows = np.bincount(pairs >> 32, minlength=size).astype(np.int64)
    return counts
