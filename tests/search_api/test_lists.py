"""Resource lists over HTTP: two curators at once, drafts nobody else sees, smart lists."""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any

import httpx
import pytest
from fastapi.testclient import TestClient

from corpus.catalogue.catalogue import Catalogue, connect
from corpus.errors import CatalogueBusy
from corpus.lists.lists import resource_list, save_revision
from search_api.lists import draft_routes as list_drafts
from search_api.lists.draft_routes import answer_with_draft
from tests.support.served import (
    COMMAND_LINE,
    DIGEST,
    LOCAL,
    NO_ONE,
    REPORT,
    by_key,
    key_for,
    listening,
    make_app,
    serving,
)

LISTS = "/api/v1/lists"
ENTRIES = [{"document_id": REPORT, "note": "First"}, {"document_id": DIGEST}]


@pytest.fixture
def client(tmp_path) -> Iterator[TestClient]:
    with serving(tmp_path / "data") as client:
        yield client


@pytest.fixture
def curator(client) -> dict[str, str]:
    return by_key(client, "curator")


def opened(client: TestClient) -> Catalogue:
    return connect(client.app.state.service.settings.catalogue_path)  # type: ignore[attr-defined]


def make(client, curator, **fields: Any):
    body = {"title": "Reading", "sections": [{"title": "All", "entries": ENTRIES}], **fields}
    return client.post(LISTS, json=body, headers=curator)


def published(client, curator, **fields: Any) -> str:
    made = make(client, curator, **fields)
    assert made.status_code == 201, made.text
    slug = made.json()["slug"]
    match = {**curator, "If-Match": made.headers["etag"]}
    answer = client.post(f"{LISTS}/{slug}/publish", json={"note": "first"}, headers=match)
    assert answer.status_code == 200, answer.text
    return slug


def body_of(draft: dict[str, Any]) -> dict[str, Any]:
    """Return a draft as a program sends it back."""
    kept = ("id", "title", "text", "document_id", "url", "citation", "note")
    sections = [
        {**{k: s[k] for k in ("id", "title", "text")},
         "entries": [{k: e[k] for k in kept if k in e} for e in s["entries"]]}
        for s in draft["sections"]
    ]  # fmt: skip
    return {"title": draft["title"], "summary": draft["summary"], "sections": sections}


def test_an_entry_gets_the_facts_of_its_document(client, curator):
    made = make(client, curator)
    assert made.status_code == 201
    assert made.headers["location"] == f"{LISTS}/reading/draft"
    first = made.json()["sections"][0]["entries"][0]
    assert first["title"] == "Measuring wellbeing in schools"
    assert first["citation"].startswith("Ann Author; Ben Writer (2021).")
    assert (first["url"], first["note"]) == ("https://example.org/wellbeing.pdf", "First")


def test_two_curators_at_once_the_second_gets_412_and_loses_nothing(client, curator):
    etag = make(client, curator).headers["etag"]
    other = {**by_key(client, "admin"), "If-Match": etag}
    ana = client.put(f"{LISTS}/reading/draft", json={"title": "Ana's"}, headers=other)
    assert ana.status_code == 200
    mine = {**curator, "If-Match": etag}
    mei = client.put(f"{LISTS}/reading/draft", json={"title": "Mei's"}, headers=mine)
    assert mei.status_code == 412
    assert mei.headers["content-type"] == "application/problem+json"
    assert "the admin" in mei.json()["detail"]
    draft = client.get(f"{LISTS}/reading/draft", headers=curator)
    assert (draft.json()["title"], draft.headers["etag"]) == ("Ana's", ana.headers["etag"])
    again = {**curator, "If-Match": draft.headers["etag"]}
    assert client.put(f"{LISTS}/reading/draft", json={"title": "Both"}, headers=again).is_success


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("PUT", "/reading/draft", {"title": "T"}),
        ("POST", "/reading/publish", {}),
        ("DELETE", "/reading", None),
        ("PUT", f"/reading/suggestions/{LOCAL}", {"decision": "accepted"}),
    ],
)
@pytest.mark.parametrize(
    ("if_match", "status"),
    [(None, 428), ('"reading-7"', 412), ('W/"other"', 412), ('"reading-1", "x"', 200)],
    ids=["none", "old", "another", "one of two"],
)
def test_a_write_names_the_revision_it_is_based_on(
    client, curator, method, path, body, if_match, status
):
    make(client, curator)
    headers = {**curator, **({"If-Match": if_match} if if_match else {})}
    answer = client.request(method, LISTS + path, json=body, headers=headers)
    assert answer.status_code in ({status} if status != 200 else {200, 204}), answer.text


def test_a_save_is_answered_with_what_it_saved(client, curator, monkeypatch):
    """Nobody can save between a save and its answer, whose ETag would then be another's."""
    headers = {**curator, "If-Match": make(client, curator).headers["etag"]}

    def late(service, catalogue, response, slug):
        with opened(client) as other, contextlib.suppress(sqlite3.OperationalError, CatalogueBusy):
            other.db.execute("pragma busy_timeout = 0")
            with other.transaction():
                held = resource_list(other, slug)
                changed = replace(held.selection, title="Another's")
                save_revision(other, slug, changed, COMMAND_LINE, based_on=held.revision)
        return answer_with_draft(service, catalogue, response, slug)

    monkeypatch.setattr(list_drafts, "answer_with_draft", late)
    saved = client.put(f"{LISTS}/reading/draft", json={"title": "Mine"}, headers=headers)
    assert (saved.json()["title"], saved.headers["etag"]) == ("Mine", '"reading-2"')


def test_a_draft_sent_back_as_it_was_changes_nothing(client, curator):
    made = make(client, curator)
    headers = {**curator, "If-Match": made.headers["etag"]}
    again = client.put(f"{LISTS}/reading/draft", json=body_of(made.json()), headers=headers)
    assert again.headers["etag"] == made.headers["etag"]


@pytest.mark.parametrize("role", [None, "reader", "member"])
def test_a_draft_is_seen_by_curators_alone(client, curator, role):
    make(client, curator)
    headers = by_key(client, role) if role else {}
    assert client.get(LISTS, headers=headers).json() == {"lists": []}
    for path in ("reading", "reading/versions", "reading/versions/1", "reading/export"):
        assert client.get(f"{LISTS}/{path}", headers=headers).status_code == 404
    for path in ("drafts", "reading/draft", "reading/warnings", "reading/suggestions"):
        assert client.get(f"{LISTS}/{path}", headers=headers).status_code in (401, 403)
    assert client.get(f"{LISTS}/drafts", headers=curator).json()["lists"][0]["state"] == "draft"


def test_changes_after_publishing_are_seen_when_they_are_published(client, curator):
    published(client, curator)
    before = client.get(f"{LISTS}/reading")
    draft = client.get(f"{LISTS}/reading/draft", headers=curator)
    headers = {**curator, "If-Match": draft.headers["etag"]}
    saved = client.put(f"{LISTS}/reading/draft", json={"title": "Unseen"}, headers=headers)
    unseen = client.get(f"{LISTS}/reading", headers={"If-None-Match": before.headers["etag"]})
    assert unseen.status_code == 304
    headers["If-Match"] = saved.headers["etag"]
    client.post(f"{LISTS}/reading/publish", json={}, headers=headers)
    seen = client.get(f"{LISTS}/reading", headers={"If-None-Match": before.headers["etag"]})
    assert (seen.status_code, seen.json()["title"]) == (200, "Unseen")


def test_a_version_reads_the_same_when_its_documents_are_gone(client, curator):
    published(client, curator)
    before = client.get(f"{LISTS}/reading/versions/1").json()
    with opened(client) as catalogue, catalogue.transaction():
        catalogue.delete_document(REPORT)
    after = client.get(f"{LISTS}/reading/versions/1").json()
    entry, was = after["sections"][0]["entries"][0], before["sections"][0]["entries"][0]
    assert was["link"] == f"/documents/{REPORT}"
    assert entry == {**was, "link": None}
    warnings = client.get(f"{LISTS}/reading/warnings", headers=curator).json()["warnings"]
    assert [w["kind"] for w in warnings] == ["gone"]


def test_versions_have_permalinks_and_a_history(client, curator):
    published(client, curator)
    draft = client.get(f"{LISTS}/reading/draft", headers=curator)
    match = {**curator, "If-Match": draft.headers["etag"]}
    same = client.post(f"{LISTS}/reading/publish", json={}, headers=match)
    assert same.status_code == 409
    saved = client.put(f"{LISTS}/reading/draft", json={"title": "Two"}, headers=match)
    match["If-Match"] = saved.headers["etag"]
    client.post(f"{LISTS}/reading/publish", json={"note": "renamed"}, headers=match)
    found = client.get(f"{LISTS}/reading/versions").json()["versions"]
    assert [(v["number"], v["title"], v["note"]) for v in found] == [
        (2, "Two", "renamed"), (1, "Reading", "first"),
    ]  # fmt: skip
    assert client.get(f"{LISTS}/reading/versions/1").json()["newest"] is False
    assert client.get(found[1]["link"]).status_code == 200


def test_a_list_put_away_keeps_its_permalinks(client, curator):
    published(client, curator)
    draft = client.get(f"{LISTS}/reading/draft", headers=curator)
    match = {**curator, "If-Match": draft.headers["etag"]}
    assert client.delete(f"{LISTS}/reading", headers=match).status_code == 204
    assert client.get(LISTS).json() == {"lists": []}
    assert client.get(f"{LISTS}/reading/versions/1").json()["archived"] is True
    restored = client.post(f"{LISTS}/reading/restore", headers=curator)
    assert restored.json()["state"] == "published"
    assert len(client.get(LISTS).json()["lists"]) == 1


# Smart lists, suggestions ----------------------------------------------------------------------


def smart(client, curator, query: str = "/search?q=numeracy&kind=blog&cursor=x") -> str:
    return published(client, curator, title="Smart", sections=[], query=query)


def test_a_smart_list_is_live_and_its_versions_are_not(client, curator):
    slug = smart(client, curator)
    assert client.get(f"{LISTS}/{slug}").json()["query"] == "q=numeracy&kind=blog"
    before = client.get(f"{LISTS}/{slug}/versions/1").json()["sections"][0]["entries"]
    assert len(before) == 12
    with opened(client) as catalogue, catalogue.transaction():
        catalogue.delete_document(before[0]["document_id"])
    now = client.get(f"{LISTS}/{slug}").json()["sections"][0]["entries"]
    assert len(now) == 11
    assert [e["title"] for e in client.get(f"{LISTS}/{slug}/versions/1").json()["sections"][0][
        "entries"]] == [e["title"] for e in before]  # fmt: skip


def test_a_smart_list_freezes_into_a_plain_one(client, curator):
    slug = smart(client, curator)
    frozen = client.post(f"{LISTS}/{slug}/freeze", json={"slug": "frozen"}, headers=curator)
    assert (frozen.status_code, frozen.json()["query"]) == (201, None)
    assert len(frozen.json()["sections"][0]["entries"]) == 12
    again = client.post(f"{LISTS}/frozen/freeze", json={"slug": "twice"}, headers=curator)
    assert again.status_code == 422


@pytest.mark.parametrize("query", ["", "utm_source=x", "year_from=soon"])
def test_a_smart_list_needs_a_query_that_asks_for_something(client, curator, query):
    assert make(client, curator, sections=[], query=query).status_code == 422


def test_suggestions_are_remembered_and_rejected_ones_do_not_come_back(client, curator):
    make(client, curator)
    url = f"{LISTS}/reading/suggestions"

    def suggested() -> list[str]:
        hits = client.get(f"{url}?limit=50", headers=curator).json()["hits"]
        return [hit["document"]["id"] for hit in hits]

    first, second = suggested()[:2]
    assert {first, second}.isdisjoint({REPORT, DIGEST})
    rejected = client.put(f"{url}/{first}", json={"decision": "rejected"}, headers=curator)
    assert rejected.status_code == 200
    match = {**curator, "If-Match": rejected.headers["etag"]}
    accepted = client.put(f"{url}/{second}", json={"decision": "accepted"}, headers=match)
    entries = accepted.json()["sections"][0]["entries"]
    assert [e["document_id"] for e in entries] == [REPORT, DIGEST, second]
    assert {first, second}.isdisjoint(suggested())
    judged = client.get(url, headers=curator).json()["judged"]
    assert {(j["document_id"], j["decision"]) for j in judged} == {
        (first, "rejected"), (second, "accepted"),
    }  # fmt: skip
    emptied = client.put(
        f"{LISTS}/reading/draft", json=body_of({**accepted.json(), "title": "T"}),
        headers={**curator, "If-Match": accepted.headers["etag"]},
    )  # fmt: skip
    assert emptied.is_success
    assert first not in suggested()


@pytest.mark.parametrize(
    "body",
    [
        {"title": ""},
        {"title": "T", "misspelt": 1},
        {"title": "T", "sections": [{"entries": [{"document_id": NO_ONE}]}]},
        {"title": "T", "sections": [{"entries": [{"title": "E", "url": "javascript:alert(1)"}]}]},
        {"title": "T", "sections": [{"entries": [{**ENTRIES[0], "pin": {"passage_id": "7"}}]}]},
        {"title": "T", "slug": "new"},
    ],
    ids=["no title", "unknown field", "unknown document", "script", "no passage", "reserved"],
)  # fmt: skip
def test_what_cannot_be_kept_is_refused_with_the_reason(client, curator, body):
    answer = client.post(LISTS, json=body, headers=curator)
    assert answer.status_code == 422
    assert answer.json()["detail"]


def test_a_long_list_in_another_script_fits(client, curator):
    entries = [{"title": f"Доказательства {n}", "note": "д" * 2000} for n in range(60)]
    assert make(client, curator, sections=[{"entries": entries}]).status_code == 201


def test_no_list_no_answer(client, curator):
    for path in ("nothing", "nothing/versions", "nothing/export", "nothing/draft"):
        assert client.get(f"{LISTS}/{path}", headers=curator).status_code == 404
    published(client, curator)
    assert client.get(f"{LISTS}/reading/versions/9").status_code == 404


def test_of_many_who_save_at_the_same_moment_one_does(tmp_path):
    app = make_app(tmp_path / "data")
    with listening(app) as address:
        headers = {"Authorization": f"Bearer {key_for(app, 'curator')}"}
        made = httpx.post(f"{address}{LISTS}", json={"title": "Reading"}, headers=headers)
        headers["If-Match"] = made.headers["etag"]

        def put(n: int) -> int:
            body = {"title": f"Writer {n}"}
            url = f"{address}{LISTS}/reading/draft"
            return httpx.put(url, json=body, headers=headers, timeout=60).status_code

        with ThreadPoolExecutor(8) as pool:
            statuses = list(pool.map(put, range(8)))
    assert sorted(statuses) == [200] + [412] * 7
