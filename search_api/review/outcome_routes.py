"""The ledger for curators: the outcome of each source, and trying a source again."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated

from fastapi import APIRouter, Query, Request, Response
from pydantic import BaseModel, Field

from corpus.catalogue.catalogue import Catalogue
from corpus.documents import outcomes
from corpus.errors import CorrectionInvalid, NotUndecided
from corpus.model import Outcome, OutcomeKind
from corpus.people.log import log_change
from search_api.answers.shapes import DocumentId, Strict
from search_api.review.contributing import read_address, web_address
from search_api.web import conditional
from search_api.web.access import Curator
from search_api.web.cursors import part_of
from search_api.web.declared import reads, writes
from search_api.web.dependencies import CatalogueDep, ServiceDep, StrictPageParams
from search_api.web.links import link_next

router = APIRouter(tags=["outcomes"])


class OutcomeShape(BaseModel):
    """The outcome of a source the last time it was read."""

    source: str = Field(description="An address or a file name.")
    kind: OutcomeKind
    code: str | None
    reason: str
    document_id: DocumentId | None
    at: str
    can_retry: bool = Field(description="Whether `retry` can read it again.")


class OutcomePage(BaseModel):
    """The newest outcome of each source."""

    total: int
    outcomes: list[OutcomeShape]
    next: str | None


class OutcomeParams(StrictPageParams):
    """Which outcomes to show."""

    kind: OutcomeKind | None = Field(default=None, description="Only outcomes of this kind.")


class Retry(Strict):
    """Which source to read again."""

    source: Annotated[str, Field(max_length=4_000, description="As `listOutcomes` shows it.")]


@router.get(
    "/outcomes",
    operation_id="listOutcomes",
    summary="The outcome of each source",
    responses=reads(401, 403, 404),
    openapi_extra={"x-example": "?kind=rejected"},
)
def list_outcomes(
    request: Request,
    response: Response,
    _actor: Curator,
    service: ServiceDep,
    catalogue: CatalogueDep,
    params: Annotated[OutcomeParams, Query()],
) -> OutcomePage:
    """List the newest outcome of each source; every input has one."""
    newest = outcomes.latest_outcomes(catalogue, [params.kind] if params.kind else ())
    shown, following = part_of(newest, params.cursor, params.limit, "outcomes", params.kind)
    link_next(request, response, service, following)
    page = OutcomePage(
        total=len(newest),
        outcomes=_shapes(catalogue, shown),
        next=following,
    )
    # An unchanged source does not raise the revision, but its time here is new.
    etag = conditional.etag_of_content(service.release, page.model_dump_json())
    conditional.check_etag(request, response, etag)
    return page


@router.post(
    "/outcomes/retry",
    operation_id="retryOutcome",
    summary="Read a source again",
    responses=writes(404, 409),
)
def retry(
    actor: Curator, service: ServiceDep, catalogue: CatalogueDep, what: Retry
) -> OutcomeShape:
    """Fetch an address in the ledger again and return its newest outcome.

    Read files again on their machine, with `salex outcomes --retry`.
    """
    before = outcomes.latest_outcome_of(catalogue, what.source)
    if before is None:
        raise CorrectionInvalid("source", "is not in the ledger")
    if not can_retry(before):
        raise NotUndecided("It cannot be read again over HTTP. Use: salex outcomes --retry")

    def log_retry(after: Outcome) -> None:
        log_change(
            catalogue, actor, "outcome.retry", f"source:{before.source}",
            before={"kind": before.kind, "code": before.code, "at": before.at},
            after={"kind": after.kind, "code": after.code, "document_id": after.document_id},
        )  # fmt: skip

    after = read_address(service, catalogue, before.source, log_retry)
    (shape,) = _shapes(catalogue, [after])
    return shape


def can_retry(outcome: Outcome) -> bool:
    """Tell whether a source can be read again over HTTP; declined contributions cannot."""
    return web_address(outcome.source) and outcome.code != "declined"


def _shapes(catalogue: Catalogue, newest: Sequence[Outcome]) -> list[OutcomeShape]:
    documents = catalogue.documents(o.document_id for o in newest if o.document_id)
    return [
        OutcomeShape(
            source=o.source if web_address(o.source) else _name(o.source),
            kind=o.kind,
            code=o.code,
            reason=o.reason,
            document_id=o.document_id if o.document_id in documents else None,
            at=o.at,
            can_retry=can_retry(o),
        )
        for o in newest
    ]


def _name(source: str) -> str:
    return source.rsplit("/", 1)[-1] or source
