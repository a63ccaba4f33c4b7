"""Makes a brief of what was gathered: measures the lines, chooses among them, groups them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from corpus.model import Document, Tag
from index.briefing.choosing import Candidate, Rows
from index.briefing.composing import Composition, compose, relevance_of
from index.briefing.gathering import Gathered
from index.briefing.lines import Line
from index.search.searcher import Searcher

WORDS_COUNT: Final = 0.25
"""What all of the question's words count in a line beside its cosine with the question."""
KEY_LEAST: Final = 1.4
LEAST: Final = 1.2
LEAST_OF_FEW: Final = 0.6
"""How near a key message, any line, and a line of few documents is at least: so many times the
encoder's least cosine of evidence."""
LEAST_SHARE: Final = 0.4
"""The share of the nearest line's nearness that a line has at least."""
WITHOUT_MODEL: Final = 0.3
"""The least cosine of evidence where words are compared instead of meaning."""
FEW: Final = 12
"""With so few documents in reach, the filters say more than the words, and farther lines count."""
_UNFIT: Final = np.zeros((0, 1), dtype=np.float32)


@dataclass(frozen=True, slots=True)
class Brief:
    """A brief as chosen, and how many lines were looked at and found near enough."""

    composition: Composition
    compared: int
    near: int


def make_brief(
    searcher: Searcher, gathered: Gathered, question: str, language: str | None
) -> Brief:
    """Choose the lines of a brief; without a question, those that are most like all others."""
    lines = gathered.lines
    if not lines:
        return Brief(compose([], _UNFIT), 0, 0)
    vectors, asked, weak = _measure(searcher, lines, question, language)
    words_count = WORDS_COUNT if question.strip() else 0.0
    relevance = relevance_of(vectors @ asked, lines, words_count=words_count)
    many = gathered.reached > FEW
    least = max(weak * (LEAST if many else LEAST_OF_FEW), LEAST_SHARE * max(relevance))
    near = [place for place, value in enumerate(relevance) if value >= least]
    candidates = [_candidate(gathered, lines[p], relevance[p]) for p in near]
    key_least = weak * KEY_LEAST if many and question.strip() else 0.0
    composition = compose(candidates, vectors[near], key_least=key_least)
    return Brief(composition, len(lines), len(near))


def _measure(
    searcher: Searcher, lines: Sequence[Line], question: str, language: str | None
) -> tuple[Rows, Rows, float]:
    """Return the vectors of lines and of what they should be near, and the least cosine."""
    texts = [line.text for line in lines]
    measured = searcher.encode_sentences(texts, question, language)
    if measured is None:
        vectors = vectors_of_words([*texts, question])
        measured = vectors[:-1], vectors[-1], WITHOUT_MODEL
    vectors, asked, weak = measured
    return vectors, asked if question.strip() else _middle_of(vectors), weak


def _middle_of(vectors: Rows) -> Rows:
    """Return the mean of unit rows, of unit length: what they have in common."""
    middle: Rows = np.asarray(vectors.mean(axis=0), dtype=np.float32)
    return middle / np.float32(np.linalg.norm(middle) or 1.0)


def vectors_of_words(texts: Sequence[str]) -> Rows:
    """Return (n, words) float32, unit rows: which words each text has, where there is no model."""
    words = [set(re.findall(r"\w{3,}", text.casefold())) for text in texts]
    column = {word: n for n, word in enumerate(sorted(set().union(*words)))}
    rows = np.zeros((len(texts), max(1, len(column))), dtype=np.float32)
    for row, found in zip(rows, words, strict=True):
        row[[column[word] for word in found]] = 1.0
    norms = np.linalg.norm(rows, axis=1, keepdims=True)
    unit: Rows = (rows / np.where(norms, norms, 1.0)).astype(np.float32)
    return unit


def _candidate(gathered: Gathered, line: Line, relevance: float) -> Candidate:
    name = line.passage.document_id
    document, tags = gathered.documents[name], gathered.tags.get(name, ())
    adds = {("document", name), *(("country", c) for c in document.countries)}
    adds |= {("stage", tag) for tag in terms_of(tags, "stages")}
    adds |= {("evidence", tag) for tag in terms_of(tags, "evidence_types")}
    if line.stance:
        adds.add(("stance", line.stance))
    return Candidate(line, relevance, frozenset(adds))


def terms_of(tags: Sequence[Tag], vocabulary: str) -> list[str]:
    """Return the terms that a document carries, its main one first, then the surest."""
    own = [t for t in tags if t.vocabulary == vocabulary and t.origin != "rejected"]
    own.sort(key=lambda t: (not t.primary, t.origin != "confirmed", -(t.score or 0.0), t.term))
    return [tag.term for tag in own]


def groups_of(gathered: Gathered, by: str, asked: Sequence[str]) -> dict[str, str]:
    """Return the group of each document: its stage, its topic or its country.

    Args:
        gathered: the documents.
        by: ``stage``, ``topic`` or ``country``.
        asked: the values that the question is narrowed to; a document that has one is put there.
    """
    groups = {}
    for name, document in gathered.documents.items():
        values = _values(document, gathered.tags.get(name, ()), by)
        wanted = [value for value in values if value in asked]
        if values:
            groups[name] = (wanted or values)[0]
    return groups


def _values(document: Document, tags: Sequence[Tag], by: str) -> list[str]:
    if by == "country":
        return list(document.countries)
    return terms_of(tags, {"stage": "stages", "topic": "topics"}[by])
