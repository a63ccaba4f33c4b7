"""A request that reads takes one snapshot, for its entity tag and for its answer."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from fastapi.testclient import TestClient

from corpus.catalogue.catalogue import connect
from index.local.engine import LocalEngine
from index.search.searcher import Searcher
from tests.support.served import a_document, serving, store

PATHS = (
    "/", "/search?q=wellbeing", "/documents", "/menu", "/checklist", "/api/v1/search?q=wellbeing",
    "/api/v1/search?q=wellbeing&kind=report", "/api/v1/documents", "/api/v1/stats", "/api/v1/menu",
)  # fmt: skip


@pytest.fixture
def client(tmp_path) -> Iterator[TestClient]:
    with serving(tmp_path) as opened:
        yield opened


@pytest.fixture
def taken(monkeypatch) -> list[object]:
    """Views taken since the test began, one entry each."""
    calls: list[object] = []
    view = LocalEngine.view

    def counted(self, catalogue, **options):
        calls.append(catalogue)
        return view(self, catalogue, **options)

    monkeypatch.setattr(LocalEngine, "view", counted)
    return calls


@pytest.mark.parametrize("path", PATHS)
def test_a_request_takes_one_snapshot(client, taken, path):
    answer = client.get(path)
    assert answer.status_code == 200
    assert len(taken) == 1
    assert client.get(path, headers={"If-None-Match": answer.headers["etag"]}).status_code == 304
    assert len(taken) == 2


def test_an_answer_is_never_older_than_its_entity_tag(client, monkeypatch):
    """A document is added after the entity tag was made and before the search."""
    service = client.app.state.service
    late = a_document("https://example.org/late", "Late")
    refresh = Searcher.refresh

    def refresh_then_write(self, catalogue):
        state = refresh(self, catalogue)
        with connect(service.settings.catalogue_path) as other:
            store(other, service.originals, late, ["Zebras come late."])
        monkeypatch.undo()
        return state

    monkeypatch.setattr(Searcher, "refresh", refresh_then_write)
    first = client.get("/api/v1/search?q=zebras")
    again = client.get("/api/v1/search?q=zebras", headers={"If-None-Match": first.headers["etag"]})
    assert late.id not in {hit["document"]["id"] for hit in first.json()["hits"]}
    assert again.status_code == 200
    assert again.json()["hits"][0]["document"]["id"] == late.id


def test_health_does_not_wait_for_the_snapshot_that_a_search_loads(client, monkeypatch):
    service = client.app.state.service
    assert client.get("/api/v1/search?q=wellbeing").status_code == 200
    with connect(service.settings.catalogue_path) as other:
        late = a_document("https://example.org/late", "Late")
        store(other, service.originals, late, ["Zebras come late."])
    load, asked = LocalEngine._refresh, []

    def ask_meanwhile(self, kept, catalogue):
        monkeypatch.undo()
        health = ThreadPoolExecutor(1).submit(client.get, "/api/v1/health")
        asked.append(health.result(timeout=10).json()["index"]["without_vector"])
        return load(self, kept, catalogue)

    monkeypatch.setattr(LocalEngine, "_refresh", ask_meanwhile)
    assert client.get("/api/v1/search?q=zebras").status_code == 200
    assert asked == [0]
    assert client.get("/api/v1/health").json()["index"]["without_vector"] == 1
