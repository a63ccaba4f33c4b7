"""Errors: one table, one shape, and nothing of this machine in it."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from corpus import errors
from corpus.errors import EvidenceError
from search_api.app import create_app
from search_api.service.settings import Settings
from search_api.web.dependencies import get_catalogue
from search_api.web.problems import UNEXPECTED, answer_to
from tests.support.served import NO_ONE, make_app


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> FastAPI:
    return make_app(tmp_path_factory.mktemp("data"))


@pytest.fixture(scope="module")
def client(app: FastAPI) -> Iterator[TestClient]:
    with TestClient(app, raise_server_exceptions=False) as client:
        yield client


def classes(cls: type[EvidenceError] = EvidenceError) -> list[type[EvidenceError]]:
    below = [found for sub in cls.__subclasses__() for found in classes(sub)]
    return [cls, *below] if f"{cls.__module__}.".startswith(f"{errors.__name__}.") else below


DELIBERATELY_UNEXPECTED = {
    "AuditIncomplete",
    "BackupInvalid",
    "BackupFailed",
    "FrozenInvalid",
    "EvidenceError",
    "CatalogueError",
    "ListError",
    "VocabularyError",
    "VocabularyInvalid",
    "EvaluationInvalid",
    "WorkersUnavailable",
    "ClusterUnavailable",
    "ClusterLost",
    "TaskGivenUp",
}


@pytest.mark.parametrize("cls", classes(), ids=lambda cls: cls.__name__)
def test_every_error_of_ours_has_an_answer(cls: type[EvidenceError]) -> None:
    unexpected = answer_to(cls.__new__(cls)) is UNEXPECTED
    assert unexpected == (cls.__name__ in DELIBERATELY_UNEXPECTED)


@pytest.mark.parametrize(
    ("method", "path", "status", "code"),
    [
        ("GET", "/api/v1/nothing", 404, "not-found"),
        ("GET", f"/api/v1/documents/{NO_ONE}", 404, "document-not-found"),
        ("GET", f"/api/v1/documents/{NO_ONE}/passages", 404, "document-not-found"),
        ("GET", f"/api/v1/documents/{NO_ONE}/similar", 404, "document-not-found"),
        ("GET", f"/api/v1/documents/{NO_ONE}/original", 404, "document-not-found"),
        ("GET", "/api/v1/vocabularies/moods", 404, "unknown-term"),
        ("GET", "/api/v1/search?q=a&stage=using", 422, "query-invalid"),
        ("GET", "/api/v1/search?q=a&cursor=abc", 404, "no-such-page"),
        ("GET", "/api/v1/search?q=a&limit=51", 422, "request-invalid"),
        ("GET", "/api/v1/search?q=a&limit=0", 422, "request-invalid"),
        ("GET", "/api/v1/search?q=a&topics=x", 422, "request-invalid"),
        ("GET", "/api/v1/search?q=a&year_from=soon", 422, "request-invalid"),
        ("GET", "/api/v1/search?q=a&fusion=magic", 422, "request-invalid"),
        ("GET", "/api/v1/search?q=" + "a" * 10_001, 422, "request-invalid"),
        ("POST", "/api/v1/search", 405, "method-not-allowed"),
        ("DELETE", "/api/v1/documents", 405, "method-not-allowed"),
    ],
)
def test_every_error_has_the_one_shape(
    client: TestClient, method: str, path: str, status: int, code: str
) -> None:
    response = client.request(method, path)
    problem = response.json()
    assert response.status_code == problem["status"] == status
    assert response.headers["content-type"] == "application/problem+json"
    assert problem["type"] == f"/api#problem-{code}"
    assert problem["title"]
    assert problem["detail"]


@pytest.mark.parametrize(
    ("path", "status", "said"),
    [
        ("/nothing", 404, "Nothing is here"),
        (f"/documents/{NO_ONE}", 404, "No such document"),
        ("/search?limit=many", 422, "limit"),
        ("/search?stage=using", 422, "There are: generation"),
    ],
)
def test_people_get_errors_as_pages(client: TestClient, path: str, status: int, said: str) -> None:
    response = client.get(path)
    assert response.status_code == status
    assert response.headers["content-type"].startswith("text/html")
    assert said in response.text
    assert 'role="search"' in response.text


def test_each_problem_type_is_explained(client: TestClient) -> None:
    page = client.get("/api").text
    for path in ("/api/v1/nothing", "/api/v1/search?limit=0", "/api/v1/search?stage=x"):
        anchor = client.get(path).json()["type"].partition("#")[2]
        assert f'id="{anchor}"' in page


@pytest.mark.parametrize("path", ["/api/v1/search?q=secretwords", "/search?q=secretwords"])
def test_an_unforeseen_error_reveals_nothing(
    app: FastAPI, client: TestClient, caplog: pytest.LogCaptureFixture, path: str
) -> None:
    words = path.partition("=")[2]

    def broken() -> None:
        raise RuntimeError(f"{words} in /home/someone")

    app.dependency_overrides[get_catalogue] = broken
    try:
        with caplog.at_level(logging.DEBUG):
            response = client.get(path)
    finally:
        app.dependency_overrides.clear()
    assert response.status_code == 500
    logged = "".join(r.getMessage() for r in caplog.records if r.name.startswith("search_api"))
    assert words not in response.text + logged
    assert "RuntimeError" in logged
    assert response.headers["x-content-type-options"] == "nosniff"


def test_the_log_can_be_found_by_the_reference(
    app: FastAPI, client: TestClient, caplog: pytest.LogCaptureFixture
) -> None:
    app.dependency_overrides[get_catalogue] = lambda: 1 / 0
    try:
        problem = client.get("/api/v1/stats").json()
    finally:
        app.dependency_overrides.clear()
    reference = problem["instance"].rpartition(":")[2]
    assert reference in caplog.text
    assert reference in problem["detail"]


def test_without_a_catalogue_the_reader_is_told_what_to_do(tmp_path: Path) -> None:
    settings = Settings(data_folder=tmp_path / "none", model=str(tmp_path / "no model"))
    with TestClient(create_app(settings)) as client:
        response = client.get("/api/v1/search?q=a")
        assert response.status_code == 503
        assert "salex init" in response.json()["detail"]
        assert str(tmp_path) not in response.text
        health = client.get("/api/v1/health")
        assert (health.status_code, health.json()["status"]) == (503, "unavailable")


def test_a_damaged_catalogue_is_named_without_its_path(tmp_path: Path) -> None:
    settings = Settings(data_folder=tmp_path, model=str(tmp_path / "no model"))
    settings.catalogue_path.write_bytes(b"not a database" * 100)
    with TestClient(create_app(settings)) as client:
        response = client.get("/documents")
    assert response.status_code == 503
    assert "restore it from a backup" in response.text
    assert str(tmp_path) not in response.text


def test_a_problem_is_json_even_for_odd_paths(client: TestClient) -> None:
    response = client.get("/api/v1/%00%ff/<script>")
    assert json.loads(response.content)["status"] == 404


def test_a_fault_is_named_once_and_by_its_parameter(client: TestClient) -> None:
    faults = client.get("/api/v1/search?q=a&year_from=soon&stage=use&limit=0").json()["errors"]
    assert [fault["field"] for fault in faults] == ["limit", "year_from"]
    assert "valid integer" in faults[1]["message"]
