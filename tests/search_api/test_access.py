"""Nothing is open that should be closed: every write x who asks x where a browser says it is from.

The routes are read from the application, so a new one is tested as soon as it is there; one that
does not declare what it needs fails.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace
from typing import Any, Final

import pytest
from fastapi import Request
from fastapi.routing import iter_route_contexts
from fastapi.testclient import TestClient
from starlette.routing import Mount

from corpus.catalogue.catalogue import connect
from corpus.errors import NotPermitted
from corpus.people.actors import ROLES, Role
from corpus.people.log import read_log
from search_api.app import create_app
from search_api.service.settings import Settings
from search_api.web.access import SAFE_METHODS, Needs, needs_of, refuse_cross_site
from tests.support.fakes import HashEncoder
from tests.support.served import REPORT, by_key, serving, signed_in

OWN: Final = "http://testserver"
SENT_FROM: Final[Mapping[str, tuple[dict[str, str], bool]]] = {
    "nothing said": ({}, False),
    "same origin": ({"Sec-Fetch-Site": "same-origin", "Origin": OWN}, True),
    "same origin, no Origin": ({"Sec-Fetch-Site": "same-origin"}, True),
    "same origin, no referrer": ({"Sec-Fetch-Site": "same-origin", "Origin": "null"}, True),
    "the person": ({"Sec-Fetch-Site": "none", "Origin": OWN}, True),
    "own Origin, plain HTTP": ({"Origin": OWN}, True),
    "another site": ({"Sec-Fetch-Site": "cross-site", "Origin": "https://evil.example"}, False),
    "another site, own Origin": ({"Sec-Fetch-Site": "cross-site", "Origin": OWN}, False),
    "a neighbouring host": ({"Sec-Fetch-Site": "same-site", "Origin": OWN}, False),
    "foreign Origin": ({"Origin": "https://evil.example"}, False),
    "foreign Origin, said to be same": (
        {"Sec-Fetch-Site": "same-origin", "Origin": "https://evil.example"},
        False,
    ),
    "look-alike Origin": ({"Origin": "http://testserver.evil.example"}, False),
    "another port": ({"Origin": f"{OWN}:8001"}, False),
    "a sandbox": ({"Origin": "null"}, False),
    "made up": ({"Sec-Fetch-Site": "same-origin, none", "Origin": OWN}, False),
}
"""Headers, and whether a write by a session may come from there."""

FOR_ANYONE: Final = {"/sign-in", "/sign-out", "/following/confirm", "/following/stop", "/oai"}
"""The only routes that may be written to by nobody known; `/oai` only reads what a form asks."""


OPEN_READS: Final = frozenset(
    path
    for page in ("/", "/search", "/documents", "/documents/{document_id}", "/menu", "/checklist",
                 "/brief", "/map", "/selected", "/map/timeline", "/map/meaning",
                 "/map/countries", "/map/missing", "/agenda", "/agenda/questions/{question_id}",
                 "/groups", "/groups/{slug}", "/organisations",
                 "/organisations/{slug}",
                 "/lists", "/lists/{slug}",
                 "/lists/{slug}/versions",
                 "/lists/{slug}/versions/{number}", "/api", "/sign-in", "/favicon.svg",
                 "/favicon.ico", "/look.css", "/logo.svg", "/logo.png",
                 "/robots.txt", "/sitemap.xml", "/opensearch.xml",
                 "/.well-known/security.txt", "/feeds/search.atom", "/feeds/documents.atom",
                 "/feeds/lists.atom", "/feeds/lists/{slug}.atom",
                 "/feeds/search.json", "/feeds/documents.json", "/feeds/lists.json",
                 "/feeds/lists/{slug}.json",
                 "/following/confirm", "/following/stop", "/oai",
                 "/documents/{document_id}/versions", "/documents/{document_id}/versions/{number}")
    for path in (page, f"/api/v1{page}")
) | {
    f"/api/v1/{name}"
    for name in ("openapi.json", "health", "ready", "stats", "me", "vocabularies",
                 "vocabularies/{vocabulary_id}", "documents/{document_id}/passages",
                 "documents/{document_id}/similar", "documents/{document_id}/original",
                 "agenda/call", "lists/{slug}/export", "search/export", "suggestions")
}  # fmt: skip
"""The only addresses that answer everybody; what is new has to be named here to be open."""


@dataclass(frozen=True)
class Route:
    method: str
    path: str
    declared: tuple[Needs, ...]

    @property
    def filled(self) -> str:
        return re.sub(r"\{(\w+)(:\w+)?\}", lambda m: KNOWN.get(m[1], "1"), self.path)

    def __str__(self) -> str:
        return f"{self.method} {self.path}"


KNOWN: Final = {"document_id": REPORT, "vocabulary_id": "stages", "vocabulary": "stages"}


def all_routes() -> list[Route]:
    app = create_app(Settings(data_folder=Path("nowhere")), encoder=HashEncoder())
    found = []
    for context in iter_route_contexts(app.routes):
        if isinstance(context.original_route, Mount):
            assert context.path == "/static", "a mounted application declares nothing"
            continue
        declared = tuple(needs_of(getattr(context, "dependant", None)))
        found += [Route(m, str(context.path), declared) for m in sorted(context.methods or ())]
    return found


ROUTES: Final = all_routes()
WRITES: Final = [route for route in ROUTES if route.method not in SAFE_METHODS]
READS: Final = [route for route in ROUTES if route.method == "GET"]
PAGES: Final = [
    route for route in READS
    if not route.path.startswith("/api/") and "." not in route.path and route.path != "/oai"
]  # fmt: skip
"""The reads that answer with a page; others are JSON, files, feeds and the XML of OAI-PMH."""


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    with serving(tmp_path_factory.mktemp("data"), key_requests_per_minute=0) as client:
        yield client


Shown = dict[str, str]
"""Headers that say who asks."""


@pytest.fixture(scope="module")
def bearers(client: TestClient) -> dict[Role, Shown]:
    return {role: by_key(client, role) for role in ROLES}


@pytest.fixture(scope="module")
def askers(client: TestClient, bearers: dict[Role, Shown]) -> list[tuple[Role | None, bool, Shown]]:
    """Everybody who may ask: role, whether by a session, and what they show."""
    cookies = {role: signed_in(client, role).cookies for role in ROLES}
    sessions = {r: "; ".join(f"{k}={v}" for k, v in c.items()) for r, c in cookies.items()}
    return [
        (None, False, {}),
        *((role, False, shown) for role, shown in bearers.items()),
        *((role, True, {"Cookie": session}) for role, session in sessions.items()),
    ]


def newest_entry(client: TestClient) -> int:
    with connect(client.app.state.service.settings.catalogue_path) as catalogue:  # type: ignore[attr-defined]
        return max((entry.id for entry in read_log(catalogue, limit=1)), default=0)


def test_there_are_writes_to_test() -> None:
    assert {"/sign-in", "/account/keys"} <= {route.path for route in WRITES}
    assert len(READS) > 15


@pytest.mark.parametrize("route", WRITES, ids=str)
def test_every_write_declares_what_it_needs(route: Route) -> None:
    assert len(route.declared) == 1, "declare one of Member, Curator, Admin, SignedIn, Anyone"
    (needs,) = route.declared
    assert (needs.role is None) == (route.path in FOR_ANYONE)


def allowed(route: Route, role: Role | None, *, by_session: bool, from_here: bool) -> bool:
    """Say who may write, as a table and without the code that decides it."""
    needed = route.declared[0].role
    if route.declared[0].by_code:
        return route.path in {"/following/confirm", "/following/stop"}  # a mail program has no page
    if route.path == "/oai":
        return True  # it changes nothing
    if needed is None:
        return from_here or (role is not None and not by_session)
    if role is None or ROLES.index(role) < ROLES.index(needed):
        return False
    if route.declared[0].by_link:
        return False  # those here are opened with keys; the account's own tests have the others
    return from_here or not by_session


@pytest.mark.parametrize("route", WRITES, ids=str)
def test_no_write_is_open_that_should_be_closed(
    route: Route, client: TestClient, askers: list[tuple[Role | None, bool, Shown]]
) -> None:
    before = newest_entry(client)
    for place, (headers, from_here) in SENT_FROM.items():
        for role, by_session, shown in askers:
            if allowed(route, role, by_session=by_session, from_here=from_here):
                continue
            answer = client.request(
                route.method, route.filled, headers={**headers, **shown}, follow_redirects=False
            )
            where = (place, role, "session" if by_session else "key")
            unknown = role is None and route.declared[0].role is not None
            assert answer.status_code == (401 if unknown else 403), where
            assert ("www-authenticate" in answer.headers) == unknown, where
    assert newest_entry(client) == before


@pytest.mark.parametrize("route", WRITES, ids=str)
def test_a_write_is_open_to_those_it_is_for(
    route: Route, client: TestClient, bearers: dict[Role, Shown]
) -> None:
    """What becomes of an empty request is the route's business; it must not be 401 or 403."""
    for role in ROLES:
        if not allowed(route, role, by_session=True, from_here=True) or route.path in FOR_ANYONE:
            continue
        browser = signed_in(client, role)  # again: some of these sign out
        answers = [
            browser.request(route.method, route.filled, follow_redirects=False),
            TestClient(client.app).request(
                route.method, route.filled, headers=bearers[role], follow_redirects=False
            ),
        ]
        assert not {401, 403} & {answer.status_code for answer in answers}, role


def test_reading_is_open_to_all_where_it_is_anonymous(client: TestClient) -> None:
    for route in READS:
        status = client.get(route.filled, follow_redirects=False).status_code
        assert (status in (401, 303)) == (route.path not in OPEN_READS), route


@pytest.mark.parametrize("route", [r for r in READS if r.path not in OPEN_READS], ids=str)
def test_what_is_not_for_everybody_is_read_by_those_it_is_for(
    route: Route, client: TestClient, bearers: dict[Role, Shown]
) -> None:
    (needs,) = route.declared
    assert needs.role is not None
    for role, shown in bearers.items():
        status = client.get(route.filled, headers=shown, follow_redirects=False).status_code
        assert (status == 403) == (ROLES.index(role) < ROLES.index(needs.role)), role


def asked(base_url: str | None, **headers: str) -> Request:
    service = SimpleNamespace(settings=Settings(base_url=base_url))
    app = SimpleNamespace(state=SimpleNamespace(service=service))
    raw = [(k.replace("_", "-").lower().encode(), v.encode()) for k, v in headers.items()]
    return Request({"type": "http", "method": "POST", "headers": raw, "app": app})


@pytest.mark.parametrize(
    ("base_url", "headers", "open_"),
    [
        ("https://e.org", {"host": "e.org", "origin": "https://e.org"}, True),
        ("https://e.org", {"host": "127.0.0.1:8000", "origin": "https://e.org"}, True),
        ("https://e.org", {"host": "e.org", "origin": "http://e.org"}, False),
        ("https://e.org", {"host": "evil.org", "origin": "https://evil.org"}, False),
        ("https://E.org:8443", {"host": "x", "origin": "https://e.org:8443"}, True),
        ("https://e.org/salex", {"host": "x", "origin": "https://e.org"}, True),
        (None, {"host": "e.org", "origin": "https://e.org"}, True),
        (None, {"host": "e.org", "origin": "http://e.org"}, True),
        (None, {"host": "e.org", "origin": "http://e.org.evil.org"}, False),
        (None, {"origin": "http://"}, False),
        (None, {"host": "e.org", "origin": ""}, False),
    ],
)
def test_our_own_origin_is_the_public_address_else_the_host(
    base_url: str | None, headers: dict[str, str], open_: bool
) -> None:
    request = asked(base_url, **headers)
    if open_:
        refuse_cross_site(request)
    else:
        with pytest.raises(NotPermitted):
            refuse_cross_site(request)


def test_a_key_that_does_not_work_gets_401_even_where_reading_is_open(client: TestClient) -> None:
    for shown in ("Bearer salex_x", "Bearer x", "bearer ", "Bearer salex_é".encode("latin-1")):
        answer = client.get("/api/v1/documents", headers={"Authorization": shown})  # type: ignore[dict-item]
        assert answer.status_code == 401, shown
        assert answer.json()["type"] == "/api#problem-not-signed-in"


def test_a_proxys_own_authorisation_is_not_taken_for_a_key(client: TestClient) -> None:
    answer = client.get("/api/v1/me", headers={"Authorization": "Basic YTpi"})
    assert (answer.status_code, answer.json()["signed_in"]) == (200, False)


def test_what_is_signed_in_for_is_never_kept_for_others(client: TestClient) -> None:
    path = "/documents"
    anonymous, curator = client.get(path), signed_in(client, "curator").get(path)
    reader = signed_in(client, "reader").get(path)
    assert len({a.headers["etag"] for a in (anonymous, curator, reader)}) == 3
    assert curator.headers["cache-control"] == "private, no-cache"
    assert anonymous.headers["cache-control"] == "no-cache"
    for answer in (anonymous, curator):
        varies = {"Accept", "Accept-Language", "Cookie", "Authorization", "Accept-Encoding"}
        assert set(answer.headers["vary"].split(", ")) == varies
    held = {"If-None-Match": curator.headers["etag"]}
    assert client.get(path, headers=held).status_code == 200
    again = signed_in(client, "curator").get(path, headers=held)
    assert (again.status_code, again.headers["cache-control"]) == (304, "private, no-cache")


def test_the_audit_log_names_the_request_the_server_log_has(
    client: TestClient, caplog: Any
) -> None:
    browser = signed_in(client, "member")
    caplog.set_level("INFO", logger="search_api.access")
    answer = browser.post("/sign-out", follow_redirects=False)
    request_id = answer.headers["x-request-id"]
    with connect(client.app.state.service.settings.catalogue_path) as catalogue:  # type: ignore[attr-defined]
        (newest,) = read_log(catalogue, limit=1)
    assert (newest.action, newest.request_id) == ("session.end", request_id)
    assert any(message.endswith(request_id) for message in caplog.messages)
