"""A client generated from the OpenAPI document: whole, compiled, and answered in process."""

from __future__ import annotations

import compileall
import importlib
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from corpus.catalogue.catalogue import connect
from search_api.app import create_app
from search_api.service.settings import Settings
from tests.conftest import store_document
from tests.support.fakes import HashEncoder

UNDERSTOOD = ("application/json", "application/octet-stream", "text/")
"""The beginnings of media types that generators know, besides ``+json``."""


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> FastAPI:
    settings = Settings(data_folder=tmp_path_factory.mktemp("generated") / "data")
    settings.data_folder.mkdir()
    with connect(settings.catalogue_path, create=True) as catalogue:
        store_document(catalogue, "feeding", "School meals keep children in school.", year=2021)
    return create_app(settings, encoder=HashEncoder())


def schemas_in(value: Any) -> Iterator[dict[str, Any]]:
    """Yield every schema that says of which type it is, at any depth."""
    if isinstance(value, dict):
        if isinstance(value.get("type"), str):
            yield value
        for name, part in value.items():
            if name not in ("example", "examples"):
                yield from schemas_in(part)
    elif isinstance(value, list):
        for part in value:
            yield from schemas_in(part)


def test_every_array_says_what_it_has(app: FastAPI) -> None:
    arrays = [schema for schema in schemas_in(app.openapi()) if schema["type"] == "array"]
    assert len(arrays) > 100
    assert [a for a in arrays if not {"items", "prefixItems"} & a.keys()] == []


def test_every_answer_has_a_media_type_that_generators_know(app: FastAPI) -> None:
    for address, methods in app.openapi()["paths"].items():
        for operation in methods.values():
            for status, answer in operation["responses"].items():
                types = [*answer.get("content", {"application/json": {}})]
                known = [t for t in types if t.startswith(UNDERSTOOD) or t.endswith("+json")]
                assert known, f"{address} {status}: {types}"


@pytest.mark.prove
def test_a_client_is_generated_whole_compiles_and_is_answered(
    app: FastAPI, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from openapi_python_client import Config, MetaType, generate
    from openapi_python_client.config import ConfigFile

    document = tmp_path / "openapi.json"
    document.write_text(json.dumps(app.openapi()))
    made = tmp_path / "salex_client"
    config = Config.from_sources(
        ConfigFile(post_hooks=[]), MetaType.NONE, document, "utf-8", False, made
    )
    assert [f"{e.header}: {e.detail}" for e in generate(config=config)] == []
    assert compileall.compile_dir(made, quiet=1)
    operations = [o for methods in app.openapi()["paths"].values() for o in methods.values()]
    modules = [m for m in made.glob("api/*/*.py") if m.name != "__init__.py"]
    assert len(modules) == len(operations)

    monkeypatch.syspath_prepend(tmp_path)
    client_module = importlib.import_module("salex_client")
    search = importlib.import_module("salex_client.api.search.search")
    get_document = importlib.import_module("salex_client.api.documents.get_document")
    models = importlib.import_module("salex_client.models")
    with TestClient(app) as transport:
        client = client_module.Client(base_url="http://testserver").set_httpx_client(transport)
        answer = search.sync(client=client, q="school meals", limit=1)
        assert isinstance(answer, models.SearchAnswer)
        assert [hit.document.id for hit in answer.hits] == ["feeding"]
        detail = get_document.sync("feeding", client=client)
        assert isinstance(detail, models.DocumentDetail)
        assert detail.year == 2021
        assert isinstance(get_document.sync("nothing", client=client), models.Problem)
    for name in [name for name in sys.modules if name.split(".")[0] == "salex_client"]:
        monkeypatch.delitem(sys.modules, name)
