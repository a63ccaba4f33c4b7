"""Groups: who reads and changes what, questions beside their evidence, and what members propose."""

from __future__ import annotations

import json
from typing import Final

import pytest
from fastapi.testclient import TestClient
from typer.testing import CliRunner

from corpus.catalogue.catalogue import connect
from corpus.network.gathering import items_of, proposals_of
from corpus.network.groups import create_group, people_of, place_person
from corpus.people.log import read_log
from corpus.people.people import set_role
from corpus.review.contributions import accept, of_person
from search_api.cli import make_app
from tests.search_api.test_access import ROUTES, Route
from tests.support.served import COMMAND_LINE, NO_ONE, REPORT, by_key, key_for, serving

API: Final = "/api/v1/groups"
APP = make_app()
ASKERS: Final = (
    "stranger", "reader", "member", "group member", "group lead", "curator", "admin",
)  # fmt: skip
OUTSIDE: Final = ("stranger", "reader", "member")
LEADING: Final = ("group lead", "curator", "admin")
INSIDE: Final = ("group member", *LEADING)

DONE: Final = {200, 201, 204, 303, 409, 412, 422}
"""The statuses of those who may: another may have done the same before, or have changed it."""
READS: Final = ("GET /groups/{slug}", "GET /api/v1/groups/{slug}")
BY_CURATORS: Final = {
    "POST /groups", "POST /api/v1/groups",
    "POST /groups/{slug}/state", "PUT /api/v1/groups/{slug}/state",
}  # fmt: skip
BY_PEOPLE: Final = {"POST /groups/{slug}/proposals", "POST /api/v1/groups/{slug}/proposals"}
BY_LEADS: Final = {
    "PATCH /api/v1/groups/{slug}", "POST /groups/{slug}/details",
    "POST /groups/{slug}/people", "POST /api/v1/groups/{slug}/people",
    "DELETE /api/v1/groups/{slug}/people/{person_id}",
    "POST /groups/{slug}/items", "POST /api/v1/groups/{slug}/items",
    "DELETE /api/v1/groups/{slug}/items/{item_id}",
    "POST /groups/{slug}/proposals/{proposal_id}",
    "PUT /api/v1/groups/{slug}/proposals/{proposal_id}",
}  # fmt: skip
SENT: Final = {
    "POST /api/v1/groups": {"name": "Other", "purpose": "Another"},
    "POST /groups": {"name": "Other", "purpose": "Another"},
    "PUT /api/v1/groups/{slug}/state": {"archived": False},
    "POST /groups/{slug}/state": {"archived": "false"},
    "PATCH /api/v1/groups/{slug}": {"notes": "Read this first."},
    "POST /groups/{slug}/details": {
        "name": "G", "purpose": "P", "notes": "N", "visibility": "public", "state": "0",
    },
    "POST /api/v1/groups/{slug}/people": {"name": "the curator"},
    "POST /groups/{slug}/people": {"name": "the curator", "role": "member"},
    "POST /api/v1/groups/{slug}/items": {"kind": "own_question", "value": "Who leads?"},
    "POST /groups/{slug}/items": {"kind": "own_question", "value": "Who leads?"},
    "POST /api/v1/groups/{slug}/proposals": {"kind": "note", "value": "Meet in May."},
    "POST /groups/{slug}/proposals": {"kind": "note", "value": "Meet in June."},
    "PUT /api/v1/groups/{slug}/proposals/{proposal_id}": {"decision": "accept"},
    "POST /groups/{slug}/proposals/{proposal_id}": {"decision": "accept"},
}  # fmt: skip
"""What is sent, so that only the caller can be the reason of a refusal."""
OF_GROUPS: Final = [r for r in ROUTES if r.path.removeprefix("/api/v1").startswith("/groups")]


@pytest.fixture(scope="module")
def served(tmp_path_factory):
    with serving(tmp_path_factory.mktemp("groups") / "data", key_requests_per_minute=0) as client:
        yield client


@pytest.fixture(scope="module")
def shown(served) -> dict[str, dict[str, str]]:
    """The headers of everybody who may ask."""
    inside = {n: key_for(served.app, "member", name=n) for n in ("group member", "group lead")}
    headers = {name: {"Authorization": f"Bearer {key}"} for name, key in inside.items()}
    roles = ("reader", "member", "curator", "admin")
    return {"stranger": {}, **{role: by_key(served, role) for role in roles}, **headers}


@pytest.fixture
def client(served, shown):
    """A server with a public group and one for its members."""
    with opened(served) as catalogue, catalogue.transaction():
        catalogue.db.execute("delete from network_group")
        for slug, visibility in (("open", "public"), ("closed", "members")):
            create_group(
                catalogue, COMMAND_LINE, slug.title(),
                purpose="Work together", visibility=visibility, slug=slug,
            )  # fmt: skip
            place_person(catalogue, COMMAND_LINE, slug, "group lead", "lead")
            place_person(catalogue, COMMAND_LINE, slug, "group member", "member")
    return served


def opened(client: TestClient):
    return connect(client.app.state.service.settings.catalogue_path)


def fill(path: str, slug: str) -> str:
    return (
        path.replace("{slug}", slug)
        .replace("{proposal_id}", "1")
        .replace("{item_id}", "1")
        .replace("{person_id}", "1")
    )


def send(client: TestClient, route: Route, slug: str, headers: dict[str, str]) -> int:
    sent = SENT.get(str(route), {})
    body = {"json": sent} if route.path.startswith("/api/") else {"data": sent}
    if route.method in ("GET", "DELETE"):
        body = {}
    answer = client.request(
        route.method, fill(route.path, slug),
        headers=headers | {"If-Match": "*"}, follow_redirects=False, **body,
    )  # fmt: skip
    return answer.status_code


def promised(route: Route, asker: str, slug: str) -> set[int]:
    """Say how a request ends, as a table and without the code that decides it."""
    name = str(route)
    sign_in = {401} if route.path.startswith("/api/") or route.method != "GET" else {303, 401}
    if name in ("GET /groups", "GET /api/v1/groups"):
        return {200}
    hidden = slug == "closed" and asker in OUTSIDE
    if name in READS:
        return {404} if hidden else {200}
    if asker == "stranger":
        return sign_in
    if asker == "reader":
        return {403}
    if name in BY_CURATORS:
        return DONE if asker in ("curator", "admin") else {403}
    if hidden:
        return {404}
    may = INSIDE if name in BY_PEOPLE else LEADING
    if asker not in may:
        return {403}
    return {404} if "_id}" in name else DONE


def test_every_route_of_groups_is_in_the_matrix():
    named = {*READS, *BY_CURATORS, *BY_PEOPLE, *BY_LEADS, "GET /groups", "GET /api/v1/groups"}
    assert {str(route) for route in OF_GROUPS} == named


@pytest.mark.parametrize("slug", ["open", "closed"])
def test_nothing_is_open_that_should_be_closed(client, shown, slug):
    for route in OF_GROUPS:
        for asker in ASKERS:
            before = newest(client)
            status = send(client, route, slug, shown[asker])
            where = (str(route), asker, slug)
            assert status in promised(route, asker, slug), where
            if status in (401, 403, 404):
                assert newest(client) == before, where


def newest(client: TestClient) -> int:
    with opened(client) as catalogue:
        return max((entry.id for entry in read_log(catalogue, limit=1)), default=0)


def test_a_closed_group_is_listed_for_its_people_and_curators_alone(client, shown):
    for asker in ASKERS:
        listed = {g["slug"] for g in client.get(API, headers=shown[asker]).json()["groups"]}
        assert listed == ({"open"} if asker in OUTSIDE else {"open", "closed"}), asker
        page = client.get("/groups", headers=shown[asker]).text
        assert ("/groups/closed" in page) == (asker not in OUTSIDE), asker


def test_names_are_for_signed_in_members_and_proposals_for_the_people_of_the_group(client, shown):
    propose(client, shown["group member"])
    for asker in ASKERS:
        group = client.get(f"{API}/open", headers=shown[asker]).json()
        page = client.get("/groups/open", headers=shown[asker]).text
        knows = asker not in ("stranger", "reader")
        assert (group["people"] is not None) == knows, asker
        assert ("group lead" in json.dumps(group)) == knows, asker
        assert ("group lead</span>" in page) == knows, asker
        assert (group["proposals"] is not None) == (asker in INSIDE), asker
        assert ("Meet in May" in page) == (asker in INSIDE), asker


def test_who_is_no_member_of_the_repository_any_more_is_outside_its_groups(client, shown):
    key = {"Authorization": f"Bearer {key_for(client.app, 'member', name='leaver')}"}
    with opened(client) as catalogue, catalogue.transaction():
        person = place_person(catalogue, COMMAND_LINE, "closed", "leaver", "lead")
    assert client.get(f"{API}/closed", headers=key).status_code == 200
    with opened(client) as catalogue, catalogue.transaction():
        set_role(catalogue, COMMAND_LINE, person, "reader")
    assert client.get(f"{API}/closed", headers=key).status_code == 404
    refused = client.post(
        f"{API}/closed/people", json={"name": "leaver"}, headers=shown["group lead"]
    )
    assert refused.status_code == 422


def propose(client, headers, **fields):
    sent = {"kind": "note", "value": "Meet in May."} | fields
    answer = client.post(f"{API}/open/proposals", json=sent, headers=headers)
    assert answer.status_code == 200, answer.text
    return answer.json()["proposals"][0]


def decide(client, headers, proposal, decision, reason=""):
    address = f"{API}/open/proposals/{proposal['id']}"
    sent = {"decision": decision, "reason": reason}
    return client.put(address, json=sent, headers=headers)


def test_members_propose_and_the_lead_decides(client, shown):
    member, lead = shown["group member"], shown["group lead"]
    note = propose(client, member)
    document = propose(client, member, kind="document", value=f"/documents/{REPORT}")
    own = propose(client, member, kind="own_question", value="wellbeing of pupils by survey")
    assert decide(client, lead, note, "accept").status_code == 200
    assert decide(client, lead, document, "decline").status_code == 422
    assert decide(client, lead, document, "decline", "We know it.").status_code == 200
    assert decide(client, lead, document, "accept").status_code == 409
    group = decide(client, lead, own, "accept").json()
    assert group["notes"] == "Meet in May."
    assert group["documents"] == []
    (question,) = group["questions"]
    assert (question["strength"], question["question_id"]) == ("strong", None)
    assert question["hits"][0]["document"]["id"] == REPORT
    assert question["hits"][0]["snippets"][0]["citation"]["page_label"]
    with opened(client) as catalogue:
        states = [p.state for p in proposals_of(catalogue, "open")]
        log = read_log(catalogue, subject="group:open")
    assert sorted(states) == ["accepted", "accepted", "declined"]
    assert {"group.propose", "group.accept", "group.decline", "group.add"} <= {
        entry.action for entry in log
    }


@pytest.mark.parametrize(
    ("kind", "value", "status"),
    [
        ("question", "nothing", 404),
        ("list", "nothing", 404),
        ("document", NO_ONE, 404),
        ("own_question", "???", 422),
        ("note", " ", 422),
        ("colour", "red", 422),
    ],
)
def test_what_is_not_there_cannot_be_proposed(client, shown, kind, value, status):
    sent = {"kind": kind, "value": value}
    answer = client.post(f"{API}/open/proposals", json=sent, headers=shown["group member"])
    assert answer.status_code == status
    with opened(client) as catalogue:
        assert proposals_of(catalogue, "open") == []


def test_the_lead_changes_the_group_from_the_state_that_was_read(client, shown):
    lead = shown["group lead"]
    address = f"{API}/open"
    seen = client.get(address, headers=lead).headers["etag"]
    assert client.get(address, headers=lead | {"If-None-Match": seen}).status_code == 304
    assert client.patch(address, json={"notes": "A"}, headers=lead).status_code == 428
    propose(client, shown["group member"])  # it is no change of what the lead changes
    changed = client.patch(address, json={"notes": "A"}, headers=lead | {"If-Match": seen})
    assert changed.json()["notes"] == "A"
    stale = client.patch(address, json={"notes": "B"}, headers=lead | {"If-Match": seen})
    assert stale.status_code == 412


def test_everybody_may_leave_and_only_a_lead_takes_others_out(client, shown):
    with opened(client) as catalogue:
        ids = {place.name: place.person_id for place in people_of(catalogue, "open")}
    member = shown["group member"]
    other = client.delete(f"{API}/open/people/{ids['group lead']}", headers=member)
    own = client.delete(f"{API}/open/people/{ids['group member']}", headers=member)
    assert (other.status_code, own.status_code) == (403, 204)
    with opened(client) as catalogue:
        assert [place.name for place in people_of(catalogue, "open")] == ["group lead"]


def test_an_archived_group_is_for_its_people_and_does_not_change(client, shown):
    archive = client.put(f"{API}/open/state", json={"archived": True}, headers=shown["curator"])
    assert archive.json()["archived"]
    assert client.get("/groups/open").status_code == 404
    lead = shown["group lead"]
    assert client.get("/groups/open", headers=lead).status_code == 200
    item = {"kind": "document", "value": REPORT}
    assert client.post(f"{API}/open/items", json=item, headers=lead).status_code == 422
    client.put(f"{API}/open/state", json={"archived": False}, headers=shown["curator"])
    assert client.post(f"{API}/open/items", json=item, headers=lead).status_code == 200


def test_a_contribution_is_made_for_a_group_and_shown_once_it_is_accepted(client, shown):
    file = {"file": ("notes.md", b"# Notes of a visit\n\nLeaders who visit each other learn.\n")}
    api = "/api/v1/contributions"
    refused = client.post(api, files=file, data={"group": "closed"}, headers=shown["member"])
    assert refused.status_code == 404
    made = client.post(api, files=file, data={"group": "open"}, headers=shown["group member"])
    assert made.status_code == 201, made.text
    waiting = client.get(f"{API}/open", headers=shown["group member"]).json()
    assert (waiting["waiting_contributions"], waiting["documents"]) == (1, [])
    assert client.get(f"{API}/open").json()["waiting_contributions"] is None
    with opened(client) as catalogue:
        accept(catalogue, COMMAND_LINE, made.json()["id"])
        assert of_person(catalogue, COMMAND_LINE) == []
    (thing,) = client.get(f"{API}/open").json()["documents"]
    assert (thing["kind"], thing["title"]) == ("contribution", "Notes of a visit")


def test_the_page_works_by_forms_and_keeps_what_was_typed(client, shown):
    lead = shown["group lead"]
    post = lambda form, **data: client.post(  # noqa: E731
        f"/groups/open/{form}", data=data, headers=lead, follow_redirects=False
    )
    refused = post("items", kind="document", value="/documents/nothing")
    assert (refused.status_code, "/documents/nothing" in refused.text) == (404, True)
    assert post("items", kind="document", value=f"/documents/{REPORT}").status_code == 303
    assert post("people", name="nobody at all", role="member").status_code == 404
    assert post("people", name="the member", role="member").status_code == 303
    page = client.get("/groups/open", headers=lead).text
    state = page.partition('name="state" value="')[2].partition('"')[0]
    details = {"name": "Open", "purpose": "Learn", "notes": "One\n\nTwo", "visibility": "public"}
    assert post("details", state=state, **details).status_code == 303
    assert post("details", state=state, **details | {"notes": "Mine"}).status_code == 412
    shown_now = client.get("/groups/open").text
    assert '<p class="prose" dir="auto">Two</p>' in shown_now
    with opened(client) as catalogue:
        (item,) = items_of(catalogue, "open")
    assert post("items", remove=item.id).status_code == 303
    with opened(client) as catalogue:
        assert items_of(catalogue, "open") == []


def test_the_command_line_makes_groups_and_places_people(client, monkeypatch):
    folder = client.app.state.service.settings.data_folder
    monkeypatch.setenv("SALEX_DATA_FOLDER", str(folder))

    def salex(*arguments):
        done = CliRunner().invoke(APP, ["group", *arguments])
        assert done.exit_code == 0, done.output
        return done.output

    salex("add", "Reading", "--purpose", "Read together", "--public", "--lead", "the member")
    salex("place", "reading", "group member")
    assert "lead   the member" in salex("list")
    salex("place", "reading", "the member", "--remove")
    assert "the member" not in salex("list").partition("reading")[2]
