"""Gathers what a brief may quote: documents with their passages, and the lines in those.

A document speaks with its summary and findings; one that has neither speaks with its body.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from corpus.catalogue.catalogue import Catalogue
from corpus.model import Document, Passage, Tag
from corpus.roles import Role
from corpus.tags.tags import tags_of
from index.briefing.lines import Line, find_lines
from index.model import Filters, Hit, Query, Results
from index.search.quoting import Asked, rate_sentences
from index.search.searcher import Searcher

SPEAKING: Final[tuple[Role, ...]] = ("summary", "findings")
INSTEAD: Final[tuple[Role, ...]] = ("body",)
"""The roles of the passages that are quoted, and of those where a document has none of them."""
MOST_DOCUMENTS: Final = 40
MOST_PASSAGES: Final = 5
"""Of each document: its best ones, or its first ones if nothing is asked."""
MOST_COMPARED: Final = 120
"""Lines that are compared by their meaning. Encoding one takes 5 to 20 ms on a small machine."""
WORDS_COUNT: Final = 0.5
"""What the words of a line count beside the score of its passage, as to whether it is compared."""


@dataclass(frozen=True, slots=True)
class Gathered:
    """What a brief is chosen from.

    Attributes:
        documents: by id, in order of rank: those whose passages were read.
        tags: their tags.
        lines: what may be quoted, the most promising first.
        passages: how many passages were read.
        sentences: how many sentences they have.
        without_role: the ids of the documents quoted from their body.
        results: of the search, with summaries and findings alone; ``None`` without one.
        reached: how many documents there are in all, also those that were not read.
    """

    documents: Mapping[str, Document]
    tags: Mapping[str, tuple[Tag, ...]]
    lines: tuple[Line, ...]
    passages: int
    sentences: int
    without_role: frozenset[str]
    results: Results | None = None
    reached: int = 0


@dataclass(slots=True)
class _Reading:
    """The passages to read, by document in order of rank, and how near each is."""

    passages: dict[str, list[Passage]] = field(default_factory=dict)
    scores: dict[int, float] = field(default_factory=dict)


def gather_for_query(searcher: Searcher, catalogue: Catalogue, query: Query) -> Gathered:
    """Gather what answers a query; without words, the newest documents that pass its filters."""
    query = replace(query, offset=0, limit=MOST_DOCUMENTS, passages_per_hit=MOST_PASSAGES)
    if not query.text.strip():
        results = searcher.search(catalogue, query)
        gathered = gather_from_documents(
            catalogue,
            [hit.document.id for hit in results.hits],
            searcher.read_question(catalogue, query),
        )
        return replace(gathered, results=results, reached=results.total)
    best = searcher.search(catalogue, replace(query, filters=_with_roles(query.filters, SPEAKING)))
    other = searcher.search(catalogue, replace(query, filters=_with_roles(query.filters, INSTEAD)))
    speaking = _that_speak(catalogue, [hit.document.id for hit in other.hits])
    bodies = [hit for hit in other.hits if hit.document.id not in speaking]
    hits = sorted((*best.hits, *bodies), key=lambda hit: -hit.score)[:MOST_DOCUMENTS]
    shown = max(best, other, key=lambda results: max((h.score for h in results.hits), default=0.0))
    reached = len({hit.document.id for hit in (*best.hits, *bodies)})
    if best.total > len(best.hits) or other.total > len(other.hits):
        reached = max(reached, best.total, other.total)
    asked = searcher.read_question(catalogue, query)
    gathered = _gather(catalogue, _read_hits(catalogue, hits), asked)
    return replace(gathered, results=replace(shown, query=query), reached=reached)


def gather_from_documents(
    catalogue: Catalogue, document_ids: Iterable[str], asked: Asked
) -> Gathered:
    """Gather what documents say in their summaries and findings, or else at their beginning."""
    ids = list(dict.fromkeys(document_ids))[:MOST_DOCUMENTS]
    reading = _Reading()
    for name in ids:
        passages = catalogue.passages(name)
        speaking = [p for p in passages if p.role in SPEAKING]
        chosen = (speaking or [p for p in passages if p.role in INSTEAD])[:MOST_PASSAGES]
        reading.passages[name] = chosen
        reading.scores |= {p.id: 1 / (1 + place) for place, p in enumerate(chosen)}
    return replace(_gather(catalogue, reading, asked), reached=len(ids))


def _with_roles(filters: Filters, roles: tuple[Role, ...]) -> Filters:
    return Filters(**(filters.as_dict() | {"roles": roles}))


def _that_speak(catalogue: Catalogue, document_ids: Sequence[str]) -> frozenset[str]:
    roles = catalogue.passage_roles(document_ids)
    return frozenset(name for _, name, role in roles if role in SPEAKING)


def _read_hits(catalogue: Catalogue, hits: Sequence[Hit]) -> _Reading:
    snippets = {s.passage_id: s for hit in hits for s in hit.snippets}
    stored = catalogue.passages_by_id(snippets)
    reading = _Reading(scores={name: s.score for name, s in snippets.items()})
    for hit in hits:
        own = [stored[s.passage_id] for s in hit.snippets if s.passage_id in stored]
        reading.passages[hit.document.id] = sorted(own, key=lambda p: p.position)
    return reading


def _gather(catalogue: Catalogue, reading: _Reading, asked: Asked) -> Gathered:
    passages = [p for of_document in reading.passages.values() for p in of_document]
    sentences = rate_sentences(catalogue, passages, asked)
    lines = sorted(
        find_lines(sentences),
        key=lambda line: -reading.scores[line.passage.id] - WORDS_COUNT * min(1.0, line.score),
    )
    ids = list(reading.passages)
    stored, tags = catalogue.documents(ids), tags_of(catalogue, ids)
    own = [line for line in lines if line.passage.document_id in stored]
    said = [line for line in own if not _is_title(line, stored[line.passage.document_id])]
    return Gathered(
        documents={name: stored[name] for name in ids if name in stored},
        tags=tags,
        lines=tuple(said[:MOST_COMPARED]),
        passages=len(passages),
        sentences=len(sentences),
        without_role=frozenset(p.document_id for p in passages if p.role in INSTEAD),
    )


def _is_title(line: Line, document: Document) -> bool:
    """Return whether a line is the title of its document or of its part, and states nothing.

    A number beside it may be that of a chapter or a page.
    """
    titles = (document.title, line.passage.heading or "")
    return _words_of(line.text) in map(_words_of, titles)


def _words_of(text: str) -> list[str]:
    return re.findall(r"[^\W\d]\w*", text.casefold())
