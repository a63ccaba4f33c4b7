"""Which documents a question can find at all, from counts by document instead of all passages."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from index.documents.candidates import Candidates
from index.documents.values import Mask, Rows
from index.engine import Ids, Question
from index.qdrant.choosing import evidence_of
from index.qdrant.documents import Places, Sort, SortedDocuments, SortedPlaces


@dataclass(frozen=True, slots=True)
class Bare:
    """The passages that have no vector yet.

    Attributes:
        ids: (k,) int64, ascending.
        counts: how many there are by document row and sort.
    """

    ids: Ids
    counts: Counter[tuple[int, Sort]]


def count_candidates(
    documents: SortedDocuments,
    question: Question,
    said: Places,
    bare: Bare | None,
    locate: Callable[[list[int]], SortedPlaces],
    most: int,
) -> Candidates:
    """Return the candidates of totals and facets.

    Args:
        documents: with the sorts of their passages.
        question: its filters about passages and its scope count.
        said: the passages in scope with a word of it.
        bare: the passages without a vector; ``None`` if no vector is compared.
        locate: looks up passages by id.
        most: how many works are shown at most.
    """
    sorts = documents.allowed_sorts(question.filters)
    evidence_sorts = documents.evidence_sorts() & sorts
    passing = said.passing(question.filters)
    said_mask = _owned(documents, said.owners[passing])
    said_evidence = _owned(documents, said.owners[passing & evidence_of(said)])
    scored, scored_evidence = said_mask.copy(), said_evidence.copy()
    if bare is not None:
        known = _known(documents, question, bare, locate)
        scored |= documents.having(known, sorts)
        scored_evidence |= documents.having(known, evidence_sorts)
    return Candidates(
        scored=scored,
        said=said_mask,
        evidence=documents.having(documents.count, evidence_sorts),
        scored_evidence=scored_evidence,
        said_evidence=said_evidence,
        any_role=bool(question.filters["roles"]),
        most=most,
    )


def _known(
    documents: SortedDocuments,
    question: Question,
    bare: Bare,
    locate: Callable[[list[int]], SortedPlaces],
) -> Rows:
    """Return (k,) int64: how many passages of each pair have a vector and are in scope."""
    scope = question.scope
    if scope.having is not None:
        ids = np.setdiff1d(np.setdiff1d(scope.having, scope.without), bare.ids)
        inside = locate(ids.tolist()).count()
        return documents.count - documents.less(inside)
    if not len(scope.without):
        return documents.less(bare.counts)
    without = locate(np.setdiff1d(scope.without, bare.ids).tolist())
    return documents.less(bare.counts + without.count())


def _owned(documents: SortedDocuments, owners: Rows) -> Mask:
    mask = np.zeros(len(documents.document_ids), dtype=bool)
    mask[owners] = True
    return mask
