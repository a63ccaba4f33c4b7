"""Which sentences can stand alone in a brief, with what they need beside them.

A line is a slice of a passage: one sentence, or a sentence and the one after it that refers to it
or takes it back. Fragments, headings, captions, references and sentences that were cut are no
lines.
"""

from __future__ import annotations

import hashlib
import itertools
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from corpus.catalogue.catalogue import Catalogue
from corpus.model import Passage
from index.briefing import wording
from index.briefing.voices import Stance, stance_of
from index.search.answering import REFERS
from index.search.quoting import RatedSentence, pages_between

LEAST_WORDS: Final = 6
MOST_WORDS: Final = 55
"""Words of one sentence. A longer one is a list, or several whose ends were lost."""
MOST_WORDS_TOGETHER: Final = 75
MOST_DIGITS: Final = 0.2
"""The share of a sentence's characters that may be digits; with more it is a row of a table."""


@dataclass(frozen=True, slots=True)
class Line:
    """What a brief quotes: sentences of a passage that follow each other.

    Attributes:
        passage: the passage.
        start: where the slice of its text begins.
        end: where it ends.
        page: the page of the file on which it begins.
        page_end: that on which it ends.
        score: how much of the question's words it has, as an answer's.
        stance: what it claims of an effect.
        about_itself: whether it tells of its document, such as who wrote it, and not of the world.
        states: whether it has words of a finding, a reason or advice.
    """

    passage: Passage
    start: int
    end: int
    page: int
    page_end: int
    score: float = 0.0
    stance: Stance | None = None
    about_itself: bool = False
    states: bool = False

    @property
    def text(self) -> str:
        """Return its words as the passage has them."""
        return self.passage.text[self.start : self.end]

    @property
    def id(self) -> str:
        """Return 8 hexadecimal digits that only these words of this passage have."""
        named = f"{self.passage.id}:{self.start}:{self.end}".encode()
        return hashlib.blake2b(named, digest_size=4, person=b"salex-line").hexdigest()


def find_lines(sentences: Iterable[RatedSentence]) -> list[Line]:
    """Return the lines among the sentences of passages, which are in order."""
    by_paragraph = itertools.groupby(sentences, key=lambda s: (s.passage.id, s.paragraph))
    return [line for _, part in by_paragraph for line in _lines_of(list(part))]


def line_of(catalogue: Catalogue, passage: Passage, quote: str) -> Line | None:
    """Return the line of an editor's choice: any words, if the passage has them."""
    start = passage.text.find(quote) if quote.strip() else -1
    if start < 0:
        return None
    end = start + len(quote)
    page, page_end = pages_between(catalogue, passage, start, end)
    stance = stance_of(quote)
    return Line(passage, start, end, page, page_end, stance=stance)


def is_quotable(text: str) -> bool:
    """Return whether this is one whole sentence that states something."""
    words = text.split()
    if not LEAST_WORDS <= len(words) <= MOST_WORDS or not wording.BEGINS.match(text):
        return False
    if not wording.ENDS.search(text) or wording.CUT.search(text) or wording.LABEL.match(text):
        return False
    if wording.REFERENCE.search(text) or wording.SHOUTED.search(text):
        return False
    if wording.UNFINISHED.match(text):
        return False
    if any(text.count(opens) != text.count(closes) for opens, closes in wording.PAIRS):
        return False
    return sum(c.isdigit() for c in text) <= MOST_DIGITS * len(text)


def _lines_of(sentences: Sequence[RatedSentence]) -> Iterator[Line]:
    """Yield the lines of one paragraph; none shares a sentence with another."""
    good = [is_quotable(s.text[_marked(s) :]) for s in sentences]
    place = 0
    while place < len(sentences):
        last = place
        first = sentences[place]
        if good[place] and wording.stands_alone(first.text[_marked(first) :]):
            while last + 1 < len(sentences) and _belongs(sentences, good, place, last + 1):
                last += 1
            yield _joined(sentences[place : last + 1])
        place = last + 1


def _marked(sentence: RatedSentence) -> int:
    """Return how many characters the number or bullet of a list item takes."""
    marker = wording.LIST_MARKER.match(sentence.text)
    return marker.end() if marker else 0


def _belongs(
    sentences: Sequence[RatedSentence], good: Sequence[bool], first: int, other: int
) -> bool:
    """Return whether a sentence has to be read with those before it."""
    text = sentences[other].text
    words = sum(len(s.text.split()) for s in sentences[first : other + 1])
    if not good[other] or words > MOST_WORDS_TOGETHER:
        return False
    if wording.TAKES_BACK.match(text):
        return True
    if wording.OF_ITSELF.search(text):
        return False
    answers = sentences[other].score > sentences[first].score
    return other - first == 1 and answers and REFERS.match(text) is not None


def _joined(part: Sequence[RatedSentence]) -> Line:
    first, last = part[0], part[-1]
    start = first.start + _marked(first)
    text = first.passage.text[start : last.end]
    return Line(
        passage=first.passage,
        start=start,
        end=last.end,
        page=first.page,
        page_end=last.page_end,
        score=max(s.score for s in part),
        stance=stance_of(text),
        states=wording.STATES.search(text) is not None,
        about_itself=any(wording.OF_ITSELF.search(s.text) for s in part),
    )
