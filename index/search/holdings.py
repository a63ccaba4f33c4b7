"""The contents of the catalogue as arrays to search: passages, documents, and their values.

Read once for each revision of the catalogue and shared by all requests; nothing in it changes.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from dataclasses import field as attribute
from typing import Final

import numpy as np

from corpus.catalogue.catalogue import Catalogue
from corpus.documents.works import works_of_documents
from corpus.model import Document
from corpus.roles import APPARATUS, CONCLUDING
from corpus.tags.passage_scores import passages_by_term
from corpus.tags.tags import all_tagged
from index.filters import DOCUMENT_FILTERS, PASSAGE_FILTERS
from index.model import Filters
from index.search.values import Mask, Rows, Values

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
        work_of: by document id, the work of each document that shares one with another.
        values: for each field of a document filter, and each value, the document rows that have it.
        about: for each field of a passage filter, and each term or role, the passage rows of it.
        evidence: (n,) bool, which passages are no references, contents, imprint or the like.
        concluding: (n,) bool, which passages are of a summary or of findings.
        have_passages: (m,) bool, which documents have passages.
        have_evidence: (m,) bool, which documents have passages that are evidence.
        forms: (m,) int64, how many documents the work of each one has.
    """

    revision: int
    passage_ids: Rows
    owner: Rows
    document_ids: tuple[str, ...]
    years: Rows
    work: Rows
    form: Rows
    work_of: Mapping[str, str]
    values: Mapping[str, Values]
    about: Mapping[str, Values]
    evidence: Mask = attribute(init=False, repr=False)
    concluding: Mask = attribute(init=False, repr=False)
    have_passages: Mask = attribute(init=False, repr=False)
    have_evidence: Mask = attribute(init=False, repr=False)
    forms: Rows = attribute(init=False, repr=False)

    def __post_init__(self) -> None:
        """Work out once what every search asks for."""
        roles, count = self.about["roles"], len(self.passage_ids)
        evidence = ~_with_any(roles, APPARATUS, count)
        have_passages, have_evidence = np.zeros((2, len(self.document_ids)), dtype=bool)
        have_passages[self.owner] = True
        have_evidence[self.owner[evidence]] = True
        counts = np.bincount(self.work, minlength=len(self.work))
        object.__setattr__(self, "evidence", evidence)
        object.__setattr__(self, "concluding", _with_any(roles, CONCLUDING, count))
        object.__setattr__(self, "have_passages", have_passages)
        object.__setattr__(self, "have_evidence", have_evidence)
        object.__setattr__(self, "forms", counts[self.work])

    def rows_of(self, passage_ids: Rows) -> Rows:
        """Return the row of each passage id, -1 where it has none, or none any more."""
        if not len(self.passage_ids):
            return np.full(len(passage_ids), -1, dtype=np.int64)
        rows = np.searchsorted(self.passage_ids, passage_ids)
        rows[rows == len(self.passage_ids)] = 0
        return np.where(self.passage_ids[rows] == passage_ids, rows, -1)

    def document_rows(self, document_ids: Iterable[str]) -> Rows:
        """Return the rows of those documents that are in the catalogue, ascending, each once."""
        rows = sorted({row_in(self.document_ids, name) for name in document_ids} - {-1})
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
            allowed &= self.documents_of(self.allowed_passages(filters))
        return allowed & self._within_years(filters)

    def allowed_passages(self, filters: Filters) -> Mask:
        """Return (n,) bool: which passages pass the filters that are about passages."""
        allowed = np.ones(len(self.passage_ids), dtype=bool)
        for field, wanted in filters.chosen:
            if field in self.about:
                allowed &= _with_any(self.about[field], wanted, len(allowed))
        return allowed

    def passes(self, filters: Filters) -> Mask:
        """Return (n,) bool: which passages pass all filters, their documents' as well."""
        return self.allowed_documents(filters)[self.owner] & self.allowed_passages(filters)

    def documents_of(self, passages: Mask) -> Mask:
        """Return (m,) bool: which documents have one of these passages, (n,) bool."""
        if passages.all():
            return self.have_passages
        documents = np.zeros(len(self.document_ids), dtype=bool)
        documents[self.owner[passages]] = True
        return documents

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


def _with_any(rows_of: Mapping[str, Rows], wanted: Iterable[str], size: int) -> Mask:
    mask = np.zeros(size, dtype=bool)
    for value in wanted:
        mask[rows_of.get(value, [])] = True
    return mask


@dataclass(frozen=True, slots=True)
class Contents:
    """What the catalogue has of all documents, or of some; without those that are not searched.

    Attributes:
        documents: ordered by id.
        tagged: (vocabulary, term, document id).
        passages: (passage id, document id, role), ordered by passage id.
        speaking: by field of a passage filter with a vocabulary, (term, passage id).
    """

    documents: tuple[Document, ...]
    tagged: Sequence[tuple[str, str, str]]
    passages: Sequence[tuple[int, str, str]]
    speaking: Mapping[str, Sequence[tuple[str, int]]]

    def value_pairs(self, row_of: Mapping[str, int]) -> dict[str, list[tuple[str, int]]]:
        """Return, by field of a document filter, each (value, document row)."""
        pairs: dict[str, list[tuple[str, int]]] = {f.field: [] for f in DOCUMENT_FILTERS}
        recorded = [f for f in DOCUMENT_FILTERS if f.record]
        for document in self.documents:
            for filter_ in recorded:
                for value in filter_.recorded_in(document):
                    pairs[filter_.field].append((value, row_of[document.id]))
        by_tags = {f.vocabulary: f.field for f in DOCUMENT_FILTERS if not f.record}
        for vocabulary, term, document_id in self.tagged:
            if vocabulary in by_tags and document_id in row_of:
                pairs[by_tags[vocabulary]].append((term, row_of[document_id]))
        return pairs

    def about_pairs(self, row_of: Mapping[int, int]) -> dict[str, list[tuple[str, int]]]:
        """Return, by field of a passage filter, each (term or role, passage row)."""
        pairs = {
            field: [(term, row_of[passage]) for term, passage in found if passage in row_of]
            for field, found in self.speaking.items()
        }
        return pairs | {"roles": [(role, row_of[passage]) for passage, _, role in self.passages]}


def read_contents(catalogue: Catalogue, document_ids: Collection[str] | None = None) -> Contents:
    """Read what the catalogue has of all documents, or of those with these ids."""
    read = (
        catalogue.all_documents()
        if document_ids is None
        else catalogue.documents(document_ids).values()
    )
    documents = tuple(document for document in read if document.withdrawn_at is None)
    searched = {document.id for document in documents}
    roles = catalogue.passage_roles(document_ids)
    passages = [row for row in roles if row[1] in searched]
    ids = None if document_ids is None else [row[0] for row in passages]
    return Contents(
        documents=documents,
        tagged=all_tagged(catalogue, document_ids),
        passages=passages,
        speaking={
            f.field: [
                (term, passage)
                for term, found in passages_by_term(catalogue, f.vocabulary, ids).items()
                for passage in found
            ]
            for f in PASSAGE_FILTERS
            if f.vocabulary
        },
    )


def read_holdings(catalogue: Catalogue) -> Holdings:
    """Lay out the catalogue as it is now."""
    revision = catalogue.revision()
    contents = read_contents(catalogue)
    documents = contents.documents
    ids = tuple(document.id for document in documents)
    row_of = {name: row for row, name in enumerate(ids)}
    passage_row = {passage: row for row, (passage, _, _) in enumerate(contents.passages)}
    work_of = works_of_documents(catalogue)
    return Holdings(
        revision=revision,
        passage_ids=np.fromiter(passage_row, np.int64, len(passage_row)),
        owner=np.array([row_of[name] for _, name, _ in contents.passages], dtype=np.int64),
        document_ids=ids,
        years=np.array([document.year or 0 for document in documents], dtype=np.int64),
        work=work_numbers(ids, work_of),
        form=np.array([form_of(document) for document in documents], dtype=np.int64),
        work_of=work_of,
        values={f: Values.of(pairs) for f, pairs in contents.value_pairs(row_of).items()},
        about={f: Values.of(pairs) for f, pairs in contents.about_pairs(passage_row).items()},
    )


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
