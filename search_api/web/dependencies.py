"""The dependencies of endpoints: the service, a catalogue of their own, and paging parameters."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import ExitStack
from dataclasses import replace
from datetime import UTC, datetime
from typing import Annotated

from fastapi import Depends, Query, Request, Response
from fastapi.concurrency import run_in_threadpool
from pydantic import BaseModel, ConfigDict, Field

from corpus.catalogue.catalogue import Catalogue
from corpus.documents.outcomes import newest_outcome
from corpus.people.log import read_log
from index.model import MAX_PER_PAGE
from search_api.service.service import Service
from search_api.web import conditional
from search_api.web.access import caller_of


async def get_service(request: Request) -> Service:
    """Return what the server built when it started; a read request searches one snapshot.

    ``async`` because it does not block: a plain ``def`` would be sent to another thread for this.
    """
    service: Service = request.app.state.service
    if request.method in ("GET", "HEAD"):
        written = service.connections.written
        return replace(service, searcher=service.searcher.for_one_request(at_least=written))
    return service


ServiceDep = Annotated[Service, Depends(get_service)]


async def get_catalogue(service: ServiceDep) -> AsyncIterator[Catalogue]:
    """Lend this request a catalogue of its own and take it back afterwards.

    The dependency and the endpoint run on different threads, one after the other, which
    ``connect()`` allows. A connection shared by requests would mix their reads. Only if the file
    has to be opened, which may block, is that sent to another thread.
    """
    with ExitStack() as stack:
        lending = service.connections.lend()
        if service.connections.has_idle:
            yield stack.enter_context(lending)
        else:
            yield await run_in_threadpool(stack.enter_context, lending)


CatalogueDep = Annotated[Catalogue, Depends(get_catalogue)]


def check_freshness(
    request: Request, response: Response, service: ServiceDep, catalogue: CatalogueDep
) -> dict[str, str]:
    """Stop with 304 if the client has the current answer; else return the headers for a new one."""
    return _check(request, response, service, catalogue)


def check_freshness_with_marks(
    request: Request, response: Response, service: ServiceDep, catalogue: CatalogueDep
) -> dict[str, str]:
    """Do as ``check_freshness``, for a page that shows curators marks, which the log tells of."""
    curates = caller_of(request).actor.may("curator")
    newest = read_log(catalogue, limit=1) if curates else []
    return _check(request, response, service, catalogue, *(entry.hash for entry in newest))


def check_freshness_of_today(
    request: Request, response: Response, service: ServiceDep, catalogue: CatalogueDep
) -> dict[str, str]:
    """Do as ``check_freshness``, for an answer that names the day."""
    return _check(request, response, service, catalogue, datetime.now(UTC).date())


def _check(
    request: Request, response: Response, service: Service, catalogue: Catalogue, *told: object
) -> dict[str, str]:
    state = service.searcher.refresh(catalogue)
    # The snapshot's revision, not the catalogue's: what is searched must not be older than its tag.
    # A source that is read again and has not changed raises no revision, but its time is new.
    if "format" in request.query_params:  # a file says on which day it was made
        told = (*told, datetime.now(UTC).date())
    etag = conditional.etag_of(request, service, catalogue, state, newest_outcome(catalogue), *told)
    view = service.searcher.view(catalogue)
    conditional.note_limits(request, lambda: view.limits)
    return conditional.check_etag(request, response, etag)


Freshness = Annotated[dict[str, str], Depends(check_freshness)]
FreshnessOfToday = Annotated[dict[str, str], Depends(check_freshness_of_today)]
FreshnessWithMarks = Annotated[dict[str, str], Depends(check_freshness_with_marks)]


class PageParams(BaseModel):
    """Which part of an ordered answer to show."""

    limit: int = Field(default=10, ge=1, le=MAX_PER_PAGE, description="How many to return.")
    cursor: str | None = Field(
        default=None,
        max_length=200,
        description="Where to continue: the `next` of an earlier answer to the same request.",
    )


class StrictPageParams(PageParams):
    """As ``PageParams``; unknown parameters are rejected."""

    model_config = ConfigDict(extra="forbid")


PageOf = Annotated[StrictPageParams, Query()]


class StrictLimit(BaseModel):
    """How many items of a list to return; unknown parameters are rejected."""

    model_config = ConfigDict(extra="forbid")

    limit: int = Field(default=100, ge=1, le=500, description="How many to return.")
