"""Judges what a search came to: how good the best evidence is, and which words nothing has."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from corpus.catalogue.catalogue import Catalogue
from index.documents.values import Rows
from index.engine import View
from index.model import KEYWORDS, VECTORS, Strength
from index.search.ranking import Ranking
from index.search.strength import AMONG, best_grade, grade_passages
from index.vectors.profile import EncoderProfile
from index.words.scores import NO_OTHERS, Others


@dataclass(frozen=True, slots=True)
class Judged:
    """How good the evidence is, and the words of the query that no document has.

    Attributes:
        strength: of the best of the first passages.
        grades: (k,) int64, the strength of each passage of the ranking, as ``grade_passages`` says.
        missing_words: what no document has.
    """

    strength: Strength
    grades: Rows
    missing_words: tuple[str, ...] = ()


def judge_evidence(
    catalogue: Catalogue,
    view: View,
    ranking: Ranking,
    terms: Sequence[str],
    profile: EncoderProfile,
    *,
    leg: str = VECTORS,
    others: Others = NO_OTHERS,
) -> Judged:
    """Judge a ranking; without a keyword index, by meaning alone.

    Args:
        catalogue: what was searched.
        view: of it.
        ranking: the passages, best first.
        terms: the words that were searched for; one that ends in a star is the beginning of some,
            and never missing.
        profile: that of the leg's encoder.
        leg: whose cosines are judged.
        others: what stands for some of the terms: then they are not missing.
    """
    if KEYWORDS not in ranking.legs:
        grades = grade_passages(ranking, len(terms), profile, leg=leg, passages=view.passages)
        return Judged(best_grade(grades[:AMONG]), grades)
    words = [term for term in terms if term[-1] != "*"]
    missing = [
        term
        for term in view.missing(catalogue, words)
        if term not in others or len(view.missing(catalogue, others[term])) == len(others[term])
    ]
    grades = grade_passages(ranking, len(terms), profile, leg=leg, passages=view.passages)
    return Judged(best_grade(grades[:AMONG]), grades, tuple(missing))
