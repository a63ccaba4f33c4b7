"""The documents of the catalogue as arrays: their records, tags and works, by row.

Read once for each revision of the catalogue and shared by all requests; nothing in it changes. What
is about passages is an engine's.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from bisect import bisect_left
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from dataclasses import field as attribute
from typing import Any, Final

import numpy as np

from corpus.model import Document
from index.documents.remembered import Remembered
from index.documents.values import Mask, Rows, Values, rows_with_any
from index.model import Filters

BEST_FORMS: Final = (
    "report", "journal-article", "guideline", "policy-brief", "toolkit", "dataset-instrument",
    "presentation", "blog", "web-page", "event",
)  # fmt: skip
"""Kinds from the fullest form of a work to the slightest; of two alike, the newer comes first."""
_MASKS: Final = 24
_TOTALS: Final = 256
"""How many masks (a byte a document or passage) and totals are remembered, of the last filters."""


@dataclass(frozen=True, slots=True)
class Documents(ABC):
    """The documents at one revision.

    Attributes:
        revision: the catalogue's revision.
        document_ids: the document id of each row, ascending.
        years: (m,) int64, 0 where unknown.
        work: (m,) int64, the same number for the documents of one work.
        form: (m,) int64, orders the forms of a work: the lower, the better.
        work_of: by document id, the work of each document that shares one with another.
        values: for each field of a document filter, and each value, the rows that have it.
        forms: (m,) int64, how many documents the work of each one has.
        have_passages: (m,) bool, which documents have passages.
        have_evidence: (m,) bool, which have passages that are evidence by their role.
        masks, totals: what was worked out for the last filters.
    """

    revision: int
    document_ids: tuple[str, ...]
    years: Rows
    work: Rows
    form: Rows
    work_of: Mapping[str, str]
    values: Mapping[str, Values]
    forms: Rows = attribute(init=False, repr=False)
    have_passages: Mask = attribute(init=False, repr=False)
    have_evidence: Mask = attribute(init=False, repr=False)
    masks: Remembered[Mask] = attribute(init=False, repr=False, compare=False)
    totals: Remembered[Any] = attribute(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Work out once what every search asks for."""
        object.__setattr__(self, "masks", Remembered(_MASKS))
        object.__setattr__(self, "totals", Remembered(_TOTALS))
        counts = np.bincount(self.work, minlength=len(self.work))
        have_passages, have_evidence = self._find_speaking()
        object.__setattr__(self, "forms", counts[self.work])
        object.__setattr__(self, "have_passages", have_passages)
        object.__setattr__(self, "have_evidence", have_evidence)

    @abstractmethod
    def _find_speaking(self) -> tuple[Mask, Mask]:
        """Return ``have_passages`` and ``have_evidence``."""

    @abstractmethod
    def documents_speaking(self, filters: Filters) -> Mask | None:
        """Return (m,) bool: which have a passage that passes the filters about passages.

        ``None`` if there is no such filter.
        """

    def document_rows(self, document_ids: Iterable[str]) -> Rows:
        """Return the rows of those documents that are in the catalogue, ascending, each once."""
        rows = sorted({row_in(self.document_ids, name) for name in document_ids} - {-1})
        return np.array(rows, dtype=np.int64)

    def allowed_documents(self, filters: Filters) -> Mask:
        """Return (m,) bool, read-only: which documents pass the filters."""
        return self.masks.get(("documents", filters), lambda: self._find_allowed(filters))

    def _find_allowed(self, filters: Filters) -> Mask:
        allowed = np.ones(len(self.document_ids), dtype=bool)
        for field, wanted in filters.chosen:
            if field in self.values:
                allowed &= rows_with_any(self.values[field], wanted, len(allowed))
        speaking = self.documents_speaking(filters)
        if speaking is not None:
            allowed &= speaking
        return frozen(allowed & self._within_years(filters))

    def works_of(self, documents: Mask) -> Mask:
        """Return (m,) bool by number of a work: the works of these documents, (m,) bool."""
        works = np.zeros(len(self.work), dtype=bool)
        works[self.work[documents]] = True
        return works

    def _within_years(self, filters: Filters) -> Mask:
        if filters.year_from is None and filters.year_to is None:
            return np.ones(len(self.years), dtype=bool)
        undated = self.years == 0
        within = (self.years >= (filters.year_from or 1)) & (
            self.years <= (filters.year_to or np.iinfo(np.int64).max)
        )
        passes: Mask = (within & ~undated) | (undated & filters.include_undated)
        return passes


def frozen(mask: Mask) -> Mask:
    """Return the array made read-only, because others may be given it too."""
    mask.flags.writeable = False
    return mask


def row_in(document_ids: Sequence[str], name: str) -> int:
    """Return the row of a document among ids in ascending order, -1 if it is not there."""
    row = bisect_left(document_ids, name)
    return row if row < len(document_ids) and document_ids[row] == name else -1


def work_numbers(document_ids: Sequence[str], work_of: Mapping[str, str]) -> Rows:
    """Number works by the row of one of their documents, as a work's first one may be gone."""
    numbers = np.arange(len(document_ids), dtype=np.int64)
    rows = sorted((row_in(document_ids, name), work) for name, work in work_of.items())
    first: dict[str, int] = {}
    for row, work in rows:
        if row >= 0:
            numbers[row] = first.setdefault(work, row)
    return numbers


def form_of(document: Document) -> int:
    """Return what orders the forms of a work: the lower, the better."""
    kinds = [*BEST_FORMS, document.kind]
    return kinds.index(document.kind) * 10_000 - (document.year or 0)
