"""The pages of contributions: offering a document, and what became of it."""

from __future__ import annotations

from typing import Annotated, Final

from fastapi import APIRouter, File, Form, Request, UploadFile
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from corpus import contributions
from corpus.errors import CorrectionInvalid
from search_api.access import Curator, Member
from search_api.citations import page_label
from search_api.deciding import decline
from search_api.dependencies import CatalogueDep, ServiceDep
from search_api.desk_schemas import MAX_NOTE_CHARS
from search_api.pages.rendering import render
from search_api.preconditions import check_match
from search_api.presenting import Presenter
from search_api.routes.contributions import (
    MAX_BODY_BYTES,
    MembersFirst,
    etag_of,
    seen_by,
    shape,
    take_in,
    visible_to,
)
from search_api.routes.declared import PREFIX

router = APIRouter(
    include_in_schema=False, default_response_class=HTMLResponse, route_class=MembersFirst
)

PASSAGES_SHOWN: Final = 20
_UNCACHED: Final = {"Cache-Control": "no-store"}
Words = Annotated[str, Form(max_length=MAX_NOTE_CHARS)]


@router.get("/contribute")
def page(request: Request, actor: Member, service: ServiceDep, catalogue: CatalogueDep) -> Response:
    """Show the form, and what was offered so far."""
    found = [shape(service, catalogue, c) for c in visible_to(catalogue, actor)]
    return render(
        request,
        "contribute.html",
        headers=_UNCACHED,
        contributions=found,
        everybody=actor.may("curator"),
        problem=None,
        twin=f"{PREFIX}/contributions",
    )


@router.post("/contribute", max_body_size=MAX_BODY_BYTES)
def contribute(
    request: Request,
    actor: Member,
    service: ServiceDep,
    catalogue: CatalogueDep,
    file: Annotated[UploadFile | None, File()] = None,
    url: Annotated[str, Form(max_length=4_000)] = "",
    note: Words = "",
) -> Response:
    """Take a document in, and show what became of it."""
    try:
        made = take_in(service, catalogue, actor, file, url, note)
    except CorrectionInvalid as error:
        found = [shape(service, catalogue, c) for c in visible_to(catalogue, actor)]
        return render(
            request,
            "contribute.html",
            status=422,
            headers=_UNCACHED,
            contributions=found,
            everybody=actor.may("curator"),
            problem=str(error),
            twin=f"{PREFIX}/contributions",
        )
    return RedirectResponse(f"/contributions/{made.id}", 303, _UNCACHED)


@router.get("/contributions/{contribution_id}")
def contribution(
    request: Request,
    actor: Member,
    service: ServiceDep,
    catalogue: CatalogueDep,
    contribution_id: str,
) -> Response:
    """Show a contribution to its member and to curators: the record, the words, the state."""
    found = seen_by(catalogue, actor, contribution_id)
    own = found.state in ("waiting", "accepted", "declined")
    wanted = [found.document_id] if found.document_id and own else []
    document = next(iter(catalogue.documents(wanted, pending=True).values()), None)
    passages = catalogue.passages(document.id, pending=True) if document else []
    return render(
        request,
        "contribution.html",
        headers=_UNCACHED,
        contribution=shape(service, catalogue, found),
        document=Presenter(service).summary(document, ()) if document else None,
        media_type=document.media_type if document else None,
        reads_like=document.near_duplicate_of if document else None,
        passages=[(p, page_label(document, p.page)) for p in passages[:PASSAGES_SHOWN] if document],
        passages_held=len(passages),
        deciding=actor.may("curator") and found.state == "waiting",
        state=etag_of(service, found).strip('"'),
        problem=None,
        twin=f"{PREFIX}/contributions/{contribution_id}",
    )


@router.post("/contributions/{contribution_id}/decision")
def decide(
    actor: Curator,
    service: ServiceDep,
    catalogue: CatalogueDep,
    contribution_id: str,
    state: Annotated[str, Form(max_length=64)],
    decision: Annotated[str, Form(pattern="^(accept|decline)$")],
    reason: Words = "",
) -> Response:
    """Accept a contribution, or decline it for a reason."""
    with catalogue.transaction():
        found = contributions.contribution(catalogue, contribution_id)
        check_match(f'"{state}"', etag_of(service, found))
        if decision == "accept":
            contributions.accept(catalogue, actor, contribution_id, reason.strip() or None)
        else:
            decline(catalogue, actor, contribution_id, reason)
    return RedirectResponse(f"/contributions/{contribution_id}", 303, _UNCACHED)
