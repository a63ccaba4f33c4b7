"""The port: what a search asks of the engine that holds the passages, and what keeps it true.

An engine scores passages by the legs of a question and returns the best of each. What is about
documents stays in arrays of this process (``documents``), what people read is read from the
catalogue; so an engine keeps vectors, words and filter values, and no text. Planning, fusion,
ranking, facets and hits come after the port and read it alone.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, Protocol

import numpy as np
import numpy.typing as npt

from corpus.catalogue.catalogue import Catalogue
from index.clock import Clock
from index.documents.arrays import Documents
from index.documents.candidates import Candidates
from index.documents.values import Mask, Rows
from index.model import VECTORS, Filters
from index.vectors.manifests import Manifest

Scores = npt.NDArray[np.float64]
Vector = npt.NDArray[np.float32]
Ids = npt.NDArray[np.int64]

DEPTH: Final = 100
"""How many works each leg contributes; 50, 100 and 200 give the same nDCG@10."""
PASSAGES_PER_STEP: Final = 4 * DEPTH
"""How many of a leg's best passages are read first; more if they are of fewer than DEPTH works."""
ALL: Final = 0.999
"""The share of all words, whatever the rounding."""
ADDED_COUNTS: Final = 0.5
"""What the words added for an acronym count, as a share of the words that were asked for."""
NO_IDS: Final[Ids] = np.empty(0, np.int64)
NO_OTHERS: Final[Mapping[str, tuple[str, ...]]] = {}


@dataclass(frozen=True, slots=True)
class Scope:
    """The passages that a query's phrases and words to leave out allow.

    Attributes:
        having: (k,) int64, ascending, the ids of those with every phrase; ``None`` for all.
        without: (k,) int64, ascending, the ids of those with a word to leave out.
    """

    having: Ids | None = None
    without: Ids = field(default_factory=lambda: NO_IDS)

    @property
    def is_everything(self) -> bool:
        """Whether no passage is left out."""
        return self.having is None and not len(self.without)


EVERYTHING: Final = Scope()


@dataclass(frozen=True, slots=True)
class Question:
    """What is looked for.

    Attributes:
        terms: words for the keyword leg; one that ends in a star is the beginning of some.
        added: phrases that count ``ADDED_COUNTS`` of a term.
        others: what some terms are in English, for a question in another language, or written
            apart: a passage with one of these has the term.
        apart: how compounds among the terms and these words are written apart.
        vectors: by leg, (dimensions,) float32 of unit length from the leg's encoder.
        filters: which documents and passages may be found.
        scope: which passages may be.
        leave_out: the rows of documents that must not be.
    """

    terms: tuple[str, ...] = ()
    added: tuple[str, ...] = ()
    others: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    apart: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    vectors: Mapping[str, Vector] = field(default_factory=dict)
    filters: Filters = field(default_factory=Filters)
    scope: Scope = EVERYTHING
    leave_out: tuple[int, ...] = ()

    @property
    def words(self) -> list[str]:
        """The terms, and what stands for them."""
        return list(dict.fromkeys([*self.terms, *(w for of in self.others.values() for w in of)]))


@dataclass(frozen=True, slots=True)
class Found:
    """The best passages of each leg, with the scores from all legs, in the order of their ids.

    Attributes:
        ids: (k,) int64 passage ids, ascending.
        owners: (k,) int64, the row of each one's document.
        legs: by name, (k,) float64, NaN where the leg has no score.
        shares: (k,) float64, which share of the question's words each one has, 0 to 1, rare
            words counting more.
        complete: (k,) bool, which have each word of the question, or what stands for it.
        concluding: (k,) bool, which are of a summary or of findings.
    """

    ids: Ids
    owners: Rows
    legs: Mapping[str, Scores]
    shares: Scores
    complete: Mask
    concluding: Mask


class Answers(Protocol):
    """What an engine says of one question, at one revision."""

    @property
    def legs(self) -> tuple[str, ...]:
        """The legs that ran: keywords unless there are none or their index is damaged, vectors."""

    @property
    def coverage(self) -> float:
        """The largest share of the question's terms that any one passage has, 0 to 1."""

    def candidates(self, depth: int = DEPTH) -> Found:
        """Return the best passages of each leg, as many as are of its first ``depth`` works.

        The filters come first, so narrow ones still fill the page. Of equal scores, the lower
        passage id comes first. Passages that are no evidence by their role are there only if a
        filter asks for roles, if nothing else has the words, or if there is nothing else.
        """

    def counts(self) -> Candidates:
        """Return which documents the question can find at all, for totals and facets."""


class View(Protocol):
    """An engine at one revision: nothing in it changes."""

    @property
    def documents(self) -> Documents:
        """The documents of the catalogue at that revision."""

    @property
    def identity(self) -> Hashable:
        """What no other state of the catalogue and the engine has in common with this one."""

    @property
    def vectors_identity(self) -> Hashable:
        """The same of its vectors alone: the passages may have changed."""

    @property
    def manifest(self) -> Manifest | None:
        """What the vectors were made with; ``None`` if there are none."""

    @property
    def problem(self) -> str | None:
        """Why there are no vectors, or older ones stand in; ``None`` if all is well."""

    @property
    def multilingual_problem(self) -> str | None:
        """Why there are none of the second encoder; ``None`` if there are."""

    @property
    def limits(self) -> tuple[str, ...]:
        """What readers have to know of the engine's own state, in sentences; mostly nothing."""

    @property
    def passages(self) -> int:
        """How many passages have a vector."""

    @property
    def without_vector(self) -> int:
        """How many passages have no vector yet."""

    def ask(self, catalogue: Catalogue, question: Question, clock: Clock) -> Answers:
        """Score the passages, or as many of them as candidates can be.

        Raises:
            KeywordIndexDamaged: the words cannot be looked up, and there are no vectors to ask by.
        """

    def rarities(
        self,
        catalogue: Catalogue,
        terms: Sequence[str],
        others: Mapping[str, Sequence[str]] = NO_OTHERS,
    ) -> dict[str, float]:
        """Return the inverse document frequency of each term, over the passages, as in BM25.

        What stands for a term in ``others`` counts as the term.

        Raises:
            KeywordIndexDamaged
        """

    def missing(
        self, catalogue: Catalogue, terms: Sequence[str], among: Mask | None = None
    ) -> list[str]:
        """Return the terms that no passage has; only those of the documents in ``among``, (m,).

        Raises:
            KeywordIndexDamaged
        """

    def documents_with(self, catalogue: Catalogue, scope: Scope) -> Mask:
        """Return (m,) bool: the documents with a passage that the scope allows."""

    def vectors_of(
        self, rows: Rows, *, leg: str = VECTORS, evidence: bool = False
    ) -> Iterator[tuple[int, npt.NDArray[np.float32]]]:
        """Yield the row and the vectors, (p, dimensions) float32, of each document that has any.

        With ``evidence``, only those of passages that are evidence, where a document has such.
        """


class Engine(Protocol):
    """Where the passages are. One serves all threads.

    Attributes:
        folder: the index folder, whose files it is filled from.
    """

    folder: Path

    def view(self, catalogue: Catalogue, *, wait: bool = True, at_least: int = 0) -> View:
        """Return the engine as it is now.

        Args:
            catalogue: what it holds the passages of.
            wait: whether to wait until it has the catalogue's last change; otherwise it may be a
                little behind.
            at_least: the revision that it must have, even without waiting.
        """

    def apply(
        self, catalogue: Catalogue, progress: Callable[[int, int], None] | None = None
    ) -> int:
        """Bring the engine up to date with the catalogue and the vectors beside it.

        Whatever was applied before is skipped, so a run that was cut off goes on.

        Args:
            catalogue: has what changed.
            progress: called with (passages written, passages to write).

        Returns:
            The revision that the engine now has.
        """
