"""Chooses the sentences of a passage that answer a query, to be shown before the passage.

A sentence counts by the share of the query's words that it has, rare words counting more, and by
whether it can be an answer to such a question: one that asks how many is answered by a number. One
that its document calls a key finding counts a little more. What
the best sentence needs is shown with it: the sentence it refers to, and one near it that takes back
or limits what it says.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Collection, Mapping, Sequence
from typing import Final, NamedTuple

import numpy as np

from corpus.roles import APPARATUS, Role
from index.search.asked import RESULT, answers_to, is_guess, is_signpost
from index.search.fusion import Scores
from index.search.paragraphs import skip_mark, split_paragraphs

Words = frozenset[str]
"""The words of a query that a sentence has."""

MOST: Final = 3
"""Sentences in one answer."""
LEAST_WORDS: Final = 4
"""A shorter sentence is a heading, a label or a cell, and answers nothing by itself."""
LONG_ENOUGH: Final = 3
"""Letters of words that headings and the heads of columns have in capitals."""
LONG_WORDS: Final = 25
"""The length of a sentence that is neither favoured nor put back."""
LENGTH_COUNTS: Final = 0.15
LEAST_LENGTH: Final = 1 + LENGTH_COUNTS * (LEAST_WORDS / LONG_WORDS - 1)
"""The ``Sentence.length`` of the shortest one that can answer."""
FITS: Final = 0.25
"""What a sentence gains that can be an answer to such a question."""
LABELLED: Final = 0.15
"""What a sentence gains that its document calls a finding or a message."""
GUESSED: Final = 0.1
"""What a guess loses where a result is asked for."""
SIGNPOSTED: Final = 0.25
"""What a sentence loses that only says where in the document something stands."""
NEAR_FITS: Final = 0.1
"""The same beside a cosine."""
NEARLY: Final = 0.8
"""A sentence that counts for this share of the best one is shown too."""
NEAR: Final = 2
"""How many sentences on another may take back what one says."""
STATES_NOTHING: Final = -1.0
"""The score of a label, a heading or a question: it cannot answer, whatever words it has."""
NOT_QUOTED: Final[frozenset[Role]] = APPARATUS | {"table"}
"""Roles of passages without sentences that state anything."""

_FINDING: Final = re.compile(
    r"\W*(?:(?:key|main|principal) )?(?:findings?|messages?|lessons?|conclusions?|takeaways?"
    r"|hallazgos?|mensajes?|lecci(?:ón|ones)|achados?|mensage(?:m|ns)|constats?|enseignements?)\b"
    r"(?: (?:clave|principal\w*|clés?))?[^.:]{0,20}: ",
    re.IGNORECASE,
)
_SCAFFOLDING: Final = frozenset(
    (
        *("according", "although", "happen", "happened", "happens", "describe", "described"),
        *("describes", "explain", "explained", "explains", "mean", "means", "meant", "mention"),
        *("mentioned", "mentions", "said", "say", "says", "though", "aunque", "dice", "menciona"),
        *("mencionan", "ocurre", "según", "sucede", "acontece", "diz", "embora", "explique"),
        *("mentionne", "selon", "define", "defined", "defines", "definición", "definição"),
        *("definido", "definition", "définie", "défini", "définit", "définition"),
    )
)
"""Words by which a question is put, and which no answer has to have."""
_LIMITS: Final = re.compile(
    r"\b(?:not|no|never|however|but|although|though|yet|nevertheless|limited|lacks?|caution|unclear"
    r"|sin embargo|pero|aunque|a[úu]n no|todav[íi]a|nunca|por[ée]m|mas|contudo|embora|ainda não"
    r"|não|cependant|toutefois|mais|bien que|pas|aucune?|n'[a-zéê]+)\b",
    re.IGNORECASE,
)
_SPACED: Final = re.compile(r"(?:\b[^\W\d_] ){4}")
"""Letters of a heading that print sets apart: "R E V I E W"."""
_FIGURE: Final = re.compile(r"(?<!\S)[^\w\s]*\d[\d.,/%–-]*[^\w\s]*(?!\S)")
"""A word of a row of a table: a number."""
_NOTE: Final = re.compile(r"\W*(?:notes?|sources?|notas?|fuentes?|fontes?) ?: ", re.IGNORECASE)
"""What is printed below a table or a figure."""
_CAPTION: Final = re.compile(
    r"\W*(?:fig(?:ures?|\.)|tables?|box|charts?|graphs?|maps?|figuras?|tablas?|cuadros?|gr[áa]ficos?"
    r"|mapas?|tabelas?|quadros?|tableaux?|graphiques?|cartes?|encadrés?) (?:[a-z]\.?)?\d[\d.-]*\W",
    re.IGNORECASE,
)
"""The name of a figure or a table; where no full stop ends it, it says only what is shown."""
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


class Sentence(NamedTuple):
    """A sentence of a passage, and what it is whatever is asked.

    Attributes:
        start: where it begins in the passage's text, in characters.
        end: where it ends.
        paragraph: the number of its paragraph or item in the passage.
        text: its words.
        length: 1 for one of usual length, more for a longer one.
        worth: what it counts for without a word of a query; STATES_NOTHING if it cannot answer.
    """

    start: int
    end: int
    paragraph: int
    text: str
    length: float
    worth: float


@functools.lru_cache(maxsize=4_096)  # the passages that are quoted often; about 12 MB
def read_sentences(text: str) -> tuple[Sentence, ...]:
    """Return the sentences of a passage in order."""
    return tuple(
        _read_sentence(text, number, start, end)
        for number, paragraph in enumerate(split_paragraphs(text))
        for start, end in paragraph
    )


def _read_sentence(text: str, paragraph: int, start: int, end: int) -> Sentence:
    part, worth = text[start:end], STATES_NOTHING
    if states_something(part):
        labelled = ": " in part and bool(_FINDING.match(part))
        worth = LABELLED * labelled - SIGNPOSTED * is_signpost(part)
    length = 1 + LENGTH_COUNTS * (len(part.split()) / LONG_WORDS - 1)
    return Sentence(start, end, paragraph, part, length, worth)


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
        share = sum([self._asked.get(word, 0.0) for word in words]) / self._whole
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
        chosen = [best, *_needed(best, sentences, words)]
        if scores[best] > 0:
            near = (place for place, score in enumerate(scores) if score >= NEARLY * scores[best])
            chosen += sorted(near, key=lambda place: -scores[place])
        kept = sorted(list(dict.fromkeys(chosen))[:MOST])
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
    scores = [cosine + NEAR_FITS * fit for cosine, fit in zip(cosines, fits, strict=True)]
    best = max(range(len(scores)), key=lambda place: scores[place])
    needed = _needed(best, sentences, [frozenset()] * len(sentences))
    return _joined(text, sorted([best, *needed]), sentences)


@functools.lru_cache(maxsize=4_096)
def can_be_quoted(text: str, role: Role) -> bool:
    """Return whether a passage has a sentence that can answer; a masthead or a label has none."""
    if role in NOT_QUOTED:
        return False
    return any(sentence.worth != STATES_NOTHING for sentence in read_sentences(text))


def states_something(part: str) -> bool:
    """Return whether a sentence can answer: no label, question, heading, caption or column head."""
    words, said = part.split(), part.rstrip("\"'”’»)")
    if len(words) < LEAST_WORDS or said.endswith("?") or _is_spaced(part, words):
        return False
    if part.isupper() or _NOTE.match(part) or _is_of_figures(part, words):
        return False
    if said.endswith((".", "!", "…", ":", ";", "。")):
        return True
    if _CAPTION.match(part):
        return False
    counted = [word for word in words if len(word) > LONG_ENOUGH]
    named = sum(word[0].isupper() for word in counted)
    return len(counted) < LEAST_WORDS or named < len(counted)


def _is_spaced(part: str, words: Sequence[str]) -> bool:
    """Return whether four letters stand apart; three of them at least are words of their own."""
    return list(map(len, words)).count(1) >= 3 and _SPACED.search(part) is not None


def _is_of_figures(part: str, words: Sequence[str]) -> bool:
    """Return whether more words are figures than not, as in the row of a table."""
    if 2 * sum(map(str.isalpha, words)) >= len(words):
        return False
    return 2 * len(_FIGURE.findall(part)) > len(words)


def _what_is_asked(weights: Mapping[str, float]) -> Mapping[str, float]:
    """Return what the words count by which an answer is known: all, if there are no such."""
    asked = {w: weight for w, weight in weights.items() if w.casefold() not in _SCAFFOLDING}
    return asked or weights


def _joined(
    text: str, kept: Sequence[int], sentences: Sequence[Sentence]
) -> tuple[tuple[int, int], ...]:
    """Return the slices of sentences; one for those that follow each other in a paragraph.

    The mark of an item of a list is left out.
    """
    slices: list[tuple[int, int]] = []
    for place, number in enumerate(kept):
        own = sentences[number]
        before = kept[place - 1] if place else -2
        if before == number - 1 and sentences[before].paragraph == own.paragraph:
            slices[-1] = (slices[-1][0], own.end)
        else:
            slices.append((skip_mark(text, own.start), own.end))
    return tuple(slices)


def _needed(best: int, sentences: Sequence[Sentence], words: Sequence[Words]) -> list[int]:
    """Return what is shown with a sentence: what it refers to, and what takes it back."""
    own = sentences[best]
    needed = []
    if best and REFERS.match(own.text) and sentences[best - 1].paragraph == own.paragraph:
        needed.append(best - 1)
    for other in range(max(0, best - NEAR), min(len(sentences), best + NEAR + 1)):
        shared = words[best] & words[other]
        if other != best and shared and _LIMITS.search(sentences[other].text):
            needed.append(other)
    return needed
