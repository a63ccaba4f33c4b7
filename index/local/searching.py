"""One question on one machine: a score for every passage from each leg, and the best of them."""

from __future__ import annotations

import os
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from corpus.catalogue.catalogue import Catalogue
from corpus.errors import KeywordIndexDamaged
from index.clock import Clock
from index.documents.candidates import Candidates
from index.documents.values import Mask, Rows
from index.engine import ADDED_COUNTS, DEPTH, Found, Question, Scope, Scores, Vector
from index.local.holdings import Holdings
from index.model import KEYWORDS, MAX_RESULTS

if TYPE_CHECKING:
    from index.local.snapshot import Snapshot

PASSAGES_PER_STEP: Final = 4 * DEPTH
"""How many of the best passages are read first; more if they are of fewer than DEPTH works."""

Legs = Mapping[str, Scores]
"""The scores of each leg that ran, by its name: (n,) float64 by passage row, NaN where the leg has
no score for the passage, or where none is needed because of a filter."""

_SEVERAL: Final = (os.cpu_count() or 1) > 1
_BESIDE: Final = ThreadPoolExecutor(1, thread_name_prefix="second leg")
"""Compares the second vectors while the calling thread compares the first."""


@dataclass(frozen=True, slots=True)
class LocalAnswers:
    """What the legs say of one question.

    Attributes:
        snapshot: what was asked.
        catalogue: has the words.
        question: what was asked for.
        scores: those of each leg. With narrow filters there may be none of the passages that do
            not pass.
        known: (n,) bool: which passages have a score from a leg, whatever the filters.
        coverage: the largest share of the terms that any one passage has.
    """

    snapshot: Snapshot
    catalogue: Catalogue
    question: Question
    scores: Legs
    known: Mask
    coverage: float

    @property
    def legs(self) -> tuple[str, ...]:
        """The legs that ran."""
        return tuple(self.scores)

    def candidates(self, depth: int = DEPTH) -> Found:
        """Return the best passages of each leg, as ``Answers.candidates`` says."""
        holdings = self.snapshot.holdings
        rows = find_candidates(holdings, self.scores, self.question, depth)
        return Found(
            ids=holdings.passage_ids[rows],
            owners=holdings.owner[rows],
            legs={name: scores[rows] for name, scores in self.scores.items()},
            shares=self._shares(rows),
            concluding=holdings.concluding[rows],
        )

    def counts(self) -> Candidates:
        """Return what the legs and the filters about passages make candidates."""
        return count_candidates(self.snapshot.holdings, self.scores, self.question, self.known)

    def _shares(self, rows: Rows) -> Scores:
        if KEYWORDS not in self.scores or not self.question.terms:
            return np.zeros(len(rows))
        return self.snapshot.words.shares(self.catalogue, self.question.terms, rows)


def ask(snapshot: Snapshot, catalogue: Catalogue, question: Question, clock: Clock) -> LocalAnswers:
    """Score every passage by each leg, as ``View.ask`` says."""
    among = snapshot.holdings.passes(question.filters)
    allowed = None
    if not question.scope.is_everything:
        allowed = allowed_in(snapshot.holdings, question.scope)
        among &= allowed
    meaning = _score_meaning(snapshot, question.vectors, among, clock)
    words, coverage = _score_words(snapshot, catalogue, question, clock, alone=not meaning)
    known = np.zeros(len(among), dtype=bool)
    for leg in meaning:
        known |= snapshot.has_vector(leg)
    for scores in words.values():
        known |= ~np.isnan(scores)
    legs = words | meaning
    if allowed is not None:
        known &= allowed
        legs = {name: np.where(allowed, scores, np.nan) for name, scores in legs.items()}
    return LocalAnswers(snapshot, catalogue, question, legs, known, coverage)


def allowed_in(holdings: Holdings, scope: Scope) -> Mask:
    """Return (n,) bool: the passages that a scope allows."""
    allowed = np.full(len(holdings.passage_ids), scope.having is None)
    if scope.having is not None:
        rows = holdings.rows_of(scope.having)
        allowed[rows[rows >= 0]] = True
    rows = holdings.rows_of(scope.without)
    allowed[rows[rows >= 0]] = False
    return allowed


def _score_meaning(
    snapshot: Snapshot, vectors: Mapping[str, Vector], among: Mask, clock: Clock
) -> dict[str, Scores]:
    """Return the cosines of each leg; the second's are worked out beside the first's."""
    if not vectors:
        return {}
    with clock.time("vectors"):
        (first, asked), *others = vectors.items()
        later = [
            _BESIDE.submit(snapshot.cosines, vector, leg=leg, among=among) if _SEVERAL else None
            for leg, vector in others
        ]
        legs = {first: snapshot.cosines(asked, leg=first, among=among)}
        for (leg, vector), beside in zip(others, later, strict=True):
            if beside and not beside.cancel():  # it has begun
                legs[leg] = beside.result()
            else:
                legs[leg] = snapshot.cosines(vector, leg=leg, among=among)
    return legs


def _score_words(
    snapshot: Snapshot, catalogue: Catalogue, question: Question, clock: Clock, *, alone: bool
) -> tuple[dict[str, Scores], float]:
    """Return BM25 and the coverage; nothing if the words are damaged and others can answer."""
    if not question.terms:
        return {}, 0.0
    with clock.time("keywords"):
        try:
            bm25 = snapshot.words.bm25(catalogue, question.terms)
            if question.added:
                bm25 = bm25 + ADDED_COUNTS * snapshot.words.bm25(catalogue, question.added)
            coverage = snapshot.words.coverage(catalogue, question.terms)
            return {KEYWORDS: np.where(bm25 > 0, bm25, np.nan)}, coverage
        except KeywordIndexDamaged:
            if alone:
                raise
    return {}, 0.0


def count_candidates(
    holdings: Holdings, legs: Legs, question: Question, known: Mask | None = None
) -> Candidates:
    """Return what the legs and the filters about passages make candidates.

    Args:
        holdings: what the rows refer to.
        legs: the scores of each leg.
        question: its filters about passages count.
        known: (n,) bool, the passages that a leg has a score for under any filters; if not given,
            those with one in ``legs``.
    """
    speaking = holdings.allowed_passages(question.filters)
    if known is None:
        known = np.zeros(len(speaking), dtype=bool)
        for scores in legs.values():
            known |= ~np.isnan(scores)
    scored = known & speaking
    said = ~np.isnan(legs[KEYWORDS]) & speaking if KEYWORDS in legs else np.zeros_like(scored)
    evidence, have_evidence = holdings.evidence, holdings.have_evidence
    if not speaking.all():
        evidence = evidence & speaking
        have_evidence = holdings.documents_of(evidence)
    return Candidates(
        scored=holdings.documents_of(scored),
        said=holdings.documents_of(said),
        evidence=have_evidence,
        scored_evidence=(
            have_evidence if scored.all() else holdings.documents_of(scored & evidence)
        ),
        said_evidence=holdings.documents_of(said & evidence),
        any_role=bool(question.filters["roles"]),
        most=MAX_RESULTS,
    )


def find_candidates(holdings: Holdings, legs: Legs, question: Question, depth: int = DEPTH) -> Rows:
    """Return the rows of the best passages of each leg, ascending, as ``Answers.candidates`` says.

    Args:
        holdings: what the rows refer to.
        legs: the scores of each leg, at least of the passages that pass the filters.
        question: its filters, and the documents to leave out.
        depth: how many works each leg contributes.
    """
    allowed_documents = holdings.allowed_documents(question.filters)
    allowed_documents[list(question.leave_out)] = False
    allowed = allowed_documents[holdings.owner] & holdings.allowed_passages(question.filters)
    if not question.filters["roles"]:
        allowed = _evidence_among(holdings, legs, allowed)
    best = [_best_works(holdings, scores, allowed, depth) for scores in legs.values()]
    return np.unique(np.concatenate([np.empty(0, np.int64), *best]))


def _evidence_among(holdings: Holdings, legs: Legs, allowed: Mask) -> Mask:
    """Leave out references, contents, imprints and the like, unless the words are only there.

    A name that only a list of references has still finds the document.
    """
    evidence = allowed & holdings.evidence
    if KEYWORDS in legs:
        said = allowed & ~np.isnan(legs[KEYWORDS])
        if said.any() and not (said & evidence).any():
            return allowed
    return evidence if evidence.any() else allowed


def _best_works(holdings: Holdings, scores: Scores, allowed: Mask, depth: int = DEPTH) -> Rows:
    """Return the leg's best passage rows, as many as belong to its first ``depth`` works."""
    scored = np.flatnonzero(~np.isnan(scores) & allowed)
    limit = PASSAGES_PER_STEP
    while True:
        best_first = _best(scored, scores[scored], limit)
        among = _leading(holdings.work[holdings.owner[best_first]], depth)
        if len(best_first) == len(scored) or among < len(best_first):
            return best_first[:among]
        limit *= 4


def _best(rows: Rows, scores: Scores, limit: int) -> Rows:
    """Return the ``limit`` best rows and all that tie with the last, best first, ties by row.

    Sorting only those is five times as fast as sorting the thousands a common word finds.
    """
    if len(rows) > limit:
        least = np.partition(scores, -limit)[-limit]
        rows, scores = rows[scores >= least], scores[scores >= least]
    return rows[np.lexsort((rows, -scores))]


def _leading(works: Rows, depth: int) -> int:
    """Return how many leading passages are of the first ``depth`` distinct works."""
    _, first = np.unique(works, return_index=True)
    starts = np.sort(first)
    return int(starts[depth]) if len(starts) > depth else len(works)
