"""The contents of the catalogue as arrays to search: passages, documents, and their values.

Read once for each revision of the catalogue and shared by all requests; nothing in it changes.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from dataclasses import field as attribute

import numpy as np

from corpus.catalogue.catalogue import Catalogue
from corpus.documents.works import works_of_documents
from corpus.roles import APPARATUS, CONCLUDING
from index.documents.arrays import Documents, form_of, frozen, work_numbers
from index.documents.contents import read_contents
from index.documents.values import Mask, Rows, Values, rows_with_any
from index.engine import Scope
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
        """Return the row of each passage id, -1 where it has none."""
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
        """Return (n,) bool, read-only: which passages pass the filters about passages."""
        about = tuple(chosen for chosen in filters.chosen if chosen[0] in self.about)
        return self.masks.get(("about", about), lambda: self._find_about(about))

    def _find_about(self, about: Sequence[tuple[str, tuple[str, ...]]]) -> Mask:
        allowed = np.ones(len(self.passage_ids), dtype=bool)
        for field, wanted in about:
            allowed &= rows_with_any(self.about[field], wanted, len(allowed))
        return frozen(allowed)

    def passes(self, filters: Filters) -> Mask:
        """Return (n,) bool, read-only: which passages pass all filters, their documents' too."""
        return self.masks.get(("passages", filters), lambda: self._find_passing(filters))

    def _find_passing(self, filters: Filters) -> Mask:
        about = self.allowed_passages(filters)
        documents = self.allowed_documents(filters)
        return about if documents.all() else frozen(documents[self.owner] & about)

    def documents_of(self, passages: Mask) -> Mask:
        """Return (m,) bool: which documents have one of these passages, (n,) bool."""
        if passages.all():
            return self.have_passages
        documents = np.zeros(len(self.document_ids), dtype=bool)
        documents[self.owner[passages]] = True
        return documents


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


def allowed_in(holdings: Holdings, scope: Scope) -> Mask:
    """Return (n,) bool: the passages that a scope allows."""
    allowed = np.full(len(holdings.passage_ids), scope.having is None)
    if scope.having is not None:
        rows = holdings.rows_of(scope.having)
        allowed[rows[rows >= 0]] = True
    rows = holdings.rows_of(scope.without)
    allowed[rows[rows >= 0]] = False
    return allowed
