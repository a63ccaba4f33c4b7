"""Quotes passages for a query: the words that matched, and the sentences that answer."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

from corpus.catalogue.catalogue import Catalogue
from corpus.model import Page, Passage
from index.model import Extract
from index.search.answering import NOT_QUOTED, Choice, Rater, can_be_quoted
from index.search.fusion import Scores
from index.search.kept_texts import keep_texts
from index.search.records import PassagesOfNow
from index.search.sentences import read_sentences
from index.words.matching import Matches, find_matches
from index.words.texts import NO_TEXTS, KeptTexts


@dataclass(frozen=True, slots=True)
class Asked:
    """What a passage is quoted for.

    Attributes:
        text: the query as typed.
        weights: what each of its words counts.
        others: what stands for some of these words.
        languages: in which these words and the others are; empty if that is not known.
        texts: what is known of the passages' texts, so that they need not be taken apart.
    """

    text: str = ""
    weights: Mapping[str, float] = field(default_factory=dict)
    others: Mapping[str, Sequence[str]] = field(default_factory=dict)
    languages: frozenset[str] = frozenset()
    texts: KeptTexts = field(default=NO_TEXTS, repr=False, compare=False)

    def find_in(
        self, texts: Sequence[str], parts: Sequence[Sequence[tuple[int, int]]]
    ) -> list[list[Matches]]:
        """Return what is found of the words in each part of texts."""
        of: dict[str, set[str]] = defaultdict(set)
        for word in self.weights:
            for wanted in (word, *self.others.get(word, ())):
                of[wanted].add(word)
        found = find_matches([*of], texts, parts)
        if not self.others:
            return found
        return [
            [m._replace(terms=frozenset().union(*(of[w] for w in m.terms))) for m in matches]
            for matches in found
        ]


@dataclass(frozen=True, slots=True)
class Quote:
    """What a hit shows of a passage, as in a ``Snippet``."""

    highlights: tuple[tuple[int, int], ...]
    answer: tuple[Extract, ...]
    score: float


@dataclass(frozen=True, slots=True)
class RatedSentence:
    """A sentence of a passage, its place, and how much of the question's words it has.

    Attributes:
        passage: the passage.
        start: where it begins in the passage's text, in characters.
        end: where it ends.
        paragraph: the number of its paragraph or item in the passage.
        page: the page on which it begins.
        page_end: the page on which it ends.
        score: as of an answer, 0 without a word of the question.
    """

    passage: Passage
    start: int
    end: int
    paragraph: int
    page: int
    page_end: int
    score: float

    @property
    def text(self) -> str:
        """Return its words as the passage has them."""
        return self.passage.text[self.start : self.end]


class Quoter:
    """Quotes passages for one query; each is read once, and read and looked through when needed.

    It is for use inside one ``read_one_state``.

    Args:
        catalogue: has the passages and the pages.
        asked: what they are quoted for.
    """

    def __init__(self, catalogue: Catalogue, asked: Asked) -> None:
        self._read = PassagesOfNow(catalogue, asked.texts)
        self._passages: dict[int, Passage | None] = {}
        self.asked = asked
        self._rater = Rater(asked.text, asked.weights)
        self._matches: dict[int, list[Matches]] = {}
        self._choices: dict[int, Choice] = {}
        self._pages = _Pages(catalogue)

    @property
    def looks_for_others(self) -> bool:
        """Whether words count that were not typed, so that passages have more than their share."""
        return bool(self.asked.others)

    def read(self, passage_ids: Collection[int]) -> None:
        """Read passages at once: sooner than one after the other."""
        new = [i for i in passage_ids if i not in self._passages]
        if new:
            self._passages |= dict.fromkeys(new) | self._read.of(new)

    def has(self, passage_id: int) -> bool:
        """Return whether a passage is in the catalogue still."""
        if passage_id not in self._passages:
            self.read([passage_id])
        return self._passages[passage_id] is not None

    def passage(self, passage_id: int) -> Passage:
        """Return a passage that is in the catalogue."""
        if passage_id not in self._passages:
            self.read([passage_id])
        passage = self._passages[passage_id]
        if passage is None:
            raise KeyError(passage_id)
        return passage

    def find_words(self, passage_ids: Collection[int]) -> None:
        """Look for the query's words in passages at once, as far as they are there."""
        self.read(passage_ids)
        new = [i for i in passage_ids if i not in self._matches and self.has(i)]
        self._matches |= _find_words([self.passage(i) for i in new], self.asked)

    def can_quote(self, passage_id: int) -> bool:
        """Return whether a passage has a sentence that can answer."""
        passage = self.passage(passage_id)
        return can_be_quoted(passage.text, passage.role)

    def is_label(self, passage_id: int) -> bool:
        """Return whether a passage says nothing; a table or a reference may be shown for a word."""
        if self.can_quote(passage_id):
            return False
        has_words = any(found.terms for found in self._matches_in(passage_id))
        return self.passage(passage_id).role not in NOT_QUOTED or not has_words

    def rate(self, passage_id: int) -> float:
        """Return how well the best sentence of a passage answers, as its quote would say."""
        return self._choose(passage_id).score

    def most(self, shares: Scores) -> Scores:
        """Return (k,) float64: the most that ``rate`` can be, by the share of what words count."""
        return self._rater.most(shares)

    def quote(self, passage_id: int) -> Quote:
        """Return the quote of a passage."""
        p, at = self.passage(passage_id), self._pages.at
        matches, choice = self._matches_in(passage_id), self._choose(passage_id)
        answer = tuple(Extract(s, e, at(p, s), at(p, e - 1)) for s, e in choice.slices)
        highlights = [
            (sentence.start + start, sentence.start + end)
            for sentence, found in zip(read_sentences(p.text), matches, strict=True)
            for start, end in found.slices
        ]
        return Quote(tuple(highlights), answer, choice.score)

    def _choose(self, passage_id: int) -> Choice:
        choice = self._choices.get(passage_id)
        if choice is None:
            p, matches = self.passage(passage_id), self._matches_in(passage_id)
            words = [found.terms for found in matches]
            self._choices[passage_id] = choice = self._rater.choose(p.text, p.role, words)
        return choice

    def _matches_in(self, passage_id: int) -> list[Matches]:
        """Return what is found of the query in each sentence of a passage."""
        if passage_id not in self._matches:
            self.find_words([passage_id])
        return self._matches[passage_id]


def rate_sentences(
    catalogue: Catalogue, passages: Collection[Passage], asked: Asked
) -> list[RatedSentence]:
    """Return every sentence of passages, in their order, rated as the answer to a question."""
    keep_texts(asked.texts, {passage.id: passage for passage in passages})
    matches = _find_words(passages, asked)
    rater, pages = Rater(asked.text, asked.weights), _Pages(catalogue)
    return [
        RatedSentence(
            passage=p,
            start=s.start,
            end=s.end,
            paragraph=s.paragraph,
            page=pages.at(p, s.start),
            page_end=pages.at(p, s.end - 1),
            score=rater.rate_alone(s, found.terms),
        )
        for p in passages
        for s, found in zip(read_sentences(p.text), matches[p.id], strict=True)
    ]


def _find_words(passages: Collection[Passage], asked: Asked) -> dict[int, list[Matches]]:
    """Return, by the ids of passages, what is found of the query in each of their sentences."""
    parts = [[(s.start, s.end) for s in read_sentences(p.text)] for p in passages]
    found = asked.find_in([p.text for p in passages], parts)
    return {p.id: matches for p, matches in zip(passages, found, strict=True)}


def pages_between(catalogue: Catalogue, passage: Passage, start: int, end: int) -> tuple[int, int]:
    """Return the first and the last page of a slice of a passage's text."""
    pages = _Pages(catalogue)
    return pages.at(passage, start), pages.at(passage, end - 1)


class _Pages:
    """Finds the page of a place in a passage; reads a document's pages only if it has to."""

    def __init__(self, catalogue: Catalogue) -> None:
        self._catalogue = catalogue
        self._of: dict[str, list[Page]] = {}

    def at(self, passage: Passage, offset: int) -> int:
        """Return the page that has the character at ``offset`` in the passage's text."""
        if passage.page == passage.page_end:
            return passage.page
        if passage.document_id not in self._of:
            self._of[passage.document_id] = self._catalogue.pages(passage.document_id)
        place = passage.start + offset
        pages = (
            page.number for page in self._of[passage.document_id] if page.start <= place < page.end
        )
        return next(pages, passage.page)
