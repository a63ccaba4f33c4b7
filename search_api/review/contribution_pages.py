"""The pages of contributions: the form, and what happened to each contribution."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Annotated, Final

from fastapi import APIRouter, File, Request, UploadFile
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from corpus.catalogue.catalogue import Catalogue
from corpus.errors import CorrectionInvalid
from corpus.errors.said import say
from corpus.network.groups import groups_of_person
from corpus.people.actors import Actor
from corpus.review import contributions
from corpus.review.contributions import Contribution
from search_api.answers.citations import page_label
from search_api.answers.presenting import Presenter
from search_api.review.contribution_routes import (
    MAX_BODY_BYTES,
    MESSAGES,
    MembersFirst,
    etag_of,
    seen_by,
    shape_contribution,
    take_in,
    visible_to,
)
from search_api.review.shapes import MAX_NOTE_CHARS
from search_api.service.service import Service
from search_api.web.access import Curator, Member
from search_api.web.declared import PREFIX
from search_api.web.dependencies import CatalogueDep, ServiceDep
from search_api.web.forms import REFUSALS, Form, Refused, read_choice, read_text, refuse_form
from search_api.web.languages import gettext
from search_api.web.preconditions import check_match
from search_api.web.rendering import render

router = APIRouter(
    include_in_schema=False, default_response_class=HTMLResponse, route_class=MembersFirst
)

PASSAGES_SHOWN: Final = 20
MAX_URL_CHARS: Final = 4_000
SAID: Final = {"title": 300, "organisation": 200, "year": 4, "country": 100}
"""What a contributor may say about a document, with the most characters of each.

It is kept in the note, for curators to check: the record is read from the document alone."""
_UNCACHED: Final = {"Cache-Control": "no-store"}


@router.get("/contribute")
def page(request: Request, actor: Member, service: ServiceDep, catalogue: CatalogueDep) -> Response:
    """Show the form and the contributions so far."""
    return _offering(request, actor, service, catalogue)


def _offering(
    request: Request,
    actor: Actor,
    service: Service,
    catalogue: Catalogue,
    refused: Refused | None = None,
) -> Response:
    return render(
        request,
        "contribute.html",
        status=refused.status if refused else 200,
        headers=refused.headers if refused else _UNCACHED,
        contributions=[
            shape_contribution(service, catalogue, c) for c in visible_to(catalogue, actor)
        ],
        everybody=actor.may("curator"),
        problem=refused.problem if refused else None,
        typed=refused.typed if refused else _suggested(request.query_params),
        bookmarklet=bookmarklet_of(service.settings.server_address),
        groups=groups_of_person(catalogue, actor),
        twin=f"{PREFIX}/contributions",
    )


def _suggested(given: Mapping[str, str]) -> dict[str, str]:
    """Return what the address of the page fills in; nothing is fetched before the form is sent."""
    url = given.get("url", "").strip()
    return {
        "group": given.get("group", ""),
        "url": url if url.startswith(("http://", "https://")) and len(url) <= MAX_URL_CHARS else "",
        "title": " ".join(given.get("title", "").split())[: SAID["title"]],
    }


def bookmarklet_of(server: str) -> str:
    """Return a bookmark that opens the form here for the page that a browser shows.

    Kept as a bookmark it runs on other sites; the policy of our own pages lets no such link run.
    """
    form = json.dumps(f"{server}/contribute?url=")
    return (
        f"javascript:location.href={form}+encodeURIComponent(location.href)"
        "+'&title='+encodeURIComponent(document.title.slice(0,200))"
    )


@router.post("/contribute", max_body_size=MAX_BODY_BYTES)
def contribute(
    request: Request,
    actor: Member,
    service: ServiceDep,
    catalogue: CatalogueDep,
    fields: Form,
    file: Annotated[list[UploadFile] | None, File()] = None,
) -> Response:
    """Add documents; show the contribution, or all of them if several files were sent."""
    named = [one for one in file or () if one.filename]
    made: list[Contribution] = []
    try:
        url = read_text(fields, "url", MAX_URL_CHARS)
        if not named and not url:
            return _offering(request, actor, service, catalogue, _without_a_document(fields))
        note = _note_of(fields, several=len(named) > 1 or fields.get("of", "1") != "1")
        sent: list[UploadFile | None] = [*named]
        for one in sent or [None]:
            group = fields.get("group", "")
            made.append(take_in(service, catalogue, actor, one, url, note, group))
    except REFUSALS as error:
        again = refuse_form("contribute", fields, error)
        if named:  # a page cannot refill a file field
            left = [one.filename for one in named[len(made) :]]
            which = f"these files again: {'; '.join(map(str, left))}" if made else "the file again"
            again = replace(again, problem=f"{again.problem} Choose {which}.")
        return _offering(request, actor, service, catalogue, again)
    place = "/contribute#yours" if len(made) > 1 else f"/contributions/{made[0].id}"
    return RedirectResponse(place, 303, _UNCACHED)


def _without_a_document(fields: Mapping[str, str]) -> Refused:
    return Refused("contribute", fields, gettext("Choose a file, or give a web address."), 422)


def _note_of(fields: Mapping[str, str], *, several: bool) -> str:
    """Return the note, with what the contributor says about the document before it.

    Raises:
        CorrectionInvalid: a text is too long, the year is not four digits, or one title is
            given to several files.
    """
    told = {name: " ".join(read_text(fields, name, most).split()) for name, most in SAID.items()}
    if several and told["title"]:
        raise CorrectionInvalid("title", say("is for one file: leave it empty for several"))
    year = told["year"]
    if year and not (len(year) == 4 and year.isascii() and year.isdigit()):
        raise CorrectionInvalid("year", say("must have four digits, such as 2024"))
    said = "; ".join(f"{name}: {text}" for name, text in told.items() if text)
    note = read_text(fields, "note", MAX_NOTE_CHARS)
    return "\n".join(
        part for part in (said and f"Suggested by the contributor: {said}.", note) if part
    )


@router.get("/contributions/{contribution_id}")
def contribution(
    request: Request,
    actor: Member,
    service: ServiceDep,
    catalogue: CatalogueDep,
    contribution_id: str,
) -> Response:
    """Show a contribution to its member and to curators: record, text and state."""
    return _show(request, actor, service, catalogue, contribution_id)


def _show(
    request: Request,
    actor: Actor,
    service: Service,
    catalogue: Catalogue,
    contribution_id: str,
    refused: Refused | None = None,
) -> Response:
    offered = seen_by(catalogue, actor, contribution_id)
    own = offered.state in ("waiting", "accepted", "declined")
    wanted = [offered.document_id] if offered.document_id and own else []
    document = next(iter(catalogue.documents(wanted, pending=True).values()), None)
    passages = catalogue.passages(document.id, pending=True) if document else []
    return render(
        request,
        "contribution.html",
        status=refused.status if refused else 200,
        headers=refused.headers if refused else _UNCACHED,
        contribution=shape_contribution(service, catalogue, offered),
        reason=_beside_message(offered),
        document=Presenter(service).summary(document, ()) if document else None,
        media_type=document.media_type if document else None,
        reads_like=document.near_duplicate_of if document else None,
        passages=[(p, page_label(document, p.page)) for p in passages[:PASSAGES_SHOWN] if document],
        passages_held=len(passages),
        deciding=actor.may("curator") and offered.state == "waiting",
        state=etag_of(service, offered).strip('"'),
        refused=refused,
        twin=f"{PREFIX}/contributions/{contribution_id}",
    )


def _beside_message(offered: Contribution) -> str:
    """Return the reason of a contribution's state without what the page says in its language.

    That is its message, and how much was read.
    """
    reason = (offered.reason or "").removeprefix(MESSAGES[offered.state])
    return re.sub(r"^(?:Added|Updated): [\d,]+ \w+, [\d,]+ passages?\.\s*", "", reason).strip()


@router.post("/contributions/{contribution_id}/decision")
def decide(
    request: Request,
    actor: Curator,
    service: ServiceDep,
    catalogue: CatalogueDep,
    contribution_id: str,
    fields: Form,
) -> Response:
    """Accept a contribution, or decline it with a reason."""
    try:
        decision = read_choice(fields, "decision", ("accept", "decline"))
        reason = read_text(fields, "reason", MAX_NOTE_CHARS)
        with catalogue.transaction():
            offered = contributions.contribution(catalogue, contribution_id)
            check_match(f'"{fields.get("state", "")}"', etag_of(service, offered))
            if decision == "accept":
                contributions.accept(catalogue, actor, contribution_id, reason or None)
            else:
                contributions.decline(catalogue, actor, contribution_id, reason)
    except REFUSALS as error:
        again = refuse_form("decision", fields, error)
        return _show(request, actor, service, catalogue, contribution_id, again)
    return RedirectResponse(f"/contributions/{contribution_id}", 303, _UNCACHED)
