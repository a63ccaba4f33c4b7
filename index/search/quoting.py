"""Quotes passages for a query: the words that matched, and the sentences that answer."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from corpus.catalogue.catalogue import Catalogue
from corpus.model import Page, Passage
from index.model import Extract
from index.search.answering import Candidate, choose_sentences, rate_sentence
from index.search.paragraphs import split_paragraphs
from index.words.keywords import find_matches


@dataclass(frozen=True, slots=True)
class Asked:
    """What a passage is quoted for: the query as typed, and what each of its words counts."""

    text: str = ""
    weights: Mapping[str, float] = field(default_factory=dict)


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


def quote_passages(
    catalogue: Catalogue, passages: Collection[Passage], asked: Asked
) -> dict[int, Quote]:
    """Return the quotes of passages by their ids."""
    candidates, highlights = _find_candidates(passages, asked)
    pages = _Pages(catalogue)
    quotes = {}
    for p in passages:
        choice = choose_sentences(p.text, p.role, candidates[p.id], asked.text, asked.weights)
        answer = (Extract(s, e, pages.at(p, s), pages.at(p, e - 1)) for s, e in choice.slices)
        quotes[p.id] = Quote(tuple(highlights[p.id]), tuple(answer), choice.score)
    return quotes


def rate_sentences(
    catalogue: Catalogue, passages: Collection[Passage], asked: Asked
) -> list[RatedSentence]:
    """Return every sentence of passages, in their order, rated as the answer to a question."""
    candidates, _ = _find_candidates(passages, asked)
    pages = _Pages(catalogue)
    return [
        RatedSentence(
            passage=p,
            start=c.start,
            end=c.end,
            paragraph=c.paragraph,
            page=pages.at(p, c.start),
            page_end=pages.at(p, c.end - 1),
            score=rate_sentence(p.text[c.start : c.end], c, asked.text, asked.weights),
        )
        for p in passages
        for c in candidates[p.id]
    ]


def _find_candidates(
    passages: Collection[Passage], asked: Asked
) -> tuple[dict[int, list[Candidate]], dict[int, list[tuple[int, int]]]]:
    """Return the sentences of passages by their ids, and the words to highlight in each.

    The words are looked for in each sentence, so that it is known which sentence has which.
    """
    split = {p.id: split_paragraphs(p.text) for p in passages}
    places = [
        (p, number, start, end)
        for p in passages
        for number, paragraph in enumerate(split[p.id])
        for start, end in paragraph
    ]
    matches = find_matches(list(asked.weights), [p.text[s:e] for p, _, s, e in places])
    highlights: dict[int, list[tuple[int, int]]] = defaultdict(list)
    candidates: dict[int, list[Candidate]] = defaultdict(list)
    for (passage, number, start, end), found in zip(places, matches, strict=True):
        highlights[passage.id] += [(start + a, start + b) for a, b in found.slices]
        candidates[passage.id].append(Candidate(start, end, number, found.terms))
    return candidates, highlights


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
