"""Which documents a question can find at all, from counts by document instead of all passages."""

from __future__ import annotations

import numpy as np

from index.documents.candidates import Candidates
from index.documents.values import Mask, Rows
from index.engine import Question
from index.qdrant.choosing import count_in_scope
from index.qdrant.documents import SortedDocuments


def count_said(documents: SortedDocuments, question: Question, rows: Rows) -> Rows:
    """Return (k,) int64: how many passages of each pair are in scope and have a word.

    Args:
        documents: with the passages.
        question: its scope counts.
        rows: (p,) int64, ascending, the passages with a word of it.
    """
    if not question.scope.is_everything:
        without = documents.rows_of(question.scope.without)
        rows = rows[~np.isin(rows, without)]
        if question.scope.having is not None:
            rows = rows[np.isin(rows, documents.rows_of(question.scope.having))]
    return documents.counted(rows)


def count_candidates(
    documents: SortedDocuments, question: Question, said: Rows, bare: Rows | None, most: int
) -> Candidates:
    """Return the candidates of totals and facets.

    Args:
        documents: with the sorts of their passages.
        question: its filters about passages and its scope count.
        said: (k,) int64, as ``count_said`` gives it.
        bare: the rows of the passages without a vector; ``None`` if no vector is compared.
        most: how many works are shown at most.
    """
    sorts = documents.allowed_sorts(question.filters)
    evidence = documents.evidence_sorts() & sorts
    said_any, said_evidence = _having(documents, said, sorts, evidence)
    scored, scored_evidence = said_any, said_evidence
    if bare is not None:
        known = count_in_scope(documents, question.scope, bare)
        known_any, known_evidence = _having(documents, known, sorts, evidence)
        scored, scored_evidence = scored | known_any, scored_evidence | known_evidence
    return Candidates(
        scored=scored,
        said=said_any,
        evidence=_having(documents, documents.count, sorts, evidence)[1],
        scored_evidence=scored_evidence,
        said_evidence=said_evidence,
        any_role=bool(question.filters["roles"]),
        most=most,
    )


def _having(
    documents: SortedDocuments, count: Rows, sorts: Mask, evidence: Mask
) -> tuple[Mask, Mask]:
    """Return (m,) bool: the documents with a passage of some sorts, and of those of evidence."""
    if count is documents.count and sorts.all():
        return documents.have_passages, documents.have_evidence
    return documents.having(count, sorts), documents.having(count, evidence)
