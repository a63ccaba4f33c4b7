"""Brings the holdings up to date by what changed, instead of reading the catalogue again.

The documents that changed are taken out and put back as they are now; the others are renumbered.
What comes out is what reading everything would give.
"""

from __future__ import annotations

import numpy as np

from corpus.catalogue.catalogue import Catalogue
from corpus.documents.changes import Changes
from index.documents.contents import Contents, read_contents
from index.documents.following import Renumbering, follow_documents
from index.documents.values import Mask, Rows
from index.local.holdings import Holdings


def follow_holdings(
    kept: Holdings, catalogue: Catalogue, changes: Changes, revision: int
) -> tuple[Holdings, Renumbering]:
    """Return the holdings after changes, and where the passage rows are now."""
    contents = read_contents(catalogue, changes.records)
    documents = follow_documents(kept, catalogue, changes, contents)
    touched = documents.changed[kept.owner]
    passage_ids, passages = _renumber_passages(kept.passage_ids, touched, contents)
    rows = np.searchsorted(passage_ids, np.array([p[0] for p in contents.passages], np.int64))
    passage_row = {p[0]: int(r) for p, r in zip(contents.passages, rows, strict=True)}
    owner = passages.carry(documents.moved.rows[kept.owner])
    owner[rows] = [documents.row_of[name] for _, name, _ in contents.passages]
    about = contents.about_pairs(passage_row)
    return Holdings(
        revision=revision,
        passage_ids=passage_ids,
        owner=owner,
        document_ids=documents.document_ids,
        years=documents.years,
        work=documents.work,
        form=documents.form,
        work_of=documents.work_of,
        values=documents.values,
        about={
            field: of.renumbered(passages.rows, touched).with_pairs(about[field])
            for field, of in kept.about.items()
        },
    ), passages


def _renumber_passages(before: Rows, touched: Mask, contents: Contents) -> tuple[Rows, Renumbering]:
    now = np.array([passage for passage, _, _ in contents.passages], dtype=np.int64)
    stays = ~touched
    stays[touched] = np.isin(before[touched], now)
    new = np.setdiff1d(now, before[touched])
    left = before if stays.all() else before[stays]
    places = np.searchsorted(left, new)
    return np.insert(left, places, new) if len(new) else left, Renumbering.of(stays, places)
