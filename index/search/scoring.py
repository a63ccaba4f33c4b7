"""Runs the legs of a query: the scores of every passage by its words and by its meaning."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from corpus.catalogue.catalogue import Catalogue
from corpus.errors import KeywordIndexDamaged, ModelUnavailable
from index.model import KEYWORDS, MULTILINGUAL, VECTORS
from index.search.clock import Clock
from index.search.fusion import Scores
from index.search.language import ENGLISH, LANGUAGES, UNDECIDED, language_of_question
from index.search.plan import ADDED_COUNTS, Plan
from index.search.ranking import Legs
from index.search.recipe import weights_for
from index.search.snapshot import Snapshot
from index.vectors.encoder import Encoder
from index.vectors.profile import MINILM, EncoderProfile


@dataclass(frozen=True, slots=True)
class Scored:
    """What the legs say of one query, before any filter.

    Attributes:
        legs: the scores of each leg that ran.
        weights: what each of them counts.
        language: what the query is taken to be in; ``und`` if that is not known.
        notices: what the reader has to know of legs that did not run.
    """

    legs: Legs
    weights: Mapping[str, float]
    language: str
    notices: tuple[str, ...] = ()

    @property
    def judged_by(self) -> str:
        """Return the leg whose cosines say how good the evidence is."""
        other = self.language not in (ENGLISH, UNDECIDED)
        return MULTILINGUAL if other and MULTILINGUAL in self.legs else VECTORS


class Scorer:
    """Scores passages with up to two encoders; a leg that cannot run is left out.

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
        self._multilingual = multilingual
        self._multilingual_problem = multilingual_problem
        self.profile: EncoderProfile = encoder.profile if encoder else MINILM

    def profile_of(self, leg: str) -> EncoderProfile:
        """Return the profile of the encoder of a leg."""
        if leg == MULTILINGUAL and self._multilingual:
            return self._multilingual.profile
        return self.profile

    def score(
        self,
        catalogue: Catalogue,
        snapshot: Snapshot,
        plan: Plan,
        given: str | None,
        clock: Clock,
    ) -> Scored:
        """Return the scores of every passage from each leg.

        No leg has a score for a passage that the query's phrases or words to leave out forbid.

        Args:
            catalogue: has the words.
            snapshot: has the vectors.
            plan: what to look for.
            given: the language the reader says the query is in.
            clock: times the parts.
        """
        text = plan.text
        language = given or language_of_question(text)
        if not plan.terms:
            return Scored({}, {}, language)
        other = language not in (ENGLISH, UNDECIDED)
        usable = self.problem(snapshot) is None
        problem = self.multilingual_problem(snapshot)
        semantic = {}
        if self._multilingual and problem is None and (usable or other):
            try:
                semantic[MULTILINGUAL] = _cosines(
                    self._multilingual, MULTILINGUAL, snapshot, text, clock
                )
            except ModelUnavailable as error:
                problem = str(error)
        if self._encoder and usable:
            semantic[VECTORS] = _cosines(self._encoder, VECTORS, snapshot, text, clock)
        words, coverage = self._by_words(catalogue, snapshot, plan, bool(semantic), clock)
        legs = words | dict(sorted(semantic.items(), key=lambda leg: leg[0] == MULTILINGUAL))
        weights = weights_for(
            language, self.profile, multilingual=MULTILINGUAL in legs, coverage=coverage
        )
        if plan.allowed is not None:
            legs = {name: np.where(plan.allowed, scores, np.nan) for name, scores in legs.items()}
        notices = (_unread(language, problem),) if other and usable and problem else ()
        return Scored(legs, weights, language, notices)

    def problem(self, snapshot: Snapshot) -> str | None:
        """Say why the first encoder cannot answer; ``None`` if it can."""
        generation = snapshot.generation
        if self._encoder is None:
            return "The embedding model is not available."
        if generation.manifest is None:
            return generation.problem
        if generation.manifest.model_digest != self._encoder.digest:
            if generation.problem:
                return generation.problem
            return "The index was built with another model. Build it again with: salex index"
        return None

    def multilingual_problem(self, snapshot: Snapshot) -> str | None:
        """Say why the second encoder cannot answer; ``None`` if it can or is not wanted."""
        generation = snapshot.generation
        if self._multilingual is None:
            return self._multilingual_problem
        if generation.manifest is None or generation.multilingual_problem:
            return generation.multilingual_problem or generation.problem
        described = generation.manifest.multilingual
        if described is None or described.model_digest != self._multilingual.digest:
            return "The index does not have its vectors yet. Run: salex index"
        return None

    def _by_words(
        self,
        catalogue: Catalogue,
        snapshot: Snapshot,
        plan: Plan,
        semantic: bool,  # noqa: FBT001
        clock: Clock,
    ) -> tuple[dict[str, Scores], float]:
        with clock.time("keywords"):
            try:
                bm25 = snapshot.words.bm25(catalogue, plan.terms)
                if plan.added:
                    bm25 = bm25 + ADDED_COUNTS * snapshot.words.bm25(catalogue, plan.added)
                coverage = snapshot.words.coverage(catalogue, plan.terms)
                return {KEYWORDS: np.where(bm25 > 0, bm25, np.nan)}, coverage
            except KeywordIndexDamaged:
                if not semantic:
                    raise
        return {}, 0.0


def _cosines(encoder: Encoder, leg: str, snapshot: Snapshot, text: str, clock: Clock) -> Scores:
    with clock.time("encode"):
        asked = encoder.encode_query(text)
    with clock.time("vectors"):
        return snapshot.cosines(asked, leg=leg)


def _unread(language: str, problem: str) -> str:
    """Say that a question is answered by an encoder that reads English only."""
    name = LANGUAGES.get(language, language)
    return f"Documents in other languages than {name} may not be found. {problem}"
