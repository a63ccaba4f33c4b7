"""A server over a damaged catalogue says so everywhere, answers what it can, and writes nothing."""

from __future__ import annotations

import shutil
import sqlite3
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from typer.testing import CliRunner

from corpus.catalogue import condition
from corpus.catalogue.catalogue import connect
from corpus.errors import ModelUnavailable
from search_api import cli
from search_api.app import create_app
from search_api.service.settings import Settings
from search_api.service.watching import CatalogueWatch
from tests.support.served import REPORT, by_key, make_app

BANNER = "The catalogue of this repository is damaged."


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> tuple[FastAPI, Path, Path]:
    folder = tmp_path_factory.mktemp("damage")
    app = make_app(folder / "data", demand=False)
    return app, folder / "data", Path(shutil.copytree(folder / "data", folder / "sound"))


@pytest.fixture
def app(made: tuple[FastAPI, Path, Path], monkeypatch: pytest.MonkeyPatch) -> FastAPI:
    app, data, sound = made
    shutil.rmtree(data)
    shutil.copytree(sound, data)
    monkeypatch.setattr(condition, "_findings", {})
    return app


@pytest.fixture
def path(app: FastAPI, made: tuple[FastAPI, Path, Path]) -> Path:
    return made[1] / "catalogue.sqlite"


@pytest.fixture
def client(app: FastAPI, path: Path) -> Iterator[TestClient]:
    with TestClient(app, raise_server_exceptions=False) as client:
        yield client


def run(path: Path, *statements: str) -> None:
    db = sqlite3.connect(path, isolation_level=None)
    for statement in statements:
        db.execute(statement)
    db.close()


def test_a_sound_catalogue_is_ready_and_shows_no_banner(client: TestClient) -> None:
    ready = client.get("/api/v1/ready")
    assert (ready.status_code, ready.json()) == (200, {"ready": True, "problem": None})
    assert ready.headers["cache-control"] == "no-store"
    page = client.get("/search?q=wellbeing")
    assert BANNER not in page.text
    assert "x-catalogue-state" not in page.headers


def test_damage_is_met_at_the_start_and_what_can_be_read_is_served(
    app: FastAPI, path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    run(path, "drop index tag_term")
    before = path.read_bytes()
    with TestClient(app, raise_server_exceptions=False) as client:
        health = client.get("/api/v1/health")
        ready = client.get("/api/v1/ready")
        found = client.get("/api/v1/search?q=wellbeing")
        page = client.get(f"/documents/{REPORT}")
    assert "the index tag_term is missing" in caplog.text
    assert (health.status_code, health.json()["status"]) == (503, "damaged")
    assert "tag_term" in health.json()["catalogue"]["problem"]
    assert "salex restore" in health.json()["catalogue"]["problem"]
    assert str(path.parent) not in health.text + ready.text
    assert (ready.status_code, ready.json()["ready"]) == (503, False)
    assert (found.status_code, found.headers["x-catalogue-state"]) == (200, "damaged")
    assert found.json()["hits"]
    assert found.json()["notices"][-1].startswith("The catalogue is damaged.")
    assert BANNER in page.text
    assert path.read_bytes() == before


def test_damage_is_met_while_the_server_runs(
    client: TestClient, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    etag = client.get("/search?q=wellbeing").headers["etag"]
    run(path, "drop trigger document_retitled")
    watch = CatalogueWatch(path, minutes=1)
    monkeypatch.setattr(watch, "_seconds", 0.01)
    watch.start()
    run(path, "drop index tag_term")
    deadline = time.monotonic() + 20
    while "tag_term" not in str(condition.damage_of(path)):
        assert time.monotonic() < deadline
        time.sleep(0.01)
    watch.stop()
    page = client.get("/search?q=wellbeing", headers={"If-None-Match": etag})
    assert page.status_code == 200
    assert BANNER in page.text
    assert client.get("/api/v1/health").json()["status"] == "damaged"


def test_nothing_is_written_to_a_damaged_catalogue(client: TestClient, path: Path) -> None:
    key = by_key(client, "curator")
    run(path, "drop index tag_term", "update api_key set last_used_on = '2001-01-01'")
    condition.check(path)
    given = {"slug": "a-list", "title": "A list"}
    refused = client.post("/api/v1/lists", json=given, headers=key)
    assert refused.status_code == 503, refused.text
    assert refused.headers["content-type"] == "application/problem+json"
    assert refused.json()["type"] == "/api#problem-catalogue-damaged"
    assert client.get("/api/v1/lists", headers=key).status_code == 200


WORDS = "The keyword index of this repository is damaged."


def test_without_the_words_a_search_goes_by_meaning_and_says_so(
    client: TestClient, path: Path
) -> None:
    run(path, "drop table passage_fts")
    found = client.get("/api/v1/search?q=wellbeing")
    assert (found.status_code, found.json()["legs"]) == (200, ["vectors"])
    assert found.json()["hits"]
    assert found.json()["notices"][0].startswith("Answered by meaning only")
    assert client.get(f"/api/v1/documents/{REPORT}").status_code == 200
    health = client.get("/api/v1/health")
    assert (health.status_code, health.json()["status"]) == (200, "degraded")
    assert "rebuild-words" in health.json()["catalogue"]["problem"]
    assert client.get("/api/v1/ready").json()["ready"]
    page = client.get("/search?q=wellbeing")
    assert (page.status_code, WORDS in page.text, BANNER in page.text) == (200, True, False)
    assert "Answered by meaning only" in page.text


def test_without_the_words_and_the_vectors_a_search_is_unavailable(
    client: TestClient, path: Path
) -> None:
    shutil.rmtree(path.parent / "index")
    run(path, "drop table passage_fts")
    found = client.get("/api/v1/search?q=wellbeing")
    assert (found.status_code, found.json()["type"]) == (503, "/api#problem-keyword-index-damaged")
    assert "salex index --rebuild-words" in found.json()["detail"]
    health = client.get("/api/v1/health")
    assert (health.status_code, health.json()["status"]) == (503, "damaged")
    assert str(path.parent) not in health.text + client.get("/search?q=").text


def test_a_lost_catalogue_is_damaged_and_not_new(client: TestClient, path: Path) -> None:
    path.unlink()
    health = client.get("/api/v1/health")
    assert (health.status_code, health.json()["status"]) == (503, "damaged")
    assert client.get("/api/v1/documents").json()["type"] == "/api#problem-catalogue-damaged"
    assert not path.exists()


def test_a_busy_catalogue_says_when_to_try_again(client: TestClient, path: Path) -> None:
    key = by_key(client, "curator")
    client.get("/api/v1/lists", headers=key)
    kept = client.app.state.service  # type: ignore[attr-defined]
    with kept.connections.lend() as catalogue:
        catalogue.db.execute("pragma busy_timeout = 0")
    with connect(path) as other, other.transaction():
        answer = client.post("/api/v1/lists", json={"slug": "b", "title": "B"}, headers=key)
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "5")


def test_the_words_are_rebuilt_by_a_command(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    run(path, "drop table passage_fts_data")
    monkeypatch.setenv("SALEX_DATA_FOLDER", str(path.parent))
    done = CliRunner().invoke(cli.make_app(["index"]), ["index", "--rebuild-words"])
    assert (done.exit_code, done.stdout) == (
        0,
        "The keyword index was rebuilt from 85 passages.\n",
    )
    assert condition.check(path) is None


def test_a_restore_replaces_a_damaged_catalogue(
    path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SALEX_DATA_FOLDER", str(path.parent))
    run_salex = CliRunner().invoke
    assert run_salex(cli.make_app(["backup"]), ["backup", str(tmp_path / "copy")]).exit_code == 0
    run(path, "drop table outcome")
    condition.check(path)
    assert run_salex(cli.make_app(["backup"]), ["backup", str(tmp_path / "copy")]).exit_code != 0
    restored = run_salex(cli.make_app(["restore"]), ["restore", str(tmp_path / "copy"), "--force"])
    assert "16 documents" in restored.output
    assert condition.damage_of(path) is None
    with connect(path) as catalogue:
        assert catalogue.count_rows()["document"] == 16


def test_a_model_that_cannot_be_loaded_is_said_without_its_folder(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise ModelUnavailable("The model '/srv/models/own' cannot be loaded.")

    monkeypatch.setattr("index.vectors.encoder.load_encoder", refuse)
    app = create_app(Settings(data_folder=path.parent, demand=False))
    with TestClient(app, raise_server_exceptions=False) as client:
        health = client.get("/api/v1/health")
        found = client.get("/api/v1/search?q=wellbeing")
    assert health.json()["status"] == "degraded"
    assert "The log of the server says why" in health.json()["index"]["problem"]
    assert "/srv/models" not in health.text + found.text
