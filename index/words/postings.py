"""Which passages have a word, and how often: FTS5's BM25 from arrays.

FTS5 reads a passage's length from its table for each passage that it scores, and hands over one
row after the other; for the words of a question in 200,000 passages that took 180 ms. The figures
here are FTS5's own (``counting``), so are the scores.

The passages of the file (``files``) are numbered in its order; those that came later follow. A
passage whose words changed has a new number, and its old one is gone.
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from corpus.catalogue.reading import State
from index.words.counting import WEIGHTS, Total, WordedPassage

K1: Final = 1.2
B: Final = 0.75
LEAST_IDF: Final = 1e-6
"""As in FTS5 (``fts5Bm25Function`` in its source), for a word that half of the passages have."""

Ids = npt.NDArray[np.int64]
Numbers = npt.NDArray[np.int32]
Scores = npt.NDArray[np.float64]
Weights = npt.NDArray[np.float32]
Mask = npt.NDArray[np.bool_]
Counts = Mapping[int, Mapping[str, tuple[int, int, int]]]
"""By passage id and word, how often it is in the title, the heading and the text."""


@dataclass(frozen=True, slots=True)
class Stored:
    """The postings in the file; the arrays are mapped into memory.

    Attributes:
        ids: (n,) int64, the passages, ascending.
        documents: (n,) int64, the key of each one's document.
        headings: (n,) uint32, a checksum of its title and heading.
        lengths: (n,) int32, its words.
        letters: the words in UTF-8, one after the other, ascending.
        ends: (w,) int64, where each word ends in ``letters``.
        starts: (w + 1,) int64, where each word's passages start in ``numbers`` and ``often``.
        numbers: (p,) int32, the number of each passage that has the word.
        often: (p,) how often it has it, by the weights of the columns.
        state: the state of the catalogue that it was made of; ``None`` if an earlier release did.
    """

    ids: Ids
    documents: Ids
    headings: npt.NDArray[np.uint32]
    lengths: Numbers
    letters: npt.NDArray[np.uint8]
    ends: Ids
    starts: Ids
    numbers: Numbers
    often: npt.NDArray[np.generic]
    state: State | None = None

    def of(self, word: str) -> tuple[Numbers, Weights]:
        """Return the passages with a word, and how often each has it."""
        wanted, low, high = word.encode(), 0, len(self.ends)
        while low < high:
            middle = (low + high) // 2
            if self._word(middle) < wanted:
                low = middle + 1
            else:
                high = middle
        if low == len(self.ends) or self._word(low) != wanted:
            return np.empty(0, np.int32), np.empty(0, np.float32)
        place = slice(int(self.starts[low]), int(self.starts[low + 1]))
        return self.numbers[place], self.often[place].astype(np.float32)

    def _word(self, place: int) -> bytes:
        start = int(self.ends[place - 1]) if place else 0
        return self.letters[start : int(self.ends[place])].tobytes()


@dataclass(frozen=True, slots=True)
class Postings:
    """The words of all passages at one revision; nothing in it changes.

    Attributes:
        stored: what the file has.
        ids, documents, headings, lengths: as there, and then for the passages that came later.
        living: (n,) bool, whether the passage under this number is still as it was.
        later: by word, the later passages that have it, and how often.
        total: what FTS5 counts.
        changed: how many passages have changed since the file was written.
    """

    stored: Stored
    ids: Ids
    documents: Ids
    headings: npt.NDArray[np.uint32]
    lengths: Numbers
    living: Mask
    later: Mapping[str, tuple[Numbers, Weights]]
    total: Total
    changed: int = field(init=False, repr=False)

    def __post_init__(self) -> None:
        """Count once what changed: each word that is looked up depends on it."""
        changed = len(self.ids) - len(self.stored.ids) + int((~self.living).sum())
        object.__setattr__(self, "changed", changed)

    @classmethod
    def of_file(cls, stored: Stored, total: Total) -> Postings:
        """Return the postings of a file with nothing changed since."""
        living = np.ones(len(stored.ids), dtype=bool)
        return cls(
            stored=stored,
            ids=stored.ids,
            documents=stored.documents,
            headings=stored.headings,
            lengths=stored.lengths,
            living=living,
            later={},
            total=total,
        )

    @property
    def is_true(self) -> bool:
        """Whether it has as many words as FTS5 counted; if not, its scores would be wrong."""
        return int(self.lengths[self.living].sum()) == self.total.words

    def find(self, word: str) -> tuple[Numbers, Weights]:
        """Return the numbers of the passages with a word, and how often each has it."""
        numbers, often = self.stored.of(word)
        if word in self.later:
            numbers = np.concatenate([numbers, self.later[word][0]])
            often = np.concatenate([often, self.later[word][1]])
        if self.changed:
            living = self.living[numbers]
            numbers, often = numbers[living], often[living]
        return numbers, often

    def score(self, numbers: Numbers, often: Weights, having: int) -> Scores:
        """Return the BM25 of a word in passages, as FTS5 gives it.

        Args:
            numbers: (k,) int32, the passages.
            often: (k,) how often each has the word.
            having: how many passages have it.
        """
        length = self.lengths[numbers] / (self.total.average or 1.0)
        f = often.astype(np.float64)
        scores: Scores = f * (K1 + 1) / (f + K1 * (1 - B + B * length))
        return scores * inverse_frequency(self.total.passages, having)

    def bm25(self, word: str) -> tuple[Numbers, Scores]:
        """Return the numbers of the passages with a word and their BM25, as FTS5 gives it."""
        numbers, often = self.find(word)
        return numbers, self.score(numbers, often, len(numbers))

    def find_changes(
        self, among: Mask, ids: Ids, headings: npt.NDArray[np.uint32]
    ) -> tuple[Ids, Mask]:
        """Return the numbers that are no longer as they were, and which passages are new.

        Args:
            among: (n,) bool, the numbers to compare.
            ids: (k,) int64, all passages that there are now among these.
            headings: (k,) uint32, the checksum of each one's title and heading.
        """
        numbers = np.flatnonzero(among & self.living)
        numbers = numbers[np.argsort(self.ids[numbers], kind="stable")]
        if not len(numbers):
            return numbers, np.ones(len(ids), dtype=bool)
        place = np.minimum(np.searchsorted(self.ids[numbers], ids), len(numbers) - 1)
        same = (self.ids[numbers[place]] == ids) & (self.headings[numbers[place]] == headings)
        return np.delete(numbers, place[same]), ~same

    def with_changes(
        self, gone: Ids, passages: Sequence[WordedPassage], counts: Counts, total: Total
    ) -> Postings:
        """Return the postings after a change.

        Args:
            gone: the numbers that are no longer as they were.
            passages: those that are new.
            counts: by passage id, their words.
            total: what FTS5 counts now.
        """
        later: dict[str, list[tuple[int, float]]] = {}
        for number, passage in enumerate(passages, start=len(self.ids)):
            for word, of_columns in counts[passage.id].items():
                often = sum(w * n for w, n in zip(WEIGHTS, of_columns, strict=True))
                later.setdefault(word, []).append((number, often))
        living = np.append(self.living, np.ones(len(passages), dtype=bool))
        living[gone] = False
        lengths = [sum(map(sum, counts[p.id].values())) for p in passages]
        return replace(
            self,
            ids=_and(self.ids, [p.id for p in passages]),
            documents=_and(self.documents, [document_key(p.document_id) for p in passages]),
            headings=_and(self.headings, [p.checksum for p in passages]),
            lengths=_and(self.lengths, lengths),
            living=living,
            later={**self.later, **{w: self._after(w, new) for w, new in later.items()}},
            total=total,
        )

    def _after(self, word: str, new: Iterable[tuple[int, float]]) -> tuple[Numbers, Weights]:
        pairs = list(new)
        numbers, often = self.later.get(word, (np.empty(0, np.int32), np.empty(0, np.float32)))
        return _and(numbers, [n for n, _ in pairs]), _and(often, [f for _, f in pairs])


def inverse_frequency(passages: int, having: int) -> float:
    """Return how rare a word is as BM25 counts it, by how many of the passages have it."""
    idf = math.log((passages - having + 0.5) / (having + 0.5)) if having else 0.0
    return idf if idf > 0 else LEAST_IDF


def _and(known: npt.NDArray[Any], new: Sequence[float]) -> npt.NDArray[Any]:
    return np.concatenate([known, np.array(new, dtype=known.dtype)])


def document_key(document_id: str) -> int:
    """Return a number for a document that no other one has, but for one chance in 2**64."""
    digest = hashlib.blake2b(document_id.encode(), digest_size=8, person=b"salex-doc").digest()
    return int.from_bytes(digest, "big", signed=True)
