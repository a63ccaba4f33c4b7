"""Which documents a search can show at all: what totals and facets count, without a ranking.

A leg's scores do not depend on the filters. So a value's count needs no ranking of its own: the
documents that pass the filters and have a passage with a score are those that its ranking would
have, up to as many as a ranking lists.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

import numpy as np

from index.documents.arrays import Documents
from index.documents.values import Flags, Mask, Rows, Values
from index.model import Filters

_SAID, _SAID_EVIDENCE = np.uint8(1), np.uint8(2)
_HALF: Final = 32
"""Bits: two counts are added up as one number."""


@dataclass(frozen=True, slots=True)
class Totals:
    """How many results there would be with each value of a field, whatever the words.

    Attributes:
        whole: (v,) int64, if passages of any role are ranked.
        evidence: (v,) int64, if only evidence is.
        silent: (v,) bool, the values without a document that has evidence.
    """

    whole: Rows
    evidence: Rows
    silent: Mask


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
        said_apart: those whose words are in no evidence.
        flags: (m,) uint8, ``said`` and ``said_evidence`` in one.
    """

    scored: Mask
    said: Mask
    evidence: Mask
    scored_evidence: Mask
    said_evidence: Mask
    any_role: bool
    most: int
    said_apart: Mask = field(init=False, repr=False)
    flags: Flags = field(init=False, repr=False)

    def __post_init__(self) -> None:
        """Work out once what every field needs."""
        object.__setattr__(self, "said_apart", self.said & ~self.said_evidence)
        flags = self.said * _SAID + self.said_evidence * _SAID_EVIDENCE
        object.__setattr__(self, "flags", flags)

    @classmethod
    def of_list(cls, documents: Mask) -> Candidates:
        """Return the candidates of a list without words: these documents, however many."""
        none = np.zeros(len(documents), dtype=bool)
        return cls(documents, none, documents, documents, none, any_role=True, most=len(documents))

    def count(self, documents: Documents, name: str, filters: Filters) -> dict[str, int]:
        """Return the total of a search with each value of a field as a filter, if it is not 0.

        Args:
            documents: what the document rows refer to.
            name: of the field.
            filters: the others.
        """
        values, allowed = documents.values[name], documents.allowed_documents(filters)
        kind = self._kind(documents)
        totals: Totals = (
            documents.totals.get(
                (kind, name, filters), lambda: self._add_up(documents, values, allowed)
            )
            if kind
            else self._add_up(documents, values, allowed)
        )
        whole = totals.silent | self.any_role
        if not self.any_role and (self.said_apart & allowed).any():
            whole = whole | (values.any_of(self.flags * allowed) == _SAID)
        counts = np.where(whole, totals.whole, totals.evidence)
        counted = np.minimum(counts, self.most).tolist()
        return {name: n for name, n in zip(values.names, counted, strict=True) if n}

    def _kind(self, documents: Documents) -> str:
        """Return a name for candidates whose totals do not depend on the words, or nothing.

        Vectors score all passages, whatever the question.
        """
        if self.any_role and self.scored.all():
            return "all"
        with_evidence = documents.have_evidence
        usual = (
            np.array_equal(self.scored, documents.have_passages)
            and np.array_equal(self.evidence, with_evidence)
            and np.array_equal(self.scored_evidence, with_evidence)
        )
        return "scored" if usual else ""

    def _add_up(self, documents: Documents, values: Values, allowed: Mask) -> Totals:
        """Count the works with each value among the allowed documents, (m,) bool."""
        alone = allowed & (documents.forms == 1)
        counted = (alone & self.scored) + ((alone & self.scored_evidence).astype(np.int64) << _HALF)
        both = values.sums(counted)
        return Totals(
            whole=(both & ((1 << _HALF) - 1))
            + _count_shared(documents, values, allowed & self.scored),
            evidence=(both >> _HALF)
            + _count_shared(documents, values, allowed & self.scored_evidence),
            silent=values.any_of((allowed & self.evidence).astype(np.uint8)) == 0,
        )

    def count_all(self, documents: Documents, allowed: Mask) -> int:
        """Return how many works there are to show, also past as many as a ranking lists."""
        chosen = self.scored if self._is_whole(allowed) else self.scored_evidence
        return int(documents.works_of(chosen & allowed).sum())

    def matched_works(self, documents: Documents, allowed: Mask) -> Mask:
        """Return (m,) bool by number of a work: those whose documents have a word of the query."""
        chosen = self.said if self._is_whole(allowed) else self.said_evidence
        return documents.works_of(chosen & allowed)

    def _is_whole(self, allowed: Mask) -> bool:
        flags = (self.said, self.said_evidence, self.evidence)
        return bool(self._whole(*(np.array([(allowed & f).any()]) for f in flags))[0])

    def _whole(self, said: Mask, said_evidence: Mask, evidence: Mask) -> Mask:
        """Return whether passages of any role are ranked, by the rule of ``rank_passages``."""
        return (said & ~said_evidence) | ~evidence | self.any_role


def _count_shared(documents: Documents, values: Values, shown: Mask) -> Rows:
    """Return how many works of several documents there are with each value, of these documents."""
    shared = shown & (documents.forms > 1)
    if not shared.any():
        return np.zeros(len(values.names), dtype=np.int64)
    entries = np.flatnonzero(shared[values.rows])
    works = documents.work[values.rows[entries]]
    pairs = np.unique((values.numbers[entries] << _HALF) | works)
    return np.bincount(pairs >> _HALF, minlength=len(values.names))
