"""The contents of the catalogue as arrays to search: passages, documents, and their values.

Read once for each revision of the catalogue and shared by all requests; nothing in it changes.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from dataclasses import field as attribute

import numpy as np

from corpus.catalogue.catalogue import Catalogue
from corpus.documents.works import works_of_documents
from corpus.model import Document
from corpus.roles import APPARATUS, CONCLUDING
from corpus.tags.passage_scores import passages_by_term
from corpus.tags.tags import all_tagged
from index.documents.arrays import Documents, form_of, work_numbers
from index.documents.values import Mask, Rows, Values, rows_with_any
from index.filters import DOCUMENT_FILTERS, PASSAGE_FILTERS
from index.model import Filters


@dataclass(frozen=True, slots=True)
class Holdings(Documents):
    """The catalogue at one revision.

    Attributes:
        passage_ids: (n,) int64, ascending; a passage's row is its position here.
        owner: (n,) int64, for each passage the row of its document.
        about: for each field of a passage filter, and each term or role, the passage rows of it.
        evidence: (n,) bool, which passages are no references, contents, imprint or the like.
        concluding: (n,) bool, which passages are of a summary or of findings.
    """

    passage_ids: Rows
    owner: Rows
    about: Mapping[str, Values]
    evidence: Mask = attribute(init=False, repr=False)
    concluding: Mask = attribute(init=False, repr=False)

    def _find_speaking(self) -> tuple[Mask, Mask]:
        roles, count = self.about["roles"], len(self.passage_ids)
        evidence = ~rows_with_any(roles, APPARATUS, count)
        object.__setattr__(self, "evidence", evidence)
        object.__setattr__(self, "concluding", rows_with_any(roles, CONCLUDING, count))
        have_passages, have_evidence = np.zeros((2, len(self.document_ids)), dtype=bool)
        have_passages[self.owner] = True
        have_evidence[self.owner[evidence]] = True
        return have_passages, have_evidence

    def rows_of(self, passage_ids: Rows) -> Rows:
        """Return the row of each passage id, -1 where it has none, or none any more."""
        if not len(self.passage_ids):
            return np.full(len(passage_ids), -1, dtype=np.int64)
        rows = np.searchsorted(self.passage_ids, passage_ids)
        rows[rows == len(self.passage_ids)] = 0
        return np.where(self.passage_ids[rows] == passage_ids, rows, -1)

    def documents_speaking(self, filters: Filters) -> Mask | None:
        """Return (m,) bool: which have a passage that passes the filters about passages."""
        if not any(field in self.about for field, _ in filters.chosen):
            return None
        return self.documents_of(self.allowed_passages(filters))

    def allowed_passages(self, filters: Filters) -> Mask:
        """Return (n,) bool: which passages pass the filters that are about passages."""
        allowed = np.ones(len(self.passage_ids), dtype=bool)
        for field, wanted in filters.chosen:
            if field in self.about:
                allowed &= rows_with_any(self.about[field], wanted, len(allowed))
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
