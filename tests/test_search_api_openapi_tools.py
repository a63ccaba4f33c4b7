"""The tools and the wanted list keep every promise of the OpenAPI document, asked by a curator."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator

import pytest
import schemathesis
from fastapi import FastAPI
from fastapi.testclient import TestClient
from hypothesis import HealthCheck, given, settings
from hypothesis.errors import Unsatisfiable
from schemathesis import GenerationMode

from tests.served import by_key, make_app

OPERATIONS = (
    ("GET", "/menu"),
    ("GET", "/checklist"),
    ("GET", "/wanted"),
    ("POST", "/checklist/decisions"),
    ("POST", "/wanted/dismissals"),
)


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FastAPI]:
    app = make_app(tmp_path_factory.mktemp("data"))
    with TestClient(app):
        yield app


@pytest.mark.parametrize("mode", list(GenerationMode), ids=lambda mode: mode.value)
@pytest.mark.parametrize(("method", "path"), OPERATIONS)
def test_an_operation_keeps_its_promises(
    app: FastAPI, method: str, path: str, mode: GenerationMode
) -> None:
    promises = schemathesis.openapi.from_asgi("/api/v1/openapi.json", app)
    headers = by_key(TestClient(app), "curator")
    cases = promises[f"/api/v1{path}"][method].as_strategy(generation_mode=mode)

    @settings(
        max_examples=20, deadline=None, database=None, suppress_health_check=list(HealthCheck)
    )
    @given(case=cases)
    def keeps_promises(case: schemathesis.Case) -> None:
        case.call_and_validate(headers=headers)

    # Unsatisfiable: an operation without parameters has nothing to get wrong.
    with contextlib.suppress(Unsatisfiable):
        keeps_promises()


@pytest.mark.parametrize("path", [path for method, path in OPERATIONS if method == "GET"])
def test_the_example_of_each_operation_works(app: FastAPI, path: str) -> None:
    client = TestClient(app)
    operation = app.openapi()["paths"][f"/api/v1{path}"]["get"]
    asked = f"/api/v1{path}{operation['x-example']}"
    assert client.get(asked, headers=by_key(client, "curator")).status_code == 200
