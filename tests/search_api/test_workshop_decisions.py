"""Deciding about a sentence of the checklist, and undoing that, by API and on the pages."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from corpus.catalogue.catalogue import connect
from corpus.people.log import read_log
from corpus.tags.factors import factor_passages, suggest_factor_passages
from corpus.tags.tags import suggest, tags_of
from search_api.app import create_app
from search_api.service.settings import Settings
from tests.search_api.test_workshop import NETWORK, factor_in, network_settings, read_tool
from tests.support.fakes import HashEncoder
from tests.support.served import by_key, signed_in


@pytest.fixture(scope="module")
def network(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """A network's documents, read once for all the tests here."""
    return network_settings(tmp_path_factory.mktemp("data"))


@pytest.fixture
def own(network: Settings, tmp_path: Path) -> Iterator[TestClient]:
    """A server of its own, for what changes something."""
    settings = Settings(data_folder=tmp_path / "data")
    (tmp_path / "data").mkdir()
    with connect(network.catalogue_path) as catalogue:
        catalogue.db.execute("vacuum into ?", [str(settings.catalogue_path)])
    with TestClient(create_app(settings, encoder=HashEncoder())) as client:
        yield client


def _decision(client, decision, factor="mutual-trust"):
    (quote,) = factor_in(read_tool(client, "checklist"), "mutual-trust")["constraints"]
    return {"factor": factor, "passage_id": quote["passage_id"], "decision": decision, "note": None}


def test_a_curator_puts_a_sentence_right_and_everybody_sees_who(own):
    stale = own.get("/api/v1/checklist").headers["etag"]
    said = _decision(own, "driver")
    answer = own.post("/api/v1/checklist/decisions", json=said, headers=by_key(own, "curator"))
    assert answer.status_code == 204
    trust = factor_in(read_tool(own, "checklist"), "mutual-trust")
    assert (trust["constraints"], trust["drivers"][0]["origin"]) == ([], "confirmed")
    assert trust["drivers"][0]["decided_by"] == "the curator"
    assert own.get("/api/v1/checklist", headers={"If-None-Match": stale}).status_code == 200
    with connect(own.app.state.service.settings.catalogue_path) as catalogue:
        (entry,) = read_log(catalogue, subject=f"document:{NETWORK}")
    assert (entry.actor, entry.action) == ("the curator", "factor.confirm")


@pytest.mark.parametrize(
    ("changed", "status"),
    [({"factor": "capacity"}, 404), ({"decision": "maybe"}, 422), ({"passage_id": "x"}, 422)],
)
def test_a_decision_about_nothing_is_refused(own, changed, status):
    said = _decision(own, "driver") | changed
    answer = own.post("/api/v1/checklist/decisions", json=said, headers=by_key(own, "curator"))
    assert answer.status_code == status


def test_a_curator_rejects_a_sentence_on_the_page_and_readers_have_no_buttons(own):
    assert "/checklist/decisions" not in own.get("/checklist").text
    browser = signed_in(own, "curator")
    assert browser.get("/checklist").text.count("Not about this") >= 2
    said = {k: v for k, v in _decision(own, "rejected").items() if v}
    answer = browser.post("/checklist/decisions", data=said, follow_redirects=False)
    assert (answer.status_code, answer.headers["location"]) == (
        303,
        "/checklist#factor-mutual-trust",
    )
    assert factor_in(read_tool(own, "checklist"), "mutual-trust")["constraints"] == []
    bad = browser.post("/checklist/decisions", data=said | {"decision": "?"})
    assert bad.status_code == 422


VAGUE = "Members may come to trust each other when they meet."


def _suggest_vague(client) -> None:
    """Suggest a sentence that does not say that its factor helps."""
    with (
        connect(client.app.state.service.settings.catalogue_path) as catalogue,
        catalogue.transaction(),
    ):
        known = factor_passages(catalogue, document_id=NETWORK)
        trust = next(p for p in known if p.factor == "mutual-trust")
        other = next(p for p in known if p.factor == "resource-provision")
        vague = replace(
            trust, quote=VAGUE, score=0.1, polarity="driver", passage_id=other.passage_id
        )
        suggest_factor_passages(catalogue, NETWORK, [*known, vague])


def test_a_suggestion_that_is_less_sure_stands_apart_until_a_curator_confirms_it(own):
    _suggest_vague(own)
    trust = factor_in(read_tool(own, "checklist"), "mutual-trust")
    assert (trust["drivers"], trust["more_less_sure"]) == ([], 0)
    (vague,) = trust["less_sure"]
    assert (vague["quote"], vague["polarity"], vague["origin"]) == (VAGUE, "driver", "suggested")
    browser = signed_in(own, "curator")
    held = re.search(
        r'<details class="less-sure">(.*?)</details>', browser.get("/checklist").text, re.S
    )
    assert held and "1 further suggestion, less sure" in held[1] and VAGUE in held[1]
    assert held[1].count('action="/checklist/decisions"') == 3
    said = {"factor": "mutual-trust", "passage_id": vague["passage_id"], "decision": "driver"}
    browser.post("/checklist/decisions", data=said)
    trust = factor_in(read_tool(own, "checklist"), "mutual-trust")
    assert ([q["quote"] for q in trust["drivers"]], trust["less_sure"]) == ([VAGUE], [])


def test_files_leave_out_what_is_less_sure(own):
    _suggest_vague(own)
    assert VAGUE not in own.get("/api/v1/checklist?format=md").text


ACTIVITY = "capacity-strengthening"


def _suggest_for_another_passage(client) -> None:
    """Give an activity's suggestion a reason in which nobody does it."""
    with (
        connect(client.app.state.service.settings.catalogue_path) as catalogue,
        catalogue.transaction(),
    ):
        tags = tags_of(catalogue, [NETWORK])[NETWORK]
        tag = next(t for t in tags if t.term == ACTIVITY)
        trust = next(p for p in factor_passages(catalogue) if p.factor == "mutual-trust")
        suggest(catalogue, replace(tag, passage_id=trust.passage_id, quote=trust.quote))


@pytest.mark.parametrize("decision", ["confirmed", "rejected"])
def test_a_curator_decides_about_an_activity_on_the_menu(own, decision):
    _suggest_for_another_passage(own)
    row = next(r for r in read_tool(own, "menu")["rows"] if r["activity"]["id"] == ACTIVITY)
    assert [d["id"] for d in row["less_sure"]] == [NETWORK]
    assert not any(cell["count"] for cell in row["cells"])
    assert "/menu/decisions" not in own.get("/menu").text
    browser = signed_in(own, "curator")
    assert "1 further suggestion, less sure" in browser.get("/menu").text
    said = {"activity": ACTIVITY, "document": NETWORK, "decision": decision}
    answer = browser.post("/menu/decisions", data=said, follow_redirects=False)
    assert (answer.status_code, answer.headers["location"]) == (303, f"/menu#{ACTIVITY}")
    row = next(r for r in read_tool(own, "menu")["rows"] if r["activity"]["id"] == ACTIVITY)
    in_cells = [d["id"] for cell in row["cells"] for d in cell["documents"]]
    assert (row["less_sure"], in_cells) == ([], [NETWORK] if decision == "confirmed" else [])


def _newest_entry(client) -> int:
    with connect(client.app.state.service.settings.catalogue_path) as catalogue:
        return read_log(catalogue, limit=1)[0].id


def test_a_decision_is_taken_back_by_the_api_unless_it_was_decided_again(own):
    curator = by_key(own, "curator")
    said, entries = _decision(own, "driver"), []
    for decision in ("driver", "rejected"):
        body = said | {"decision": decision}
        own.post("/api/v1/checklist/decisions", json=body, headers=curator)
        entries.append(_newest_entry(own))

    def undo(entry):
        return own.post("/api/v1/review/undo", json={"log_entry": entry}, headers=curator)

    refused = undo(entries[0])
    assert (refused.status_code, "decided about it since" in refused.json()["detail"]) == (
        409,
        True,
    )
    assert undo(entries[1]).json() == {
        "log_entry": entries[1], "action": "factor.reject", "subject": f"document:{NETWORK}",
    }  # fmt: skip
    assert (
        factor_in(read_tool(own, "checklist"), "mutual-trust")["drivers"][0]["origin"]
        == "confirmed"
    )
    assert undo(_newest_entry(own)).status_code == 409


def test_a_decision_is_taken_back_on_the_review_page(own):
    browser = signed_in(own, "curator")
    before = read_tool(own, "checklist")["factors"]
    said = {k: v for k, v in _decision(own, "rejected").items() if v}
    browser.post("/checklist/decisions", data=said)
    page = browser.get("/review").text
    assert "The sentence was taken off the checklist." in page
    done = re.search(r'name="done" value="(\d+)"', page)
    assert done and browser.post("/review/undo", data={"done": done[1]}).status_code == 200
    assert read_tool(own, "checklist")["factors"] == before
