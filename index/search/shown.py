"""Chooses which passages a hit shows, and reads no more of them than may be among those.

Whether a passage says anything, and how well its best sentence answers, takes its sentences and
their words. Most passages lie too far behind for an answer with the words they have.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterable, Iterator, Sequence
from operator import itemgetter
from typing import Final

import numpy as np

from index.documents.values import Rows
from index.model import KEYWORDS
from index.search.quoting import Quoter
from index.search.ranking import Ranking

CONSIDERED: Final = 8
"""The best passages of a document, in which the answer is looked for."""
FARTHER: Final = 40
"""The same where too few of those can be quoted: labels are near any question on the title."""
PASSAGE_COUNTS: Final = 2.0
"""What the score of a passage counts beside that of its best sentence, as to which is first."""
_Best = tuple[int | None, float]
"""The place of the passage with the best answer, if one answers, and what it is worth."""
_NONE: Final[_Best] = (None, -math.inf)
_ROUNDING: Final = 1e-6
"""By this much, what the words of a passage count may be summed up differently."""


def choose_shown(
    ranking: Ranking, quoter: Quoter, places: Sequence[Rows], wanted: int
) -> list[list[int]]:
    """Return for each hit the places of the passages it shows, that with the best answer first.

    The others are in order of rank; what says nothing comes last.

    Args:
        ranking: of all passages.
        quoter: reads and rates them.
        places: (k,) int64 for each hit, of its passages in the ranking.
        wanted: how many are shown of each.
    """
    places = [of_hit[:FARTHER] for of_hit in places]
    rating = _Rating(ranking, quoter, wanted)
    held = rating.hold(places)
    leading = [rating.lead(of_hit) for of_hit in held]
    rating.prepare(leading)
    best = [rating.find_best(of_hit) for of_hit in leading]
    rivals = [
        [place for place in of_hit if rating.most(place) > least and place not in first]
        for of_hit, first, (_, least) in zip(held, leading, best, strict=True)
    ]
    rating.prepare(rivals)
    return [
        _put_first(max(one, rating.find_best(others), key=itemgetter(1)), of_hit)[:wanted]
        for one, others, of_hit in zip(best, rivals, leading, strict=True)
    ]


def _put_first(best: _Best, places: Sequence[int]) -> list[int]:
    one = best[0]
    return [*places] if one is None else [one, *(place for place in places if place != one)]


class _Rating:
    """Says of the passages of a ranking, by their places, which is first among those of its hit."""

    def __init__(self, ranking: Ranking, quoter: Quoter, wanted: int) -> None:
        self._ranking = ranking
        self._by_shares = (
            KEYWORDS in ranking.legs and len(ranking.shares) > 0 and not quoter.looks_for_others
        )
        self._ids: dict[int, int] = {}
        self._scores: dict[int, float] = {}
        self._most: dict[int, float] = {}
        self._quoter = quoter
        self._wanted = wanted

    def hold(self, places: Sequence[Rows]) -> list[list[int]]:
        """Return which passages of each hit may be shown, mostly the first CONSIDERED.

        There are more of a hit with few among those that can be quoted.
        """
        if not self._wanted:
            return [[] for _ in places]
        first = min(self._wanted, CONSIDERED)
        held = self._know([of_hit[:CONSIDERED] for of_hit in places])
        self._read(of_hit[:first] for of_hit in held)
        few = [hit for hit, of_hit in enumerate(held) if self._can_quote_few(of_hit[:first])]
        self._read(held[hit] for hit in few)
        fewer = [hit for hit in few if self._can_quote_few(held[hit])]
        for hit, whole in zip(fewer, self._know([places[hit] for hit in fewer]), strict=True):
            held[hit] = whole
        self._read(held[hit] for hit in fewer)
        return held

    def _know(self, places: Sequence[Rows]) -> list[list[int]]:
        """Take what is needed of some places from the ranking, which is an array; return them."""
        some = np.concatenate([np.empty(0, np.int64), *places])
        of_hits = [of_hit.tolist() for of_hit in places]
        known = list(itertools.chain.from_iterable(of_hits))
        scores, shares = self._ranking.scores[some], np.ones(len(some))
        if self._by_shares:
            shares = self._ranking.shares[some]
            shares = np.where(shares > 0, np.minimum(1.0, shares + _ROUNDING), 0.0)
        rates = self._quoter.most(shares)
        most = np.where(rates > 0, rates + PASSAGE_COUNTS * scores, -np.inf)
        self._ids.update(zip(known, self._ranking.ids[some].tolist(), strict=True))
        self._scores.update(zip(known, scores.tolist(), strict=True))
        self._most.update(zip(known, most.tolist(), strict=True))
        return of_hits

    def lead(self, places: Sequence[int]) -> list[int]:
        """Return which passages would be shown in order of rank, those that say nothing last."""
        labels: list[int] = []
        leading: list[int] = []
        for place in places:
            if len(leading) == self._wanted:
                return leading  # the next one is not read for nothing
            if self._quoter.has(self._ids[place]):
                (labels if self._quoter.is_label(self._ids[place]) else leading).append(place)
        return [*leading, *labels][: self._wanted]

    def prepare(self, places: Iterable[Sequence[int]]) -> None:
        """Read these passages, and find the words in all of them, at once."""
        self._quoter.find_words([self._ids[place] for of_hit in places for place in of_hit])

    def find_best(self, places: Sequence[int]) -> _Best:
        """Return the first of the passages with the best answer, and what it is worth."""
        best = _NONE
        for place in self._there(places):
            rate = self._quoter.rate(self._ids[place])
            worth = rate + PASSAGE_COUNTS * self._scores[place]
            if rate > 0 and worth > best[1]:
                best = place, worth
        return best

    def most(self, place: int) -> float:
        """Return the most that a passage can be worth."""
        return self._most[place]

    def _read(self, places: Iterable[Sequence[int]]) -> None:
        self._quoter.read([self._ids[place] for of_hit in places for place in of_hit])

    def _there(self, places: Iterable[int]) -> Iterator[int]:
        """Yield the passages that have not been removed since."""
        return (place for place in places if self._quoter.has(self._ids[place]))

    def _can_quote_few(self, places: Sequence[int]) -> bool:
        quoter, left = self._quoter, self._wanted
        for place in self._there(places):
            left -= quoter.can_quote(self._ids[place])
            if not left:
                return False
        return True
