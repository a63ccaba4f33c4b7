"""Who is asking, and the audit log.

People and keys are managed on the command line and, by administrators, on a page
(``administration``); the API does not offer it.
"""

from __future__ import annotations

import json
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request, Response
from pydantic import BaseModel, Field

from corpus.catalogue.catalogue import Catalogue
from corpus.people import log
from corpus.people.actors import Role
from search_api.web import conditional
from search_api.web.access import Curator, Reader, caller_of
from search_api.web.cursors import bound_to, decode_cursor, encode_cursor
from search_api.web.declared import problems, reads
from search_api.web.dependencies import CatalogueDep, ServiceDep, StrictPageParams
from search_api.web.links import link_next

router = APIRouter(tags=["people"])


class Me(BaseModel):
    """The caller, as this server knows them."""

    name: str = Field(examples=["anonymous"])
    signed_in: bool
    role: Role = Field(
        description="What the caller may do: the person's role, or the key's if it allows less."
    )
    key: str | None = Field(description="The id of the key that was sent or used to sign in.")


class LogEntry(BaseModel):
    """One change: who did what to what, with the values before and after."""

    id: int
    at: str
    actor: str
    action: str = Field(examples=["tag.confirm"])
    subject: str = Field(examples=["document:3f2a9c0d1e4b5a67"])
    before: dict[str, Any] | None
    after: dict[str, Any] | None
    request_id: str | None = Field(description="The id of the request in the server's log.")
    hash: str = Field(description="SHA-256 of the entry and the previous entry's hash.")


class LogPage(BaseModel):
    """A page of the audit log, newest entries first."""

    entries: list[LogEntry]
    next: str | None


class LogParams(StrictPageParams):
    """Which entries to show."""

    subject: str | None = Field(
        default=None, max_length=200, description="Only entries about this, such as `person:3f2a`."
    )


@router.get("/me", operation_id="getMe", summary="Who asks", responses=problems(503))
def get_me(request: Request, response: Response, actor: Reader) -> Me:
    """Return whose key or session this is, and what it allows."""
    response.headers["Cache-Control"] = "no-store"
    known = actor.person_id is not None
    return Me(name=actor.name, signed_in=known, role=actor.role, key=caller_of(request).key_id)


@router.get(
    "/log",
    operation_id="listLog",
    summary="Who changed what",
    responses=reads(403, 404),
    openapi_extra={"x-example": "?limit=20"},
)
def list_log(
    request: Request,
    response: Response,
    _actor: Curator,
    service: ServiceDep,
    catalogue: CatalogueDep,
    params: Annotated[LogParams, Query()],
) -> LogPage:
    """Return the audit log for curators, newest entries first. `salex audit` checks its chain.

    Each entry's hash covers the previous entry's, so no entry can be changed or removed unnoticed.
    """
    newest = log.read_log(catalogue, limit=1)
    etag = conditional.etag_of(request, service, catalogue, *(entry.hash for entry in newest))
    conditional.check_etag(request, response, etag)
    page = log_page(catalogue, params)
    link_next(request, response, service, page.next)
    return page


def log_page(catalogue: Catalogue, params: LogParams) -> LogPage:
    """Return a page of the log, the same for the API and the HTML page."""
    digest = bound_to("log", params.subject)
    before = decode_cursor(params.cursor, digest) if params.cursor else None
    entries = log.read_log(
        catalogue, subject=params.subject, before_id=before, limit=params.limit + 1
    )
    shown = entries[: params.limit]
    more = len(entries) > params.limit
    return LogPage(
        entries=[_shape(entry) for entry in shown],
        next=encode_cursor(shown[-1].id, digest) if more else None,
    )


def _shape(entry: log.Entry) -> LogEntry:
    return LogEntry(
        id=entry.id,
        at=entry.at,
        actor=entry.actor,
        action=entry.action,
        subject=entry.subject,
        before=json.loads(entry.before) if entry.before else None,
        after=json.loads(entry.after) if entry.after else None,
        request_id=entry.request_id,
        hash=entry.hash,
    )
