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
from index.documents.values import Mask, Rows, Values

_SCORED, _SAID, _EVIDENCE, _SCORED_EVIDENCE, _SAID_EVIDENCE, _SHARED = (1 << n for n in range(6))
_SUMS: Final = 1 << 6


@dataclass(frozen=True, slots=True)
class Tally:
    """The flags of the documents that some filters allow.

    Attributes:
        flags: (m,) int64, the sum of each document's flags, 0 for one that is not allowed.
        sums: (s,) int64, the sums that occur, ascending; few of the 64 that may be.
        places: (m,) int64, the place of each document's sum in ``sums``.
    """

    flags: Rows
    sums: Rows
    places: Rows


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
        flags: (m,) int64, the same of each document as one sum of flags.
    """

    scored: Mask
    said: Mask
    evidence: Mask
    scored_evidence: Mask
    said_evidence: Mask
    any_role: bool
    most: int
    flags: Rows = field(init=False, repr=False)

    def __post_init__(self) -> None:
        """Add up the flags, once for all fields."""
        flags = np.zeros(len(self.scored), dtype=np.int64)
        for flag, documents in (
            (_SCORED, self.scored),
            (_SAID, self.said),
            (_EVIDENCE, self.evidence),
            (_SCORED_EVIDENCE, self.scored_evidence),
            (_SAID_EVIDENCE, self.said_evidence),
        ):
            flags += flag * documents
        object.__setattr__(self, "flags", flags)

    @classmethod
    def of_list(cls, documents: Mask) -> Candidates:
        """Return the candidates of a list without words: these documents, however many."""
        none = np.zeros(len(documents), dtype=bool)
        return cls(documents, none, documents, documents, none, any_role=True, most=len(documents))

    def tally(self, documents: Documents, allowed: Mask) -> Tally:
        """Return what counting the values of any field among the allowed documents begins with.

        Args:
            documents: what the document rows refer to.
            allowed: (m,) bool, the documents that pass the other filters.
        """
        flags = np.where(allowed, self.flags + _SHARED * (documents.forms > 1), 0)
        sums = np.flatnonzero(np.bincount(flags, minlength=_SUMS))
        place = np.zeros(_SUMS, dtype=np.int64)
        place[sums] = np.arange(len(sums))
        return Tally(flags, sums, place[flags])

    def count(self, documents: Documents, values: Values, tally: Tally) -> dict[str, int]:
        """Return the total of a search with each value as a filter, if it is not 0.

        Args:
            documents: what the document rows refer to.
            values: the values of a field.
            tally: of the documents that pass the other filters.
        """
        sums, size = tally.sums, len(values.names)
        cells = np.bincount(
            values.numbers * len(sums) + tally.places[values.rows], minlength=size * len(sums)
        ).reshape(size, len(sums))

        def having(flag: int, *, alone: bool = False) -> Rows:
            among = (sums & flag > 0) & ~(alone & (sums & _SHARED > 0))
            found: Rows = cells[:, among].sum(axis=1)
            return found

        parts = (having(flag) > 0 for flag in (_SAID, _SAID_EVIDENCE, _EVIDENCE))
        whole = self._whole(*parts)
        counts = np.where(
            whole, having(_SCORED, alone=True), having(_SCORED_EVIDENCE, alone=True)
        ) + self._count_shared(documents, values, tally, whole)
        counted = np.minimum(counts, self.most).tolist()
        return {name: n for name, n in zip(values.names, counted, strict=True) if n}

    def _count_shared(
        self, documents: Documents, values: Values, tally: Tally, whole: Mask
    ) -> Rows:
        """Return how many works of several documents there are with each value."""
        if not (tally.sums & _SHARED).any():
            return np.zeros(len(values.names), dtype=np.int64)
        flags = tally.flags
        shared = np.flatnonzero((flags & _SHARED > 0)[values.rows])
        rows, numbers = values.rows[shared], values.numbers[shared]
        shown = flags[rows] & np.where(whole[numbers], _SCORED, _SCORED_EVIDENCE) > 0
        pairs = np.unique((numbers[shown] << 32) | documents.work[rows[shown]])
        return np.bincount(pairs >> 32, minlength=len(values.names))

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
