"""Decisions by API: tags, corrections, withdrawals, works; each says which state it saw."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from corpus.catalogue.catalogue import Catalogue, connect
from corpus.documents import outcomes
from corpus.model import LIST_FIELDS, RECORD_FIELDS, Document, Outcome
from corpus.people.log import read_log
from ingest.model import Hints
from search_api.answers.presenting import Presenter
from search_api.review.shapes import Correction
from tests.support.served import DIGEST, NO_ONE, REPORT, by_key, serving

DOCUMENT = f"/api/v1/documents/{REPORT}"
STAGE = f"{DOCUMENT}/tags/stages/generation"


@pytest.fixture
def client(tmp_path: Path) -> Iterator[TestClient]:
    with serving(tmp_path) as client:
        client.headers.update(by_key(client, "curator"))
        yield client


def catalogue_of(client: TestClient) -> Catalogue:
    return connect(client.app.state.service.settings.catalogue_path)  # type: ignore[attr-defined]


def etag(client: TestClient, path: str = DOCUMENT) -> dict[str, str]:
    return {"If-Match": client.get(path).headers["etag"]}


def plain_tag(client: TestClient) -> str:
    """Return the tag of the document's answer as it is before compression."""
    return client.get(DOCUMENT, headers={"Accept-Encoding": "identity"}).headers["etag"]


def tag(answer: dict[str, Any], term: str) -> dict[str, Any]:
    return next(t for t in answer["tags"] if t["term"] == term)


def test_confirming_keeps_the_reason_and_says_who(client: TestClient) -> None:
    before = tag(client.get(DOCUMENT).json(), "generation")
    answer = client.put(STAGE, json={"origin": "confirmed", "note": "Yes"}, headers=etag(client))
    assert answer.status_code == 200, answer.text
    made = tag(answer.json(), "generation")
    assert (made["origin"], made["note"], made["reason"]) == ("confirmed", "Yes", before["reason"])
    assert answer.headers["etag"] == plain_tag(client)
    with catalogue_of(client) as catalogue:
        (entry,) = read_log(catalogue, limit=1)
    assert (entry.action, entry.actor) == ("tag.confirm", made["decided_by"])
    assert entry.request_id == answer.headers["x-request-id"]


def test_a_kind_is_a_field_and_no_tag(client: TestClient) -> None:
    before = client.get(DOCUMENT).json()
    for said in ({"origin": "confirmed"}, {"origin": "rejected"}):
        answer = client.put(f"{DOCUMENT}/tags/kinds/report", json=said, headers=etag(client))
        assert (answer.status_code, "has no tags" in answer.json()["detail"]) == (404, True)
    assert client.get(DOCUMENT).json() == before


def test_a_rejection_is_taken_back(client: TestClient) -> None:
    before = client.get(DOCUMENT).json()["tags"]
    client.put(STAGE, json={"origin": "rejected"}, headers=etag(client))
    answer = client.delete(STAGE, headers=etag(client))
    assert (answer.status_code, answer.json()["tags"]) == (200, before)


def test_a_tag_is_added_with_the_passage_that_shows_it(client: TestClient) -> None:
    passage = client.get(f"{DOCUMENT}/passages?limit=5").json()["passages"][4]
    body = {"origin": "confirmed", "passage_id": passage["id"], "primary": True}
    answer = client.put(f"{DOCUMENT}/tags/stages/use", json=body, headers=etag(client)).json()
    made = tag(answer, "use")
    assert made["primary"] and made["reason"]["page"] == passage["page"]
    assert not tag(answer, "generation")["primary"]


@pytest.mark.parametrize(
    ("path", "body", "status"),
    [
        (f"{DOCUMENT}/tags/stages/no-term", {"origin": "confirmed"}, 404),
        (f"{DOCUMENT}/tags/nothing/use", {"origin": "confirmed"}, 404),
        (f"/api/v1/documents/{NO_ONE}/tags/stages/use", {"origin": "confirmed"}, 404),
        (STAGE, {"origin": "suggested"}, 422),
        (STAGE, {"origin": "confirmed", "passage_id": "12"}, 404),
        (STAGE, {"origin": "confirmed", "passage_id": "9" * 19}, 422),
        (STAGE, {"origin": "confirmed", "by": "me"}, 422),
    ],
)
def test_what_cannot_be_decided_is_refused(
    client: TestClient, path: str, body: dict[str, str], status: int
) -> None:
    answer = client.put(path, json=body, headers={"If-Match": "*"})
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"


def test_a_decision_needs_the_state_it_saw(client: TestClient) -> None:
    seen = etag(client)
    assert client.put(STAGE, json={"origin": "confirmed"}).status_code == 428
    assert client.put(STAGE, json={"origin": "confirmed"}, headers=seen).status_code == 200
    late = client.put(STAGE, json={"origin": "rejected"}, headers=seen)
    assert (late.status_code, late.json()["type"]) == (412, "/api#problem-changed-meanwhile")
    assert tag(client.get(DOCUMENT).json(), "generation")["origin"] == "confirmed"


def test_another_document_does_not_stand_in_the_way(client: TestClient) -> None:
    seen = etag(client)
    other = f"/api/v1/documents/{DIGEST}"
    assert client.patch(other, json={"year": 2020}, headers=etag(client, other)).is_success
    assert client.put(STAGE, json={"origin": "confirmed"}, headers=seen).status_code == 200


def test_a_record_is_corrected_and_says_so(client: TestClient) -> None:
    body = {"title": "Wellbeing, measured", "year": None, "publishers": ["OECD"]}
    answer = client.patch(DOCUMENT, json=body, headers=etag(client))
    assert answer.status_code == 200, answer.text
    found = answer.json()
    assert (found["title"], found["year"], found["publishers"]) == (
        body["title"],
        None,
        ["OECD"],
    )
    assert found["metadata_origins"] == dict.fromkeys(body, "curator")
    hits = client.get("/api/v1/search?q=measured+wellbeing").json()["hits"]
    assert "Wellbeing, measured" in [h["document"]["title"] for h in hits]


@pytest.mark.parametrize(
    "body",
    [{"kind": "novel"}, {"year": "x"}, {"title": ""}, {"sha256": "0"}, {"url": "javascript:1"}],
)
def test_what_a_record_cannot_say_is_refused(client: TestClient, body: dict[str, str]) -> None:
    answer = client.patch(DOCUMENT, json=body, headers=etag(client))
    assert answer.status_code == 422
    assert client.get(DOCUMENT).json()["title"] == "Measuring wellbeing in schools"


def test_a_withdrawn_document_is_not_found_until_it_is_restored(client: TestClient) -> None:
    def found() -> list[str]:
        hits = client.get("/api/v1/search?q=wellbeing+of+pupils").json()["hits"]
        return [hit["document"]["id"] for hit in hits]

    path = f"{DOCUMENT}/withdrawal"
    answer = client.put(path, json={"reason": "Replaced."}, headers=etag(client))
    assert answer.json()["withdrawn_reason"] == "Replaced."
    assert REPORT not in found()
    twice = client.put(path, json={"reason": "Again."}, headers=etag(client))
    assert (twice.status_code, twice.json()["type"]) == (409, "/api#problem-decided-already")
    assert client.delete(path, headers=etag(client)).json()["withdrawn_at"] is None
    assert REPORT in found()
    assert client.put(path, json={"reason": " "}, headers=etag(client)).status_code == 422


def test_a_doubtful_document_is_accepted_once(client: TestClient) -> None:
    with catalogue_of(client) as catalogue, catalogue.transaction():
        source = catalogue.document(REPORT).source
        outcomes.record_outcome(catalogue, Outcome(source, "partial", "Cut off.", None, REPORT))
    path = f"{DOCUMENT}/acceptance"
    statuses = [client.put(path, json={}, headers=etag(client)).status_code for _ in range(2)]
    assert statuses == [200, 409]


def test_two_documents_are_related_and_unrelated(client: TestClient) -> None:
    body = {"first": REPORT, "second": DIGEST, "kind": "same-work"}
    made = client.post("/api/v1/works", json=body, headers=etag(client))
    assert (made.status_code, made.json()["origin"]) == (200, "confirmed")
    assert [w["id"] for w in client.get(DOCUMENT).json()["works"]] == [DIGEST]
    undone = client.delete(f"/api/v1/works/{REPORT}/{DIGEST}", headers=etag(client))
    assert (undone.status_code, undone.json()) == (200, None)
    again = client.delete(f"/api/v1/works/{REPORT}/{DIGEST}", headers=etag(client))
    assert again.status_code == 404
    itself = {"first": REPORT, "second": REPORT, "kind": "same-work"}
    assert client.post("/api/v1/works", json=itself, headers=etag(client)).status_code == 422


def test_members_do_not_decide(client: TestClient) -> None:
    headers = etag(client) | by_key(client, "member")
    assert client.put(STAGE, json={"origin": "confirmed"}, headers=headers).status_code == 403
    assert client.patch(DOCUMENT, json={"year": 1999}, headers=headers).status_code == 403


def test_every_field_of_the_record_is_stored_stated_by_sources_and_correctable() -> None:
    names = {field.name for field in RECORD_FIELDS}
    assert names <= {field.name for field in dataclasses.fields(Document)}
    assert names <= {field.name for field in dataclasses.fields(Hints)}
    assert names == set(Correction.model_fields)
    tuples = {field.name for field in dataclasses.fields(Document) if field.default == ()}
    assert set(LIST_FIELDS) == tuples - {"folios"}  # pages, which nobody corrects


def test_a_write_shapes_the_record_once_and_loads_no_passages(
    client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen = etag(client)
    calls = []
    for owner, name in ((Presenter, "detail"), (Catalogue, "passages")):
        whole = getattr(owner, name)

        def counted(*args: Any, _name: str = name, _whole: Any = whole, **more: Any) -> Any:
            calls.append(_name)
            return _whole(*args, **more)

        monkeypatch.setattr(owner, name, counted)
    answer = client.put(STAGE, json={"origin": "confirmed"}, headers=seen)
    assert (answer.status_code, calls) == (200, ["detail"])
    assert answer.json()["passages"] > 1
    assert answer.headers["etag"] == plain_tag(client) != seen["If-Match"].replace("-gzip", "")
