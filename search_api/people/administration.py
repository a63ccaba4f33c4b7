"""The page where administrators manage people and keys: who there is, roles, links, access.

Reading it takes the role; every write takes a session opened by a one-time link too, because what
is given here, such as a link, would outlive the revocation of a leaked key.
"""

from __future__ import annotations

from typing import Annotated, Final, Literal
from urllib.parse import urlencode

from fastapi import APIRouter, Form, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from corpus.catalogue.catalogue import Catalogue
from corpus.errors import EvidenceError, NameUnusable, NotPermitted
from corpus.errors.said import say
from corpus.people.actors import ROLES, Actor, Role
from corpus.people.credentials import add_link, read_keys, revoke_key
from corpus.people.people import (
    Person,
    add_person,
    person_named,
    read_people,
    set_disabled,
    set_role,
)
from search_api.service.service import Service
from search_api.web.access import Admin, AdminByLink, caller_of
from search_api.web.dependencies import CatalogueDep, ServiceDep
from search_api.web.languages import explain
from search_api.web.problems import answer_to
from search_api.web.rendering import render

router = APIRouter(include_in_schema=False, default_response_class=HTMLResponse)

MAX_NAME_CHARS: Final = 200
_UNCACHED: Final = {"Cache-Control": "no-store"}
_REFUSED: Final = (NameUnusable, NotPermitted)
RoleField = Annotated[Role, Form()]
Change = Role | Literal["link", "disable", "enable"]


@router.get("/people")
def people(
    request: Request, actor: Admin, service: ServiceDep, catalogue: CatalogueDep
) -> Response:
    """List people with their roles and keys, and the forms to change them."""
    return _show(request, service, catalogue, actor)


@router.post("/people")
def add(
    request: Request,
    actor: AdminByLink,
    service: ServiceDep,
    catalogue: CatalogueDep,
    name: Annotated[str, Form(max_length=MAX_NAME_CHARS)] = "",
    role: RoleField = "member",
) -> Response:
    """Add a person, and show a link with which they sign in once."""
    try:
        with catalogue.transaction():
            person = add_person(catalogue, actor, name, role)
            secret = _link(service, catalogue, actor, person)
    except _REFUSED as error:
        return _show(request, service, catalogue, actor, problem=error, typed=name, chosen=role)
    return _show(request, service, catalogue, actor, linked=person, secret=secret)


@router.post("/people/{person_id}")
def change(
    request: Request,
    actor: AdminByLink,
    service: ServiceDep,
    catalogue: CatalogueDep,
    person_id: str,
    to: Annotated[Change, Form()],
) -> Response:
    """Make a link that signs a person in once, or change their role or access at once."""
    try:
        with catalogue.transaction():
            person = person_named(catalogue, person_id)
            if to == "link":
                secret = _link(service, catalogue, actor, person)
                return _show(request, service, catalogue, actor, linked=person, secret=secret)
            _change(catalogue, actor, person, to)
    except _REFUSED as error:
        return _show(request, service, catalogue, actor, problem=error)
    return RedirectResponse(f"/people#person-{person.id}", 303, _UNCACHED)


@router.post("/people/keys/{key_id}/revoke")
def revoke(actor: AdminByLink, catalogue: CatalogueDep, key_id: str) -> Response:
    """Revoke anybody's key and end the sessions opened with it, at once."""
    with catalogue.transaction():
        revoke_key(catalogue, actor, key_id)
    return RedirectResponse("/people", 303, _UNCACHED)


def _change(
    catalogue: Catalogue, actor: Actor, person: Person, to: Role | Literal["disable", "enable"]
) -> None:
    if person.id == actor.person_id:
        raise NotPermitted(
            say("Nobody changes their own role or access. Ask another administrator.")
        )
    if to == "disable" or to == "enable":
        set_disabled(catalogue, actor, person, disabled=to == "disable")
    elif to != person.role:
        set_role(catalogue, actor, person, to)


def _link(service: Service, catalogue: Catalogue, actor: Actor, person: Person) -> str:
    return add_link(catalogue, actor, person, minutes=service.settings.sign_in_minutes)


def _show(
    request: Request,
    service: Service,
    catalogue: Catalogue,
    actor: Actor,
    *,
    linked: Person | None = None,
    secret: str = "",
    problem: EvidenceError | None = None,
    typed: str = "",
    chosen: Role = "member",
) -> Response:
    server = service.settings.base_url or str(request.base_url).rstrip("/")
    keys = [key for key in read_keys(catalogue) if not key.revoked_at]
    return render(
        request,
        "people.html",
        status=answer_to(problem).status if problem else 200,
        headers=_UNCACHED,
        actor=actor,
        people=read_people(catalogue),
        keys_of=lambda person: [key for key in keys if key.person_id == person.id],
        may_write=caller_of(request).by_link,
        roles=ROLES,
        linked=linked,
        link=f"{server}/sign-in?{urlencode({'link': secret})}" if linked else "",
        minutes=service.settings.sign_in_minutes,
        problem=explain(problem) if problem else "",
        typed=typed,
        chosen=chosen,
    )
