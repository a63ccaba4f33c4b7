"""Who may do what over HTTP: the role a route needs, and the sites a write may come from.

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
from corpus.errors.said import say
from corpus.people.actors import ANONYMOUS, Actor, Role
from search_api.web.declared import PREFIX

SAFE_METHODS: Final = frozenset({"GET", "HEAD", "OPTIONS", "TRACE"})
"""They change nothing (RFC 9110, section 9.2.1)."""
STATIC: Final = "/static/"
"""Addresses of what pages are made of begin with this: open to everyone, and not limited."""
ICON: Final = "/favicon.svg"
LOOK: Final = frozenset(("/look.css", "/logo.svg", "/logo.png"))
FOR_CRAWLERS: Final = frozenset({"/robots.txt", "/favicon.ico", "/.well-known/security.txt"})
"""They say what is closed, and whom to tell of a weakness."""
HEALTH: Final = frozenset({f"{PREFIX}/health", f"{PREFIX}/ready"})
"""What monitors ask for."""
SIGN_IN: Final = "/sign-in"
_WHO: Final = {
    "reader": say("readers"),
    "member": say("members"),
    "curator": say("curators"),
    "admin": say("admins"),
}
FROM_MAIL: Final = frozenset({"/following/confirm", "/following/stop"})
"""What links in our e-mail lead to: a code in the address says whose it is, and no one signs in."""


@dataclass(frozen=True, slots=True)
class Caller:
    """Who is asking, and how we know.

    Attributes:
        actor: the person, or the anonymous reader.
        by: what they sent: an API key, a session cookie, or nothing.
        key_id: the key they sent, or with which the session was opened.
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
    """Return the caller that the middleware identified; anonymous before it has run."""
    caller: Caller = getattr(request.state, "caller", NOBODY)
    return caller


def key_sent_in(request: Request) -> str | None:
    """Return what was sent as an API key, valid or not; ``None`` if nothing was."""
    scheme, _, key = request.headers.get("authorization", "").partition(" ")
    return key.strip() if scheme.lower() == "bearer" else None


@dataclass(frozen=True, slots=True)
class Needs:
    """A dependency that returns the actor or refuses the request.

    Attributes:
        role: the least role that is needed; ``None`` where anyone may write.
        signed_in: refuse anonymous callers, even where reading is open to everyone.
        by_link: require a session opened by a one-time link. Neither a key nor a session opened
            with one may make keys or let people in: access through a leaked key would survive its
            revocation.
        by_code: a code in the request allows one small thing, and mail programs send it from
            elsewhere (RFC 8058), so that it is not asked where the request comes from.
        only_reads: the form asks and changes nothing, so it may come from another site.
    """

    role: Role | None
    signed_in: bool = False
    by_link: bool = False
    by_code: bool = False
    only_reads: bool = False

    async def __call__(self, request: Request) -> Actor:
        """Return who acts.

        Raises:
            NotSignedIn: an anonymous caller asks for something that is not open to everyone; 401.
            NotPermitted: the role does not suffice, or a browser was sent by another site; 403.
        """
        caller = caller_of(request)
        if self.role is not None:
            self._check_role(request, caller.actor, self.role)
        if self.by_link and not caller.by_link:
            raise NotPermitted(
                say(
                    "Sign in with a one-time link to do this. A key cannot make keys or give "
                    "access to others."
                )
            )
        # No browser adds an Authorization header by itself, so a key cannot be borrowed this way.
        harmless = self.by_code or self.only_reads
        if request.method not in SAFE_METHODS and caller.by != "key" and not harmless:
            refuse_cross_site(request)
        return caller.actor

    def _check_role(self, request: Request, actor: Actor, role: Role) -> None:
        known = actor.person_id is not None
        open_to_all = role == "reader" and not self.signed_in
        if not known and (not open_to_all or request.method not in SAFE_METHODS):
            raise NotSignedIn(
                say("Sign in, or send an API key as: Authorization: Bearer salex_...")
            )
        if not actor.may(role):
            raise NotPermitted(
                say(
                    "This is for %(who)s; %(name)s acts as %(role)s. The people who run this "
                    "repository can change that.",
                    who=_WHO[role],
                    name=actor.name,
                    role=say(actor.role),
                )
            )


Anyone = Annotated[Actor, Depends(Needs(None))]
"""Only for signing in and out: open to everyone, but not to forms on other sites."""
AnyoneWithCode = Annotated[Actor, Depends(Needs(None, by_code=True))]
"""Only for what a link in our e-mail does."""
Asks = Annotated[Actor, Depends(Needs(None, only_reads=True))]
"""For forms that read what is open to everyone and change nothing."""
SignedIn = Annotated[Actor, Depends(Needs("reader", signed_in=True))]
"""For what people do with their own account."""
SignedInByLink = Annotated[Actor, Depends(Needs("reader", signed_in=True, by_link=True))]
"""For making keys."""
Reader = Annotated[Actor, Depends(Needs("reader"))]
Member = Annotated[Actor, Depends(Needs("member"))]
Curator = Annotated[Actor, Depends(Needs("curator"))]
Admin = Annotated[Actor, Depends(Needs("admin"))]
AdminByLink = Annotated[Actor, Depends(Needs("admin", by_link=True))]
"""For letting people in."""


def needs_of(dependant: Dependant | None) -> Iterator[Needs]:
    """Yield what a route and its nested dependencies declare they need."""
    if dependant is None:
        return
    if isinstance(dependant.call, Needs):
        yield dependant.call
    for below in dependant.dependencies:
        yield from needs_of(below)


def refuse_cross_site(request: Request) -> None:
    """Refuse a write that another site made a browser send.

    ``Sec-Fetch-Site`` (W3C Fetch Metadata) must be ``same-origin`` or ``none`` if it is sent:
    browsers omit it on plain HTTP. ``Origin`` must be one of our own if it is sent, and at least
    one of the two must be there. ``Origin: null`` comes from a page without referrers or from a
    sandbox and proves nothing, so ``Sec-Fetch-Site`` must be there too.

    Raises:
        NotPermitted
    """
    site, origin = request.headers.get("sec-fetch-site"), request.headers.get("origin")
    trusted = site in (None, "same-origin", "none")
    known = site is not None if origin in (None, "null") else origin in own_origins(request)
    if not (trusted and known):
        raise NotPermitted(
            say(
                "This was sent from another site, or from an address that this server does not "
                "know as its own. Open the page here and try again. Programs send an API key "
                "instead of a cookie."
            )
        )


def own_origins(request: Request) -> set[str]:
    """Return the origins of our pages: the public address, or else the requested host.

    Without a public address both schemes count: behind a proxy we cannot know which is used. A page
    cannot choose the Host header of the requests it makes.
    """
    base_url = request.app.state.service.settings.base_url
    if base_url:
        parts = urlsplit(base_url)
        return {f"{parts.scheme}://{parts.netloc}".lower()}
    host = request.headers.get("host", "")
    return {f"http://{host}", f"https://{host}"} if host else set()


def command_line_actor() -> Actor:
    """Return who acts on the command line: anyone who can write the catalogue's file may do all."""
    try:
        name = getpass.getuser()
    except (KeyError, OSError):  # no such user, as in some containers
        name = "command line"
    return Actor(name, "admin")
