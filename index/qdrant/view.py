"""The engine at one moment: documents of the catalogue, and a collection that answers for them."""

from __future__ import annotations

import math
from collections.abc import Hashable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final

import numpy as np

from corpus.catalogue.catalogue import Catalogue
from corpus.documents.places import unsearched_passages
from corpus.errors import EngineUnavailable, IndexMissing, KeywordIndexDamaged
from index.clock import Clock
from index.documents.values import Mask, Rows
from index.engine import Answers, Question, Scope
from index.model import VECTORS
from index.qdrant.asking import ask
from index.qdrant.client import Answer, Ask, Client, EngineFault, Row, scroll_all
from index.qdrant.counting import Bare
from index.qdrant.documents import SortedDocuments, read_places
from index.qdrant.keywords_alone import ask_keywords
from index.qdrant.points import DOCUMENT, IS_BARE, keys_of, where_of
from index.qdrant.state import STATE_ID, State
from index.qdrant.wording import Known, Wording, count_terms, read_wording
from index.vectors.generations import Manifest
from index.words.keywords import documents_with_term, passages_with_term

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
    """What was worked out for one revision, and serves all its views.

    Attributes:
        known: by term, how many passages have it.
        unsearched: the passages that the keyword index has and no search shows.
        bare: the passages without a vector, by the revision of the engine.
    """

    known: Known = field(default_factory=dict)
    unsearched: Rows | None = None
    bare: Bare | None = None


@dataclass(frozen=True)
class QdrantView:
    """The engine at one moment. Only what it says of faults changes: they are noted as they happen.

    Attributes:
        client: the engine.
        filled: the collection that answers; ``None`` if none can.
        documents: those of the catalogue now.
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
        return sum(bare.counts.values()) if bare else 0

    def ask_engine(self, asks: Sequence[Ask]) -> list[list[Answer]]:
        """Return the best points for each question.

        Raises:
            EngineFault
        """
        if not asks:
            return []
        if self.filled is None:
            raise EngineFault(self.down or DOWN)
        return self.client.ask(self.filled.name, asks)

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
            return read_wording(catalogue, question.terms, question.added, self.remembered.known)
        except KeywordIndexDamaged:
            if not question.vectors:
                raise
            return None

    def bare(self, catalogue: Catalogue) -> Bare:
        """Return the passages that have no vector yet.

        Raises:
            EngineFault
        """
        kept = self.remembered.bare
        if kept is None and self.filled:
            points = scroll_all(self.client, self.filled.name, IS_BARE, ())
            places = read_places(catalogue, self.documents, sorted(point.id for point in points))
            self.remembered.bare = kept = Bare(places.ids, places.count())
        return kept or Bare(
            np.empty(0, np.int64), read_places(catalogue, self.documents, ()).count()
        )

    def rarities(self, catalogue: Catalogue, terms: Sequence[str]) -> dict[str, float]:
        """Return the inverse document frequency of each term, over searched passages."""
        count = self.documents.passages
        if self.remembered.unsearched is None:
            hidden = np.array(unsearched_passages(catalogue), dtype=np.int64)
            self.remembered.unsearched = hidden
        among = self._count(catalogue, terms, self.remembered.unsearched)
        return {t: math.log1p((count - n + 0.5) / (n + 0.5)) for t, n in among.items()}

    def _count(self, catalogue: Catalogue, terms: Sequence[str], hidden: Rows) -> dict[str, int]:
        if not len(hidden):
            return count_terms(catalogue, terms, self.remembered.known)
        passages = ((term, passages_with_term(catalogue, term)) for term in terms)
        return {term: int((~np.isin(ids, hidden)).sum()) for term, ids in passages}

    def missing(
        self, catalogue: Catalogue, terms: Sequence[str], among: Mask | None = None
    ) -> list[str]:
        """Return the terms that no passage has, or none of these documents' passages."""
        counts = count_terms(catalogue, terms, self.remembered.known)
        return [t for t in terms if not counts[t] or not self._is_among(catalogue, t, among)]

    def _is_among(self, catalogue: Catalogue, term: str, among: Mask | None) -> bool:
        """Whether a searched document, one of these if they are given, has a term."""
        for name in documents_with_term(catalogue, term):
            rows = self.documents.document_rows([name])
            if len(rows) and (among is None or among[rows[0]]):
                return True
        return False

    def documents_with(self, catalogue: Catalogue, scope: Scope) -> Mask:
        """Return (m,) bool: the documents with a passage that the scope allows."""
        documents = self.documents
        if scope.having is not None:
            ids = np.setdiff1d(scope.having, scope.without)
            within = np.zeros(len(documents.document_ids), dtype=bool)
            within[read_places(catalogue, documents, ids.tolist()).owners] = True
            return within
        without = read_places(catalogue, documents, scope.without.tolist())
        return documents.having(documents.less(without.count()))

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
