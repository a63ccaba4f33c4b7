"""Makes a page of hits from ordered documents: one hit per work, its best form first.

Ranked documents quote their best passages; listed ones quote none.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np

from corpus.catalogue.catalogue import Catalogue
from corpus.catalogue.reading import read_one_state
from index.documents.arrays import Documents
from index.documents.values import Rows
from index.model import Hit, Query, Snippet, Sort
from index.search.judging import Judged
from index.search.quoting import Asked, Quoter
from index.search.ranking import Ranking
from index.search.records import records_of
from index.search.shown import choose_shown
from index.search.strength import GRADES


@dataclass(frozen=True, slots=True)
class Work:
    """What one hit stands for.

    Attributes:
        head: the document row of its best form among the ordered documents.
        others: the document rows of its other forms, ordered or not, best form first.
    """

    head: int
    others: tuple[int, ...]


def page_of_hits(
    catalogue: Catalogue, holdings: Documents, ranking: Ranking, query: Query, asked: Asked
) -> tuple[tuple[Hit, ...], int]:
    """Return the page of ranked hits that ``query`` asks for, and how many there are in all.

    Passages and records are read as of one moment, so that no hit has the title of one state and
    the text of another.
    """
    works, total = _works_on_page(holdings, ranking.documents, query)
    with read_one_state(catalogue):
        hits = tuple(_quoted(catalogue, holdings, ranking, works, query, asked))
    return hits, total


def _quoted(
    catalogue: Catalogue,
    holdings: Documents,
    ranking: Ranking,
    works: list[Work],
    query: Query,
    asked: Asked,
) -> Iterator[Hit]:
    """Yield the hit of each work, with its best passages quoted."""
    places = [np.flatnonzero(ranking.owners == work.head) for work in works]
    quoter = Quoter(catalogue, asked)
    shown = choose_shown(ranking, quoter, places, query.passages_per_hit)
    shown_of = dict(zip(works, shown, strict=True))
    works_of_passages = holdings.work[ranking.owners]
    for work, hit in _listed(catalogue, holdings, works, query.offset):
        best = int(np.argmax(works_of_passages == holdings.work[work.head]))
        snippets = tuple(_snippet(quoter, ranking, place) for place in shown_of[work])
        score, scores = float(ranking.scores[best]), ranking.leg_scores(best)
        yield replace(hit, score=score, snippets=snippets, scores=scores)


def grade_hits(
    holdings: Documents, ranking: Ranking, judged: Judged, hits: Sequence[Hit]
) -> tuple[Hit, ...]:
    """Return hits with the strength of the best passage of their work.

    A hit is never better than the best evidence, which is that of the first passages.

    Args:
        holdings: what the row numbers refer to.
        ranking: the passages.
        judged: the strength of each, and of the best.
        hits: the hits of that ranking.
    """
    works = holdings.work[ranking.owners]
    best = np.zeros(len(holdings.work), dtype=np.int64)
    np.maximum.at(best, works, np.minimum(judged.grades, GRADES.index(judged.strength)))
    rows = holdings.document_rows([hit.document.id for hit in hits])
    found = {holdings.document_ids[row]: int(best[holdings.work[row]]) for row in rows}
    return tuple(replace(h, strength=GRADES[found.get(h.document.id, 0)]) for h in hits)


def page_of_documents(
    catalogue: Catalogue, holdings: Documents, documents: Rows, query: Query
) -> tuple[tuple[Hit, ...], int]:
    """Return the page of listed documents that ``query`` asks for, and how many there are in all.

    Args:
        catalogue: has their records.
        holdings: what the row numbers refer to.
        documents: (d,) int64 document rows, in the order to list them in.
        query: which page.
    """
    works, total = _works_on_page(holdings, documents, query)
    return tuple(hit for _, hit in _listed(catalogue, holdings, works, query.offset)), total


def _works_on_page(holdings: Documents, documents: Rows, query: Query) -> tuple[list[Work], int]:
    heads = _heads_in_order(holdings, documents, query.sort)
    shown = heads[query.offset : query.offset + query.limit].tolist()
    return [Work(row, _other_forms(holdings, row)) for row in shown], len(heads)


def _heads_in_order(holdings: Documents, documents: Rows, sort: Sort) -> Rows:
    """Return the best form of each work, in the order of each work's first row.

    Or by its year, those without one last, ties in that order.
    """
    works = holdings.work[documents]
    by_form = np.lexsort((np.arange(len(works)), holdings.form[documents], works))
    _, best = np.unique(works[by_form], return_index=True)
    _, first = np.unique(works, return_index=True)
    heads: Rows = documents[by_form[best]][np.argsort(first)]
    if sort != "relevance":
        years = holdings.years[heads]
        heads = heads[np.lexsort((years if sort == "oldest" else -years, years == 0))]
    return heads


def _other_forms(holdings: Documents, head: int) -> tuple[int, ...]:
    forms = np.flatnonzero(holdings.work == holdings.work[head]).tolist()
    return tuple(sorted((row for row in forms if row != head), key=lambda r: int(holdings.form[r])))


def _listed(
    catalogue: Catalogue, holdings: Documents, works: list[Work], offset: int
) -> Iterator[tuple[Work, Hit]]:
    """Yield each work with its hit, which has no score and no passages yet."""
    names = holdings.document_ids
    records = records_of(catalogue, (names[row] for w in works for row in (w.head, *w.others)))
    for number, work in enumerate(works, start=offset + 1):
        if names[work.head] in records:  # otherwise it has been removed since
            document, tags = records[names[work.head]]
            others = (names[row] for row in work.others)
            also = tuple(records[name][0] for name in others if name in records)
            yield work, Hit(number, 0.0, document, tags, (), also)


def _snippet(quoter: Quoter, ranking: Ranking, place: int) -> Snippet:
    passage = quoter.passage(int(ranking.ids[place]))
    quote = quoter.quote(passage.id)
    return Snippet(
        passage_id=passage.id,
        text=passage.text,
        page=passage.page,
        page_end=passage.page_end,
        heading=passage.heading,
        highlights=quote.highlights,
        score=float(ranking.scores[place]),
        scores=ranking.leg_scores(place),
        role=passage.role,
        answer=quote.answer,
        answer_score=quote.score,
    )
