"""What a search runs on: the catalogue's holdings and the current vectors, joined by row.

It is replaced as a whole when either changes, so a running server picks up a new document or index
and no answer mixes two generations. What did not change is taken over from the one before.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

import numpy as np
import numpy.typing as npt

from corpus.catalogue.catalogue import Catalogue
from index.documents.arrays import Documents, frozen
from index.documents.values import Mask, Rows
from index.engine import Scope
from index.local.holdings import Holdings, allowed_in
from index.model import VECTORS
from index.vectors.blocks import Blocks
from index.vectors.manifests import Manifest
from index.vectors.vectors import CoarseVectors
from index.words.scores import NO_OTHERS, Others, WordScores

NARROW: Final = 0.4
"""The share of passages up to which only theirs are compared with a query: reading one in any
place costs 0.21 us, in a row with all others 0.10 us."""


@dataclass(frozen=True, slots=True)
class Generation:
    """A loaded index, or the reason there is none.

    ``name`` is what ``CURRENT`` said; ``problem`` is also why an older index stands in for it.
    ``multilingual`` are the second encoder's vectors, of the same passages in the same order;
    ``multilingual_problem`` says why they cannot be used. ``coarse`` are copies of the vectors of
    each leg, if there are many.
    """

    name: str
    vectors: Blocks | None
    manifest: Manifest | None
    problem: str | None
    multilingual: Blocks | None = None
    multilingual_problem: str | None = None
    coarse: Mapping[str, CoarseVectors] = field(default_factory=dict)

    def vectors_of(self, leg: str) -> Blocks | None:
        """Return the vectors of a leg's encoder."""
        return self.vectors if leg == VECTORS else self.multilingual


@dataclass(frozen=True, slots=True)
class Snapshot:
    """Holdings and vectors as of one moment.

    Attributes:
        vector_row: (n,) int64, for each passage row its row in the vectors, -1 if it has none.
        passage_row: (v,) int64, for each vector its passage row, -1 if the passage is gone.
        words: the keyword scores of these passages.
        file: which file the catalogue was.
        encoded: (n,) bool, read-only, which passage rows have a vector.
    """

    holdings: Holdings
    generation: Generation
    vector_row: Rows
    passage_row: Rows
    words: WordScores
    file: tuple[int, int]
    encoded: Mask = field(init=False, repr=False)

    def __post_init__(self) -> None:
        """Look once which passages have a vector."""
        object.__setattr__(self, "encoded", frozen(self.vector_row >= 0))

    @property
    def documents(self) -> Documents:
        """The documents, which are a part of the holdings."""
        return self.holdings

    @property
    def identity(self) -> Hashable:
        """The file of the catalogue, its revision, and the generation of the index."""
        return self.file, self.generation.name, self.holdings.revision

    @property
    def vectors_identity(self) -> Hashable:
        """The file of the catalogue and the generation of the index."""
        return self.file, self.generation.name

    @property
    def manifest(self) -> Manifest | None:
        """What the vectors were made with; ``None`` if there are none."""
        return self.generation.manifest

    @property
    def problem(self) -> str | None:
        """Why there are no vectors, or older ones stand in."""
        return self.generation.problem

    @property
    def multilingual_problem(self) -> str | None:
        """Why the vectors of the second encoder cannot be used."""
        return self.generation.multilingual_problem

    @property
    def limits(self) -> tuple[str, ...]:
        """Nothing: what limits answers here is said of the index."""
        return ()

    @property
    def passages(self) -> int:
        """How many passages have a vector."""
        vectors = self.generation.vectors
        return len(vectors.living) if vectors else 0

    @property
    def without_vector(self) -> int:
        """How many passages have no vector yet."""
        return int((~self.encoded).sum())

    def rarities(
        self, catalogue: Catalogue, terms: Sequence[str], others: Others = NO_OTHERS
    ) -> dict[str, float]:
        """Return the inverse document frequency of each term."""
        return self.words.rarities(catalogue, terms, others)

    def missing(
        self, catalogue: Catalogue, terms: Sequence[str], among: Mask | None = None
    ) -> list[str]:
        """Return the terms that no passage has, or none of these documents' passages."""
        owner = self.holdings.owner
        found = zip(terms, self.words.find(catalogue, terms), strict=True)
        return [
            term
            for term, listed in found
            if not (len(listed.rows) if among is None else among[owner[listed.rows]].any())
        ]

    def documents_with(self, catalogue: Catalogue, scope: Scope) -> Mask:
        """Return (m,) bool: the documents with a passage that the scope allows."""
        del catalogue  # the holdings say whose each passage is
        within = np.zeros(len(self.holdings.document_ids), dtype=bool)
        within[self.holdings.owner[allowed_in(self.holdings, scope)]] = True
        return within

    def vectors_of(
        self, rows: Rows, *, leg: str = VECTORS, evidence: bool = False
    ) -> Iterator[tuple[int, npt.NDArray[np.float32]]]:
        """Yield the row and the vectors of each of these documents that has any."""
        vectors, holdings = self.generation.vectors_of(leg), self.holdings
        if vectors is None or not len(rows):
            return
        counted = self.encoded
        if evidence:
            counted = counted & (holdings.evidence | ~holdings.have_evidence[holdings.owner])
        wanted = np.zeros(len(holdings.document_ids), dtype=bool)
        wanted[rows] = True
        passages = np.flatnonzero(counted & wanted[holdings.owner])
        passages = passages[np.argsort(holdings.owner[passages], kind="stable")]
        owners, starts = np.unique(holdings.owner[passages], return_index=True)
        ends = np.append(starts, len(passages))[1:]
        for owner, start, end in zip(owners.tolist(), starts.tolist(), ends.tolist(), strict=True):
            yield owner, vectors.take(self.vector_row[passages[start:end]])

    def has_vector(self, leg: str = VECTORS) -> Mask:
        """Return (n,) bool: which passage rows have a vector of a leg's encoder."""
        if self.generation.vectors_of(leg) is None:
            return np.zeros(len(self.vector_row), dtype=bool)
        return self.encoded

    def cosines(
        self,
        query: npt.NDArray[np.float32],
        *,
        leg: str = VECTORS,
        among: Mask | None = None,
    ) -> npt.NDArray[np.float64]:
        """Return (n,): the cosine of each passage row with ``query``, NaN where it has no vector.

        Args:
            query: (dimensions,) float32, unit length, of the leg's encoder.
            leg: whose vectors to compare it with.
            among: (n,) bool, the passages whose cosines are needed, the others may be NaN;
                ``None`` for all.
        """
        vectors = self.generation.vectors_of(leg)
        out = np.full(len(self.vector_row), np.nan)
        if vectors is None:
            return out
        if among is not None and among.sum() < NARROW * len(among):
            wanted = np.flatnonzero(among & self.encoded)
            out[wanted] = vectors.cosines(query, self.vector_row[wanted])
            return out
        known = self.passage_row >= 0
        out[self.passage_row[known]] = vectors.cosines(query)[known]
        return out
