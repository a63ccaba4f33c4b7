"""Groups: questions beside their evidence, what members propose, and what the lead decides."""

from __future__ import annotations

import json
from typing import Final

import pytest
from typer.testing import CliRunner

from corpus.network.gathering import items_of, proposals_of
from corpus.network.groups import people_of, place_person
from corpus.people.log import read_log
from corpus.people.people import set_role
from corpus.review.contributions import accept, of_person
from search_api.cli import make_app
from tests.support.grouped import (
    ASKERS,
    INSIDE,
    OUTSIDE,
    client,
    opened,
    served,
    shown,
)
from tests.support.served import COMMAND_LINE, NO_ONE, REPORT, key_for

__all__ = ["client", "served", "shown"]

API: Final = "/api/v1/groups"
APP = make_app()


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
