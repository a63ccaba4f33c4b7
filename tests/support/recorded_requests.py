"""The sixty requests that are recorded, in order: later ones build on what earlier ones changed.

Each reads or writes as programs and readers do; its name says what it requests.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Literal
from urllib.parse import quote

import httpx
from fastapi.testclient import TestClient

from tests.support.recorded_catalogue import BLOG, NETWORK, NOTES, REPORT
from tests.support.served import NO_ONE, by_key, signed_in

Past = Mapping[str, httpx.Response]
Caller = Literal["nobody", "member", "curator", "curator's browser"]
API = "/api/v1"
DOCUMENT = f"{API}/documents/{REPORT.id}"
LIST = f"{API}/lists/plain-steps"
VISIT = "Zebrafish teachers visit each other to learn from peers. " * 20
UNANSWERED = "Xylophone quarks, zeppelin?"
READING = {
    "title": "Care reading",
    "slug": "care-reading",
    "sections": [{"title": "All", "entries": [{"document_id": NETWORK.id, "note": "Start here"}]}],
}


@dataclass(frozen=True)
class Ask:
    """A request. ``then`` returns the arguments of ``request`` that depend on earlier answers."""

    name: str
    path: str
    method: str = "GET"
    by: Caller = "nobody"
    then: Callable[[Past], dict[str, Any]] = lambda past: {}


def answers(client: TestClient) -> dict[str, httpx.Response]:
    """Make all requests, in order, and return the answers by their names."""
    keys = {"member": by_key(client, "member"), "curator": by_key(client, "curator")}
    browser = signed_in(client, "curator")
    past: dict[str, httpx.Response] = {}
    for ask in ASKS:
        told = {"url": ask.path, **ask.then(past)}
        told["headers"] = {**keys.get(ask.by, {}), **told.get("headers", {})}
        asker = browser if ask.by == "curator's browser" else client
        past[ask.name] = asker.request(ask.method, **told, follow_redirects=False)
    return past


def next_page(name: str) -> Callable[[Past], dict[str, Any]]:
    """Follow the Link header of an answer."""
    return lambda past: {"url": past[name].links["next"]["url"]}


def matching(name: str, body: dict[str, Any]) -> Callable[[Past], dict[str, Any]]:
    """Send a body with the ETag of an earlier answer."""
    return lambda past: {"json": body, "headers": {"If-Match": past[name].headers["etag"]}}


def about_item(item: str, decision: str) -> Callable[[Past], dict[str, Any]]:
    """Decide on an item of the queue in the state in which it was shown."""

    def body(past: Past) -> dict[str, Any]:
        (state,) = (i["state"] for i in past["review queue"].json()["items"] if i["id"] == item)
        return {"json": {"item": item, "state": state, "decision": decision}}

    return body


EVERY_FILTER = (
    "q=wellbeing+of+pupils&stage=generation&topic=foundational-skills-wellbeing&kind=report"
    "&language=en&country=Kenya&publisher=Example+Institute&passage_stage=generation"
    "&passage_topic=foundational-skills-wellbeing&year_from=2000&year_to=2025"
    "&include_undated=true&fusion=rrf"
)
BAD_PARAMETERS = "q=x&topics=x&limit=0&year_from=12&stage="
CONFIRMED = f"tag:{BLOG.id}:topics:scaling-innovations"

SEARCHES = (
    Ask("search", f"{API}/search?q=wellbeing+of+pupils&limit=2"),
    Ask("search, next page", "", then=next_page("search")),
    Ask("search, unchanged", f"{API}/search?q=wellbeing+of+pupils&limit=2",
        then=lambda past: {"headers": {"If-None-Match": past["search"].headers["etag"]}}),
    Ask("search, every filter", f"{API}/search?{EVERY_FILTER}"),
    Ask("search, alternatives and undated",
        f"{API}/search?kind=toolkit&kind=blog&year_from=1990&include_undated=true"),
    Ask("search, unanswered", f"{API}/search?limit=1&q={quote(UNANSWERED)}"),
    Ask("search, cursor of another", f"{API}/search",
        then=lambda past: {"params": {"q": "else", "cursor": past["search"].json()["next"]}}),
    Ask("search, bad parameters", f"{API}/search?{BAD_PARAMETERS}"),
)  # fmt: skip
DOCUMENTS = (
    Ask("documents", f"{API}/documents?limit=3&language=en"),
    Ask("document", DOCUMENT),
    Ask("document, unknown", f"{API}/documents/{NO_ONE}"),
    Ask("document, passages", f"{DOCUMENT}/passages?limit=2"),
    Ask("document, similar", f"{DOCUMENT}/similar?limit=2"),
    Ask("document, original", f"{DOCUMENT}/original"),
    Ask("document, original, HEAD", f"{API}/documents/{NOTES.id}/original", "HEAD"),
)
OPERATIONS = (
    Ask("vocabularies", f"{API}/vocabularies"),
    Ask("stats", f"{API}/stats"),
    Ask("health", f"{API}/health"),
    Ask("openapi", f"{API}/openapi.json"),
    Ask("unknown address", f"{API}/nothing"),
    Ask("method not allowed", f"{API}/search", "DELETE"),
    Ask("OPTIONS", f"{API}/search", "OPTIONS"),
)
TOOLS = (
    Ask("menu", f"{API}/menu"),
    Ask("menu, docx", f"{API}/menu?format=docx"),
    Ask("menu, md", f"{API}/menu?format=md&country=Kenya&country=Peru"),
    Ask("checklist", f"{API}/checklist?limit=1"),
    Ask("checklist, docx", f"{API}/checklist?format=docx"),
    Ask("checklist, md", f"{API}/checklist?format=md&limit=1"),
)
LISTS = (
    Ask("lists", f"{API}/lists"),
    Ask("list", LIST),
    Ask("list, versions", f"{LIST}/versions"),
    Ask("list, version", f"{LIST}/versions/1"),
    Ask("list, export, json", f"{LIST}/export"),
    Ask("list, export, markdown", f"{LIST}/export?format=markdown"),
    Ask("list, export, csv", f"{LIST}/export?format=csv"),
    Ask("list, export, ris", f"{LIST}/export?format=ris"),
    Ask("list, export, bibtex", f"{LIST}/export?format=bibtex"),
    Ask("list, export, csl-json", f"{API}/lists/live-wellbeing/export?format=csl-json"),
)
PAGES = (
    Ask("home page", "/"),
    Ask("results page", "/search?q=wellbeing+of+pupils&limit=2&language=en"),
    Ask("document page", f"/documents/{REPORT.id}"),
    Ask("lists page", "/lists"),
    Ask("about page", "/api"),
    Ask("review desk, nobody known", "/review"),
)
DESK = (
    Ask("me", f"{API}/me", by="curator"),
    Ask("me, a key that does not work", f"{API}/me",
        then=lambda past: {"headers": {"Authorization": "Bearer salex_nothing"}}),
    Ask("contribute", f"{API}/contributions", "POST", "member",
        lambda past: {"files": {"file": ("visits.txt", VISIT.encode())}, "data": {"note": "Ours"}}),
    Ask("contributions", f"{API}/contributions", by="curator"),
    Ask("review queue", f"{API}/review?limit=50", by="curator"),
    Ask("confirm a tag in the queue", f"{API}/review/decisions", "POST", "curator",
        about_item(CONFIRMED, "confirm")),
    Ask("decide it again", f"{API}/review/decisions", "POST", "curator",
        about_item(CONFIRMED, "reject")),
    Ask("reject a tag", f"{DOCUMENT}/tags/stages/generation", "PUT", "curator",
        matching("document", {"origin": "rejected", "note": "In passing"})),
    Ask("reject a tag, changed meanwhile", f"{DOCUMENT}/tags/topics/educator-voice", "PUT",
        "curator", matching("document", {"origin": "rejected"})),
    Ask("review queue, of tags, afterwards", f"{API}/review?kind=tag&limit=2", by="curator"),
    Ask("make a list", f"{API}/lists", "POST", "curator", lambda past: {"json": READING}),
    Ask("publish the list", f"{API}/lists/care-reading/publish", "POST", "curator",
        matching("make a list", {"note": "Begun"})),
    Ask("outcomes", f"{API}/outcomes?limit=4", by="curator"),
    Ask("wanted", f"{API}/wanted", by="curator"),
    Ask("log", f"{API}/log?limit=6", by="curator"),
    Ask("review desk", "/review", by="curator's browser"),
)  # fmt: skip
ASKS = (*SEARCHES, *DOCUMENTS, *OPERATIONS, *TOOLS, *LISTS, *PAGES, *DESK)
