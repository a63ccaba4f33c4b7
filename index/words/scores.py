"""Keeps the scores of each word until the catalogue changes.

BM25 adds up over the words of a query, so the scores of one word serve every query with it. The
words that readers search for most are in the most passages and cost the most: of a search over
20,000 passages, 13 ms were FTS5 scoring the same few thousand rows again.

A word that was not asked before is scored from the postings (``index.words``), if there are any;
otherwise FTS5 scores it. Both give the same scores.
"""

from __future__ import annotations

import functools
import math
import threading
from collections import OrderedDict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Protocol, Self

import numpy as np
import numpy.typing as npt

from corpus.catalogue.catalogue import Catalogue
from index.words.counting import read_total, stem_terms
from index.words.keywords import has_keyword, search_keywords
from index.words.postings import Numbers, Postings, Weights, inverse_frequency

MAX_KEPT: Final = 4_000_000
"""Passages over all words kept: 64 MB. The least recently used words are dropped first."""
WORD_COSTS: Final = 32
"""The cost of a word itself, in passages: even one that is in no passage takes 400 bytes."""

Rows = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]
Others = Mapping[str, Sequence[str]]
"""What stands for some terms: a passage with one of their words has the term, too."""
NO_OTHERS: Final[Others] = {}
Scores = npt.NDArray[np.float64]


class Passages(Protocol):
    """The passages that searches show, by row."""

    @property
    def passage_ids(self) -> Rows:
        """(n,) int64, ascending; a passage's row is its position here."""

    def rows_of(self, passage_ids: Rows) -> Rows:
        """Return the row of each passage id, -1 where it has none."""


class Listed:
    """The passages with a term.

    Attributes:
        word: what it is in the index; ``None`` for several words and for the beginning of some.
        rows: (k,) int64, ascending, of those that searches show.
        count: how many passages FTS5 counts with it, also such as no search shows.
    """

    def __init__(
        self, word: str | None, rows: Rows, count: int, score: Callable[[Rows | slice], Scores]
    ) -> None:
        """Score nothing yet: ``score`` gives the BM25 at some places in ``rows``."""
        self.word, self.rows, self.count = word, rows, count
        self._score = score

    @functools.cached_property
    def scores(self) -> Scores:
        """(k,) float64, their BM25."""
        return self._score(slice(None))

    def find(self, rows: Rows) -> tuple[npt.NDArray[np.bool_], Rows]:
        """Return (p,) bool, which of these rows have the term, and where those are in ``rows``."""
        if not len(self.rows):
            return np.zeros(len(rows), dtype=bool), np.empty(0, np.int64)
        places = np.minimum(np.searchsorted(self.rows, rows), len(self.rows) - 1)
        has = self.rows[places] == rows
        return has, places[has]

    def scores_at(self, places: Rows) -> Scores:
        """Return the BM25 at some places in ``rows``."""
        return self.scores[places] if "scores" in self.__dict__ else self._score(places)


@dataclass(frozen=True, slots=True)
class PlacedPostings:
    """The postings, with the row of each of their passages.

    Attributes:
        postings: the words of all passages.
        rows: (n,) int64, for each number of the postings the row of the passage, -1 if it has none.
    """

    postings: Postings
    rows: Rows

    def look_up(self, catalogue: Catalogue, words: Mapping[str, str]) -> dict[str, Listed]:
        """Return the passages with each term; without terms to ask FTS5 for.

        FTS5 is asked whether it has the first one, so that damage to its index is noticed, and
        those that the postings do not have. Asking it for one takes as long as finding ten here.

        Args:
            catalogue: has FTS5's index.
            words: what each term is in the index.

        Raises:
            KeywordIndexDamaged
        """
        found: dict[str, Listed] = {}
        for term, word in words.items():
            numbers, often = self.postings.find(word)
            known = bool(len(numbers))
            if (known and found) or has_keyword(catalogue, term) == known:
                found[term] = self._list(word, numbers, often)
        return found

    def _list(self, word: str, numbers: Numbers, often: Weights) -> Listed:
        rows, count = self.rows[numbers], len(numbers)
        order = _shown_ascending(rows)
        numbers, often = numbers[order], often[order]
        return Listed(
            word,
            rows[order],
            count,
            lambda places: self.postings.score(numbers[places], often[places], count),
        )


class WordScores:
    """BM25 by passage row, for one revision of the catalogue. Threads may share it."""

    def __init__(self, passages: Passages, placed: PlacedPostings | None = None) -> None:
        """Keep nothing yet; without postings, FTS5 is asked."""
        self._passages = passages
        self.placed = placed
        self._kept: OrderedDict[str, Listed] = OrderedDict()
        self._size = 0
        self._lock = threading.Lock()

    @classmethod
    def of(cls, passages: Passages, postings: Postings | None) -> Self:
        """Return the scores of passages by the file of words, if there is one."""
        placed = PlacedPostings(postings, passages.rows_of(postings.ids)) if postings else None
        return cls(passages, placed)

    def bm25(self, catalogue: Catalogue, terms: Sequence[str], apart: Others = NO_OTHERS) -> Scores:
        """Return (n,) float64 by passage row: FTS5's BM25 of the terms joined with OR, or 0.

        Args:
            catalogue: has the words.
            terms: what is looked for, with what stands for it.
            apart: how some terms are written apart: a passage with several spellings has the best
                score of them, each as rare as all together.
        """
        total = np.zeros(len(self._passages.passage_ids))
        for spellings in self._spelt(catalogue, terms, apart):
            if len(spellings) == 1:
                listed, _ = spellings[0]
                total[listed.rows] += listed.scores  # each row occurs once per term
                continue
            best = np.zeros(len(total))
            for listed, factor in spellings:
                best[listed.rows] = np.maximum(best[listed.rows], factor * listed.scores)
            total += best
        return total

    def bm25_of(
        self,
        catalogue: Catalogue,
        terms: Sequence[str],
        rows: Rows,
        apart: Others = NO_OTHERS,
    ) -> Scores:
        """Return (p,) float64: the same for the passages of some rows."""
        total = np.zeros(len(rows))
        for spellings in self._spelt(catalogue, terms, apart):
            best = np.zeros(len(rows))
            for listed, factor in spellings:
                has, places = listed.find(rows)
                best[has] = np.maximum(best[has], factor * listed.scores_at(places))
            total += best
        return total

    def _spelt(
        self, catalogue: Catalogue, terms: Sequence[str], apart: Others
    ) -> Iterator[list[tuple[Listed, float]]]:
        """Yield the spellings of each term, and what makes each as rare as all together."""
        among = {spelling for of_term in apart.values() for spelling in of_term}
        alone = [term for term in terms if term not in apart and term not in among]
        yield from ([(listed, 1.0)] for listed in self.find(catalogue, alone))
        for term in apart:
            spellings = [term, *apart[term]]
            together = self.rarities(catalogue, [term], apart)[term]
            each = self.rarities(catalogue, spellings)
            found = zip(spellings, self.find(catalogue, spellings), strict=True)
            yield [(listed, together / each[spelling]) for spelling, listed in found]

    def rarities(
        self, catalogue: Catalogue, terms: Sequence[str], others: Others = NO_OTHERS
    ) -> dict[str, float]:
        """Return the inverse document frequency of each term, over the passages, as in BM25."""
        count = len(self._passages.passage_ids)
        among = map(len, self._rows_with(catalogue, terms, others))
        pairs = zip(terms, among, strict=True)
        return {t: math.log1p((count - n + 0.5) / (n + 0.5)) for t, n in pairs}

    def counted_rarities(self, catalogue: Catalogue, terms: Sequence[str]) -> dict[str, float]:
        """Return what BM25 multiplies the part of each term with; without terms in no passage."""
        count = read_total(catalogue).passages
        found = zip(terms, self.find(catalogue, terms), strict=True)
        return {t: inverse_frequency(count, of.count) for t, of in found if of.count}

    def count_terms(
        self, catalogue: Catalogue, terms: Sequence[str], others: Others = NO_OTHERS
    ) -> npt.NDArray[np.uint16]:
        """Return (n,) uint16 by passage row: how many of the terms each passage has."""
        count = np.zeros(len(self._passages.passage_ids), dtype=np.uint16)
        for rows in self._rows_with(catalogue, terms, others):
            count[rows] += 1
        return count

    def coverage(
        self, catalogue: Catalogue, terms: Sequence[str], others: Others = NO_OTHERS
    ) -> float:
        """Return the largest share of the terms that any one passage has, 0 to 1."""
        most = self.count_terms(catalogue, terms, others).max(initial=0)
        return float(most) / len(terms) if terms else 0.0

    def shares(
        self,
        catalogue: Catalogue,
        terms: Sequence[str],
        rows: Rows,
        others: Others = NO_OTHERS,
    ) -> Scores:
        """Return the share of the terms that the passage of each row has, 0 to 1.

        A term counts by its rarity, so that "deaf" outweighs "education".
        """
        weights = self.rarities(catalogue, terms, others)
        having = np.zeros(len(rows))
        for term, weight in weights.items():
            having[self._have(catalogue, term, rows, others)] += weight
        return having / (sum(weights.values()) or 1.0)

    def have_all(
        self, catalogue: Catalogue, terms: Sequence[str], rows: Rows, others: Others
    ) -> Mask:
        """Return (p,) bool: whose passages have each of the terms, or what stands for it."""
        have = np.full(len(rows), bool(terms))
        for term in terms:
            have &= self._have(catalogue, term, rows, others)
        return have

    def _have(self, catalogue: Catalogue, term: str, rows: Rows, others: Others) -> Mask:
        have = np.zeros(len(rows), dtype=bool)
        for listed in self.find(catalogue, [term, *others.get(term, ())]):
            have[listed.find(rows)[0]] = True
        return have

    def _rows_with(
        self, catalogue: Catalogue, terms: Sequence[str], others: Others
    ) -> Iterator[Rows]:
        """Yield for each term the rows of the passages with it, or with what stands for it."""
        for term, listed in zip(terms, self.find(catalogue, terms), strict=True):
            beside = self.find(catalogue, others[term]) if term in others else []
            of_all = [listed.rows, *(other.rows for other in beside)]
            yield np.unique(np.concatenate(of_all)) if beside else listed.rows

    def find(self, catalogue: Catalogue, terms: Sequence[str]) -> list[Listed]:
        """Return the passages with each term.

        Raises:
            KeywordIndexDamaged
        """
        with self._lock:
            found = {term: self._kept[term] for term in terms if term in self._kept}
            for term in found:
                self._kept.move_to_end(term)
        found |= self._look_up(catalogue, [t for t in dict.fromkeys(terms) if t not in found])
        return [found[term] for term in terms]

    def _look_up(self, catalogue: Catalogue, terms: Sequence[str]) -> dict[str, Listed]:
        """Look terms up in the postings; FTS5 is asked for what they do not have."""
        words = stem_terms([term for term in terms if not term.endswith("*")])
        found = self.placed.look_up(catalogue, words) if self.placed else {}
        for term in terms:
            if term not in found:
                found[term] = self._ask(catalogue, term, words.get(term))
            self._keep(term, found[term])
        return found

    def _ask(self, catalogue: Catalogue, term: str, word: str | None) -> Listed:
        ids, scores = search_keywords(catalogue, [term])
        rows = self._passages.rows_of(ids)
        order = _shown_ascending(rows)
        scores = scores[order]
        return Listed(word, rows[order], len(ids), lambda places: scores[places])

    def _keep(self, term: str, listed: Listed) -> None:
        with self._lock:
            if term not in self._kept and len(listed.rows) <= MAX_KEPT:
                self._kept[term] = listed
                self._size += len(listed.rows) + WORD_COSTS
            while self._size > MAX_KEPT:
                _, gone = self._kept.popitem(last=False)
                self._size -= len(gone.rows) + WORD_COSTS


def _shown_ascending(rows: Rows) -> Rows | slice:
    """Return where the rows are that there are, -1 for none, in ascending order."""
    if not len(rows) or (rows[0] >= 0 and (rows[1:] > rows[:-1]).all()):
        return slice(None)  # as the postings have them, but for later passages
    order = np.argsort(rows, kind="stable")
    return order[np.searchsorted(rows[order], 0) :]
