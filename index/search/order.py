"""Puts works in order: by their passages, the first ones by the sentences they answer with, too.

A work is where its best passage is. Among the first few, which are nearly alike, the one that has
the words of the question in one sentence answers better than one that has them here and there.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Final

import numpy as np

from index.documents.arrays import Documents
from index.documents.values import Rows
from index.model import Query, Sort
from index.search.foreign import documents_in_others
from index.search.fusion import Scores
from index.search.quoting import Quoter
from index.search.ranking import Ranking
from index.search.shown import choose_shown

Shown = Mapping[int, Sequence[int]]
"""Places of passages in a ranking, by the row of their document."""
LEADING: Final = 4
"""So many first works are put in order by their answers. DECISIONS has the figures of 3 to 10."""
ANSWER_COUNTS: Final = 0.1
"""What the score of an answer adds to that of its work."""


def heads_in_order(holdings: Documents, documents: Rows, sort: Sort) -> Rows:
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


def lead_by_answers(
    holdings: Documents,
    ranking: Ranking,
    quoter: Quoter,
    query: Query,
    *,
    page: slice = slice(0),
) -> tuple[Ranking, Shown]:
    """Return a ranking whose first works are in order by their scores and what their answers add.

    Args:
        holdings: what the row numbers refer to.
        ranking: of all passages.
        quoter: rates the answers; passages that it reads here it need not read again.
        query: ranked by ranks alone or sorted by date, it keeps its order.
        page: the works that are shown, for which passages are chosen at the same time.

    Returns:
        The ranking, and which passages were chosen to be shown, by the row of the document.
    """
    if query.fusion != "scores" or query.sort != "relevance" or not quoter.asked.weights:
        return ranking, {}
    in_order = heads_in_order(holdings, ranking.documents, "relevance")
    heads, later = in_order[:LEADING], in_order[max(LEADING, page.start or 0) : page.stop]
    rows = [*heads.tolist(), *later.tolist()]
    shown = choose_shown_of(ranking, quoter, rows, query.passages_per_hit or 1)
    best = [shown[head] for head in heads.tolist()]
    rates = np.array([quoter.rate(int(ranking.ids[of[0]])) if of else 0.0 for of in best])
    rates = _even_out(holdings, heads, rates, quoter.asked.languages)
    works = holdings.work[heads].tolist()
    added = {work: ANSWER_COUNTS * rate for work, rate in zip(works, rates.tolist(), strict=True)}
    scores = {w: ranking.scores[ranking.place_of_work(holdings, w)] + added[w] for w in works}
    order = sorted(works, key=lambda work: -scores[work])
    led = replace(ranking, documents=_bring_forward(holdings, ranking, order), answers=added)
    return led, shown


def choose_shown_of(
    ranking: Ranking, quoter: Quoter, heads: Sequence[int], wanted: int
) -> dict[int, list[int]]:
    """Return the places of the passages that documents show, by the row of each document."""
    places = [np.flatnonzero(ranking.owners == head) for head in heads]
    return dict(zip(heads, choose_shown(ranking, quoter, places, wanted), strict=True))


def _even_out(holdings: Documents, heads: Rows, rates: Scores, languages: frozenset[str]) -> Scores:
    """Return rates with those of documents in other languages as the mean of the rest.

    The words of the question are not expected in them, so that they tell nothing.
    """
    if not languages:
        return rates
    foreign = documents_in_others(holdings, languages)[heads]
    mean = rates[~foreign].mean() if not foreign.all() else 0.0
    return np.where(foreign, mean, rates)


def _bring_forward(holdings: Documents, ranking: Ranking, order: list[int]) -> Rows:
    """Return the document rows; those before the first work beyond are in the order of works."""
    works = holdings.work[ranking.documents]
    others = np.flatnonzero(~np.isin(works, order))
    end = int(others[0]) if len(others) else len(works)
    place = {work: number for number, work in enumerate(order)}
    first = np.argsort([place[int(work)] for work in works[:end]], kind="stable")
    return np.concatenate([ranking.documents[:end][first], ranking.documents[end:]])
