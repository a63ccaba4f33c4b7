"""Which of some scored passages are candidates: the rules of every engine, over a few passages.

An engine beyond this machine returns the best passages of each leg, not the scores of all; what is
decided about them here is what ``index.local.searching`` decides about all of them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np

from corpus.roles import APPARATUS, CONCLUDING
from index.documents.values import Mask, Rows
from index.engine import Found, Ids, Question, Scores
from index.model import KEYWORDS
from index.qdrant.documents import Places, SortedDocuments, SortedPlaces


@dataclass(frozen=True, slots=True)
class Pool:
    """Passages that the catalogue has now, with scores.

    Attributes:
        places: whose they are and what they are.
        legs: by name, (k,) float64, NaN where the leg has no score.
        shares: (k,) float64, which share of the question's words each has.
    """

    places: Places
    legs: Mapping[str, Scores]
    shares: Scores

    def found(self, chosen: Mask) -> Found:
        """Return the chosen ones, (k,) bool, as candidates."""
        return Found(
            ids=self.places.ids[chosen],
            owners=self.places.owners[chosen],
            legs={name: scores[chosen] for name, scores in self.legs.items()},
            shares=self.shares[chosen],
            concluding=self.places.roles(CONCLUDING)[chosen],
        )


def allowed_documents(documents: SortedDocuments, question: Question) -> Mask:
    """Return (m,) bool: the documents that a question may find."""
    allowed = documents.allowed_documents(question.filters)
    allowed[list(question.leave_out)] = False
    return allowed


def allowed_places(places: Places, allowed: Mask, question: Question) -> Mask:
    """Return (k,) bool: the passages that pass the filters and are in scope."""
    passing = allowed[places.owners] & places.passing(question.filters)
    return passing & in_scope(places.ids, question)


def in_scope(ids: Ids, question: Question) -> Mask:
    """Return (k,) bool: the passages with every phrase and no word to leave out."""
    within = ~np.isin(ids, question.scope.without)
    if question.scope.having is not None:
        within &= np.isin(ids, question.scope.having)
    return within


def evidence_of(places: Places) -> Mask:
    """Return (k,) bool: which are no references, contents, imprint or the like."""
    return ~places.roles(APPARATUS)


def has_evidence(
    documents: SortedDocuments,
    allowed: Mask,
    question: Question,
    locate: Callable[[list[int]], SortedPlaces],
) -> bool:
    """Return whether evidence passes the filters and is in scope.

    Args:
        documents: with the sorts of their passages.
        allowed: (m,) bool, the documents that the question may find.
        question: its filters about passages and its scope.
        locate: looks up passages by id.
    """
    scope = question.scope
    if scope.having is not None:
        places = locate(np.setdiff1d(scope.having, scope.without).tolist())
        return bool((allowed_places(places, allowed, question) & evidence_of(places)).any())
    sorts = documents.evidence_sorts() & documents.allowed_sorts(question.filters)
    left = documents.less(locate(scope.without.tolist()).count())
    return bool((documents.having(left, sorts) & allowed).any())


def choose_whole(
    pool: Pool,
    documents: SortedDocuments,
    question: Question,
    depth: int,
    locate: Callable[[list[int]], SortedPlaces],
) -> Found:
    """Return the candidates of a pool that has every passage with a score."""
    allowed = allowed_documents(documents, question)
    passing = allowed_places(pool.places, allowed, question)
    if not question.filters["roles"]:
        evidence = passing & evidence_of(pool.places)
        said = (
            passing & ~np.isnan(pool.legs[KEYWORDS]) if KEYWORDS in pool.legs else passing & False
        )
        only_there = said.any() and not (said & evidence).any()
        if not only_there and has_evidence(documents, allowed, question, locate):
            passing = evidence
    chosen = np.zeros(len(passing), dtype=bool)
    for scores in pool.legs.values():
        rows, _ = best_works(pool.places, scores, passing, documents.work, depth)
        chosen[rows] = True
    return pool.found(chosen)


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
    order = scored[np.lexsort((places.ids[scored], -scores[scored]))]
    _, first = np.unique(work[places.owners[order]], return_index=True)
    starts = np.sort(first)
    if len(starts) <= depth:
        return order, -np.inf
    return order[: starts[depth]], float(scores[order[starts[depth]]])
