"""What a document says about each term of a vocabulary, measured five ways and averaged.

By meaning: the document's mean passage vector, and its closest third of passages, against the term.
By words: the whole text, its closest third of passages, and each cue phrase, against the term's own
words. A third, so that a long report has no advantage over a post by having more passages.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from corpus.model import Document, Passage
from corpus.taxonomy import Taxonomy
from index.encoder import Encoder
from index.tagging.words import Lexicon, words
from index.tagging.zeroshot import TermVectors, term_vectors, unit

Rows = npt.NDArray[np.float32]

WAYS: Final = 5
CLOSEST_CUES: Final = 3


@dataclass(frozen=True, slots=True)
class Reading:
    """A document as the tagger reads it.

    Attributes:
        document_id: whose it is.
        rows: (n passages, dimensions) float32, unit rows.
        title: the words of the title, and the kind.
        passages: the words of each passage and its heading.
    """

    document_id: str
    rows: Rows
    title: tuple[str, ...]
    passages: tuple[tuple[str, ...], ...]

    def all_words(self) -> list[str]:
        """Return the words of the whole document."""
        return [*self.title, *(word for passage in self.passages for word in passage)]


@dataclass(frozen=True, slots=True)
class TermWords:
    """A vocabulary as the tagger reads it: vectors, and the words of each term and of each cue."""

    vectors: TermVectors
    described: tuple[tuple[str, ...], ...]
    cues: tuple[tuple[tuple[str, ...], ...], ...]


def read(document: Document, passages: Sequence[Passage], rows: Rows) -> Reading:
    """Read a document whose passages have vectors, in the same order.

    Its kind is read as a word of its title: a scale or a trial finds out, a blog seldom does.
    """
    texts = tuple(tuple(words(f"{p.heading or ''} {p.text}")) for p in passages)
    kind = f"#kind {document.kind}"
    return Reading(document.id, rows, (*words(document.title), kind), texts)


def term_words(encoder: Encoder, taxonomy: Taxonomy, vocabulary: str) -> TermWords:
    """Read a vocabulary of the taxonomy."""
    terms = taxonomy.vocabulary(vocabulary).terms.values()
    return TermWords(
        term_vectors(encoder, taxonomy, vocabulary),
        tuple(tuple(words(f"{t.label} {t.definition} {' '.join(t.cues)}")) for t in terms),
        tuple(tuple(tuple(words(cue)) for cue in t.cues) for t in terms),
    )


class Comparison:
    """The terms of a vocabulary in a lexicon's words, to compare documents and passages with."""

    def __init__(self, terms: TermWords, lexicon: Lexicon) -> None:
        self._vectors = terms.vectors.rows
        self._lexicon = lexicon
        self._described = lexicon.rows(terms.described)
        self._cues = [lexicon.rows(cues) for cues in terms.cues]

    def document(self, reading: Reading) -> Rows:
        """Return (5 ways, n terms) float32: cosines of a document with each term."""
        texts = self._texts(reading)
        whole = self._lexicon.rows([reading.all_words()])
        return np.stack(
            [
                self._vectors @ unit(reading.rows.mean(axis=0)),
                _closest_third(reading.rows @ self._vectors.T),
                (whole @ self._described.T)[0],
                _closest_third(texts @ self._described.T),
                np.array([_closest_cues(_closest_third(texts @ cues.T)) for cues in self._cues]),
            ]
        ).astype(np.float32)

    def passages(self, reading: Reading) -> Rows:
        """Return (n passages, 5 ways, n terms) float32: each passage as if it were a document."""
        texts = self._texts(reading)
        meaning = reading.rows @ self._vectors.T
        naming = texts @ self._described.T
        cues = np.stack([_closest_cues(texts @ cues.T) for cues in self._cues], axis=1)
        return np.stack([meaning, meaning, naming, naming, cues], axis=1).astype(np.float32)

    def _texts(self, reading: Reading) -> Rows:
        return self._lexicon.rows([(*reading.title, *passage) for passage in reading.passages])


def _closest_third(similarities: Rows) -> Rows:
    count = max(1, len(similarities) // 3)
    found: Rows = np.sort(similarities, axis=0)[-count:].mean(axis=0)
    return found


def _closest_cues(similarities: Rows) -> Rows:
    found: Rows = np.sort(similarities, axis=-1)[..., -CLOSEST_CUES:].mean(axis=-1)
    return found
