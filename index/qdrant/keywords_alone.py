"""What the words of the catalogue say of a question while the engine cannot be asked."""

from __future__ import annotations

from dataclasses import dataclass

from corpus.catalogue.catalogue import Catalogue
from index.documents.candidates import Candidates
from index.documents.values import Rows
from index.engine import DEPTH, Found, Question
from index.model import KEYWORDS, MAX_RESULTS
from index.qdrant.choosing import allowed_by, best_works, found_in
from index.qdrant.counting import count_candidates, count_said
from index.qdrant.moment import Moment
from index.qdrant.wording import Wording, read_wording


@dataclass(frozen=True, slots=True)
class KeywordAnswers:
    """Answers by words alone.

    Attributes:
        view: what was asked.
        catalogue: has the words.
        question: what was asked for.
        wording: its words.
        said: (k,) int64, how many passages of each pair are in scope and have one of them.
    """

    view: Moment
    catalogue: Catalogue
    question: Question
    wording: Wording
    said: Rows

    @property
    def legs(self) -> tuple[str, ...]:
        """The words alone."""
        return (KEYWORDS,) if self.question.terms else ()

    @property
    def coverage(self) -> float:
        """The largest share of the terms that any one passage has."""
        return self.wording.coverage

    def candidates(self, depth: int = DEPTH) -> Found:
        """Return the best passages, as ``Answers.candidates`` says: all with a word are scored."""
        documents = self.view.documents
        places = documents.places_of(self.wording.rows)
        scores = self.wording.bm25(self.catalogue, places.rows)
        passing = allowed_by(documents, self.question, self.said).among(places, self.question)
        best, _ = best_works(places, scores, passing, documents.work, depth)
        best.sort()
        places = documents.places_of(places.rows[best])
        shares = self.wording.shares(self.catalogue, places.rows)
        complete = self.wording.have_all(self.catalogue, places.rows)
        return found_in(places, {KEYWORDS: scores[best]} if self.legs else {}, shares, complete)

    def counts(self) -> Candidates:
        """Return which documents the question can find at all."""
        return count_candidates(self.view.documents, self.question, self.said, None, MAX_RESULTS)


def ask_keywords(view: Moment, catalogue: Catalogue, question: Question) -> KeywordAnswers:
    """Ask the words of the catalogue.

    Raises:
        KeywordIndexDamaged
    """
    wording = read_wording(view.words, catalogue, question)
    said = count_said(view.documents, question, wording.rows)
    return KeywordAnswers(view, catalogue, question, wording, said)
