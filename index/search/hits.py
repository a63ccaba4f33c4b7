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
from index.model import Hit, Query, Snippet
from index.search.judging import Judged
from index.search.order import Shown, choose_shown_of, heads_in_order, lead_by_answers
from index.search.quoting import Asked, Quoter
from index.search.ranking import Ranking
from index.search.records import records_of
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
    with read_one_state(catalogue):
        quoter = Quoter(catalogue, asked)
        end = query.offset + query.limit if query.passages_per_hit else 0
        page = slice(query.offset, end)
        ranking, chosen = lead_by_answers(holdings, ranking, quoter, query, page=page)
        works, total = _works_on_page(holdings, ranking.documents, query)
        shown = _choose(ranking, quoter, works, query.passages_per_hit, chosen)
        listed = _listed(catalogue, holdings, works, query.offset)
        hits = tuple(_quote(holdings, ranking, quoter, work, hit, shown) for work, hit in listed)
    return hits, total


def rank_by_answers(
    catalogue: Catalogue, holdings: Documents, ranking: Ranking, query: Query, asked: Asked
) -> Ranking:
    """Return a ranking with its first works in the order in which a page has them."""
    with read_one_state(catalogue):
        return lead_by_answers(holdings, ranking, Quoter(catalogue, asked), query)[0]


def _choose(
    ranking: Ranking, quoter: Quoter, works: Sequence[Work], wanted: int, chosen: Shown
) -> Shown:
    """Return the passages that each work shows, by the row of its head; some are chosen before."""
    if not wanted:
        return {}
    rest = [work.head for work in works if work.head not in chosen]
    return {**chosen, **choose_shown_of(ranking, quoter, rest, wanted)}


def _quote(
    holdings: Documents, ranking: Ranking, quoter: Quoter, work: Work, hit: Hit, shown: Shown
) -> Hit:
    """Return the hit of a work with its score and its passages quoted."""
    number = int(holdings.work[work.head])
    best = ranking.place_of_work(holdings, number)
    return replace(
        hit,
        score=float(ranking.scores[best]) + ranking.answers.get(number, 0.0),
        snippets=tuple(_snippet(quoter, ranking, place) for place in shown.get(work.head, ())),
        scores=ranking.leg_scores(best),
    )


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
    heads = heads_in_order(holdings, documents, query.sort)
    shown = heads[query.offset : query.offset + query.limit].tolist()
    return [Work(row, _other_forms(holdings, row)) for row in shown], len(heads)


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
