"""The engine at one moment: documents of the catalogue, and a collection that answers for them."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final

import numpy as np

from corpus.catalogue.catalogue import Catalogue
from corpus.errors import EngineUnavailable, IndexMissing
from index.documents.values import Mask, Rows
from index.engine import Scope
from index.model import VECTORS
from index.qdrant.choosing import count_in_scope
from index.qdrant.client import Ask, Best, Client, EngineFault, Row, scroll_all
from index.qdrant.documents import SortedDocuments
from index.qdrant.points import DOCUMENT, IS_BARE, keys_of, where_of
from index.qdrant.state import STATE_ID, State
from index.vectors.manifests import Manifest
from index.words.scores import NO_OTHERS, Others, WordScores

DOCUMENTS_PER_STEP: Final = 64
DOWN: Final = (
    "The search engine did not answer. Names and exact words are found, meaning is not compared."
)


@dataclass(frozen=True, slots=True)
class Filled:
    """A collection, and what it has."""

    name: str
    state: State


@dataclass
class Remembered:
    """What was asked of the engine at one revision, and serves all its views.

    Attributes:
        bare: the rows of the passages without a vector.
    """

    bare: Rows | None = None


@dataclass(frozen=True)
class Moment:
    """The engine at one moment. Only what it says of faults changes: they are noted as they happen.

    Attributes:
        client: the engine.
        filled: the collection that answers; ``None`` if none can.
        documents: those of the catalogue now.
        words: which of their passages have which words.
        down: why no collection can answer; ``None`` if one can.
        exact: whether every vector is compared.
        behind: whether changes of the catalogue may be missing from it.
        faults: how often the engine had failed before.
        file: which file the catalogue is.
        remembered: shared by the views of one revision.
        noted: faults of this view.
    """

    client: Client
    filled: Filled | None
    documents: SortedDocuments
    words: WordScores
    down: str | None
    exact: bool
    behind: bool
    faults: int
    file: str
    remembered: Remembered
    noted: list[str] = field(default_factory=list)

    @property
    def identity(self) -> Hashable:
        """The catalogue's file and revision, the collection's, and how often the engine failed."""
        filled = self.filled
        of_engine = (filled.name, filled.state.revision, filled.state.generation) if filled else ()
        return self.file, self.documents.revision, *of_engine, self.faults

    @property
    def vectors_identity(self) -> Hashable:
        """The collection and the generation that its vectors are of."""
        filled = self.filled
        return (filled.name, filled.state.generation) if filled else (self.down, self.faults)

    @property
    def average(self) -> float:
        """The words of an average passage that the engine's words were weighed with."""
        return self.filled.state.average if self.filled else 0.0

    @property
    def manifest(self) -> Manifest | None:
        """What the vectors were made with; ``None`` if there are none, or none can be asked for."""
        return self.filled.state.manifest if self.filled else None

    @property
    def problem(self) -> str | None:
        """Why there are no vectors, or older ones stand in."""
        return self.filled.state.problem if self.filled else self.down

    @property
    def multilingual_problem(self) -> str | None:
        """Why there are none of the second encoder."""
        return self.filled.state.multilingual_problem if self.filled else self.down

    @property
    def limits(self) -> tuple[str, ...]:
        """What failed while this was asked, and how far the engine is behind."""
        said = tuple(dict.fromkeys(self.noted))
        if self.behind:
            said += (
                "The search engine is behind the catalogue: the last changes may not be found yet.",
            )
        return said

    @property
    def passages(self) -> int:
        """How many passages have a vector."""
        return self.manifest.passages if self.manifest else 0

    @property
    def without_vector(self) -> int:
        """How many passages have no vector yet, as far as the engine can say."""
        if self.manifest is None:
            return self.documents.passages
        bare = self.remembered.bare
        return 0 if bare is None else len(bare)

    def ask_engine(self, asks: Sequence[Ask]) -> list[Best]:
        """Return the best points for each question.

        Raises:
            EngineFault
        """
        if not asks:
            return []
        if self.filled is None:
            raise EngineFault(self.down or DOWN)
        return self.client.ask(self.filled.name, asks)

    def bare(self) -> Rows:
        """Return the rows of the passages that have no vector yet.

        Raises:
            EngineFault
        """
        kept = self.remembered.bare
        if kept is None and self.filled:
            points = scroll_all(self.client, self.filled.name, IS_BARE, ())
            kept = self.documents.locate([point.id for point in points]).rows
            self.remembered.bare = kept
        return np.empty(0, np.int64) if kept is None else kept

    def rarities(
        self, catalogue: Catalogue, terms: Sequence[str], others: Others = NO_OTHERS
    ) -> dict[str, float]:
        """Return the inverse document frequency of each term, over searched passages."""
        return self.words.rarities(catalogue, terms, others)

    def missing(
        self, catalogue: Catalogue, terms: Sequence[str], among: Mask | None = None
    ) -> list[str]:
        """Return the terms that no passage has, or none of these documents' passages."""
        found = zip(terms, self.words.find(catalogue, terms), strict=True)
        return [term for term, listed in found if not self._is_among(listed.rows, among)]

    def _is_among(self, rows: Rows, among: Mask | None) -> bool:
        """Whether there are such passages, in these documents if they are given."""
        if among is None:
            return bool(len(rows))
        return bool(among[self.documents.owner[self.documents.pair[rows]]].any())

    def documents_with(self, catalogue: Catalogue, scope: Scope) -> Mask:
        """Return (m,) bool: the documents with a passage that the scope allows."""
        del catalogue  # the documents say whose each passage is
        return self.documents.having(count_in_scope(self.documents, scope))

    def vectors_of(
        self, rows: Rows, *, leg: str = VECTORS, evidence: bool = False
    ) -> Iterator[tuple[int, Row]]:
        """Yield the row and the vectors of each of these documents that has any.

        Raises:
            EngineUnavailable
        """
        if self.filled is None:
            if self.down:
                raise EngineUnavailable(self.down)
            raise IndexMissing(self.problem or "There is no index.")
        distinct = np.unique(rows).tolist()
        for start in range(0, len(distinct), DOCUMENTS_PER_STEP):
            yield from self._vectors_in(
                distinct[start : start + DOCUMENTS_PER_STEP], leg, evidence=evidence
            )

    def _vectors_in(
        self, rows: list[int], leg: str, *, evidence: bool
    ) -> Iterator[tuple[int, Row]]:
        keys = dict(
            zip(keys_of(self.documents.document_ids[row] for row in rows), rows, strict=True)
        )
        found: dict[int, list[tuple[int, bool, Row]]] = {row: [] for row in rows}
        if self.filled is None or leg not in self.filled.state.dimensions:
            return
        try:
            points = list(
                scroll_all(
                    self.client,
                    self.filled.name,
                    where_of(keys),
                    (DOCUMENT, "roles"),
                    vectors=(leg,),
                )
            )
        except EngineFault as fault:
            raise EngineUnavailable(DOWN) from fault
        evidence_sorts = self.documents.evidence_roles()
        for point in points:
            if point.id != STATE_ID and leg in point.vectors:
                is_evidence = point.payload.get("roles") in evidence_sorts
                row = keys[point.payload[DOCUMENT]]
                found[row].append((point.id, is_evidence, point.vectors[leg]))
        for row in rows:
            only = evidence and bool(self.documents.have_evidence[row])
            chosen = [v for _, counts, v in sorted(found[row], key=_by_id) if counts or not only]
            if chosen:
                yield row, np.stack(chosen)


def _by_id(found: tuple[int, bool, Row]) -> int:
    return found[0]
