"""School level: a filter that came as a vocabulary and one entry in the list of filters."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from corpus.catalogue.catalogue import connect
from corpus.model import Tag
from corpus.tags.decision_file import apply_decisions, read_decisions
from corpus.tags.tags import all_tagged, decide, tags_of
from corpus.taxonomy import load_taxonomy
from index.tagging.tagger import suggest_tags
from index.vectors.builder import build_index
from tests.support.commands import salex
from tests.support.fakes import HashEncoder
from tests.support.served import DIGEST, REPORT, by_key, make_settings, serving

DOCUMENT = f"/api/v1/documents/{REPORT}"
TAG = f"{DOCUMENT}/tags/school_levels/primary"


@pytest.fixture
def client(tmp_path: Path) -> Iterator[TestClient]:
    with serving(tmp_path) as client:
        client.headers.update(by_key(client, "curator"))
        yield client


def tag_as_primary(client: TestClient) -> None:
    state = {"If-Match": client.get(DOCUMENT).headers["etag"]}
    answer = client.put(TAG, json={"origin": "confirmed"}, headers=state)
    assert answer.status_code in (200, 201), answer.text


def found(client: TestClient, **params: str) -> list[str]:
    answer = client.get("/api/v1/search", params=params)
    assert answer.status_code == 200, answer.text
    return [hit["document"]["id"] for hit in answer.json()["hits"]]


def test_a_tagged_document_is_found_by_its_school_level(client: TestClient) -> None:
    assert found(client, school_level="primary") == []
    tag_as_primary(client)
    assert found(client, school_level="primary") == [REPORT]
    assert found(client, q="wellbeing", school_level="primary") == [REPORT]
    assert found(client, school_level="adult") == []
    understood = client.get("/api/v1/documents", params={"school_level": "primary"})
    assert [d["id"] for d in understood.json()["documents"]] == [REPORT]
    echoed = client.get("/api/v1/search", params={"school_level": "primary"}).json()["query"]
    assert echoed["filters"]["school_level"] == ["primary"]


def test_the_facet_is_shown_once_a_document_is_tagged(client: TestClient) -> None:
    def facet() -> list[dict[str, object]]:
        facets = client.get("/api/v1/stats").json()["facets"]
        return [f for f in facets if f["parameter"] == "school_level"]

    box = '<input type="checkbox" name="school_level" value="primary"'
    assert facet() == []
    assert "School level" not in client.get("/documents").text
    tag_as_primary(client)
    (shown,) = facet()
    assert shown["label"] == "School level"
    assert shown["values"] == [
        {"value": "primary", "label": "Primary", "count": 1, "selected": False}
    ]
    page = client.get("/documents").text
    assert "<legend>School level</legend>" in page
    assert box in page
    narrowed = client.get("/documents?school_level=primary").text
    assert f"{box} checked" in narrowed
    assert '<span class="chip-name">School level:</span> <span dir="auto">Primary' in narrowed
    assert REPORT in narrowed
    assert DIGEST not in narrowed


def test_an_unknown_school_level_is_refused_with_those_there_are(client: TestClient) -> None:
    answer = client.get("/api/v1/search", params={"school_level": "kindergarten"})
    assert answer.status_code == 422
    assert "There is no school level 'kindergarten'" in answer.json()["detail"]
    assert "early-childhood, primary, secondary, tertiary, adult" in answer.json()["detail"]


def test_openapi_lists_the_school_levels(client: TestClient) -> None:
    document = client.get("/api/v1/openapi.json").json()
    for path in ("search", "documents"):
        parameters = document["paths"][f"/api/v1/{path}"]["get"]["parameters"]
        (levels,) = [p for p in parameters if p["name"] == "school_level"]
        terms = load_taxonomy().vocabulary("school_levels").terms
        assert levels["schema"]["items"]["enum"] == list(terms)
    shape = document["components"]["schemas"]["FiltersShape"]
    assert "school_level" in shape["required"]


def test_a_smart_list_keeps_the_school_level(client: TestClient) -> None:
    body = {"title": "Primary", "sections": [], "query": "?school_level=primary&utm_source=mail"}
    made = client.post("/api/v1/lists", json=body)
    assert made.status_code == 201, made.text
    assert made.json()["query"] == "school_level=primary"


def test_the_queue_and_the_menu_are_as_before_a_tag(client: TestClient) -> None:
    def shown(path: str, name: str) -> object:
        return client.get(f"/api/v1/{path}").json()[name]

    before = (shown("review", "items"), shown("menu", "rows"), shown("checklist", "factors"))
    tag_as_primary(client)
    after = (shown("review", "items"), shown("menu", "rows"), shown("checklist", "factors"))
    assert after == before
    assert set(shown("menu", "filters")) == {"topic", "kind", "language", "country"}  # type: ignore[call-overload]
    assert client.get("/api/v1/menu", params={"school_level": "primary"}).status_code == 422


def test_the_document_page_offers_the_school_levels_to_curators(client: TestClient) -> None:
    page = client.get(f"/documents/{REPORT}").text
    assert '<optgroup label="School level"><option value="school_levels/early-childhood">' in page
    tag_as_primary(client)
    assert '<span class="vocabulary">School level</span>' in client.get(f"/documents/{REPORT}").text


def test_the_command_line_searches_by_school_level(tmp_path: Path) -> None:
    make_settings(tmp_path / "data")
    taxonomy = load_taxonomy()
    decided = tmp_path / "decided.toml"
    decided.write_text(f'decided_by = "ana"\n[documents.{REPORT}]\nschool_levels = ["primary"]\n')
    with connect(tmp_path / "data" / "catalogue.sqlite") as catalogue:
        apply_decisions(catalogue, read_decisions(decided, taxonomy))
    asked = salex(tmp_path, "search", "wellbeing", "--school-level", "primary", "--json")
    answer = json.loads(asked.stdout)
    assert [hit["document"]["id"] for hit in answer["hits"]] == [REPORT]
    assert answer["query"]["filters"]["school_levels"] == ["primary"]
    wrong = salex(tmp_path, "search", "wellbeing", "--school-level", "nursery")
    assert wrong.returncode == 2
    assert "There is no school level 'nursery'." in " ".join(wrong.stderr.split())
    assert "--school-level" in salex(tmp_path, "search", "--help").stdout


def test_the_program_does_not_propose_a_school_level(catalogue, store, tmp_path):
    term = load_taxonomy().vocabulary("school_levels").terms["primary"]
    store("brief", term.definition, *term.cues)
    build_index(catalogue, tmp_path / "index", HashEncoder())
    suggest_tags(catalogue, tmp_path / "index", HashEncoder(), load_taxonomy())
    assert "school_levels" not in {vocabulary for vocabulary, _, _ in all_tagged(catalogue)}
    decided = Tag("brief", "school_levels", "primary", "confirmed", decided_by="ana")
    with catalogue.transaction():
        decide(catalogue, decided)
    suggest_tags(catalogue, tmp_path / "index", HashEncoder(), load_taxonomy())
    levels = [t for t in tags_of(catalogue, ["brief"])["brief"] if t.vocabulary == "school_levels"]
    assert [(t.term, t.origin) for t in levels] == [("primary", "confirmed")]
