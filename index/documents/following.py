"""Brings the arrays of documents up to date by what changed: the others are renumbered."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from corpus.catalogue.catalogue import Catalogue
from corpus.documents.changes import Changes
from corpus.documents.works import works_of_documents
from index.documents.arrays import Documents, form_of, row_in, work_numbers
from index.documents.contents import Contents
from index.documents.values import Mask, Rows, Values

MOST_FOLLOWED: Final = 500
"""Changed documents; for more it is quicker to read everything again."""


@dataclass(frozen=True, slots=True)
class Renumbering:
    """Where rows are after some were removed and others added between them.

    Attributes:
        rows: (n,) int64, the new row of each old one, -1 if it is gone.
        added: (k,) int64, the rows that are new.
    """

    rows: Rows
    added: Rows

    @classmethod
    def of(cls, stays: Mask, places: Sequence[int] | Rows) -> Renumbering:
        """Return where rows go.

        Args:
            stays: (n,) bool, by old row.
            places: (k,) ascending, before which of the staying rows each new row comes.
        """
        at = np.asarray(places, dtype=np.int64)
        rank = np.cumsum(stays) - 1
        rows = np.where(stays, rank + np.searchsorted(at, rank, side="right"), -1)
        return cls(rows, at + np.arange(len(at)))

    def carry(self, values: npt.NDArray[np.int64], missing: int = 0) -> npt.NDArray[np.int64]:
        """Return the value of each row under its new number; ``missing`` for the rows added."""
        stays = self.rows >= 0
        carried = np.full(int(stays.sum()) + len(self.added), missing, dtype=values.dtype)
        carried[self.rows[stays]] = values[stays]
        return carried

    def move(self, rows: Rows) -> Rows:
        """Return where these rows are now; -1 for what is gone, or was -1 before."""
        return np.where(rows >= 0, self.rows[rows], -1) if len(self.rows) else rows


@dataclass(frozen=True, slots=True)
class FollowedDocuments:
    """The arrays of documents after changes.

    Attributes:
        document_ids, years, work, form, work_of, values: as in ``Documents``.
        moved: where the document rows are now.
        changed: (m,) bool, by old row, which documents changed or are gone.
        row_of: the new row of each document that was read.
    """

    document_ids: tuple[str, ...]
    years: Rows
    work: Rows
    form: Rows
    work_of: Mapping[str, str]
    values: Mapping[str, Values]
    moved: Renumbering
    changed: Mask
    row_of: Mapping[str, int]


def follow_documents(
    kept: Documents, catalogue: Catalogue, changes: Changes, contents: Contents
) -> FollowedDocuments:
    """Return the documents after changes.

    Args:
        kept: the documents before.
        catalogue: has the works.
        changes: which documents changed.
        contents: what the catalogue has of those now.
    """
    document_ids, moved = _renumber_documents(kept.document_ids, changes, contents)
    changed = np.zeros(len(kept.document_ids), dtype=bool)
    changed[kept.document_rows(changes.records)] = True
    row_of = {d.id: row_in(document_ids, d.id) for d in contents.documents}
    years, form = moved.carry(kept.years), moved.carry(kept.form)
    for document in contents.documents:
        years[row_of[document.id]] = document.year or 0
        form[row_of[document.id]] = form_of(document)
    work_of = works_of_documents(catalogue) if changes.works else kept.work_of
    values = contents.value_pairs(row_of)
    return FollowedDocuments(
        document_ids=document_ids,
        years=years,
        work=work_numbers(document_ids, work_of),
        form=form,
        work_of=work_of,
        values={
            field: of.renumbered(moved.rows, changed).with_pairs(values[field])
            for field, of in kept.values.items()
        },
        moved=moved,
        changed=changed,
        row_of=row_of,
    )


def _renumber_documents(
    before: tuple[str, ...], changes: Changes, contents: Contents
) -> tuple[tuple[str, ...], Renumbering]:
    now = {document.id for document in contents.documents}
    gone = [row for name in changes.records - now if (row := row_in(before, name)) >= 0]
    new = sorted(name for name in now if row_in(before, name) < 0)
    stays = np.ones(len(before), dtype=bool)
    stays[gone] = False
    if not gone and not new:
        return before, Renumbering.of(stays, [])
    left = list(before)
    for row in sorted(gone, reverse=True):
        del left[row]
    places = [bisect_left(left, name) for name in new]
    for place, name in zip(reversed(places), reversed(new), strict=True):
        left.insert(place, name)
    return tuple(left), Renumbering.of(stays, places)
