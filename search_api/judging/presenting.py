"""Judgements and runs in their public shapes."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal, get_args

from corpus.catalogue.catalogue import Catalogue
from corpus.review.evaluation_runs import Judged
from corpus.review.judgements import Judgement, group_by_query, read_judgements
from index.evaluation import Report
from index.measures import Difference
from search_api.judging.measuring import MEASURE, Compared, last_compared
from search_api.judging.shapes import (
    DifferenceShape,
    GroupShape,
    JudgedQueryShape,
    JudgementList,
    JudgementShape,
    RunShape,
)


def list_judgements(catalogue: Catalogue, *, limit: int) -> JudgementList:
    """Return the judged queries with their marks and figures, and the last runs."""
    by_query = group_by_query(read_judgements(catalogue))
    last = {judged: last_compared(catalogue, judged) for judged in get_args(Judged)}
    shown = list(by_query.values())[:limit]
    return JudgementList(
        queries=[_query(marked, last["marks"]) for marked in shown],
        total=len(by_query),
        judgements=sum(len(marked) for marked in by_query.values()),
        runs=[run_shape(compared) for compared in last.values() if compared],
    )


def _query(marked: list[Judgement], last: Compared | None) -> JudgedQueryShape:
    query_id = marked[0].query_id
    figures = last.run.figures.get(query_id, {}) if last else {}
    return JudgedQueryShape(
        query_id=query_id,
        query=marked[0].query,
        language=marked[0].language,
        judgements=[judgement_shape(judgement) for judgement in marked],
        ndcg_at_10=figures.get(MEASURE),
        band=figures.get("band"),
        gain=last.gains.get(query_id) if last else None,
    )


def judgement_shape(judgement: Judgement) -> JudgementShape:
    """Return a judgement in its public shape."""
    return JudgementShape(
        query_id=judgement.query_id,
        query=judgement.query,
        language=judgement.language,
        document_id=judgement.document_id,
        passage_id=None if judgement.passage_id is None else str(judgement.passage_id),
        mark=judgement.mark,
        decided_by=judgement.decided_by,
        decided_at=judgement.decided_at,
        revision=judgement.revision,
    )


def run_shape(compared: Compared) -> RunShape:
    """Return a run in its public shape."""
    run = compared.run
    return RunShape(
        judged=run.judged,
        made_at=run.made_at,
        revision=run.revision,
        model=run.model,
        floor=run.floor,
        below_floor=compared.below_floor,
        groups=list(_groups(compared)),
        difference=_difference(compared.difference),
    )


def _difference(difference: Difference | None) -> DifferenceShape | None:
    if difference is None:
        return None
    low, high = difference.interval
    return DifferenceShape(
        queries=difference.queries,
        mean=difference.mean,
        low=low,
        high=high,
        unlike=difference.unlike,
    )


def _groups(compared: Compared) -> Iterator[GroupShape]:
    yield _group("all", "all", compared.report)
    for language, report in compared.languages.items():
        yield _group("language", language, report)
    for band, report in compared.bands.items():
        yield _group("band", band, report)


def _group(by: Literal["all", "language", "band"], value: str, report: Report) -> GroupShape:
    low, high = report.interval
    mean = report.means[MEASURE]
    return GroupShape(
        by=by, value=value, queries=report.queries, ndcg_at_10=mean, low=low, high=high
    )
