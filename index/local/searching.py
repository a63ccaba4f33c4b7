"""One question on one machine: a score for every passage from each leg, and the best of them."""

from __future__ import annotations

import os
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Final

import numpy as np

from corpus.catalogue.catalogue import Catalogue
from corpus.errors import KeywordIndexDamaged
from index.clock import Clock
from index.documents.candidates import Candidates
from index.documents.values import Mask, Rows
from index.engine import (
    ADDED_COUNTS,
    ALL,
    DEPTH,
    PASSAGES_PER_STEP,
    Found,
    Question,
    Scores,
    Vector,
)
from index.local.holdings import Holdings, allowed_in
from index.local.legs import CoarseLeg, Leg, Legs, ScoredLeg
from index.local.snapshot import Snapshot
from index.model import KEYWORDS, MAX_RESULTS

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
        scored: what each leg says. With narrow filters it may know nothing of the passages that
            do not pass.
        known: (n,) bool: which passages have a score from a leg, whatever the filters.
        coverage: the largest share of the terms that any one passage has.
        allowed: (n,) bool: the passages in the question's scope; ``None`` for all.
    """

    snapshot: Snapshot
    catalogue: Catalogue
    question: Question
    scored: Legs
    known: Mask
    coverage: float
    allowed: Mask | None = None

    @property
    def legs(self) -> tuple[str, ...]:
        """The legs that ran."""
        return tuple(self.scored)

    def candidates(self, depth: int = DEPTH) -> Found:
        """Return the best passages of each leg, as ``Answers.candidates`` says."""
        holdings = self.snapshot.holdings
        rows = find_candidates(holdings, self.scored, self.question, depth, within=self.allowed)
        shares = self._shares(rows)
        return Found(
            ids=holdings.passage_ids[rows],
            owners=holdings.owner[rows],
            legs={name: leg.at(rows) for name, leg in self.scored.items()},
            shares=shares,
            complete=self._complete(rows, shares),
            concluding=holdings.concluding[rows],
        )

    def counts(self) -> Candidates:
        """Return what the legs and the filters about passages make candidates."""
        return count_candidates(
            self.snapshot.holdings, self.scored, self.question, self.known, within=self.allowed
        )

    def _shares(self, rows: Rows) -> Scores:
        if KEYWORDS not in self.scored or not self.question.terms:
            return np.zeros(len(rows))
        question = self.question
        return self.snapshot.words.shares(self.catalogue, question.terms, rows, question.apart)

    def _complete(self, rows: Rows, shares: Scores) -> Mask:
        question = self.question
        if KEYWORDS not in self.scored or not question.others:
            return shares >= ALL
        return self.snapshot.words.have_all(self.catalogue, question.terms, rows, question.others)


class LocalView(Snapshot):
    """A snapshot that can be asked: the ``View`` of this engine."""

    __slots__ = ()

    def ask(self, catalogue: Catalogue, question: Question, clock: Clock) -> LocalAnswers:
        """Score every passage by each leg."""
        return _ask(self, catalogue, question, clock)


def _ask(
    snapshot: Snapshot, catalogue: Catalogue, question: Question, clock: Clock
) -> LocalAnswers:
    among = snapshot.holdings.passes(question.filters)
    allowed = None
    if not question.scope.is_everything:
        allowed = allowed_in(snapshot.holdings, question.scope)
        among = among & allowed
    meaning = _score_meaning(snapshot, question.vectors, among, clock)
    words, coverage = _score_words(snapshot, catalogue, question, clock, alone=not meaning)
    known = np.zeros(len(among), dtype=bool)
    for leg in meaning:
        known |= snapshot.has_vector(leg)
    if not known.all():
        for leg_of_words in words.values():
            known |= leg_of_words.known
    legs: Legs = {**words, **meaning}
    if allowed is not None:
        known &= allowed
    return LocalAnswers(snapshot, catalogue, question, legs, known, coverage, allowed)


def _score_meaning(
    snapshot: Snapshot, vectors: Mapping[str, Vector], among: Mask, clock: Clock
) -> dict[str, Leg]:
    """Return the cosines of each leg; the second's are worked out beside the first's."""
    coarse = snapshot.generation.coarse
    if vectors.keys() <= coarse.keys():  # also if there are none
        return {leg: CoarseLeg(snapshot, leg, vector) for leg, vector in vectors.items()}
    with clock.time("vectors"):
        (first, asked), *others = vectors.items()
        later = [
            _BESIDE.submit(snapshot.cosines, vector, leg=leg, among=among) if _SEVERAL else None
            for leg, vector in others
        ]
        scores = {first: snapshot.cosines(asked, leg=first, among=among)}
        for (leg, vector), beside in zip(others, later, strict=True):
            if beside and not beside.cancel():  # it has begun
                scores[leg] = beside.result()
            else:
                scores[leg] = snapshot.cosines(vector, leg=leg, among=among)
    return {leg: ScoredLeg(of_leg) for leg, of_leg in scores.items()}


def _score_words(
    snapshot: Snapshot, catalogue: Catalogue, question: Question, clock: Clock, *, alone: bool
) -> tuple[dict[str, Leg], float]:
    """Return BM25 and the coverage; nothing if the words are damaged and others can answer."""
    if not question.terms:
        return {}, 0.0
    with clock.time("keywords"):
        try:
            bm25 = snapshot.words.bm25(catalogue, question.words, question.apart)
            if question.added:
                bm25 = bm25 + ADDED_COUNTS * snapshot.words.bm25(catalogue, question.added)
            coverage = snapshot.words.coverage(catalogue, question.terms, question.others)
            return {KEYWORDS: ScoredLeg(np.where(bm25 > 0, bm25, np.nan))}, coverage
        except KeywordIndexDamaged:
            if alone:
                raise
    return {}, 0.0


def count_candidates(
    holdings: Holdings,
    legs: Legs,
    question: Question,
    known: Mask | None = None,
    *,
    within: Mask | None = None,
) -> Candidates:
    """Return what the legs and the filters about passages make candidates.

    Args:
        holdings: what the rows refer to.
        legs: what each leg says.
        question: its filters about passages count.
        known: (n,) bool, the passages that a leg has a score for under any filters; if not given,
            those with one in ``legs``.
        within: (n,) bool, the passages in the question's scope; ``None`` for all.
    """
    speaking = holdings.allowed_passages(question.filters)
    if known is None:
        known = np.zeros(len(speaking), dtype=bool)
        for leg in legs.values():
            known |= leg.known
    scored = known & speaking
    said, said_evidence = np.zeros((2, len(holdings.document_ids)), dtype=bool)
    if KEYWORDS in legs:
        worded = legs[KEYWORDS].known & speaking
        rows = np.flatnonzero(worded if within is None else worded & within)
        owners = holdings.owner[rows]
        said[owners] = True
        said_evidence[owners[holdings.evidence[rows]]] = True
    evidence, have_evidence = holdings.evidence, holdings.have_evidence
    if not speaking.all():
        evidence = evidence & speaking
        have_evidence = holdings.documents_of(evidence)
    return Candidates(
        scored=holdings.documents_of(scored),
        said=said,
        evidence=have_evidence,
        scored_evidence=(
            have_evidence if scored.all() else holdings.documents_of(scored & evidence)
        ),
        said_evidence=said_evidence,
        any_role=bool(question.filters["roles"]),
        most=MAX_RESULTS,
    )


def find_candidates(
    holdings: Holdings,
    legs: Legs,
    question: Question,
    depth: int = DEPTH,
    *,
    within: Mask | None = None,
) -> Rows:
    """Return the rows of the best passages of each leg, ascending, as ``Answers.candidates`` says.

    Args:
        holdings: what the rows refer to.
        legs: what each leg says, at least of the passages that pass the filters.
        question: its filters, and the documents to leave out.
        depth: how many works each leg contributes.
        within: (n,) bool, the passages in the question's scope; ``None`` for all.
    """
    documents = holdings.allowed_documents(question.filters)
    allowed = holdings.passes(question.filters)
    if question.leave_out:
        allowed = allowed & ~np.isin(holdings.owner, question.leave_out)
    if within is not None:
        allowed = allowed & within
    if not question.filters["roles"]:
        allowed = _evidence_among(holdings, legs, allowed)
    few = int(documents.sum()) <= depth  # then the works of all passages are among them
    among = np.zeros(len(allowed), dtype=bool)
    for leg in legs.values():
        if few and isinstance(leg, ScoredLeg):
            among |= allowed & leg.known
        else:
            among[_best_works(holdings, leg, allowed, depth)] = True
    return np.flatnonzero(among)


def _evidence_among(holdings: Holdings, legs: Legs, allowed: Mask) -> Mask:
    """Leave out references, contents, imprints and the like, unless the words are only there.

    A name that only a list of references has still finds the document.
    """
    evidence = allowed & holdings.evidence
    if KEYWORDS in legs:
        said = allowed & legs[KEYWORDS].known
        if said.any() and not (said & evidence).any():
            return allowed
    return evidence if evidence.any() else allowed


def _best_works(holdings: Holdings, leg: Leg, allowed: Mask, depth: int = DEPTH) -> Rows:
    """Return the leg's best passage rows, as many as belong to its first ``depth`` works."""
    limit = PASSAGES_PER_STEP
    while True:
        best_first = leg.best(allowed, limit)
        among = _leading(holdings.work[holdings.owner[best_first]], depth)
        if len(best_first) < limit or among < len(best_first) or limit >= len(allowed):
            return best_first[:among]
        limit *= 4


def _leading(works: Rows, depth: int) -> int:
    """Return how many leading passages are of the first ``depth`` distinct works."""
    _, first = np.unique(works, return_index=True)
    starts = np.sort(first)
    return int(starts[depth]) if len(starts) > depth else len(works)
