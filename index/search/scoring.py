"""Asks an engine by the legs of a query: by its words, and by its meaning to two encoders."""

from __future__ import annotations

import os
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Final

import numpy as np

from corpus.catalogue.catalogue import Catalogue
from corpus.errors import ModelUnavailable
from index.clock import Clock
from index.documents.arrays import Documents
from index.engine import Answers, Question, Vector, View
from index.model import MULTILINGUAL, VECTORS, Fusion, Query
from index.search.foreign import cosines_as_english, find_foreign, lift_foreign
from index.search.fusion import Scores
from index.search.language import ENGLISH, LANGUAGES, UNDECIDED
from index.search.plan import Plan
from index.search.ranking import Ranking, rank_passages
from index.search.recipe import RECIPE, weights_for
from index.vectors.encoder import Encoder
from index.vectors.profile import MINILM, EncoderProfile
from index.vectors.remembered import RememberedQuestions

_BESIDE: Final = (os.cpu_count() or 1) - 1
"""Threads for the second encoder, which works while the first does: an answer comes a fifth sooner
(41 -> 33 ms). With one processor, or when all of them are busy, one works after the other."""


@dataclass(frozen=True, slots=True)
class Scored:
    """What the legs say of one query.

    Attributes:
        answers: the engine's.
        weights: what each leg counts.
        language: what the query is read as; ``und`` if that is not known.
        notices: what the reader has to know of legs that did not run.
    """

    answers: Answers
    weights: Mapping[str, float]
    language: str
    notices: tuple[str, ...] = ()

    @property
    def legs(self) -> tuple[str, ...]:
        """Return the legs that ran."""
        return self.answers.legs

    @property
    def judged_by(self) -> str:
        """Return the leg whose cosines say how good the evidence is."""
        other = self.language not in (ENGLISH, UNDECIDED)
        return MULTILINGUAL if other and MULTILINGUAL in self.legs else VECTORS

    @property
    def preference(self) -> float:
        """Return what a passage of a summary or of findings has more than others."""
        return RECIPE.concluding if self.judged_by == VECTORS else 0.0


class Scorer:
    """Asks with up to two encoders; a leg that cannot run is left out.

    Args:
        encoder: for English; ``None`` if it is not available.
        multilingual: for other languages; ``None`` if it is not available.
        multilingual_problem: why it is not; ``None`` if there is to be none.
    """

    def __init__(
        self,
        encoder: Encoder | None,
        multilingual: Encoder | None = None,
        multilingual_problem: str | None = None,
    ) -> None:
        self._encoder = encoder
        self.multilingual = multilingual
        self._multilingual_problem = multilingual_problem
        self.profile: EncoderProfile = encoder.profile if encoder else MINILM
        self._questions = RememberedQuestions()
        self._beside = ThreadPoolExecutor(max(1, _BESIDE), thread_name_prefix="second encoder")

    def encoder_for(self, language: str | None) -> Encoder | None:
        """Return the encoder that reads a language best; ``None`` if there is none."""
        other = language not in (None, ENGLISH, UNDECIDED)
        return self.multilingual if other and self.multilingual else self._encoder

    def encode_question(self, encoder: Encoder, question: str) -> Vector:
        """Return (dimensions,) float32, unit length, of one of its encoders."""
        return self._questions.encode(encoder, question)

    def profile_of(self, leg: str) -> EncoderProfile:
        """Return the profile of the encoder of a leg."""
        if leg == MULTILINGUAL and self.multilingual:
            return self.multilingual.profile
        return self.profile

    def score(
        self, catalogue: Catalogue, view: View, plan: Plan, query: Query, clock: Clock
    ) -> Scored:
        """Ask for the passages that answer a query, under its filters and in its scope.

        Args:
            catalogue: has the words.
            view: the engine.
            plan: what to look for.
            query: has the filters.
            clock: times the parts.
        """
        language = plan.read_as
        vectors: dict[str, Vector] = {}
        problem = None
        if plan.terms:
            vectors, problem = self._encode(view, plan, language, clock)
        question = Question(
            terms=tuple(plan.terms),
            added=plan.added,
            others=plan.others,
            apart=plan.apart,
            vectors=vectors,
            filters=query.filters,
            scope=plan.scope,
        )
        answers = view.ask(catalogue, question, clock)
        weights = weights_for(
            language,
            self.profile,
            multilingual=MULTILINGUAL in answers.legs,
            coverage=answers.coverage,
            glossed=plan.gloss is not None,
        )
        other = language not in (ENGLISH, UNDECIDED)
        notices: tuple[str, ...] = ()
        if other and problem and self.problem(view) is None:
            notices = (_unread(language, problem),)
        return Scored(answers, weights, language, notices)

    def _encode(
        self, view: View, plan: Plan, language: str, clock: Clock
    ) -> tuple[dict[str, Vector], str | None]:
        """Return the query's vector from each encoder, and why there is none of the second one."""
        vectors: dict[str, Vector] = {}
        text = plan.text
        usable = self.problem(view) is None
        problem = self.multilingual_problem(view)
        other = language not in (ENGLISH, UNDECIDED)
        second = self.multilingual if problem is None and (usable or other) else None
        first = self._encoder if usable else None
        beside = None
        read = plan.gloss.text if plan.gloss and plan.gloss.text and second else text
        with clock.time("encode"):
            if first and second and _BESIDE:
                beside = self._beside.submit(self.encode_question, second, text)
            if first:
                vectors[VECTORS] = self.encode_question(first, read)
            try:
                if beside and not beside.cancel():  # it has begun
                    vectors[MULTILINGUAL] = beside.result()
                elif second:
                    vectors[MULTILINGUAL] = self.encode_question(second, text)
            except ModelUnavailable as error:
                problem = str(error)
        return vectors, problem

    def problem(self, view: View) -> str | None:
        """Say why the first encoder cannot answer; ``None`` if it can."""
        if self._encoder is None:
            return "The embedding model is not available."
        if view.manifest is None:
            return view.problem
        if view.manifest.model_digest != self._encoder.digest:
            if view.problem:
                return view.problem
            return "The index was built with another model. Build it again with: salex index"
        return None

    def multilingual_problem(self, view: View) -> str | None:
        """Say why the second encoder cannot answer; ``None`` if it can or is not wanted."""
        if self.multilingual is None:
            return self._multilingual_problem
        if view.manifest is None or view.multilingual_problem:
            return view.multilingual_problem or view.problem
        described = view.manifest.multilingual
        if described is None or described.model_digest != self.multilingual.digest:
            return "The index does not have its vectors yet. Run: salex index"
        return None


def rank_scored(documents: Documents, scored: Scored, fusion: Fusion) -> Ranking:
    """Rank what the legs say; for a question in English, other languages have their own scale."""
    found = scored.answers.candidates()
    more: Scores = scored.preference * found.concluding.astype(np.float64)
    cosines = None
    if scored.judged_by == VECTORS and {VECTORS, MULTILINGUAL} <= found.legs.keys():
        foreign = find_foreign(documents, found)
        cosines = cosines_as_english(found, foreign)
        more = more + lift_foreign(found, foreign, scored.weights, scored.answers.coverage)
    return rank_passages(
        documents, found, weights=scored.weights, fusion=fusion, more=more, cosines=cosines
    )


def _unread(language: str, problem: str) -> str:
    """Say that a question is answered by an encoder that reads English only."""
    name = LANGUAGES.get(language, language)
    return f"Documents in other languages than {name} may not be found. {problem}"
