"""Which of some scored passages are candidates: the rules of every engine, over a few passages.

An engine beyond this machine returns the best passages of each leg, not the scores of all; what is
decided about them here is what ``index.local.searching`` decides about all of them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from corpus.roles import APPARATUS, CONCLUDING
from index.documents.values import Mask, Rows
from index.engine import Found, Question, Scope, Scores
from index.qdrant.documents import Places, SortedDocuments


@dataclass(frozen=True, slots=True)
class Allowed:
    """What a question may find.

    Attributes:
        documents: (m,) bool.
        evidence: whether only passages that are evidence by their role.
    """

    documents: Mask
    evidence: bool

    def among(self, places: Places, question: Question) -> Mask:
        """Return (k,) bool: the passages that it may find."""
        passing = self.documents[places.owners] & places.passing(question.filters)
        if not question.scope.is_everything:
            passing &= in_scope(places, question.scope)
        return passing & evidence_of(places) if self.evidence else passing


def allowed_by(documents: SortedDocuments, question: Question, said: Rows) -> Allowed:
    """Return what a question may find.

    Passages that are no evidence are left out, unless a filter asks for roles, nothing else has
    the words, or there is nothing else.

    Args:
        documents: with the sorts of their passages.
        question: its filters and its scope.
        said: (k,) int64, how many passages of each pair are in scope and have a word of it.
    """
    allowed = documents.allowed_documents(question.filters).copy()
    allowed[list(question.leave_out)] = False
    if question.filters["roles"]:
        return Allowed(allowed, evidence=False)
    passing = allowed[documents.owner]
    if not (every := documents.allowed_sorts(question.filters)).all():
        passing &= every[documents.sort]
    evidence = passing & documents.are_evidence
    words = said > 0
    if (words & passing).any() and not (words & evidence).any():
        return Allowed(allowed, evidence=False)
    there = documents.count
    if not question.scope.is_everything:
        there = count_in_scope(documents, question.scope)
    return Allowed(allowed, evidence=bool((evidence & (there > 0)).any()))


def count_in_scope(documents: SortedDocuments, scope: Scope, leave_out: Rows | None = None) -> Rows:
    """Return (k,) int64: how many passages of each pair a scope allows, without some rows."""
    gone = documents.rows_of(scope.without)
    gone = gone[gone >= 0]
    if leave_out is not None and len(leave_out):
        gone = np.union1d(gone, leave_out)
    if scope.having is None:
        return documents.count - documents.counted(gone) if len(gone) else documents.count
    having = documents.rows_of(scope.having)
    return documents.counted(np.setdiff1d(having[having >= 0], gone))


def in_scope(places: Places, scope: Scope) -> Mask:
    """Return (k,) bool: the passages with every phrase and no word to leave out."""
    within = ~np.isin(places.ids, scope.without)
    if scope.having is not None:
        within &= np.isin(places.ids, scope.having)
    return within


def found_in(places: Places, legs: Mapping[str, Scores], shares: Scores, complete: Mask) -> Found:
    """Return passages as candidates.

    Args:
        places: whose they are and what they are.
        legs: by name, (k,) float64, NaN where the leg has no score.
        shares: (k,) float64, which share of the question's words each has.
        complete: (k,) bool, which have all of them, or what stands for them.
    """
    return Found(places.ids, places.owners, legs, shares, complete, places.roles(CONCLUDING))


def evidence_of(places: Places) -> Mask:
    """Return (k,) bool: which are no references, contents, imprint or the like."""
    return ~places.roles(APPARATUS)


def best_works(
    places: Places, scores: Scores, passing: Mask, work: Rows, depth: int
) -> tuple[Rows, float]:
    """Return a leg's best passages, as many as are of its first works, and the next one's score.

    Args:
        places: the passages.
        scores: (k,) float64, NaN for none.
        passing: (k,) bool, which may be candidates.
        work: (m,) int64, the work of each document.
        depth: how many works.

    Returns:
        Places in ``places``, best first, of equal scores the lower id first; and the score of the
        first passage of a further work, minus infinity if there is none.
    """
    scored = np.flatnonzero(~np.isnan(scores) & passing)
    order = scored[np.lexsort((scored, -scores[scored]))]
    _, first = np.unique(work[places.owners[order]], return_index=True)
    starts = np.sort(first)
    if len(starts) <= depth:
        return order, -np.inf
    return order[: starts[depth]], float(scores[order[starts[depth]]])
