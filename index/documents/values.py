"""Which rows have which value of a field: one sorted array, quick to read, to count and to change.

An entry is the number of the value, times 2**32, plus the row.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

import numpy as np
import numpy.typing as npt

Rows = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]
Flags = npt.NDArray[np.uint8]

_SHIFT: Final = 32
_ROW: Final = (1 << _SHIFT) - 1


class Values(Mapping[str, Rows]):
    """The rows of each value, ascending; values that no row has are not in it.

    ``entries``, (e,) int64, are sorted.
    """

    __slots__ = ("_number", "_numbers", "_rows", "_starts", "entries", "names")

    def __init__(self, names: tuple[str, ...], entries: Rows) -> None:
        self.names = names
        self.entries = entries
        self._number = {name: number for number, name in enumerate(names)}
        bounds = np.arange(len(names) + 1, dtype=np.int64) << _SHIFT
        self._starts = np.searchsorted(entries, bounds)
        self._numbers: Rows | None = None
        self._rows: Rows | None = None

    @classmethod
    def of(cls, pairs: Iterable[tuple[str, int]]) -> Values:
        """Return the values of (value, row) pairs in any order; a pair may come twice."""
        return cls((), np.empty(0, np.int64)).with_pairs(pairs)

    def __getitem__(self, value: str) -> Rows:
        """Return the rows that have a value."""
        number = self._number[value]
        rows: Rows = self.entries[self._starts[number] : self._starts[number + 1]] & _ROW
        if not len(rows):
            raise KeyError(value)
        return rows

    def __iter__(self) -> Iterator[str]:
        """Yield the values that a row has."""
        sizes = np.diff(self._starts)
        return (name for name, size in zip(self.names, sizes, strict=True) if size)

    def __len__(self) -> int:
        """Return how many values there are."""
        return int((np.diff(self._starts) > 0).sum())

    @property
    def numbers(self) -> Rows:
        """(e,) int64: the number in ``names`` of each entry's value."""
        if self._numbers is None:  # every search counts by them
            self._numbers = self.entries >> _SHIFT
        return self._numbers

    @property
    def rows(self) -> Rows:
        """(e,) int64: the row of each entry."""
        if self._rows is None:
            self._rows = self.entries & _ROW
        return self._rows

    def sums(self, counted: Rows) -> Rows:
        """Return (v,) int64, for each of ``names`` the sum over its rows of a number by row."""
        return self._reduced(np.add, counted)

    def any_of(self, flags: Flags) -> Flags:
        """Return (v,) uint8, for each of ``names`` the flags that any of its rows has."""
        return self._reduced(np.bitwise_or, flags)

    def _reduced(self, ufunc: np.ufunc, by_row: npt.NDArray[Any]) -> npt.NDArray[Any]:
        there = np.flatnonzero(np.diff(self._starts))  # the others would take from the next one
        reduced = np.zeros(len(self.names), dtype=by_row.dtype)
        if len(there):
            reduced[there] = ufunc.reduceat(by_row[self.rows], self._starts[there])
        return reduced

    def with_pairs(self, pairs: Iterable[tuple[str, int]]) -> Values:
        """Return the values with these (value, row) pairs, too."""
        new = list(pairs)
        names = tuple(dict.fromkeys((*self.names, *(name for name, _ in new))))
        number = {name: place for place, name in enumerate(names)}
        entries = np.fromiter((number[n] << _SHIFT | row for n, row in new), np.int64, len(new))
        entries = np.unique(entries)
        if len(self.entries):
            entries = np.insert(self.entries, np.searchsorted(self.entries, entries), entries)
        return Values(names, entries)

    def renumbered(self, rows: Rows, dropped: Mask) -> Values:
        """Return the values under new row numbers, without those of the dropped rows.

        Args:
            rows: (n,) int64, the new number of each row; they must keep their order.
            dropped: (n,) bool.
        """
        own = self.rows
        stays = ~dropped[own]
        return Values(self.names, (self.numbers[stays] << _SHIFT) | rows[own[stays]])


def rows_with_any(rows_of: Mapping[str, Rows], wanted: Iterable[str], size: int) -> Mask:
    """Return (size,) bool: which rows have any of the wanted values."""
    mask = np.zeros(size, dtype=bool)
    for value in wanted:
        mask[rows_of.get(value, [])] = True
    return mask
