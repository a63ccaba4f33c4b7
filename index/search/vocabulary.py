"""The words of the documents, as they are written: what a misspelt word may have been meant to be.

Collected once a revision, at the first word that no document has, on a thread of its own.
"""

from __future__ import annotations

import logging
import re
import threading
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
import numpy.typing as npt

from corpus.catalogue.catalogue import Catalogue, connect
from corpus.catalogue.wording import worded_passages
from corpus.errors import EvidenceError

SHORTEST: Final = 4
LONGEST: Final = 32
"""Letters of a word that is corrected, or that another is corrected to."""
MOST_WORDS: Final = 100_000
"""Words kept of each language, the most frequent first: about 15 MB."""
WAIT_S: Final = 1.0
"""How long the first search waits for the words: 20,000 passages take about as long. After that
a search is answered without corrections, or with those of an earlier revision."""

_WORD: Final = re.compile(rf"[^\W\d_]{{{SHORTEST},{LONGEST}}}")
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class WordList:
    """The words of one language.

    Attributes:
        words: (n,) as they are mostly written, in lower case, the most frequent first.
        folded: (n,) the same without accents, to compare by.
        counts: (n,) in how many passages each is.
        lengths: (n,) int64, of the folded words.
        letters: (n,) uint64, a bit for each letter that a folded word has.
    """

    words: tuple[str, ...]
    folded: tuple[str, ...]
    counts: tuple[int, ...]
    lengths: npt.NDArray[np.int64]
    letters: npt.NDArray[np.uint64]

    def near(self, folded: str, distance: int) -> Iterator[int]:
        """Yield the places of the words that may be so near: in length, and in their letters."""
        differing = np.bitwise_count(self.letters ^ letters_of(folded))
        near = (abs(self.lengths - len(folded)) <= distance) & (differing <= 2 * distance)
        yield from np.flatnonzero(near).tolist()


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """The words of all documents at one revision, by the language of the document."""

    revision: int
    lists: Mapping[str, WordList]


class Vocabularies:
    """Keeps the newest vocabulary. Threads may share it."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._newest: Vocabulary | None = None
        self._collecting: threading.Thread | None = None

    def current(self, catalogue: Catalogue, revision: int) -> Vocabulary | None:
        """Return the vocabulary, or an earlier one or none while it is being collected."""
        with self._lock:
            newest = self._newest
            if newest and newest.revision == revision:
                return newest
            if self._collecting is None or not self._collecting.is_alive():
                self._collecting = threading.Thread(
                    target=self._collect, args=(catalogue.path, revision), daemon=True
                )
                self._collecting.start()
            collecting = self._collecting
        if newest is None:
            collecting.join(WAIT_S)
        return self._newest

    def _collect(self, path: Path, revision: int) -> None:
        try:
            with connect(path) as catalogue:
                self._newest = collect_vocabulary(catalogue, revision)
        except EvidenceError as error:
            _log.warning("no words are corrected: %s", error)


def collect_vocabulary(catalogue: Catalogue, revision: int) -> Vocabulary:
    """Count the words of every passage that readers may see."""
    counters: dict[str, Counter[str]] = defaultdict(Counter)
    for language, text in worded_passages(catalogue):
        counter = counters[language or ""]
        counter.update(set(_WORD.findall(text.lower())))
        if len(counter) > 4 * MOST_WORDS:
            counters[language or ""] = Counter(dict(counter.most_common(2 * MOST_WORDS)))
    lists = {language: list_words(counter) for language, counter in counters.items()}
    return Vocabulary(revision, lists)


def list_words(counter: Counter[str]) -> WordList:
    """Return counted words, the most frequent first; those that differ in accents alone are one."""
    counts: dict[str, int] = {}
    written: dict[str, str] = {}
    for word, count in sorted(counter.items(), key=lambda pair: (-pair[1], pair[0])):
        plain = fold(word)
        written.setdefault(plain, word)
        counts[plain] = counts.get(plain, 0) + count
    folded = tuple(sorted(counts, key=lambda plain: (-counts[plain], plain))[:MOST_WORDS])
    return WordList(
        words=tuple(written[plain] for plain in folded),
        folded=folded,
        counts=tuple(counts[plain] for plain in folded),
        lengths=np.array([len(plain) for plain in folded], dtype=np.int64),
        letters=np.array([letters_of(plain) for plain in folded], dtype=np.uint64),
    )


def fold(word: str) -> str:
    """Return a word in lower case without accents, as FTS5 compares it."""
    lower = word.lower()
    if lower.isascii():
        return lower
    return "".join(c for c in unicodedata.normalize("NFKD", lower) if not unicodedata.combining(c))


def letters_of(folded: Iterable[str]) -> np.uint64:
    """Return a bit for each letter of a word, others than a to z sharing some."""
    bits = 0
    for letter in folded:
        bits |= 1 << (ord(letter) % 64)
    return np.uint64(bits)
