"""Chooses the sentences of a passage that answer a query, to be shown before the passage.

A sentence counts by the share of the query's words that it has, rare words counting more, and by
whether it can be an answer to such a question: one that asks how many is answered by a number. One
that its document calls a key finding counts a little more. What
the best sentence needs is shown with it: the sentence it refers to, and one near it that takes back
or limits what it says.
"""

from __future__ import annotations

import functools
import math
import re
from collections.abc import Collection, Mapping, Sequence
from typing import Final, NamedTuple

import numpy as np

from corpus.roles import APPARATUS, Role
from index.search.asked import RESULT, SCAFFOLDING, answers_to, is_guess
from index.search.forms import FRAGMENT, LINE, WHOLE
from index.search.fusion import Scores
from index.search.items import find_list_around
from index.search.paragraphs import skip_mark, skip_note
from index.search.sentences import (
    LABELLED,
    LEAST_LENGTH,
    STATES_NOTHING,
    Sentence,
    read_sentences,
)

Words = frozenset[str]
"""The words of a query that a sentence has."""

MOST: Final = 3
"""Sentences in one answer."""
FITS: Final = 0.25
"""What a sentence gains that can be an answer to such a question."""
GUESSED: Final = 0.1
"""What a guess loses where a result is asked for."""
NEAR_FITS: Final = 0.1
"""The same beside a cosine."""
NEAR_LINE: Final = 0.05
"""What a line that is no whole sentence loses there; one that has not even a verb, twice that."""
NEARLY: Final = 0.8
"""A sentence that counts for this share of the best one is shown too."""
NEAR: Final = 2
"""How many sentences on another may take back what one says."""
NOT_QUOTED: Final[frozenset[Role]] = APPARATUS | {"table", "caption"}
"""Roles of passages without sentences that state anything: a caption says what is shown."""

_LIMITS: Final = re.compile(
    r"\b(?:not|no|never|however|but|although|though|yet|nevertheless|limited|lacks?|caution|unclear"
    r"|sin embargo|pero|aunque|a[úu]n no|todav[íi]a|nunca|por[ée]m|mas|contudo|embora|ainda não"
    r"|não|cependant|toutefois|mais|bien que|pas|aucune?|n'[a-zéê]+)\b",
    re.IGNORECASE,
)
REFERS: Final = re.compile(
    r"[\"“«(]*(?:it|its|this|that|these|those|they|their|he|she|such|both|however|therefore|thus"
    r"|moreover|furthermore|instead|este|esta|estos|estas|esto|dicho|dicha|ello|ellos|así|isso|isto"
    r"|esse|essa|esses|essas|eles|elas|ele|ela|cela|cette|ces|celui|celle|ils|elles|il|elle)\b",
    re.IGNORECASE,
)


class Choice(NamedTuple):
    """The slices of a passage's text that answer a query, and how well the best sentence does.

    The score is 0 if it has no word of the query.
    """

    slices: tuple[tuple[int, int], ...] = ()
    score: float = 0.0


class Rater:
    """Says how well sentences answer a query.

    Args:
        query: as it was typed.
        weights: what each of its words counts.
    """

    def __init__(self, query: str, weights: Mapping[str, float]) -> None:
        self._answers = answers_to(query)
        self._asked = _what_is_asked(weights)
        self._whole = sum(self._asked.values()) or 1.0
        self._given = sum(weights.values())

    def rate(self, sentence: Sentence, words: Collection[str]) -> float:
        """Return how well a sentence answers that has these words of the query."""
        score = self._rate_words(sentence, words) if words else sentence.worth
        return score if score == STATES_NOTHING else self._rate_fit(sentence, score)

    def _rate_words(self, sentence: Sentence, words: Collection[str]) -> float:
        if sentence.worth == STATES_NOTHING:
            return STATES_NOTHING
        share = math.fsum([self._asked.get(word, 0.0) for word in words]) / self._whole
        return sentence.worth + share / sentence.length

    def _rate_fit(self, sentence: Sentence, score: float) -> float:
        """Add to a score what it counts that a sentence can be an answer to such a question."""
        if self._answers:
            score += FITS * any(answer.search(sentence.text) for answer in self._answers)
            score -= GUESSED * (RESULT in self._answers and is_guess(sentence.text))
        return score

    def most(self, shares: Scores) -> Scores:
        """Return (k,) float64: the most that the score of a ``Choice`` can be, however worded.

        Args:
            shares: (k,) float64, the part of what all words count that those in each passage do,
                0 to 1.
        """
        of_answer = np.minimum(1.0, shares * self._given / self._whole)
        most: Scores = LABELLED + of_answer / LEAST_LENGTH + FITS * bool(self._answers)
        return np.where(shares > 0, most, 0.0)

    def rate_alone(self, sentence: Sentence, words: Collection[str]) -> float:
        """Return the same for a sentence without its passage; 0 without a word of the query."""
        return max(0.0, self.rate(sentence, words)) if words else 0.0

    def choose(self, text: str, role: Role, words: Sequence[Words]) -> Choice:
        """Choose one to three whole sentences of a passage that answer the query.

        Those that follow each other are one slice. There are none if the passage has none that
        state anything.

        Args:
            text: the passage's text.
            role: what the passage is for in its document.
            words: the words of the query that each sentence has.
        """
        if role in NOT_QUOTED or not words:
            return Choice()
        sentences = read_sentences(text)
        scores = self._rate_all(sentences, words)
        best = scores.index(max(scores))
        if scores[best] == STATES_NOTHING:
            return Choice()
        first = _below_heading(best, sentences)
        chosen = [first, *_needed(first, sentences, words)]
        if scores[best] > 0:
            near = (place for place, score in enumerate(scores) if score >= NEARLY * scores[best])
            others = (at for at in near if sentences[at].form <= max(LINE, sentences[first].form))
            chosen += sorted(others, key=lambda place: -scores[place])
        kept = sorted(_without_repeats(text, chosen, sentences)[:MOST])
        return Choice(_joined(text, kept, sentences), scores[best] if words[best] else 0.0)

    def _rate_all(self, sentences: Sequence[Sentence], words: Sequence[Words]) -> list[float]:
        """Return the score of each sentence; for one that is too low to be chosen, about that."""
        told = zip(sentences, words, strict=True)  # most of them have no word of the query
        scores = [self._rate_words(one, own) if own else one.worth for one, own in told]
        if not self._answers:
            return scores
        best = STATES_NOTHING
        for place in sorted(range(len(scores)), key=scores.__getitem__, reverse=True):
            low = best > 0 and scores[place] + FITS < NEARLY * best
            if low or scores[place] == STATES_NOTHING:
                break  # so are the others
            scores[place] = self._rate_fit(sentences[place], scores[place])
            best = max(best, scores[place])
        return scores


def choose_nearest(
    text: str, sentences: Sequence[Sentence], query: str, cosines: Sequence[float]
) -> tuple[tuple[int, int], ...]:
    """Choose the sentence that is nearest to a question in meaning, with what it refers to.

    Args:
        text: a passage's text.
        sentences: those of it that state something, in order; at least one.
        query: the question as it was typed.
        cosines: of each sentence with it.
    """
    fits = [any(answer.search(one.text) for answer in answers_to(query)) for one in sentences]
    scores = [
        cosine + NEAR_FITS * fit - NEAR_LINE * one.form
        for one, cosine, fit in zip(sentences, cosines, fits, strict=True)
    ]
    best = _below_heading(max(range(len(scores)), key=scores.__getitem__), sentences)
    needed = _needed(best, sentences, [frozenset()] * len(sentences))
    return _joined(text, sorted(_without_repeats(text, [best, *needed], sentences)), sentences)


@functools.lru_cache(maxsize=4_096)
def can_be_quoted(text: str, role: Role) -> bool:
    """Return whether a passage has a sentence that can answer; a masthead or a label has none."""
    if role in NOT_QUOTED:
        return False
    return any(sentence.worth != STATES_NOTHING for sentence in read_sentences(text))


def _what_is_asked(weights: Mapping[str, float]) -> Mapping[str, float]:
    """Return what the words count by which an answer is known: all, if there are no such."""
    asked = {w: weight for w, weight in weights.items() if w.casefold() not in SCAFFOLDING}
    return asked or weights


def _without_repeats(text: str, chosen: Sequence[int], sentences: Sequence[Sentence]) -> list[int]:
    """Return the places of sentences in order, of those that say the same the first alone.

    Items of a list may all end alike.
    """
    if len(chosen) == 1:
        return [*chosen]
    first: dict[str, int] = {}
    for place in chosen:
        own = sentences[place]
        said = text[skip_mark(text, own.start) : own.end]
        first.setdefault(" ".join(said.split()).casefold(), place)
    return list(first.values())


def _joined(
    text: str, kept: Sequence[int], sentences: Sequence[Sentence]
) -> tuple[tuple[int, int], ...]:
    """Return the slices of sentences; one for those that follow each other in a paragraph.

    The mark of an item of a list is left out, and so are numbers of notes before and behind them.
    """
    slices: list[tuple[int, int]] = []
    for place, number in enumerate(kept):
        own = sentences[number]
        before = kept[place - 1] if place else -2
        if before == number - 1 and sentences[before].paragraph == own.paragraph:
            slices[-1] = (slices[-1][0], own.end)
        else:
            slices.append((skip_mark(text, own.start), own.end))
        slices[-1] = (slices[-1][0], skip_note(text, own.end))
    return tuple(slices)


def _below_heading(best: int, sentences: Sequence[Sentence]) -> int:
    """Return the place of the sentence below, if this is a heading; otherwise that of its own."""
    own, below = sentences[best], sentences[best + 1 : best + 2]
    if own.form != FRAGMENT or not below or below[0].paragraph == own.paragraph:
        return best
    stands = below[0].form == WHOLE and below[0].worth != STATES_NOTHING
    return best + 1 if stands and not below[0].text.startswith("(") else best


def _needed(best: int, sentences: Sequence[Sentence], words: Sequence[Words]) -> list[int]:
    """Return what is shown with a sentence: what it refers to, and what takes it back.

    An item of a list is shown with the line that introduces the list, and that with its items.
    """
    own = sentences[best]
    needed = find_list_around(best, sentences, MOST)
    if best and REFERS.match(own.text) and sentences[best - 1].paragraph == own.paragraph:
        needed.append(best - 1)
    for other in range(max(0, best - NEAR), min(len(sentences), best + NEAR + 1)):
        shared = words[best] & words[other] and sentences[other].worth != STATES_NOTHING
        if other != best and shared and _LIMITS.search(sentences[other].text):
            needed.append(other)
    return needed
