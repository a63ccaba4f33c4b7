"""Which documents a question can find at all, from counts by document instead of all passages."""

from __future__ import annotations

import numpy as np

from index.documents.candidates import Candidates
from index.documents.values import Rows
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
    have_said, said_evidence = (documents.having(said, of) for of in (sorts, evidence))
    scored, scored_evidence = have_said, said_evidence
    if bare is not None:
        known = count_in_scope(documents, question.scope, bare)
        scored = scored | documents.having(known, sorts)
        scored_evidence = scored_evidence | documents.having(known, evidence)
    return Candidates(
        scored=scored,
        said=have_said,
        evidence=documents.having(documents.count, evidence),
        scored_evidence=scored_evidence,
        said_evidence=said_evidence,
        any_role=bool(question.filters["roles"]),
        most=most,
    )
