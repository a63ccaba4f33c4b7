"""The contents of the catalogue as arrays to search: passages, documents, and their values.

Read once for each revision of the catalogue and shared by all requests; nothing in it changes.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from corpus.catalogue.catalogue import Catalogue
from corpus.documents.works import works_of_documents
from corpus.model import Document
from corpus.roles import APPARATUS
from corpus.tags.passage_scores import passages_by_term
from corpus.tags.tags import all_tagged
from index.filters import DOCUMENT_FILTERS, PASSAGE_FILTERS
from index.model import Filters

Rows = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]

BEST_FORMS: Final = (
    "report", "journal-article", "guideline", "policy-brief", "toolkit", "dataset-instrument",
    "presentation", "blog", "web-page", "event",
)  # fmt: skip
"""Kinds from the fullest form of a work to the slightest; of two alike, the newer comes first."""


@dataclass(frozen=True, slots=True)
class Holdings:
    """The catalogue at one revision.

    Attributes:
        revision: the catalogue's revision.
        passage_ids: (n,) int64, ascending; a passage's row is its position here.
        owner: (n,) int64, for each passage the row of its document.
        document_ids: the document id of each document row.
        years: (m,) int64, 0 where unknown.
        work: (m,) int64, the same number for the documents of one work.
        form: (m,) int64, orders the forms of a work: the lower, the better.
        values: for each field of a document filter, and each value, the document rows that have it.
        about: for each field of a passage filter, and each term or role, the passage rows of it.
    """

    revision: int
    passage_ids: Rows
    owner: Rows
    document_ids: tuple[str, ...]
    years: Rows
    work: Rows
    form: Rows
    values: dict[str, dict[str, Rows]]
    about: dict[str, dict[str, Rows]]

    def rows_of(self, passage_ids: Rows) -> Rows:
        """Return the row of each passage id, -1 where it has none, or none any more."""
        if not len(self.passage_ids):
            return np.full(len(passage_ids), -1, dtype=np.int64)
        rows = np.searchsorted(self.passage_ids, passage_ids)
        rows[rows == len(self.passage_ids)] = 0
        return np.where(self.passage_ids[rows] == passage_ids, rows, -1)

    def document_rows(self, document_ids: Sequence[str]) -> Rows:
        """Return the rows of those documents that are in the catalogue, ascending, each once."""
        wanted = set(document_ids)
        rows = [row for row, name in enumerate(self.document_ids) if name in wanted]
        return np.array(rows, dtype=np.int64)

    def allowed_documents(self, filters: Filters) -> Mask:
        """Return (m,) bool: which documents pass the filters."""
        allowed = np.ones(len(self.document_ids), dtype=bool)
        about_passages = False
        for field, wanted in filters.chosen:
            if field in self.values:
                allowed &= _with_any(self.values[field], wanted, len(allowed))
            about_passages |= field in self.about
        if about_passages:
            speaking = np.zeros(len(allowed), dtype=bool)
            speaking[self.owner[self.allowed_passages(filters)]] = True
            allowed &= speaking
        return allowed & self._within_years(filters)

    def allowed_passages(self, filters: Filters) -> Mask:
        """Return (n,) bool: which passages pass the filters that are about passages."""
        allowed = np.ones(len(self.passage_ids), dtype=bool)
        for field, wanted in filters.chosen:
            if field in self.about:
                allowed &= _with_any(self.about[field], wanted, len(allowed))
        return allowed

    def evidence(self) -> Mask:
        """Return (n,) bool: which passages are no references, contents, imprint or the like."""
        return ~_with_any(self.about["roles"], APPARATUS, len(self.passage_ids))

    def _within_years(self, filters: Filters) -> Mask:
        if filters.year_from is None and filters.year_to is None:
            return np.ones(len(self.years), dtype=bool)
        undated = self.years == 0
        within = (self.years >= (filters.year_from or 1)) & (
            self.years <= (filters.year_to or np.iinfo(np.int64).max)
        )
        passes: Mask = (within & ~undated) | (undated & filters.include_undated)
        return passes


def _with_any(rows_of: Mapping[str, Rows], wanted: Iterable[str], size: int) -> Mask:
    mask = np.zeros(size, dtype=bool)
    for value in wanted:
        mask[rows_of.get(value, [])] = True
    return mask


def read_holdings(catalogue: Catalogue) -> Holdings:
    """Lay out the catalogue as it is now."""
    revision = catalogue.revision()
    documents = [d for d in catalogue.all_documents() if d.withdrawn_at is None]
    row_of = {document.id: row for row, document in enumerate(documents)}
    values: dict[str, dict[str, list[int]]] = {f.field: defaultdict(list) for f in DOCUMENT_FILTERS}
    for row, document in enumerate(documents):
        for filter_ in DOCUMENT_FILTERS:
            for value in filter_.recorded_in(document):
                values[filter_.field][value].append(row)
    by_tags = {f.vocabulary: f.field for f in DOCUMENT_FILTERS if not f.record}
    for vocabulary, term, document_id in all_tagged(catalogue):
        if vocabulary in by_tags and document_id in row_of:
            values[by_tags[vocabulary]][term].append(row_of[document_id])
    owners = [pair for pair in catalogue.passage_owners() if pair[1] in row_of]
    passage_ids = np.array([pair[0] for pair in owners], dtype=np.int64)
    return Holdings(
        revision=revision,
        passage_ids=passage_ids,
        owner=np.array([row_of[pair[1]] for pair in owners], dtype=np.int64),
        document_ids=tuple(document.id for document in documents),
        years=np.array([document.year or 0 for document in documents], dtype=np.int64),
        work=_work_numbers(documents, works_of_documents(catalogue), row_of),
        form=np.array([_form(document) for document in documents], dtype=np.int64),
        values={
            field: {value: np.array(rows, dtype=np.int64) for value, rows in by_value.items()}
            for field, by_value in values.items()
        },
        about={
            f.field: _speaking(
                passage_ids,
                passages_by_term(catalogue, f.vocabulary)
                if f.vocabulary
                else catalogue.passages_by_role(),
            )
            for f in PASSAGE_FILTERS
        },
    )


def _speaking(passage_ids: Rows, ids_by_term: Mapping[str, Sequence[int]]) -> dict[str, Rows]:
    return {
        term: np.flatnonzero(np.isin(passage_ids, np.array(ids, dtype=np.int64)))
        for term, ids in ids_by_term.items()
    }


def _work_numbers(
    documents: Sequence[Document], work_of: Mapping[str, str], row_of: Mapping[str, int]
) -> Rows:
    """Number works by the row of one of their documents, as a work's first one may be gone."""
    numbers: dict[str, int] = {}
    for document in documents:
        numbers.setdefault(work_of.get(document.id, document.id), row_of[document.id])
    return np.array(
        [numbers[work_of.get(document.id, document.id)] for document in documents], dtype=np.int64
    )


def _form(document: Document) -> int:
    kinds = [*BEST_FORMS, document.kind]
    return kinds.index(document.kind) * 10_000 - (document.year or 0)
