"""The pages of what a person follows. Everything here is theirs alone."""

from __future__ import annotations

from typing import Annotated, Final

from fastapi import APIRouter, Form, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from corpus.catalogue.catalogue import Catalogue
from corpus.errors import MailRefused
from corpus.people import following
from corpus.people.following import Cadence, follows_of
from corpus.people.mailboxes import (
    ask_for_mailbox,
    confirm_mailbox,
    mailbox_of,
    remove_mailbox,
    stop_mail,
)
from search_api.following.mail import can_send, send_confirmation
from search_api.following.news import (
    describe_question,
    explain_news,
    find_news,
    start_following,
)
from search_api.following.own_follow import OwnFollow
from search_api.web import languages
from search_api.web.access import AnyoneWithCode, SignedIn
from search_api.web.declared import PREFIX
from search_api.web.dependencies import CatalogueDep, ServiceDep
from search_api.web.rendering import render

router = APIRouter(include_in_schema=False, default_response_class=HTMLResponse)

PAGE: Final = "/following"
SHOWN: Final = 30
"""How many new documents the page of a question shows; the others come once these are seen."""
MAX_IDS_CHARACTERS: Final = 40_000
_UNCACHED: Final = {"Cache-Control": "no-store"}
Code = Annotated[str, Form(max_length=200)]


@router.get(PAGE)
def followed(
    request: Request, actor: SignedIn, service: ServiceDep, catalogue: CatalogueDep
) -> Response:
    """Show what a person follows, with how many new matches each question has."""
    person = str(actor.person_id)
    news = [find_news(service, catalogue, one) for one in follows_of(catalogue, person)]
    return render(
        request,
        "following.html",
        headers=_UNCACHED,
        news=[(one, describe_question(service, one.follow.question)) for one in news],
        mailbox=mailbox_of(catalogue, person),
        can_send=can_send(service.settings),
        cadences=following.CADENCES,
        twin=f"{PREFIX}{PAGE}",
    )


@router.post(PAGE)
def follow(
    actor: SignedIn,
    service: ServiceDep,
    catalogue: CatalogueDep,
    search: Annotated[str, Form(max_length=MAX_IDS_CHARACTERS)],
) -> Response:
    """Follow the search of a results page."""
    made = start_following(service, catalogue, str(actor.person_id), search)
    return _back(f"{PAGE}/{made.id}")


@router.post(f"{PAGE}/email")
def give_address(
    actor: SignedIn,
    service: ServiceDep,
    catalogue: CatalogueDep,
    address: Annotated[str, Form(max_length=1_000)] = "",
) -> Response:
    """Send a link to an address; nothing else is sent there before it is confirmed."""
    person, language = str(actor.person_id), languages.current().code
    if can_send(service.settings):
        with catalogue.transaction():
            secret = ask_for_mailbox(catalogue, person, address, language)
        try:
            send_confirmation(
                service.settings, service.templates, address.strip(), secret, language
            )
        except MailRefused:
            with catalogue.transaction():
                remove_mailbox(catalogue, person)
            raise
    return _back(PAGE)


@router.post(f"{PAGE}/email/delete")
def forget_address(actor: SignedIn, catalogue: CatalogueDep) -> Response:
    """Forget a person's address."""
    with catalogue.transaction():
        remove_mailbox(catalogue, str(actor.person_id))
    return _back(PAGE)


@router.post(f"{PAGE}/delete-all")
def unfollow_all(actor: SignedIn, catalogue: CatalogueDep) -> Response:
    """Forget everything that a person follows, and their address."""
    with catalogue.transaction():
        following.unfollow_all(catalogue, str(actor.person_id))
        remove_mailbox(catalogue, str(actor.person_id))
    return _back(PAGE)


# What links in e-mail lead to -------------------------------------------------------------------


@router.get(f"{PAGE}/confirm")
def ask_to_confirm(request: Request, code: str = "") -> Response:
    """Ask for the click that confirms an address: mail programs open links before people do."""
    return _ask(request, "confirm", code)


@router.post(f"{PAGE}/confirm")
def confirm(
    request: Request, _actor: AnyoneWithCode, catalogue: CatalogueDep, code: Code = ""
) -> Response:
    """Confirm the address that the code was sent to."""
    with catalogue.transaction():
        known = confirm_mailbox(catalogue, code)
    return _ask(request, "confirm", "", done=known)


@router.get(f"{PAGE}/stop")
def ask_to_stop(request: Request, code: str = "") -> Response:
    """Ask for the click that stops all e-mail to a person."""
    return _ask(request, "stop", code)


@router.post(f"{PAGE}/stop")
def stop(
    request: Request, _actor: AnyoneWithCode, catalogue: CatalogueDep, code: str = ""
) -> Response:
    """Stop all e-mail to the owner of the code; mail programs send this too (RFC 8058)."""
    with catalogue.transaction():
        known = stop_mail(catalogue, code)
    return _ask(request, "stop", "", done=known)


def _ask(request: Request, what: str, code: str, *, done: bool | None = None) -> Response:
    status = 404 if done is False else 200
    return render(
        request, "following_by_mail.html", status=status, headers=_UNCACHED, what=what, code=code,
        done=done,
    )  # fmt: skip


# One question ----------------------------------------------------------------------------------


@router.get(f"{PAGE}/{{follow_id}}")
def one_followed(
    request: Request, one: OwnFollow, service: ServiceDep, catalogue: CatalogueDep
) -> Response:
    """Show the new matches of a question, each with why it matches."""
    news = find_news(service, catalogue, one)
    shown = news.new[:SHOWN]
    whole = len(shown) == len(news.new)
    return render(
        request,
        "followed.html",
        headers=_UNCACHED,
        news=news,
        question=describe_question(service, one.question),
        matches=explain_news(service, catalogue, one, shown) if shown else [],
        told=sorted(news.told) if whole else shown,
        mailbox=mailbox_of(catalogue, one.person_id),
        cadences=following.CADENCES,
        twin=f"{PREFIX}{PAGE}/{one.id}",
    )


@router.post(f"{PAGE}/{{follow_id}}/seen")
def mark_seen(
    one: OwnFollow,
    catalogue: CatalogueDep,
    document: Annotated[list[str] | None, Form(max_length=2_000)] = None,
) -> Response:
    """Mark the matches that the page showed as seen."""
    stored = _stored(catalogue, document or [])
    with catalogue.transaction():
        following.mark_seen(catalogue, one, stored)
    return _back(f"{PAGE}/{one.id}")


def _stored(catalogue: Catalogue, ids: list[str]) -> list[str]:
    """Return those ids that documents have."""
    return list(catalogue.documents(ids))


@router.post(f"{PAGE}/{{follow_id}}/cadence")
def change_cadence(
    one: OwnFollow, catalogue: CatalogueDep, cadence: Annotated[Cadence, Form()]
) -> Response:
    """Change how often e-mail tells of a question."""
    with catalogue.transaction():
        following.change_cadence(catalogue, one, cadence)
    return _back(f"{PAGE}/{one.id}")


@router.post(f"{PAGE}/{{follow_id}}/delete")
def unfollow(one: OwnFollow, catalogue: CatalogueDep) -> Response:
    """Stop following a question, and forget it."""
    with catalogue.transaction():
        following.unfollow(catalogue, one)
    return _back(PAGE)


def _back(address: str) -> Response:
    return RedirectResponse(address, 303, _UNCACHED)
