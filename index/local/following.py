"""Brings the holdings up to date by what changed, instead of reading the catalogue again.

The documents that changed are taken out and put back as they are now; the others are renumbered.
What comes out is what reading everything would give.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from corpus.catalogue.catalogue import Catalogue
from corpus.documents.changes import Changes
from corpus.documents.works import works_of_documents
from index.documents.arrays import form_of, row_in, work_numbers
from index.documents.values import Mask, Rows
from index.local.holdings import Contents, Holdings, read_contents

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


def follow_holdings(
    kept: Holdings, catalogue: Catalogue, changes: Changes, revision: int
) -> tuple[Holdings, Renumbering]:
    """Return the holdings after changes, and where the passage rows are now."""
    contents = read_contents(catalogue, changes.records)
    document_ids, documents = _renumber_documents(kept.document_ids, changes, contents)
    changed = np.zeros(len(kept.document_ids), dtype=bool)
    changed[kept.document_rows(changes.records)] = True
    touched = changed[kept.owner]
    passage_ids, passages = _renumber_passages(kept.passage_ids, touched, contents)
    row_of = {d.id: row_in(document_ids, d.id) for d in contents.documents}
    rows = np.searchsorted(passage_ids, np.array([p[0] for p in contents.passages], np.int64))
    passage_row = {p[0]: int(r) for p, r in zip(contents.passages, rows, strict=True)}
    years, form = documents.carry(kept.years), documents.carry(kept.form)
    for document in contents.documents:
        years[row_of[document.id]] = document.year or 0
        form[row_of[document.id]] = form_of(document)
    owner = passages.carry(documents.rows[kept.owner])
    owner[rows] = [row_of[name] for _, name, _ in contents.passages]
    work_of = works_of_documents(catalogue) if changes.works else kept.work_of
    values, about = contents.value_pairs(row_of), contents.about_pairs(passage_row)
    return Holdings(
        revision=revision,
        passage_ids=passage_ids,
        owner=owner,
        document_ids=document_ids,
        years=years,
        work=work_numbers(document_ids, work_of),
        form=form,
        work_of=work_of,
        values={
            field: of.renumbered(documents.rows, changed).with_pairs(values[field])
            for field, of in kept.values.items()
        },
        about={
            field: of.renumbered(passages.rows, touched).with_pairs(about[field])
            for field, of in kept.about.items()
        },
    ), passages


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


def _renumber_passages(before: Rows, touched: Mask, contents: Contents) -> tuple[Rows, Renumbering]:
    now = np.array([passage for passage, _, _ in contents.passages], dtype=np.int64)
    stays = ~touched
    stays[touched] = np.isin(before[touched], now)
    new = np.setdiff1d(now, before[touched])
    left = before if stays.all() else before[stays]
    places = np.searchsorted(left, new)
    return np.insert(left, places, new) if len(new) else left, Renumbering.of(stays, places)
