"""Which documents a search can show at all: what totals and facets count, without a ranking.

A leg's scores do not depend on the filters. So a value's count needs no ranking of its own: the
documents that pass the filters and have a passage with a score are those that its ranking would
have, up to as many as a ranking lists.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from index.model import KEYWORDS, MAX_RESULTS, Filters
from index.search.holdings import Holdings
from index.search.ranking import Legs, Ranking
from index.search.values import Mask, Rows, Values


@dataclass(frozen=True, slots=True)
class Candidates:
    """Documents by what their passages have; each is (m,) bool by document row.

    Attributes:
        scored: a leg has a score for one of its passages.
        said: one of its passages has a word of the query.
        evidence: one of its passages is evidence by its role.
        scored_evidence, said_evidence: the same of its passages that are evidence.
        any_role: whether passages of any role are ranked, because a filter asks for a role.
        most: how many works are shown at most.
    """

    scored: Mask
    said: Mask
    evidence: Mask
    scored_evidence: Mask
    said_evidence: Mask
    any_role: bool
    most: int

    @classmethod
    def of_legs(cls, holdings: Holdings, legs: Legs, filters: Filters) -> Candidates:
        """Return what the legs and the filters about passages make candidates."""
        speaking = holdings.allowed_passages(filters)
        evidence = holdings.evidence() & speaking
        scored = np.zeros(len(speaking), dtype=bool)
        for scores in legs.values():
            scored |= ~np.isnan(scores)
        scored &= speaking
        said = ~np.isnan(legs[KEYWORDS]) & speaking if KEYWORDS in legs else np.zeros_like(scored)
        return cls(
            scored=holdings.documents_of(scored),
            said=holdings.documents_of(said),
            evidence=holdings.documents_of(evidence),
            scored_evidence=holdings.documents_of(scored & evidence),
            said_evidence=holdings.documents_of(said & evidence),
            any_role=bool(filters["roles"]),
            most=MAX_RESULTS,
        )

    @classmethod
    def of_list(cls, documents: Mask) -> Candidates:
        """Return the candidates of a list without words: these documents, however many."""
        none = np.zeros(len(documents), dtype=bool)
        return cls(documents, none, documents, documents, none, any_role=True, most=len(documents))

    def count(self, holdings: Holdings, values: Values, allowed: Mask) -> dict[str, int]:
        """Return the total of a search with each value as a filter, if it is not 0.

        Args:
            holdings: what the document rows refer to.
            values: the values of a field.
            allowed: (m,) bool, the documents that pass the other filters.
        """
        rows, numbers = values.rows, values.numbers
        rows, numbers = rows[allowed[rows]], numbers[allowed[rows]]

        def any_of(documents: Mask) -> Mask:
            having = np.bincount(numbers[documents[rows]], minlength=len(values.names))
            return having > 0

        whole = self._whole(*map(any_of, (self.said, self.said_evidence, self.evidence)))
        shown = np.where(whole[numbers], self.scored[rows], self.scored_evidence[rows])
        counts = _count_works(holdings, rows[shown], numbers[shown], len(values.names))
        capped = np.minimum(counts, self.most).tolist()
        return {name: n for name, n in zip(values.names, capped, strict=True) if n}

    def count_all(self, holdings: Holdings, allowed: Mask) -> int:
        """Return how many works there are to show, also past as many as a ranking lists."""
        chosen = self.scored if self._is_whole(allowed) else self.scored_evidence
        return len(np.unique(holdings.work[chosen & allowed]))

    def matched_works(self, holdings: Holdings, allowed: Mask) -> Rows:
        """Return the works of the documents that have a word of the query."""
        chosen = self.said if self._is_whole(allowed) else self.said_evidence
        return np.unique(holdings.work[chosen & allowed])

    def _is_whole(self, allowed: Mask) -> bool:
        flags = (self.said, self.said_evidence, self.evidence)
        return bool(self._whole(*(np.array([(allowed & f).any()]) for f in flags))[0])

    def _whole(self, said: Mask, said_evidence: Mask, evidence: Mask) -> Mask:
        """Return whether passages of any role are ranked, by the rule of ``rank_passages``."""
        return (said & ~said_evidence) | ~evidence | self.any_role


def count_matches(
    holdings: Holdings, candidates: Candidates, ranking: Ranking, filters: Filters
) -> tuple[int, int, bool]:
    """Return how many works matched by words, how many shown ones did not, and if there are more.

    The first counts all of them, the second only those that the ranking lists.
    """
    allowed = holdings.allowed_documents(filters)
    matched = candidates.matched_works(holdings, allowed)
    shown = np.unique(holdings.work[ranking.documents])
    related = len(np.setdiff1d(shown, matched, assume_unique=True))
    return len(matched), related, candidates.count_all(holdings, allowed) > len(shown)


def _count_works(holdings: Holdings, rows: Rows, numbers: Rows, size: int) -> Rows:
    """Return how many works there are under each number."""
    shared = np.bincount(holdings.work, minlength=len(holdings.work))[holdings.work[rows]] > 1
    counts = np.bincount(numbers[~shared], minlength=size)
    pairs = np.unique((numbers[shared] << 32) | holdings.work[rows[shared]])
    return counts + np.bincount(pairs >> 32, minlength=size)
