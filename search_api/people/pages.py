"""The pages of people: signing in and out, and a person's account with its API keys."""

from __future__ import annotations

from typing import Annotated, Any, Final

from fastapi import APIRouter, Form, Query, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from corpus.catalogue.catalogue import Catalogue
from corpus.errors import NotSignedIn
from corpus.people.actors import ROLES, Actor, Role
from corpus.people.credentials import (
    MAX_LABEL_CHARACTERS,
    add_key,
    in_future,
    read_keys,
    revoke_key,
)
from corpus.people.people import person_named
from corpus.people.sessions import (
    count_sessions,
    end_session,
    end_sessions,
    open_session_by_key,
    open_session_by_link,
)
from search_api.service.service import Service
from search_api.web.access import Anyone, SignedIn, SignedInByLink, caller_of
from search_api.web.cookies import SessionCookie
from search_api.web.dependencies import CatalogueDep, ServiceDep
from search_api.web.languages import explain
from search_api.web.links import own_address
from search_api.web.problems import BEARER
from search_api.web.rendering import render

router = APIRouter(include_in_schema=False, default_response_class=HTMLResponse)

KEY_DAYS: Final = (30, 90, 365)
"""How long a key made on the page may last; one that never expires is made on the command line."""
_UNCACHED: Final = {"Cache-Control": "no-store"}
_MAX_SECRET_CHARACTERS: Final = 200
_MAX_ADDRESS_CHARACTERS: Final = 4_000
Secret = Annotated[str, Form(max_length=_MAX_SECRET_CHARACTERS)]


@router.get("/sign-in")
def sign_in_page(
    request: Request,
    link: Annotated[str, Query(max_length=_MAX_SECRET_CHARACTERS)] = "",
    following: Annotated[str, Query(alias="next", max_length=_MAX_ADDRESS_CHARACTERS)] = "/",
) -> Response:
    """Ask for a key, or for the click that uses a one-time link.

    Opening a link does not use it: mail programs and chats open links before people do. The secret
    is in the query string, which is not logged here.
    """
    return _ask(request, link=link, following=own_address(following))


@router.post("/sign-in")
def sign_in(
    request: Request,
    actor: Anyone,
    service: ServiceDep,
    catalogue: CatalogueDep,
    key: Secret = "",
    link: Secret = "",
    following: Annotated[str, Form(alias="next", max_length=_MAX_ADDRESS_CHARACTERS)] = "/",
) -> Response:
    """Exchange a key or a link for a session."""
    days, request_id = service.settings.session_days, actor.request_id
    following = own_address(following)
    before = caller_of(request)
    try:
        with catalogue.transaction():
            if link:
                session = open_session_by_link(catalogue, link, days=days, request_id=request_id)
            else:
                session = open_session_by_key(
                    catalogue, key.strip(), days=days, request_id=request_id
                )
            if before.session_id:
                end_session(catalogue, before.actor, before.session_id)
    except NotSignedIn as error:
        return _ask(request, link="", following=following, refused=explain(error))
    response = RedirectResponse(following, 303, _UNCACHED)
    SessionCookie.of(service.settings).set(response, session)
    return response


def _ask(request: Request, *, link: str, following: str, refused: str = "") -> Response:
    status, headers = (401, {"WWW-Authenticate": BEARER}) if refused else (200, {})
    return render(
        request,
        "sign_in.html",
        status=status,
        headers=_UNCACHED | headers,
        link=link,
        following=following,
        refused=refused,
    )


@router.post("/sign-out")
def sign_out(
    request: Request, actor: Anyone, service: ServiceDep, catalogue: CatalogueDep
) -> Response:
    """End this session. Nothing happens if it has already ended."""
    session_id = caller_of(request).session_id
    if session_id:
        with catalogue.transaction():
            end_session(catalogue, actor, session_id)
    response = RedirectResponse("/", 303, _UNCACHED)
    SessionCookie.of(service.settings).clear(response)
    return response


@router.get("/account")
def account(
    request: Request, actor: SignedIn, service: ServiceDep, catalogue: CatalogueDep
) -> Response:
    """Show who is signed in, their role and their API keys."""
    return _account_page(request, service, catalogue, actor)


@router.post("/account/keys")
def create_key(
    request: Request,
    actor: SignedInByLink,
    service: ServiceDep,
    catalogue: CatalogueDep,
    role: Annotated[Role, Form()],
    days: Annotated[int, Form(ge=1, le=max(KEY_DAYS))] = 90,
    label: Annotated[str, Form(max_length=MAX_LABEL_CHARACTERS)] = "",
) -> Response:
    """Make a key and show it once."""
    with catalogue.transaction():
        person = person_named(catalogue, str(actor.person_id))
        expires_at = in_future(days=days)
        key, secret = add_key(
            catalogue, actor, person, label=label, role=role, expires_at=expires_at
        )
    return _account_page(request, service, catalogue, actor, made=key, secret=secret)


@router.post("/account/keys/{key_id}/revoke")
def revoke(actor: SignedIn, catalogue: CatalogueDep, key_id: str) -> Response:
    """Revoke one of the person's own keys and end the sessions opened with it, at once."""
    with catalogue.transaction():
        revoke_key(catalogue, actor, key_id, person_id=actor.person_id)
    return RedirectResponse("/account", 303, _UNCACHED)


@router.post("/account/sign-out-everywhere")
def sign_out_everywhere(actor: SignedIn, service: ServiceDep, catalogue: CatalogueDep) -> Response:
    """End all of the person's own sessions, for example when a device is lost."""
    with catalogue.transaction():
        end_sessions(catalogue, actor, str(actor.person_id))
    response = RedirectResponse("/sign-in", 303, _UNCACHED)
    SessionCookie.of(service.settings).clear(response)
    return response


def _account_page(
    request: Request, service: Service, catalogue: Catalogue, actor: Actor, **made: Any
) -> Response:
    person = person_named(catalogue, str(actor.person_id))
    own = read_keys(catalogue, person_id=person.id)
    return render(
        request,
        "account.html",
        headers=_UNCACHED,
        person=person,
        actor=actor,
        sessions=count_sessions(catalogue, person.id),
        keys=[key for key in own if not key.revoked_at],
        may_make_keys=caller_of(request).by_link,
        roles=ROLES[: ROLES.index(person.role) + 1],
        key_days=KEY_DAYS,
        server=service.settings.base_url or str(request.base_url).rstrip("/"),
        made=made.get("made"),
        secret=made.get("secret"),
    )
