"""From a ranking to a page of hits: one hit a work, its best form first, its passages quoted."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from corpus.catalogue.catalogue import Catalogue
from corpus.model import Document, Passage
from corpus.tags.tags import tags_of
from index.model import Hit, Query, Snippet
from index.search.holdings import Holdings, Rows
from index.search.keywords import highlights
from index.search.ranking import Ranking


@dataclass(frozen=True, slots=True)
class Work:
    """What one hit stands for: document rows, and where its best form's passages are ranked.

    Attributes:
        head: the document row of its best form among those that were ranked.
        others: the document rows of its other forms, ranked or not, best form first.
        places: where the head's passages stand in the ranking, best first.
        score: that of the best passage of any form.
    """

    head: int
    others: tuple[int, ...]
    places: Rows
    score: float


def _works_in_order(holdings: Holdings, documents: Rows) -> list[list[int]]:
    """Group ranked document rows by work, in order of each work's first; best form first."""
    groups: dict[int, list[int]] = {}
    for row, work in zip(documents.tolist(), holdings.work[documents].tolist(), strict=True):
        groups.setdefault(work, []).append(row)
    for rows in groups.values():
        if len(rows) > 1:
            rows.sort(key=lambda row: int(holdings.form[row]))
    return list(groups.values())


def page_of_hits(
    catalogue: Catalogue, holdings: Holdings, ranking: Ranking, query: Query, terms: list[str]
) -> tuple[tuple[Hit, ...], int]:
    """Return the page of hits that ``query`` asks for, and how many there are on all pages."""
    groups = _works_in_order(holdings, ranking.documents)
    shown = groups[query.offset : query.offset + query.limit]
    works = [_work(holdings, ranking, rows, query.passages_per_hit) for rows in shown]
    passage_ids = [int(holdings.passage_ids[ranking.rows[p]]) for w in works for p in w.places]
    passages = catalogue.passages_by_id(passage_ids)
    marks = highlights(terms, {p.id: p.text for p in passages.values()})
    ids = [holdings.document_ids[row] for w in works for row in (w.head, *w.others)]
    documents, tags = catalogue.documents(ids), tags_of(catalogue, ids)
    hits = []
    for number, work in enumerate(works, start=query.offset + 1):
        document = documents.get(holdings.document_ids[work.head])
        if document is None:  # it was removed after the ranking
            continue
        quoted = [
            _snippet(passages[identity], ranking, int(place), marks, leg=bool(terms))
            for place in work.places
            if (identity := int(holdings.passage_ids[ranking.rows[place]])) in passages
        ]
        also = _documents(holdings, work.others, documents)
        hits.append(Hit(number, work.score, document, tags[document.id], tuple(quoted), also))
    return tuple(hits), len(groups)


def _work(holdings: Holdings, ranking: Ranking, rows: list[int], limit: int) -> Work:
    owners = holdings.owner[ranking.rows]
    number = holdings.work[rows[0]]
    ranked = np.flatnonzero(holdings.work[owners] == number)
    forms = np.flatnonzero(holdings.work == number).tolist()
    others = sorted((row for row in forms if row != rows[0]), key=lambda r: int(holdings.form[r]))
    return Work(
        head=rows[0],
        others=tuple(others),
        places=np.flatnonzero(owners == rows[0])[:limit],
        score=float(ranking.scores[ranked[0]]) if len(ranked) else 0.0,
    )


def _documents(
    holdings: Holdings, rows: tuple[int, ...], documents: dict[str, Document]
) -> tuple[Document, ...]:
    ids = (holdings.document_ids[row] for row in rows)
    return tuple(documents[i] for i in ids if i in documents)


def _snippet(
    passage: Passage,
    ranking: Ranking,
    place: int,
    marks: dict[int, tuple[tuple[int, int], ...]],
    *,
    leg: bool,
) -> Snippet:
    cosine = float(ranking.cosine[place])
    return Snippet(
        passage_id=passage.id,
        text=passage.text,
        page=passage.page,
        page_end=passage.page_end,
        heading=passage.heading,
        highlights=marks.get(passage.id, ()),
        score=float(ranking.scores[place]),
        cosine=None if np.isnan(cosine) else cosine,
        bm25=float(ranking.bm25[place]) if leg else None,
    )
