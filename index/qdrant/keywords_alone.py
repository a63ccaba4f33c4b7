"""What the catalogue's keyword index says of a question while the engine cannot be asked."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from corpus.catalogue.catalogue import Catalogue
from index.documents.candidates import Candidates
from index.engine import ADDED_COUNTS, DEPTH, Found, Question
from index.model import KEYWORDS, MAX_RESULTS
from index.qdrant.choosing import Pool, choose_whole, in_scope
from index.qdrant.counting import count_candidates
from index.qdrant.documents import SortedPlaces, read_places
from index.words.keywords import passages_with_term, search_keywords

if TYPE_CHECKING:
    from index.qdrant.view import QdrantView


@dataclass(frozen=True, slots=True)
class KeywordAnswers:
    """Answers from FTS5: every passage with a word is in the pool, with its score.

    Attributes:
        view: what was asked.
        catalogue: has the words.
        question: what was asked for.
        pool: the passages.
        coverage: the largest share of the terms that any one passage has.
    """

    view: QdrantView
    catalogue: Catalogue
    question: Question
    pool: Pool
    coverage: float

    @property
    def legs(self) -> tuple[str, ...]:
        """The words alone."""
        return (KEYWORDS,) if self.question.terms else ()

    def candidates(self, depth: int = DEPTH) -> Found:
        """Return the best passages, as ``Answers.candidates`` says."""
        return choose_whole(self.pool, self.view.documents, self.question, depth, self._locate)

    def counts(self) -> Candidates:
        """Return which documents the question can find at all."""
        places = self.pool.places
        return count_candidates(
            self.view.documents, self.question, places, None, self._locate, MAX_RESULTS
        )

    def _locate(self, ids: list[int]) -> SortedPlaces:
        return read_places(self.catalogue, self.view.documents, ids)


def ask_keywords(view: QdrantView, catalogue: Catalogue, question: Question) -> KeywordAnswers:
    """Ask the keyword index.

    Raises:
        KeywordIndexDamaged
    """
    ids, scores = search_keywords(catalogue, list(question.terms))
    total = dict(zip(ids.tolist(), scores.tolist(), strict=True))
    if question.added:
        for number, score in zip(*search_keywords(catalogue, list(question.added)), strict=True):
            total[int(number)] = total.get(int(number), 0.0) + ADDED_COUNTS * float(score)
    with_score = np.array(sorted(i for i, score in total.items() if score > 0), dtype=np.int64)
    places = read_places(catalogue, view.documents, with_score.tolist())
    having = {t: passages_with_term(catalogue, t) for t in question.terms}
    share, count = np.zeros(len(places.ids)), np.zeros(len(places.ids))
    weights = view.rarities(catalogue, question.terms)
    for term, passages in having.items():
        has = np.isin(places.ids, passages)
        share += weights[term] * has
        count += has
    legs = {KEYWORDS: np.array([total[i] for i in places.ids.tolist()], dtype=np.float64)}
    coverage = float(count.max(initial=0.0)) / len(question.terms) if question.terms else 0.0
    pool = Pool(places, legs if question.terms else {}, share / (sum(weights.values()) or 1.0))
    return KeywordAnswers(view, catalogue, question, _within(pool, question), coverage)


def _within(pool: Pool, question: Question) -> Pool:
    """Return the pool without the passages that the scope leaves out."""
    if question.scope.is_everything:
        return pool
    within = in_scope(pool.places.ids, question)
    return Pool(
        pool.places.only(within),
        {name: scores[within] for name, scores in pool.legs.items()},
        pool.shares[within],
    )
