"""Who may do what over HTTP: what a route declares it needs, and where a write may come from.

Every route that changes something declares one of ``Member``, ``Curator`` and ``Admin`` (or
``SignedIn`` and ``Anyone``, for accounts). A test walks all routes and fails for one without.
"""

from __future__ import annotations

import getpass
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Annotated, Final, Literal
from urllib.parse import urlsplit

from fastapi import Depends, Request
from fastapi.dependencies.models import Dependant

from corpus.errors import NotPermitted, NotSignedIn
from corpus.people.actors import ANONYMOUS, Actor, Role

SAFE_METHODS: Final = frozenset({"GET", "HEAD", "OPTIONS", "TRACE"})
"""They change nothing (RFC 9110, section 9.2.1)."""


@dataclass(frozen=True, slots=True)
class Caller:
    """Who asks, and how we know.

    Attributes:
        actor: the person, or the anonymous reader.
        by: what was shown: an API key, a session's cookie, or nothing.
        key_id: the key that was shown, or that the session was opened with.
        session_id: the session.
    """

    actor: Actor
    by: Literal["key", "session", "nothing"] = "nothing"
    key_id: str | None = None
    session_id: str | None = None

    @property
    def by_link(self) -> bool:
        """Say whether this is a session that was opened by a one-time link."""
        return self.by == "session" and self.key_id is None


NOBODY: Final = Caller(ANONYMOUS)


def caller_of(request: Request) -> Caller:
    """Return who asks, as the middleware found out; nobody known before it has run."""
    caller: Caller = getattr(request.state, "caller", NOBODY)
    return caller


@dataclass(frozen=True, slots=True)
class Needs:
    """A dependency: gives the actor, or refuses.

    Attributes:
        role: the least that is needed; ``None`` where anyone may write.
        signed_in: nobody known is refused even where reading is open to everyone.
        by_link: only a session opened by a one-time link will do. A key must not make keys, nor a
            session opened with one: a leaked key would outlive its end.
    """

    role: Role | None
    signed_in: bool = False
    by_link: bool = False

    async def __call__(self, request: Request) -> Actor:
        """Return who acts.

        Raises:
            NotSignedIn: nobody known asks for what is not open to everyone; 401.
            NotPermitted: the role does not suffice, or a browser was sent by another site; 403.
        """
        caller = caller_of(request)
        if self.role is not None:
            self._check_role(request, caller.actor, self.role)
        if self.by_link and not caller.by_link:
            raise NotPermitted("Sign in by a one-time link to make keys; a key cannot make others.")
        # No browser adds an Authorization header by itself, so a key cannot be borrowed this way.
        if request.method not in SAFE_METHODS and caller.by != "key":
            refuse_cross_site(request)
        return caller.actor

    def _check_role(self, request: Request, actor: Actor, role: Role) -> None:
        known = actor.person_id is not None
        open_to_all = role == "reader" and not self.signed_in
        if not known and (not open_to_all or request.method not in SAFE_METHODS):
            raise NotSignedIn("Sign in, or send an API key as: Authorization: Bearer salex_...")
        if not actor.may(role):
            raise NotPermitted(
                f"This is for {role}s; {actor.name} acts as {actor.role}. "
                "Whoever runs this repository can change that."
            )


Anyone = Annotated[Actor, Depends(Needs(None))]
"""For signing in and out alone: open to everyone, yet not to forms on other sites."""
SignedIn = Annotated[Actor, Depends(Needs("reader", signed_in=True))]
"""For what somebody does with their own account."""
SignedInByLink = Annotated[Actor, Depends(Needs("reader", signed_in=True, by_link=True))]
"""For making keys."""
Reader = Annotated[Actor, Depends(Needs("reader"))]
Member = Annotated[Actor, Depends(Needs("member"))]
Curator = Annotated[Actor, Depends(Needs("curator"))]
Admin = Annotated[Actor, Depends(Needs("admin"))]


def needs_of(dependant: Dependant | None) -> Iterator[Needs]:
    """Yield what a route declares it needs, however deep it is asked for."""
    if dependant is None:
        return
    if isinstance(dependant.call, Needs):
        yield dependant.call
    for below in dependant.dependencies:
        yield from needs_of(below)


def refuse_cross_site(request: Request) -> None:
    """Refuse a write that a browser was sent to make by another site.

    ``Sec-Fetch-Site`` (W3C Fetch Metadata) has to be ``same-origin`` or ``none`` where it is sent:
    browsers leave it out on plain HTTP. ``Origin`` has to be our own where it is sent, and one of
    the two has to be there. ``null`` is what a page without referrers sends, or a sandbox: it
    tells nothing, so then the other has to speak.

    Raises:
        NotPermitted
    """
    site, origin = request.headers.get("sec-fetch-site"), request.headers.get("origin")
    trusted = site in (None, "same-origin", "none")
    known = site is not None if origin in (None, "null") else origin in own_origins(request)
    if not (trusted and known):
        raise NotPermitted(
            "This was sent from another site, or from an address this server does not know as its "
            "own. Open the page here and try again; programs send an API key instead of a cookie."
        )


def own_origins(request: Request) -> set[str]:
    """Return the origins our pages have: the public address, else the host that was asked.

    Without a public address both schemes count: behind a proxy we cannot know which it speaks. A
    page cannot choose the Host header of the requests it makes.
    """
    base_url = request.app.state.service.settings.base_url
    if base_url:
        parts = urlsplit(base_url)
        return {f"{parts.scheme}://{parts.netloc}".lower()}
    host = request.headers.get("host", "")
    return {f"http://{host}", f"https://{host}"} if host else set()


def command_line_actor() -> Actor:
    """Return who acts on the command line: whoever may write the catalogue's file may do all."""
    try:
        name = getpass.getuser()
    except (KeyError, OSError):  # no such user, as in some containers
        name = "command line"
    return Actor(name, "admin")
