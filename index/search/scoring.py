"""Runs the legs of a query: the scores of every passage by its words and by its meaning."""

from __future__ import annotations

import os
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Final

import numpy as np

from corpus.catalogue.catalogue import Catalogue
from corpus.errors import KeywordIndexDamaged, ModelUnavailable
from index.model import KEYWORDS, MULTILINGUAL, VECTORS, Query
from index.search.clock import Clock
from index.search.fusion import Scores
from index.search.language import ENGLISH, LANGUAGES, UNDECIDED, language_of_question
from index.search.plan import ADDED_COUNTS, Plan
from index.search.ranking import Legs
from index.search.recipe import RECIPE, weights_for
from index.search.snapshot import Snapshot
from index.search.values import Mask
from index.vectors.encoder import Encoder
from index.vectors.profile import MINILM, EncoderProfile

_BESIDE: Final = (os.cpu_count() or 1) - 1
"""Threads for the second encoder, which works while the first does: an answer comes a fifth sooner
(41 -> 33 ms). With one processor, or when all of them are busy, one works after the other."""


@dataclass(frozen=True, slots=True)
class Scored:
    """What the legs say of one query.

    Attributes:
        legs: the scores of each leg that ran. With narrow filters there may be none of the
            passages that do not pass.
        known: (n,) bool: which passages have a score from a leg, whatever the filters.
        weights: what each of them counts.
        language: what the query is taken to be in; ``und`` if that is not known.
        notices: what the reader has to know of legs that did not run.
    """

    legs: Legs
    known: Mask
    weights: Mapping[str, float]
    language: str
    notices: tuple[str, ...] = ()

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
        self._beside = ThreadPoolExecutor(max(1, _BESIDE), thread_name_prefix="second encoder")

    def encoder_for(self, language: str | None) -> Encoder | None:
        """Return the encoder that reads a language best; ``None`` if there is none."""
        other = language not in (None, ENGLISH, UNDECIDED)
        return self._multilingual if other and self._multilingual else self._encoder

    def profile_of(self, leg: str) -> EncoderProfile:
        """Return the profile of the encoder of a leg."""
        if leg == MULTILINGUAL and self._multilingual:
            return self._multilingual.profile
        return self.profile

    def score(
        self, catalogue: Catalogue, snapshot: Snapshot, plan: Plan, query: Query, clock: Clock
    ) -> Scored:
        """Return the scores from each leg of every passage, or of those that pass the filters.

        No leg has a score for a passage that the query's phrases or words to leave out forbid.

        Args:
            catalogue: has the words.
            snapshot: has the vectors.
            plan: what to look for.
            query: the language that the reader says it is in, and the filters.
            clock: times the parts.
        """
        language = query.language or language_of_question(plan.text)
        if not plan.terms:
            none = np.zeros(len(snapshot.holdings.passage_ids), dtype=bool)
            return Scored({}, none, {}, language)
        among = snapshot.holdings.passes(query.filters)
        if plan.allowed is not None:
            among &= plan.allowed
        semantic, problem = self._by_meaning(snapshot, plan.text, language, among, clock)
        words, coverage = self._by_words(catalogue, snapshot, plan, bool(semantic), clock)
        known = np.zeros(len(among), dtype=bool)
        for leg in semantic:
            known |= snapshot.has_vector(leg)
        for scores in words.values():
            known |= ~np.isnan(scores)
        legs = words | semantic
        weights = weights_for(
            language, self.profile, multilingual=MULTILINGUAL in legs, coverage=coverage
        )
        if plan.allowed is not None:
            known &= plan.allowed
            legs = {name: np.where(plan.allowed, scores, np.nan) for name, scores in legs.items()}
        other = language not in (ENGLISH, UNDECIDED)
        notices: tuple[str, ...] = ()
        if other and problem and self.problem(snapshot) is None:
            notices = (_unread(language, problem),)
        return Scored(legs, known, weights, language, notices)

    def _by_meaning(
        self, snapshot: Snapshot, text: str, language: str, among: Mask, clock: Clock
    ) -> tuple[dict[str, Scores], str | None]:
        """Return the cosines of each encoder, and why there are none of the second one."""
        legs = {}
        usable = self.problem(snapshot) is None
        problem = self.multilingual_problem(snapshot)
        other = language not in (ENGLISH, UNDECIDED)
        second = self._multilingual if problem is None and (usable or other) else None
        own, asked = Clock(), (MULTILINGUAL, snapshot, text, among)
        first = self._encoder if usable else None
        beside = None
        if first and second and _BESIDE:
            beside = self._beside.submit(_cosines, second, *asked, own)
        if first:
            legs[VECTORS] = _cosines(first, VECTORS, snapshot, text, among, clock)
        try:
            if beside and not beside.cancel():  # it has begun
                legs[MULTILINGUAL] = beside.result()
            elif second:
                legs[MULTILINGUAL] = _cosines(second, *asked, own)
        except ModelUnavailable as error:
            problem = str(error)
        clock.add(own)
        return legs, problem

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


def _cosines(
    encoder: Encoder, leg: str, snapshot: Snapshot, text: str, among: Mask, clock: Clock
) -> Scores:
    with clock.time("encode"):
        asked = encoder.encode_query(text)
    with clock.time("vectors"):
        return snapshot.cosines(asked, leg=leg, among=among)


def _unread(language: str, problem: str) -> str:
    """Say that a question is answered by an encoder that reads English only."""
    name = LANGUAGES.get(language, language)
    return f"Documents in other languages than {name} may not be found. {problem}"
