"""Each operation has an example: a request and its answer, as the starter corpus gives them."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from corpus.catalogue.catalogue import connect
from corpus.taxonomy import load_taxonomy
from index.vectors.builder import build_index
from search_api.app import create_app
from search_api.openapi import EXAMPLES_FILE, TAGS, describe_api
from search_api.service.settings import Settings
from tests.support.examples import record_examples
from tests.support.fakes import HashEncoder

EXAMPLES: dict[str, Any] = json.loads(EXAMPLES_FILE.read_text("utf-8"))
MADE_EACH_TIME = {
    "If-Match", "contribution_id", "follow_id", "item_id", "person_id", "proposal_id",
}  # fmt: skip


@pytest.fixture(scope="module")
def client(starter: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    """Serve a copy of the starter corpus, which every operation may change."""
    settings = Settings(data_folder=tmp_path_factory.mktemp("examples") / "data")
    shutil.copytree(starter / "data", settings.data_folder)
    shutil.rmtree(settings.index_folder)
    with connect(settings.catalogue_path) as catalogue:
        build_index(catalogue, settings.index_folder, HashEncoder())
    with TestClient(create_app(settings, encoder=HashEncoder())) as client:
        yield client


@pytest.fixture(scope="module")
def document(client: TestClient) -> dict[str, Any]:
    assert isinstance(client.app, FastAPI)
    return client.app.openapi()


@pytest.fixture(scope="module")
def operations(document: dict[str, Any]) -> dict[str, dict[str, Any]]:
    every = (o for path in document["paths"].values() for o in path.values())
    return {operation["operationId"]: operation for operation in every}


def faults(document: dict[str, Any], schema: dict[str, Any], value: object) -> list[str]:
    whole = {**schema, "components": document["components"]}
    return [str(fault) for fault in jsonschema_rs.validator_for(whole).iter_errors(value)]


def test_every_example_has_the_shape_that_is_promised(
    document: dict[str, Any], operations: dict[str, dict[str, Any]]
) -> None:
    assert EXAMPLES.keys() == operations.keys()
    for name, operation in operations.items():
        examples = [(p["schema"], p["example"]) for p in operation.get("parameters", ())
                    if "example" in p]  # fmt: skip
        assert len(examples) == len(EXAMPLES[name]["parameters"]), name
        contents = [*operation.get("requestBody", {}).get("content", {}).values()]
        assert all("example" in content for content in contents), name
        answer = operation["responses"][EXAMPLES[name]["status"]].get("content", {})
        told = [content for content in answer.values() if "example" in content]
        binary = all(content["schema"].get("format") == "binary" for content in answer.values())
        assert told or binary, f"{name} shows no answer"
        examples += [(content["schema"], content["example"]) for content in [*contents, *told]]
        for schema, example in examples:
            assert not faults(document, schema, example), name


def test_every_example_is_answered_by_the_starter_corpus(client: TestClient) -> None:
    recorded = record_examples(client)
    for name, today in recorded.items():
        told = EXAMPLES[name]
        assert {"request", "answer", "media_type"} & told.keys() == today.keys() - {
            "status", "parameters"
        }, name  # fmt: skip
        assert (told["status"], told.get("media_type")) == (
            today["status"], today.get("media_type")
        ), name  # fmt: skip
        steady = [
            {n: v for n, v in one["parameters"].items() if n not in MADE_EACH_TIME}
            for one in (told, today)
        ]
        if name != "judgeSuggestion":  # what is nearest depends on the encoder
            assert steady[0] == steady[1], name


def test_examples_name_no_folder_of_the_machine_they_were_made_on() -> None:
    text = EXAMPLES_FILE.read_text("utf-8")
    assert {part.split("/")[0] for part in text.split("file:///")[1:]} <= {"starter"}
    assert "/home/" not in text


def test_every_capability_is_described(
    document: dict[str, Any], operations: dict[str, dict[str, Any]]
) -> None:
    assert document["info"]["summary"]
    assert document["servers"] == [{"url": "/", "description": "This server."}]
    used = {tag for operation in operations.values() for tag in operation["tags"]}
    assert used == {tag["name"] for tag in document["tags"]} == set(TAGS)
    assert all(len(operation["tags"]) == 1 for operation in operations.values())


def test_the_document_says_where_the_api_is_and_whom_to_ask() -> None:
    plain = describe_api(load_taxonomy(), "1", None, None)
    assert plain["servers"][0]["url"] == "/"
    assert plain["contact"] is None
    assert plain["license_info"]["identifier"] == "MIT"
    for contact, told in (
        ("help@example.org", {"email": "help@example.org"}),
        ("mailto:help@example.org", {"email": "help@example.org"}),
        ("https://example.org/help", {"url": "https://example.org/help"}),
    ):
        about = describe_api(load_taxonomy(), "1", "https://e.example", contact)
        assert about["contact"] == {"name": "SALEX evidence repository", **told}
        assert about["servers"][0]["url"] == "https://e.example"
    assert describe_api(load_taxonomy(), "1", None, "Room 5")["contact"] is None


def test_refusals_declare_the_headers_that_say_what_to_do(
    operations: dict[str, dict[str, Any]],
) -> None:
    for operation in operations.values():
        told = {s: set(r.get("headers", ())) for s, r in operation["responses"].items()}
        assert told["405"] == {"Allow"}
        assert told["429"] == {"Retry-After", "RateLimit", "RateLimit-Policy"}
        assert told["503"] >= {"Retry-After"}
