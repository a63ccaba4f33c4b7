"""Vocabularies, counts, health, and conditional reads of them all."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from corpus.catalogue.catalogue import connect
from corpus.model import Tag
from corpus.tags.tags import decide
from search_api.web.conditional import tags_in
from tests.support.served import DIGEST, REPORT, make_app

READS = [
    "/",
    "/search?q=pupils",
    "/documents",
    f"/documents/{REPORT}",
    "/api/v1/search?q=pupils",
    "/api/v1/documents",
    f"/api/v1/documents/{REPORT}",
    f"/api/v1/documents/{REPORT}/passages",
    f"/api/v1/documents/{REPORT}/similar",
    f"/api/v1/documents/{REPORT}/original",
    "/api/v1/vocabularies",
    "/api/v1/vocabularies/stages",
    "/api/v1/stats",
]


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> FastAPI:
    return make_app(tmp_path_factory.mktemp("data"))


@pytest.fixture(scope="module")
def client(app: FastAPI) -> Iterator[TestClient]:
    with TestClient(app, raise_server_exceptions=False) as client:
        yield client


@pytest.mark.parametrize("path", READS)
def test_a_client_that_has_the_answer_gets_no_body(client: TestClient, path: str) -> None:
    etag = client.get(path).headers["etag"]
    response = client.get(path, headers={"If-None-Match": f'"other", W/{etag}'})
    assert (response.status_code, response.content) == (304, b"")
    assert response.headers["etag"] == etag
    assert client.get(path, headers={"If-None-Match": '"other"'}).status_code == 200


def test_entity_tags_tell_answers_apart(client: TestClient) -> None:
    assert len({client.get(path).headers["etag"] for path in READS}) == len(READS)


def test_a_change_in_the_catalogue_makes_every_answer_new(app: FastAPI, client: TestClient) -> None:
    record = f"/api/v1/documents/{REPORT}"
    before = {path: client.get(path).headers["etag"] for path in READS}
    tag = Tag(DIGEST, "stages", "use", "confirmed")
    with connect(app.state.service.settings.catalogue_path) as catalogue, catalogue.transaction():
        decide(catalogue, replace(tag, decided_by="mei"))
    for path, etag in before.items():
        response = client.get(path, headers={"If-None-Match": etag})
        # A record's tag is its own: writes compare it, and a change elsewhere must not stop them.
        assert response.status_code == (304 if path == record else 200)
    with connect(app.state.service.settings.catalogue_path) as catalogue, catalogue.transaction():
        decide(catalogue, replace(tag, document_id=REPORT, term="translation", decided_by="mei"))
    assert client.get(record, headers={"If-None-Match": before[record]}).status_code == 200
    found = client.get("/api/v1/documents?stage=use").json()["documents"]
    assert [document["id"] for document in found] == [DIGEST]


@pytest.mark.parametrize(
    ("header", "held"),
    [
        ("", set()),
        ("*", set()),
        ('"a"', {'"a"'}),
        ('W/"a", "b" ,', {'"a"', '"b"'}),
        ('"a","b"', {'"a"', '"b"'}),
        ('"a,b", "c"', {'"a,b"', '"c"'}),
        ('a, w/"b", x"c"', set()),
    ],
)
def test_if_none_match_is_read_as_the_standard_says(header: str, held: set[str]) -> None:
    assert tags_in(header) == held


@pytest.mark.parametrize("method", ["GET", "HEAD"])
@pytest.mark.parametrize("path", READS)
def test_any_answer_matches_a_star(client: TestClient, path: str, method: str) -> None:
    etag = client.get(path).headers["etag"]
    answer = client.request(method, path, headers={"If-None-Match": " * "})
    assert (answer.status_code, answer.content, answer.headers["etag"]) == (304, b"", etag)
    assert answer.headers["cache-control"] == "no-cache"
    assert "content-length" not in answer.headers


@pytest.mark.parametrize(
    ("path", "status"),
    [("/documents/unknown", 404), (f"/api/v1/documents/{'0' * 16}", 404),
     (f"/api/v1/documents/{'0' * 16}/original", 404), ("/api/v1/search?kind=none", 422),
     ("/api/v1/health", 200)],
)  # fmt: skip
def test_a_star_matches_nothing_where_there_is_no_answer(
    client: TestClient, path: str, status: int
) -> None:
    assert client.get(path, headers={"If-None-Match": "*"}).status_code == status


def test_several_header_lines_are_one_list_and_the_date_does_not_count(client: TestClient) -> None:
    etag = client.get("/documents").headers["etag"]
    lines = [("If-None-Match", '"other"'), ("If-None-Match", f'W/"a,b",{etag}')]
    assert client.get("/documents", headers=lines).status_code == 304
    date = ("If-Modified-Since", "Fri, 01 Jan 2038 00:00:00 GMT")
    assert client.get("/documents", headers=[date]).status_code == 200
    assert client.get("/documents", headers=[date, lines[0]]).status_code == 200
    assert client.get("/documents", headers=[date, *lines]).status_code == 304


@pytest.mark.parametrize("path", READS)
def test_head_answers_as_get_without_the_body(client: TestClient, path: str) -> None:
    got, head = client.get(path), client.head(path)
    assert (head.status_code, head.content) == (200, b"")
    assert head.headers["content-type"] == got.headers["content-type"]
    assert head.headers["content-length"] == got.headers["content-length"]


def test_vocabularies_keep_their_order_and_definitions(client: TestClient) -> None:
    listed = client.get("/api/v1/vocabularies").json()
    assert listed["short_name"] == "SALEX"
    assert [v["id"] for v in listed["vocabularies"]][:2] == ["stages", "topics"]
    stages = client.get("/api/v1/vocabularies/stages").json()["terms"]
    assert [term["id"] for term in stages] == ["generation", "translation", "use"]
    assert all(term["definition"] and term["cues"] for term in stages)


def test_stats_count_what_is_held(client: TestClient) -> None:
    stats = client.get("/api/v1/stats").json()
    assert (stats["documents"], stats["passages"]) == (16, 85)
    kinds = next(f for f in stats["facets"] if f["parameter"] == "kind")["values"]
    assert {v["value"]: v["count"] for v in kinds}["blog"] == 12


def test_health_is_never_kept_and_says_ok(client: TestClient) -> None:
    response = client.get("/api/v1/health")
    assert response.headers["cache-control"] == "no-store"
    assert response.json()["status"] == "ok"
    assert response.json()["index"]["passages"] == 85
