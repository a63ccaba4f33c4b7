"""One state of the engine to ask, and what answers when the engine does not."""

from __future__ import annotations

from dataclasses import dataclass

from corpus.catalogue.catalogue import Catalogue
from corpus.errors import EngineUnavailable, KeywordIndexDamaged
from index.clock import Clock
from index.engine import Answers, Question
from index.qdrant.asking import ask
from index.qdrant.client import EngineFault
from index.qdrant.keywords_alone import ask_keywords
from index.qdrant.moment import DOWN, Moment
from index.qdrant.wording import Wording, read_wording


@dataclass(frozen=True)
class QdrantView(Moment):
    """The ``View`` of this engine."""

    def ask(self, catalogue: Catalogue, question: Question, clock: Clock) -> Answers:
        """Ask the engine, or the catalogue's keyword index if it does not answer."""
        if self.filled is None:
            return self._ask_words(catalogue, question, clock)
        try:
            with clock.time("engine"):
                return ask(self, catalogue, question, self._wording(catalogue, question))
        except EngineFault:
            self.noted.append(f"Answered by keywords only. {DOWN}")
            return self._ask_words(catalogue, question, clock)

    def _ask_words(self, catalogue: Catalogue, question: Question, clock: Clock) -> Answers:
        if not question.terms and question.vectors:
            raise EngineUnavailable(self.down or DOWN)
        with clock.time("keywords"):
            return ask_keywords(self, catalogue, question)

    def _wording(self, catalogue: Catalogue, question: Question) -> Wording | None:
        if not question.terms:
            return None
        try:
            return read_wording(self.words, catalogue, question)
        except KeywordIndexDamaged:
            if not question.vectors:
                raise
            return None
