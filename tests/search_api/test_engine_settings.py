"""The settings name the engine; a server and the commands go on when it does not answer."""

from __future__ import annotations

import sys

import pytest
from fastapi.testclient import TestClient

from corpus.catalogue.catalogue import connect
from corpus.errors import EngineUnavailable
from index.local.engine import LocalEngine
from index.qdrant.engine import QdrantEngine
from search_api.service.engines import fill_engine, open_engine
from search_api.service.settings import Settings, SettingsInvalid
from tests.conftest import store_document
from tests.support.commands import salex
from tests.support.engines import client_of
from tests.support.faulty import MISBEHAVING, FaultyClient, standing_in
from tests.support.served import make_app

DOWN = "The search engine did not answer."


@pytest.fixture(scope="module")
def nowhere():
    """An address at which nothing listens any more."""
    pytest.importorskip("qdrant_client", reason="the extra qdrant is not installed")
    with standing_in(MISBEHAVING["drops"]) as url:
        pass
    return url


def test_the_engine_is_the_one_on_this_machine_unless_named(tmp_path):
    assert isinstance(open_engine(Settings(data_folder=tmp_path)), LocalEngine)


def test_without_its_packages_the_engine_says_what_to_install(tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "qdrant_client", None)
    with pytest.raises(EngineUnavailable, match=r"pip install 'salex-evidence\[qdrant\]'"):
        open_engine(Settings(data_folder=tmp_path, engine="qdrant"))


def test_the_key_is_sent_and_may_be_in_a_file(tmp_path):
    pytest.importorskip("qdrant_client", reason="the extra qdrant is not installed")
    seen = []

    def answer(handler):
        seen.append(handler.headers.get("api-key"))
        MISBEHAVING["500"](handler)

    (tmp_path / "key").write_text("from the file\n")
    with standing_in(answer) as url, connect(tmp_path / "c.sqlite", create=True) as catalogue:
        for key in ({"engine_key": "given"}, {"engine_key_file": tmp_path / "key"}, {}):
            settings = Settings(data_folder=tmp_path, engine="qdrant", engine_url=url, **key)
            with pytest.raises(EngineUnavailable, match="salex index"):
                fill_engine(catalogue, settings)
    assert seen == ["given", "from the file", None]


def test_a_key_that_cannot_be_read_is_named(tmp_path):
    pytest.importorskip("qdrant_client", reason="the extra qdrant is not installed")
    settings = Settings(data_folder=tmp_path, engine="qdrant", engine_key_file=tmp_path / "none")
    with pytest.raises(SettingsInvalid, match="engine_key_file"):
        open_engine(settings)


def test_a_server_whose_engine_is_down_searches_by_keywords_and_says_so(tmp_path, nowhere):
    app = make_app(tmp_path / "data", demand=False, engine="qdrant", engine_url=nowhere)
    with TestClient(app, raise_server_exceptions=False) as client:
        found = client.get("/api/v1/search?q=wellbeing").json()
        assert found["legs"] == ["keywords"]
        assert found["hits"]
        assert any(DOWN in notice for notice in found["notices"])
        health = client.get("/api/v1/health")
        assert (health.status_code, health.json()["status"]) == (200, "degraded")
        assert DOWN in health.json()["index"]["problem"]
        assert client.get("/api/v1/ready").status_code == 200
        assert DOWN in client.get("/search?q=wellbeing").text


def test_an_answer_that_the_engine_failed_to_give_is_not_kept(tmp_path):
    app = make_app(tmp_path / "data", demand=False)
    with client_of("shard", tmp_path) as shard, TestClient(app) as client:
        faulty = FaultyClient(shard)
        service = app.state.service
        engine = QdrantEngine(faulty, service.settings.index_folder, exact=True)
        service.searcher.engine = engine
        with connect(service.settings.catalogue_path) as catalogue:
            engine.apply(catalogue)
        whole = client.get("/api/v1/search?q=wellbeing")
        assert "vectors" in whole.json()["legs"]
        kept = {"If-None-Match": whole.headers["etag"]}
        assert client.get("/api/v1/search?q=wellbeing", headers=kept).status_code == 304
        faulty.decide = lambda name: "before" if name == "ask" else None
        failed = client.get("/api/v1/search?q=wellbeing")
        assert failed.json()["legs"] == ["keywords"]
        assert "etag" not in failed.headers
        assert failed.headers["cache-control"] == "no-store"


def test_salex_index_says_that_the_engine_could_not_be_filled(tmp_path, nowhere):
    with connect(tmp_path / "data" / "catalogue.sqlite", create=True) as catalogue:
        store_document(catalogue, "one", "Schools measure wellbeing.")
    engine = {
        "SALEX_ENGINE": "qdrant",
        "SALEX_ENGINE_URL": nowhere,
        "SALEX_ENGINE_KEY": "k",
        "TEST_QUICK": "1",
    }
    done = salex(tmp_path, "index", **engine)
    assert done.returncode != 0
    assert "The search engine could not be brought up to date" in done.stderr
    assert (tmp_path / "data" / "index" / "CURRENT").exists()
    found = salex(tmp_path, "search", "wellbeing", **engine)
    assert found.returncode == 0, found.stderr
    assert "One" in found.stdout
    assert "Warning" not in done.stderr + found.stderr
    assert DOWN in found.stdout + found.stderr
