"""Keeps what the texts of passages are made of, sentences and words, in a file of the index.

A search reads some dozen passages that were not quoted before. To take their texts apart took a
fifth of its time. A passage's id depends on its text, so what the file has of it stays true; a
passage that the file does not have is taken apart when it is read.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt

from index.mapped import Array, read_arrays, write_arrays

NAME: Final = "texts.arrays"
_LONGEST_TEXT: Final = 0xFFFF
_LONGEST_WORD: Final = 0xFF
"""In characters. Longer ones do not fit into the arrays: such a text is left out."""

Ids = npt.NDArray[np.int64]


class Words(NamedTuple):
    """The words of a text, in order.

    Attributes:
        numbers: (w,) uint32, one for each stem; 0 for what has none.
        starts: (w,) where each begins, in characters.
        sizes: (w,) how long each is.
    """

    numbers: npt.NDArray[np.uint32]
    starts: npt.NDArray[np.integer]
    sizes: npt.NDArray[np.integer]


class KeptText(NamedTuple):
    """What the file has of a text.

    Attributes:
        sentences: five numbers for each; the file does not say what they mean.
        words: ``None`` if they were not looked at.
    """

    sentences: Sequence[tuple[int, int, int, int, int]]
    words: Words | None


@dataclass(frozen=True, slots=True)
class KeptTexts:
    """What the file has, mapped into memory; a text is looked at when it is asked for.

    Attributes:
        ids: (n,) int64, the passages, ascending.
        checksums: (n,) uint32, of each one's id and of what follows of it.
        has_words: (n,) bool, whether its words are there.
        sentence_starts: (n + 1,) int64, where its sentences start in ``sentences``.
        sentences: (s, 5) uint16.
        word_starts: (n + 1,) int64, where its words start.
        numbers, starts, sizes: (w,) uint32, uint16 and uint8, as in ``Words``.
    """

    ids: Ids
    checksums: npt.NDArray[np.uint32]
    has_words: npt.NDArray[np.bool_]
    sentence_starts: Ids
    sentences: npt.NDArray[np.uint16]
    word_starts: Ids
    numbers: npt.NDArray[np.uint32]
    starts: npt.NDArray[np.uint16]
    sizes: npt.NDArray[np.uint8]

    def of(self, passage_ids: Sequence[int]) -> Iterator[tuple[int, KeptText]]:
        """Yield those of these passages that the file has, undamaged, and what it has of each."""
        if not len(self.ids):
            return
        wanted = np.array(passage_ids, dtype=np.int64)
        rows = np.minimum(np.searchsorted(self.ids, wanted), len(self.ids) - 1)
        known = self.ids[rows] == wanted
        for passage, row in zip(wanted[known].tolist(), rows[known].tolist(), strict=True):
            sentences, words = self._slices(row)
            has_words = bool(self.has_words[row])
            if _checksum_of(passage, sentences, words, has_words=has_words) == self.checksums[row]:
                shapes = [(a, b, c, d, e) for a, b, c, d, e in sentences.tolist()]
                yield passage, KeptText(shapes, words if has_words else None)

    def _slices(self, row: int) -> tuple[npt.NDArray[np.uint16], Words]:
        first, last = self.sentence_starts[row : row + 2].tolist()
        start, end = self.word_starts[row : row + 2].tolist()
        words = Words(self.numbers[start:end], self.starts[start:end], self.sizes[start:end])
        return self.sentences[first:last], words


NO_TEXTS: Final = KeptTexts(
    ids=np.empty(0, np.int64),
    checksums=np.empty(0, np.uint32),
    has_words=np.empty(0, np.bool_),
    sentence_starts=np.empty(0, np.int64),
    sentences=np.empty((0, 5), np.uint16),
    word_starts=np.empty(0, np.int64),
    numbers=np.empty(0, np.uint32),
    starts=np.empty(0, np.uint16),
    sizes=np.empty(0, np.uint8),
)


def read_texts(folder: Path, made_for: str) -> KeptTexts:
    """Return what the file has; nothing if there is none, or if it cannot be used.

    Args:
        folder: the index folder.
        made_for: which rules the texts have to be taken apart by.
    """
    try:
        return KeptTexts(**read_arrays(folder / NAME, made_for=made_for, check=False))
    except (OSError, ValueError, TypeError):
        return NO_TEXTS


def write_texts(
    folder: Path, made_for: str, steps: Iterable[Sequence[tuple[int, KeptText]]]
) -> None:
    """Write the file, replacing an earlier one.

    Args:
        folder: the index folder.
        made_for: as for ``read_texts``.
        steps: texts by ascending passage id, some at a time.

    Raises:
        OSError: it cannot be written.
    """
    parts = [_joined(_rows_of(texts)) for texts in steps]
    arrays = _joined(parts)
    for name in ("sentence_starts", "word_starts"):
        arrays[name] = np.concatenate([[0], np.cumsum(arrays[name])]).astype(np.int64)
    write_arrays(folder / NAME, arrays, made_for=made_for)


def _rows_of(texts: Sequence[tuple[int, KeptText]]) -> Iterator[dict[str, Array]]:
    """Yield the arrays of each text that fits; for where its parts start, how many there are."""
    for passage, kept in texts:
        if not _fits(kept):
            continue
        sentences = np.array(kept.sentences, np.uint16).reshape(-1, 5)
        words, has_words = _as_stored(kept.words), kept.words is not None
        checksum = _checksum_of(passage, sentences, words, has_words=has_words)
        yield {
            "ids": np.array([passage], np.int64),
            "checksums": np.array([checksum], np.uint32),
            "has_words": np.array([has_words]),
            "sentence_starts": np.array([len(sentences)], np.int64),
            "sentences": sentences,
            "word_starts": np.array([len(words.numbers)], np.int64),
            **words._asdict(),
        }


def _joined(rows: Iterable[Mapping[str, Array]]) -> dict[str, Array]:
    of_name: dict[str, list[Array]] = {
        f.name: [getattr(NO_TEXTS, f.name)] for f in fields(KeptTexts)
    }
    for row in rows:
        for name, array in row.items():
            of_name[name].append(array)
    return {name: np.concatenate(of) for name, of in of_name.items()}


def _fits(kept: KeptText) -> bool:
    end = max((sentence[1] for sentence in kept.sentences), default=0)
    if kept.words is not None and len(kept.words.numbers):
        end = max(end, int(kept.words.starts[-1]))
        if kept.words.sizes.max() > _LONGEST_WORD:
            return False
    return end <= _LONGEST_TEXT


def _as_stored(words: Words | None) -> Words:
    if words is None:
        return Words(NO_TEXTS.numbers, NO_TEXTS.starts, NO_TEXTS.sizes)
    return Words(words.numbers, words.starts.astype(np.uint16), words.sizes.astype(np.uint8))


def _checksum_of(
    passage: int, sentences: npt.NDArray[np.uint16], words: Words, *, has_words: bool
) -> int:
    checksum = zlib.crc32(f"{passage} {has_words}".encode())
    for array in (sentences, *words):
        checksum = zlib.crc32(array.data, checksum)
    return checksum
