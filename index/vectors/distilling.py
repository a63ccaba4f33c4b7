"""Word vectors distilled from an encoder: what searches by meaning where no model can run.

A question's vector is the sum of its words' vectors. Each word is encoded alone; a linear map,
fitted on sentences and kept near the identity, brings the sums of a sentence's words near the
vector of the sentence (as SIF, Arora et al., ICLR 2017, and model2vec do, but fitted to the texts).
Then the vectors are projected on their principal components and written in four bits a number.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from index.vectors.encoder import Encoder, Vectors32

DIMENSIONS: Final = 256
"""Of 512 and 384; nDCG@10 of the judged questions, es/pt/fr: .596/.618/.598 for .595/.609/.594 with
all, .595/.604/.578 with 192."""
STOP_WEIGHT: Final = 0.1
"""What a stop word counts beside another: .61 for .54 with weights by frequency (es)."""
NEARNESS: Final = 100.0
"""How strongly the map is kept near the identity (ridge); 50 to 200 differ by .01."""
TELLING: Final = 3_000
"""How many words the axes are chosen for, beside the texts."""
MOST_SENTENCES: Final = 3_000
LEVELS: Final = 16
CLIP: Final = 2.5
"""The largest number that is written, in standard deviations of its row."""
LEAST_ALIKE: Final = 4
"""An unknown word is read as the known one with the longest common beginning, of at least so many
letters and 7 of 10 of its own: "medirem" as "medir"."""
_WORD: Final = re.compile(r"[^\W\d_]+|\d+")

Matrix = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class WordTable:
    """The vectors of words and of passages, in one space.

    Attributes:
        words: the words, sorted.
        levels: (n_words, dimensions) uint8, 0 to 15: ``(level + .5) / 8 - 1``, times the scale.
        scales: (n_words,) float32, with the weight of the word.
        passages: (n_passages, dimensions) int8, rows of any length.
    """

    words: tuple[str, ...]
    levels: npt.NDArray[np.uint8]
    scales: npt.NDArray[np.float32]
    passages: npt.NDArray[np.int8]

    def cosines(self, question: str) -> Matrix:
        """Return (n_passages,) float64: the cosine of each passage with a question.

        Zero where no word of the question is known. The script of a frozen site does the same.
        """
        total = np.zeros(self.levels.shape[1])
        for word in split_words(question):
            row = find_word(self.words, word)
            if row is not None:
                total += ((self.levels[row] + 0.5) / (LEVELS / 2) - 1) * float(self.scales[row])
        rows = self.passages.astype(np.float64)
        lengths = np.linalg.norm(rows, axis=1) * np.linalg.norm(total)
        return (rows @ total) / np.where(lengths > 0, lengths, 1.0)


def split_words(text: str) -> list[str]:
    """Return the words of a text as the table has them."""
    return _WORD.findall(text.lower())


def find_word(words: Sequence[str], word: str) -> int | None:
    """Return the number of a word, or of the one that begins most like it; ``None`` for none."""
    place = bisect_left(words, word)
    if place < len(words) and words[place] == word:
        return place
    near = range(max(0, place - 1), min(len(words), place + 1))
    alike = {n: _common_length(word, words[n]) for n in near}
    best = max(alike, key=lambda n: (alike[n], -n), default=None)
    if best is None or alike[best] < max(LEAST_ALIKE, 0.7 * len(word)):
        return None
    return best


def _common_length(one: str, other: str) -> int:
    pairs = enumerate(zip(one, other, strict=False))
    return next((n for n, (a, b) in pairs if a != b), min(len(one), len(other)))


def distill(
    encoder: Encoder,
    words: Iterable[str],
    sentences: Sequence[str],
    passages: Vectors32,
    *,
    stop_words: Collection[str] = (),
    progress: Callable[[int, int], None] | None = None,
) -> WordTable:
    """Return the vectors of words in the space of passages.

    Args:
        encoder: encodes the words and sentences.
        words: in lower case, those that questions have most first.
        sentences: of the texts that will be searched.
        passages: (n, dimensions) float32, what the encoder made of the passages.
        stop_words: those that count ``STOP_WEIGHT``.
        progress: called with (texts encoded, texts).
    """
    first = list(dict.fromkeys(words))
    known = tuple(sorted(first))
    chosen = sentences[:: max(1, -(-len(sentences) // MOST_SENTENCES))]
    encoded = _encode(encoder, [*known, *chosen], progress)
    rows, meant = encoded[: len(known)], encoded[len(known) :]
    weights = np.array([STOP_WEIGHT if word in stop_words else 1.0 for word in known])
    mapped = (rows * weights[:, None]) @ _fit(rows * weights[:, None], known, chosen, meant)
    place = {word: row for row, word in enumerate(known)}
    telling = _unit(mapped[[place[word] for word in first[:TELLING]]])
    axes = _principal(np.concatenate([passages, meant, telling]))
    levels, scales = _quantise(mapped @ axes)
    placed = passages.astype(np.float64) @ axes
    largest = np.abs(placed).max(initial=0.0) or 1.0
    return WordTable(known, levels, scales, np.round(placed / largest * 127).astype(np.int8))


def _encode(
    encoder: Encoder, texts: Sequence[str], progress: Callable[[int, int], None] | None
) -> Matrix:
    out = np.zeros((len(texts), encoder.dimensions))
    step = 256
    for start in range(0, len(texts), step):
        part = encoder.encode_passages(texts[start : start + step])
        out[start : start + len(part)] = part
        if progress:
            progress(start + len(part), len(texts))
    return out


def _fit(rows: Matrix, words: Sequence[str], sentences: Sequence[str], meant: Matrix) -> Matrix:
    """Return (d, d): brings the sums of words near what the sentences mean."""
    sums = np.zeros(meant.shape)
    for number, sentence in enumerate(sentences):
        for word in split_words(sentence):
            row = find_word(words, word)
            if row is not None:
                sums[number] += rows[row]
    sums = _unit(sums)
    near = NEARNESS * np.eye(rows.shape[1])
    mapping = np.linalg.solve(sums.T @ sums + near, sums.T @ meant + near)
    return np.asarray(mapping, dtype=np.float64)


def _unit(rows: Matrix) -> Matrix:
    lengths = np.linalg.norm(rows, axis=1, keepdims=True)
    unit: Matrix = np.asarray(rows / np.where(lengths > 0, lengths, 1.0), dtype=np.float64)
    return unit


def _principal(rows: Matrix) -> Matrix:
    """Return (d, k): the first principal axes, each with its greatest entry positive."""
    _, _, axes = np.linalg.svd(rows, full_matrices=False)
    kept = axes[:DIMENSIONS]
    greatest = kept[np.arange(len(kept)), np.abs(kept).argmax(axis=1)]
    turned: Matrix = (kept * np.sign(greatest)[:, None]).T
    return turned


def _quantise(rows: Matrix) -> tuple[npt.NDArray[np.uint8], npt.NDArray[np.float32]]:
    scales = rows.std(axis=1) * CLIP
    safe = np.where(scales > 0, scales, 1.0)[:, None]
    levels = np.clip(np.floor((rows / safe + 1) * LEVELS / 2), 0, LEVELS - 1)
    return levels.astype(np.uint8), scales.astype(np.float32)
