"""The review queue: deciding its items, and undoing decisions."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response
from pydantic import Field

from corpus.review import queue
from corpus.review.kinds import KindName
from corpus.review.undoing import undo
from search_api.review import shapes as d
from search_api.review.presenting import present_items, queue_of
from search_api.web.access import Curator
from search_api.web.cursors import part_of
from search_api.web.declared import reads, writes
from search_api.web.dependencies import CatalogueDep, Freshness, ServiceDep, StrictPageParams
from search_api.web.links import link_next

router = APIRouter(tags=["review"])


class ReviewParams(StrictPageParams):
    """Which items to show."""

    kind: KindName | None = Field(default=None, description="Only items of this kind.")


@router.get(
    "/review",
    operation_id="listReview",
    summary="What is waiting for a decision",
    responses=reads(401, 403, 404),
    openapi_extra={"x-example": "?limit=20"},
)
def list_review(
    request: Request,
    response: Response,
    _actor: Curator,
    service: ServiceDep,
    catalogue: CatalogueDep,
    params: Annotated[ReviewParams, Query()],
    _fresh: Freshness,
) -> d.ReviewQueue:
    """Return the queue, most useful first: each item with its score, reason and evidence.

    It has contributions, doubtful texts, uncertain tags, proposed works and gaps in records.
    Decided items are removed.
    """
    items = queue_of(catalogue)
    chosen = [i for i in items if params.kind in (None, i.kind)]
    shown, following = part_of(chosen, params.cursor, params.limit, "review", params.kind)
    link_next(request, response, service, following)
    return d.ReviewQueue(
        total=len(chosen),
        counts=queue.count_by_kind(items),
        items=present_items(service, catalogue, shown),
        next=following,
    )


@router.post(
    "/review/decisions",
    operation_id="decideItem",
    summary="Decide about an item of the queue",
    responses=writes(409, 412),
)
def decide_item(
    actor: Curator, service: ServiceDep, catalogue: CatalogueDep, decision: d.ReviewDecision
) -> d.DecisionDone:
    """Confirm or reject an item in the state you have seen.

    `state` works like If-Match elsewhere: 412 if the evidence has changed, 409 if somebody has
    already decided.
    """
    entry = queue.decide_item(
        catalogue,
        actor,
        service.taxonomy,
        decision.item,
        state=decision.state,
        choice=decision.decision,
        note=decision.note,
    )
    left = len(queue_of(catalogue))
    return d.DecisionDone(
        item=decision.item, decision=decision.decision, log_entry=entry, left=left
    )


@router.post(
    "/review/undo",
    operation_id="undoDecision",
    summary="Undo a decision",
    responses=writes(409),
)
def undo_decision(actor: Curator, catalogue: CatalogueDep, what: d.Undo) -> d.Undone:
    """Restore the exact state before a decision, unless there was another decision since.

    The log keeps both the decision and the undo.
    """
    entry = undo(catalogue, actor, what.log_entry)
    return d.Undone(log_entry=entry.id, action=entry.action, subject=entry.subject)
