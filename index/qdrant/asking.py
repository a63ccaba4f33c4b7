"""One question to the engine: the best of each leg, then the scores that are missing.

The engine finds; what it finds is checked here against the catalogue as it is now, and words are
scored again with the figures of now. So an engine that is behind finds less, but nothing wrong.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

import numpy as np

from corpus.catalogue.catalogue import Catalogue
from corpus.roles import APPARATUS
from index.documents.candidates import Candidates
from index.documents.values import Mask
from index.engine import DEPTH, PASSAGES_PER_STEP, Found, Ids, Question, Scores
from index.model import KEYWORDS, MAX_RESULTS
from index.qdrant.choosing import (
    Pool,
    allowed_documents,
    allowed_places,
    best_works,
    evidence_of,
    has_evidence,
    in_scope,
)
from index.qdrant.client import WORDS, Among, Answer, Ask, OneOf, Where
from index.qdrant.counting import count_candidates
from index.qdrant.documents import Places, SortedPlaces, read_places, read_places_for
from index.qdrant.points import keys_of, where_passing
from index.qdrant.scoring import ask_presence
from index.qdrant.wording import Wording

if TYPE_CHECKING:
    from index.qdrant.view import QdrantView

MOST_PASSAGES: Final = 25_600
"""How many are asked for at most."""
WIDE: Final = 10_000
"""How many passages with a word of the question are looked through for totals: the best ones."""
COVERED: Final = 400
"""How many of them, and of those with the most words, say which share of the words one has."""


@dataclass(frozen=True, slots=True)
class EngineAnswers:
    """What the engine says of one question.

    Attributes:
        view: what was asked.
        catalogue: has the passages as they are now.
        question: what was asked for.
        wording: its words; ``None`` if there are none, or if they cannot be looked up.
        coverage: the largest share of the terms that any one passage has.
        said: the passages with a word of the question, as far as they were looked through.
        first: the candidates of the usual depth.
    """

    view: QdrantView
    catalogue: Catalogue
    question: Question
    wording: Wording | None
    coverage: float
    said: Places
    first: Found

    @property
    def legs(self) -> tuple[str, ...]:
        """The legs that ran."""
        return (*((KEYWORDS,) if self.wording else ()), *self.question.vectors)

    def candidates(self, depth: int = DEPTH) -> Found:
        """Return the best passages of each leg, as ``Answers.candidates`` says."""
        if depth == DEPTH:
            return self.first
        return _Asking(self.view, self.catalogue, self.question, self.wording).candidates(depth)

    def counts(self) -> Candidates:
        """Return which documents the question can find at all."""
        return count_candidates(
            self.view.documents,
            self.question,
            self.said,
            None if not self.question.vectors else self.view.bare(self.catalogue),
            lambda ids: read_places(self.catalogue, self.view.documents, ids),
            MAX_RESULTS,
        )


def ask(
    view: QdrantView, catalogue: Catalogue, question: Question, wording: Wording | None
) -> EngineAnswers:
    """Ask the engine.

    Raises:
        EngineFault
    """
    asking = _Asking(view, catalogue, question, wording)
    said, coverage = asking.look_through()
    first = asking.candidates(DEPTH)
    return EngineAnswers(view, catalogue, question, wording, coverage, said, first)


@dataclass
class _Leg:
    """One leg of a question: how many of its best passages were asked for, and what came."""

    name: str
    limit: int = PASSAGES_PER_STEP
    answers: list[Answer] = field(default_factory=list)

    @property
    def is_whole(self) -> bool:
        """Whether the engine has no more."""
        return len(self.answers) < self.limit or self.limit >= MOST_PASSAGES

    @property
    def ids(self) -> list[int]:
        return [answer.id for answer in self.answers]

    @property
    def lowest(self) -> float:
        """The score that everything that was not asked for has at most."""
        return -np.inf if len(self.answers) < self.limit else self.answers[-1].score


class _Asking:
    """The steps of one question."""

    def __init__(
        self, view: QdrantView, catalogue: Catalogue, question: Question, wording: Wording | None
    ) -> None:
        self._view, self._catalogue, self._question = view, catalogue, question
        self._wording = wording
        self._allowed = allowed_documents(view.documents, question)

    def look_through(self) -> tuple[Places, float]:
        """Return the passages with a word of the question, and the largest share of the words."""
        wording, scope = self._wording, self._question.scope
        if wording is None:
            return self._locate(()), 0.0
        asks = [
            Ask(wording.vector(), WORDS, WIDE),
            Ask(wording.vector(plain=True), WORDS, COVERED),
        ]
        if scope.having is not None:
            asks.append(Ask(wording.vector(), WORDS, WIDE, self._in_scope(Where())))
        found = self._view.ask_engine(asks) if wording.distinct else [[] for _ in asks]
        beside = wording.beside().tolist()
        most = {a.id for a in (*found[0][:COVERED], *found[1])} | set(beside[:COVERED])
        covered = self._locate(sorted(most)).ids
        presence = ask_presence(self._view, wording, covered)
        there = {a.id for answers in (found[0], *found[2:]) for a in answers} | set(beside)
        ids = np.array(sorted(there), dtype=np.int64)
        ids = ids[in_scope(ids, self._question)]
        return self._locate(ids.tolist()), presence.coverage()

    def candidates(self, depth: int) -> Found:
        """Return the best passages of each leg."""
        question = self._question
        if question.filters["roles"]:
            return self._best(self._where(), depth, evidence=False)[0]
        if not has_evidence(self._view.documents, self._allowed, question, self._locate_sorted):
            return self._best(self._where(), depth, evidence=False)[0]
        found, said = self._best(self._where(evidence=True), depth, evidence=True)
        if self._wording is None or said or not self._is_said():
            return found
        return self._best(self._where(), depth, evidence=False)[0]

    def _locate(self, ids: Iterable[int]) -> Places:
        documents, filters = self._view.documents, self._question.filters
        return read_places_for(self._catalogue, documents, ids, filters)

    def _locate_sorted(self, ids: Iterable[int]) -> SortedPlaces:
        return read_places(self._catalogue, self._view.documents, ids)

    def _is_said(self) -> bool:
        """Whether an allowed passage of any role has a word of the question."""
        if self._wording is None:
            return False
        ids = set(self._wording.beside().tolist())
        if self._wording.distinct:
            probe = Ask(self._wording.vector(), WORDS, PASSAGES_PER_STEP, self._where())
            ids |= {answer.id for answer in self._view.ask_engine([probe])[0]}
        places = self._locate(sorted(ids))
        return bool(allowed_places(places, self._allowed, self._question).any())

    def _where(self, *, evidence: bool = False) -> Where:
        names = self._view.documents.document_ids
        left_out = keys_of(names[row] for row in self._question.leave_out)
        where = self._in_scope(where_passing(self._question.filters, left_out))
        return where.also(but=(OneOf("roles", tuple(sorted(APPARATUS))),)) if evidence else where

    def _in_scope(self, where: Where) -> Where:
        scope = self._question.scope
        if scope.having is not None:
            where = where.also(Among(tuple(scope.having.tolist())))
        if len(scope.without):
            where = where.also(but=(Among(tuple(scope.without.tolist())),))
        return where

    def _best(self, where: Where, depth: int, *, evidence: bool) -> tuple[Found, bool]:
        """Return the best of each leg among some points, and whether one has a word.

        Only those are candidates that the catalogue still has, and that still pass the filters.
        """
        legs = [_Leg(name) for name in self._question.vectors]
        if self._wording is not None:
            legs.insert(0, _Leg(KEYWORDS))
        wanting = list(legs)
        while True:
            self._fetch(wanting, where)
            pool, passing = self._pool(legs, evidence=evidence)
            chosen = np.zeros(len(passing), dtype=bool)
            wanting = []
            for leg in legs:
                rows, following = best_works(
                    pool.places, pool.legs[leg.name], passing, self._view.documents.work, depth
                )
                chosen[rows] = True
                if following <= leg.lowest and not leg.is_whole:
                    leg.limit *= 4
                    wanting.append(leg)
            if not wanting:
                said = KEYWORDS in pool.legs and bool(
                    (passing & ~np.isnan(pool.legs[KEYWORDS])).any()
                )
                return pool.found(chosen), said

    def _fetch(self, legs: list[_Leg], where: Where) -> None:
        asks = [self._ask_of(leg, where) for leg in legs]
        for leg, answers in zip(legs, self._view.ask_engine(asks), strict=True):
            leg.answers = answers

    def _ask_of(self, leg: _Leg, where: Where) -> Ask:
        if leg.name == KEYWORDS and self._wording:
            return Ask(self._wording.vector(), WORDS, leg.limit, where)
        vector = self._question.vectors[leg.name]
        return Ask(vector, leg.name, leg.limit, where, exact=self._view.exact)

    def _pool(self, legs: list[_Leg], *, evidence: bool) -> tuple[Pool, Mask]:
        """Return all that was found with the scores of all legs, and which may be candidates."""
        ids = {number for leg in legs for number in leg.ids}
        if self._wording is not None:
            ids |= set(self._wording.beside().tolist())
        places = self._locate(sorted(ids))
        passing = allowed_places(places, self._allowed, self._question)
        if evidence:
            passing &= evidence_of(places)
        scores: dict[str, Scores] = {}
        shares = np.zeros(len(places.ids))
        if self._wording is not None:
            presence = ask_presence(self._view, self._wording, places.ids)
            scores[KEYWORDS] = presence.bm25(self._view.average)
            shares = presence.shares(self._view.rarities(self._catalogue, self._question.terms))
        scores |= self._cosines([leg for leg in legs if leg.name != KEYWORDS], places.ids)
        return Pool(places, scores, shares), passing

    def _cosines(self, legs: list[_Leg], ids: Ids) -> Mapping[str, Scores]:
        """Return the cosines of passages by leg; those not found by it are asked for by id."""
        known = [{answer.id: answer.score for answer in leg.answers} for leg in legs]
        missing = [[i for i in ids.tolist() if i not in of_leg] for of_leg in known]
        asks = [
            Ask(
                self._question.vectors[leg.name],
                leg.name,
                len(lacking),
                Where((Among(tuple(lacking)),)),
                exact=True,
            )
            for leg, lacking in zip(legs, missing, strict=True)
            if lacking
        ]
        answered = iter(self._view.ask_engine(asks))
        for of_leg, lacking in zip(known, missing, strict=True):
            if lacking:
                of_leg.update({answer.id: answer.score for answer in next(answered)})
        return {
            leg.name: np.array([of_leg.get(i, np.nan) for i in ids.tolist()], dtype=np.float64)
            for leg, of_leg in zip(legs, known, strict=True)
        }
