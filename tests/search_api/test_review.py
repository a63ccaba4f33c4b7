"""The review queue by API: shown to curators, decided in the state that was seen, taken back."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from fastapi.testclient import TestClient

from corpus.catalogue.catalogue import Catalogue, connect
from corpus.documents import outcomes
from corpus.documents.works import Relation, propose_relation
from corpus.model import Outcome, Tag
from corpus.review.about_tags import _item
from tests.support.served import DIGEST, REPORT, by_key, serving, signed_in


@pytest.fixture
def client(tmp_path: Path) -> Iterator[TestClient]:
    with serving(tmp_path) as client:
        client.headers.update(by_key(client, "curator"))
        with (
            connect(tmp_path / "catalogue.sqlite") as catalogue,
            catalogue.transaction(),
        ):
            source = catalogue.document(REPORT).source
            outcomes.record_outcome(
                catalogue, Outcome(source, "needs_review", "Odd.", None, REPORT)
            )
            first, second = sorted((REPORT, DIGEST))
            relation = Relation(first, second, "same-work", "proposed", "Alike.", 0.9)
            propose_relation(catalogue, relation)
        yield client


def first(client: TestClient, kind: str) -> dict[str, Any]:
    item: dict[str, Any] = client.get(f"/api/v1/review?kind={kind}").json()["items"][0]
    return item


def decide(client: TestClient, item: dict[str, Any], decision: str, **more: str) -> Any:
    body = {"item": item["id"], "state": item["state"], "decision": decision, **more}
    return client.post("/api/v1/review/decisions", json=body)


def test_the_queue_says_what_why_and_shows_the_evidence(client: TestClient) -> None:
    item = first(client, "tag")
    assert item["question"].startswith("Stage: does “")
    assert item["evidence"]["quote"] == "Page 3 measures the wellbeing of pupils by survey 3."
    assert item["evidence"]["page"] == 3
    assert f"passage={item['evidence']['passage_id']}" in item["evidence"]["link"]
    assert item["why"].startswith("Suggested with a score of 0.71; the threshold is 0.5")


def test_the_queue_is_in_order_and_turned_by_cursor(client: TestClient) -> None:
    whole = client.get("/api/v1/review?limit=50").json()
    assert sum(whole["counts"].values()) == whole["total"] == len(whole["items"])
    assert [i["kind"] for i in whole["items"][:3]] == ["outcome", "work", "tag"]
    turned, path = [], "/api/v1/review?limit=4"
    while path:
        answer = client.get(path)
        turned += [i["id"] for i in answer.json()["items"]]
        path = answer.links["next"]["url"] if "next" in answer.links else ""
    assert turned == [i["id"] for i in whole["items"]]


@pytest.mark.parametrize("kind", ["outcome", "tag", "work", "metadata"])
@pytest.mark.parametrize("decision", ["confirm", "reject"])
def test_a_decided_item_is_gone_and_comes_back_when_undone(
    client: TestClient, kind: str, decision: str
) -> None:
    item = first(client, kind)
    if item["reject"] is None and decision == "reject":
        assert decide(client, item, decision).status_code == 422
        return
    before = client.get("/api/v1/review?limit=50").json()
    done = decide(client, item, decision, note="Said so.")
    assert done.status_code == 200, done.text
    left = client.get("/api/v1/review?limit=50").json()
    assert item["id"] not in [i["id"] for i in left["items"]]
    assert done.json()["left"] == left["total"]
    undone = client.post("/api/v1/review/undo", json={"log_entry": done.json()["log_entry"]})
    assert undone.status_code == 200, undone.text
    again = client.get("/api/v1/review?limit=50").json()
    assert [i["id"] for i in again["items"]] == [i["id"] for i in before["items"]]


def test_what_is_decided_already_or_changed_is_said(client: TestClient) -> None:
    item = first(client, "tag")
    changed = decide(client, {**item, "state": "0"}, "confirm")
    assert (changed.status_code, changed.json()["type"]) == (412, "/api#problem-changed-meanwhile")
    assert decide(client, item, "confirm").status_code == 200
    late = decide(client, item, "reject")
    assert (late.status_code, late.json()["type"]) == (409, "/api#problem-decided-already")


def test_only_what_nothing_followed_is_taken_back(client: TestClient) -> None:
    entry = decide(client, first(client, "tag"), "confirm").json()["log_entry"]
    undo = {"log_entry": entry}
    statuses = [client.post("/api/v1/review/undo", json=undo).status_code for _ in range(2)]
    assert statuses == [200, 409]
    assert client.post("/api/v1/review/undo", json={"log_entry": 10**6}).status_code == 409


def test_the_queue_is_for_curators(client: TestClient) -> None:
    assert client.get("/api/v1/review", headers=by_key(client, "member")).status_code == 403
    client.headers.pop("authorization")
    assert client.get("/api/v1/review").status_code == 401


def test_the_queue_is_read_once_a_decision(
    client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    item = first(client, "tag")
    whole, calls = Catalogue.all_documents, []
    monkeypatch.setattr(
        Catalogue, "all_documents", lambda *args, **more: calls.append(1) or whole(*args, **more)
    )
    assert decide(client, item, "confirm").status_code == 200
    assert len(calls) == 1  # for how many are left


def test_the_page_reads_the_queue_only_to_show_it(
    client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    item = first(client, "tag")
    client.headers.pop("authorization")
    browser = signed_in(client, "curator")
    whole, calls = Catalogue.all_documents, []
    monkeypatch.setattr(
        Catalogue, "all_documents", lambda *args, **more: calls.append(1) or whole(*args, **more)
    )
    sent = {"item": item["id"], "state": item["state"], "decision": "confirm"}
    answer = browser.post("/review", data=sent, follow_redirects=False)
    assert answer.status_code == 303
    done = parse_qs(urlsplit(answer.headers["location"]).query)["done"][0]
    answer = browser.post("/review/undo", data={"done": done}, follow_redirects=False)
    assert parse_qs(urlsplit(answer.headers["location"]).query)["item"] == [item["id"]]
    assert calls == []


def test_what_a_rule_suggests_is_explained_by_the_rule_and_not_by_a_threshold() -> None:
    tag = Tag(REPORT, "scope", "outside", "suggested", score=0.6, note="Few words speak of it.")
    assert _item(tag, None, 1).why == (
        "Few words speak of it. A rule suggests it; 1 decision about this term so far."
    )
