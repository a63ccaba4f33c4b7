"""Judgements about hits, for curators."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path, Query, Response

from corpus.review import judgements
from index.search.language import language_of_question
from search_api.answers.detail import DocumentIdPath
from search_api.judging.presenting import judgement_shape, list_judgements
from search_api.judging.shapes import JudgementList, JudgementShape, NewJudgement
from search_api.web.access import Curator
from search_api.web.declared import problems, writes
from search_api.web.dependencies import CatalogueDep, StrictLimit

router = APIRouter(tags=["judgements"])


@router.get(
    "/judgements",
    operation_id="listJudgements",
    summary="Judged queries, their marks and figures",
    responses=problems(401, 403, 422, 503),
    openapi_extra={"x-example": "?limit=20"},
)
def list_judged(
    catalogue: CatalogueDep,
    response: Response,
    _actor: Curator,
    params: Annotated[StrictLimit, Query()],
) -> JudgementList:
    """Return the queries that curators judged, with the figures of the last run.

    `salex evaluate --marks` makes a run. Marks on withdrawn documents do not count while they are
    withdrawn.
    """
    response.headers["Cache-Control"] = "no-store"
    return list_judgements(catalogue, limit=params.limit)


@router.post(
    "/judgements",
    operation_id="judgeHit",
    summary="Mark whether a document answers a query",
    responses=writes(404),
)
def judge_hit(catalogue: CatalogueDep, actor: Curator, new: NewJudgement) -> JudgementShape:
    """Mark a hit, or change its mark. There is one mark for a query and a document.

    Filters are not part of a query; case, spacing and the punctuation around it do not matter.
    Queries that look personal cannot be marked. The log tells who marked which document, and names
    the query by its digest.
    """
    made = judgements.judge(
        catalogue,
        actor,
        new.query,
        new.document_id,
        mark=new.mark,
        language=new.language or language_of_question(new.query),
        passage_id=int(new.passage_id) if new.passage_id else None,
    )
    return judgement_shape(made)


@router.delete(
    "/judgements/{query_id}/{document_id}",
    operation_id="removeJudgement",
    summary="Remove a mark",
    status_code=204,
    response_class=Response,
    responses=writes(404),
)
def remove_judgement(
    catalogue: CatalogueDep,
    actor: Curator,
    query_id: Annotated[
        str, Path(description="The `query_id` of a judgement.", max_length=32, examples=["0" * 16])
    ],
    document_id: DocumentIdPath,
) -> None:
    """Remove what curators said about a query and a document.

    To restore the mark before it instead, undo the decision by its log entry.
    """
    judgements.retract_judgement(catalogue, actor, query_id, document_id)
