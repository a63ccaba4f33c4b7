"""One question to the engine: the best of each leg, then the cosines that are missing.

The engine finds. Whose passages these are, whether they pass, and which words they have is known
here, as the catalogue has it. So an engine that is behind finds less, but nothing wrong.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

import numpy as np

from corpus.catalogue.catalogue import Catalogue
from corpus.roles import APPARATUS
from index.documents.candidates import Candidates
from index.documents.values import Rows
from index.engine import DEPTH, NO_IDS, PASSAGES_PER_STEP, Found, Question, Scores
from index.model import KEYWORDS, MAX_RESULTS
from index.qdrant.choosing import Allowed, allowed_by, best_works, found_in
from index.qdrant.client import WORDS, Among, Ask, Best, OneOf, Where
from index.qdrant.counting import count_candidates, count_said
from index.qdrant.documents import Places
from index.qdrant.moment import Moment
from index.qdrant.points import keys_of, where_passing
from index.qdrant.wording import Wording

MOST_PASSAGES: Final = 25_600
"""How many are asked for at most."""


@dataclass(frozen=True, slots=True)
class EngineAnswers:
    """What the engine says of one question.

    Attributes:
        view: what was asked.
        catalogue: has the words.
        question: what was asked for.
        wording: its words; ``None`` if there are none, or if they cannot be looked up.
        said: (k,) int64, how many passages of each pair are in scope and have one of them.
        first: the candidates of the usual depth.
    """

    view: Moment
    catalogue: Catalogue
    question: Question
    wording: Wording | None
    said: Rows
    first: Found

    @property
    def legs(self) -> tuple[str, ...]:
        """The legs that ran."""
        return (*((KEYWORDS,) if self.wording else ()), *self.question.vectors)

    @property
    def coverage(self) -> float:
        """The largest share of the terms that any one passage has."""
        return self.wording.coverage if self.wording else 0.0

    def candidates(self, depth: int = DEPTH) -> Found:
        """Return the best passages of each leg, as ``Answers.candidates`` says."""
        if depth == DEPTH:
            return self.first
        asking = _Asking(self.view, self.catalogue, self.question, self.wording, self.said)
        return asking.candidates(depth)

    def counts(self) -> Candidates:
        """Return which documents the question can find at all."""
        bare = self.view.bare() if self.question.vectors else None
        return count_candidates(self.view.documents, self.question, self.said, bare, MAX_RESULTS)


def ask(
    view: Moment, catalogue: Catalogue, question: Question, wording: Wording | None
) -> EngineAnswers:
    """Ask the engine.

    Raises:
        EngineFault
    """
    rows = wording.rows if wording else np.empty(0, np.int64)
    said = count_said(view.documents, question, rows)
    first = _Asking(view, catalogue, question, wording, said).candidates(DEPTH)
    return EngineAnswers(view, catalogue, question, wording, said, first)


@dataclass
class _Leg:
    """One leg of a question: how many of its best passages were asked for, and what came."""

    name: str
    limit: int = PASSAGES_PER_STEP
    best: Best = field(default_factory=Best)

    @property
    def is_whole(self) -> bool:
        """Whether the engine has nothing further."""
        return len(self.best.ids) < self.limit or self.limit >= MOST_PASSAGES

    @property
    def lowest(self) -> float:
        """The score that everything that was not asked for has at most."""
        return -np.inf if len(self.best.ids) < self.limit else float(self.best.scores[-1])


class _Asking:
    """The steps of one question."""

    def __init__(
        self,
        view: Moment,
        catalogue: Catalogue,
        question: Question,
        wording: Wording | None,
        said: Rows,
    ) -> None:
        self._view, self._catalogue, self._question = view, catalogue, question
        self._wording = wording
        self._allowed: Allowed = allowed_by(view.documents, question, said)
        self._where = self._find_where()

    def candidates(self, depth: int) -> Found:
        """Return the best passages of each leg.

        Only those are candidates that the catalogue still has, and that still pass the filters.
        """
        documents = self._view.documents
        legs = [_Leg(name) for name in self._question.vectors]
        if self._wording is not None:
            legs.insert(0, _Leg(KEYWORDS))
        wanting = list(legs)
        while True:
            self._fetch(wanting)
            places = self._locate(legs)
            passing = self._allowed.among(places, self._question)
            chosen = np.zeros(len(passing), dtype=bool)
            wanting = []
            for leg in legs:
                rows, following = best_works(
                    places, self._scores_of(leg, places), passing, documents.work, depth
                )
                chosen[rows] = True
                if following <= leg.lowest and not leg.is_whole:
                    leg.limit *= 4
                    wanting.append(leg)
            if not wanting:
                return self._score(legs, places.only(chosen))

    def _find_where(self) -> Where:
        names, scope = self._view.documents.document_ids, self._question.scope
        left_out = keys_of(names[row] for row in self._question.leave_out)
        where = where_passing(self._question.filters, left_out)
        if scope.having is not None:
            where = where.also(Among(tuple(scope.having.tolist())))
        if len(scope.without):
            where = where.also(but=(Among(tuple(scope.without.tolist())),))
        if self._allowed.evidence:
            where = where.also(but=(OneOf("roles", tuple(sorted(APPARATUS))),))
        return where

    def _fetch(self, legs: list[_Leg]) -> None:
        asks = [self._ask_of(leg) for leg in legs]
        for leg, best in zip(legs, self._view.ask_engine(asks), strict=True):
            leg.best = best

    def _ask_of(self, leg: _Leg) -> Ask:
        if leg.name == KEYWORDS and self._wording:
            return Ask(self._wording.vector, WORDS, leg.limit, self._where)
        vector = self._question.vectors[leg.name]
        return Ask(vector, leg.name, leg.limit, self._where, exact=self._view.exact)

    def _locate(self, legs: list[_Leg]) -> Places:
        """Return all passages that were found, and that there still are."""
        documents = self._view.documents
        rows = documents.rows_of(np.concatenate([NO_IDS, *(leg.best.ids for leg in legs)]))
        if self._wording is not None:
            rows = np.concatenate([rows, self._wording.beside])
        return documents.places_of(np.unique(rows[rows >= 0]))

    def _scores_of(self, leg: _Leg, places: Places) -> Scores:
        """Return the scores of passages, NaN where the leg has none or did not find them."""
        if leg.name == KEYWORDS and self._wording:
            return self._wording.bm25(self._catalogue, places.rows)
        cosines = np.full(len(places.ids), np.nan)
        _put(cosines, places, leg.best)
        return cosines

    def _score(self, legs: list[_Leg], places: Places) -> Found:
        """Return passages with the scores of all legs; cosines that are missing are asked for."""
        scores = {leg.name: self._scores_of(leg, places) for leg in legs}
        lacking = {leg.name: places.ids[np.isnan(scores[leg.name])] for leg in legs}
        asks = {
            name: Ask(vector, name, len(ids), Where((Among(tuple(ids.tolist())),)), exact=True)
            for name, vector in self._question.vectors.items()
            if len(ids := lacking[name])
        }
        for name, best in zip(asks, self._view.ask_engine(list(asks.values())), strict=True):
            _put(scores[name], places, best)
        shares, complete = np.zeros(len(places.rows)), np.zeros(len(places.rows), dtype=bool)
        if self._wording is not None:
            shares = self._wording.shares(self._catalogue, places.rows)
            complete = self._wording.have_all(self._catalogue, places.rows)
        return found_in(places, scores, shares, complete)


def _put(cosines: Scores, places: Places, best: Best) -> None:
    """Put the scores of points where their passages are."""
    at = np.minimum(np.searchsorted(places.ids, best.ids), max(len(places.ids) - 1, 0))
    there = places.ids[at] == best.ids if len(places.ids) else np.zeros(len(best.ids), dtype=bool)
    cosines[at[there]] = best.scores[there]
