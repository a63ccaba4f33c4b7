"""Each damage of index, vectors and originals is noticed and mended, or does no harm.

Never another answer without a notice, never a traceback, never a status of 500.
"""

from __future__ import annotations

import contextlib
import io
import shutil
import sys

import pytest
from fastapi.testclient import TestClient

from corpus.taxonomy import load_taxonomy
from search_api import cli
from search_api.app import create_app
from search_api.service.service import make_service
from search_api.service.settings import Settings
from tests.hostile import sample_for_suite
from tests.hostile.index_damages import ASKED, DAMAGES, answers, build_home, original
from tests.support.fakes import HashEncoder

CANNOT_MEND = {"newer store"}
"""What ``salex index`` leaves to a person, in one line with exit code 3."""


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    folder = tmp_path_factory.mktemp("sound")
    build_home(folder / "data")
    return folder / "data"


@pytest.fixture(scope="module")
def sound(home):
    found, notices = answers(home)
    assert (len(found) > 3, notices) == (True, ())
    return found


@pytest.fixture(scope="module")
def served(home):
    app = create_app(Settings(data_folder=home), encoder=HashEncoder())
    with TestClient(app, raise_server_exceptions=False) as client:
        yield client


@pytest.fixture
def damaged(home, tmp_path, monkeypatch):
    """A copy of the sound repository, which commands are run on."""
    shutil.copytree(home, tmp_path / "data")
    monkeypatch.setenv("SALEX_DATA_FOLDER", str(tmp_path / "data"))
    monkeypatch.setattr("index.vectors.encoder.load_encoder", lambda *_, **__: HashEncoder())
    return tmp_path / "data"


@pytest.fixture
def salex(monkeypatch):
    """Run a command in this process; return its exit code and all it printed."""

    def run(*arguments):
        said = io.StringIO()
        monkeypatch.setattr(sys, "argv", ["salex", *arguments])
        with contextlib.redirect_stdout(said), contextlib.redirect_stderr(said):
            try:
                cli.main()
            except SystemExit as ended:
                return ended.code or 0, said.getvalue()
        return 0, said.getvalue()

    return run


def _ask_server(served, data):
    """Return the health, the notices of a search, and the answer for the original of ``d0``."""
    settings, templates = Settings(data_folder=data), served.app.state.templates
    before = served.app.state.service
    served.app.state.service = make_service(settings, load_taxonomy(), templates, HashEncoder())
    try:
        health = served.get("/api/v1/health")
        page, search = (served.get(path, params={"q": ASKED}) for path in ("/", "/api/v1/search"))
        stored = served.get("/api/v1/documents/d0/original")
    finally:
        served.app.state.service.connections.close()
        served.app.state.service = before
    assert (health.status_code, page.status_code, search.status_code) == (200, 200, 200)
    assert str(data) not in health.text + page.text + search.text + stored.text
    return health.json(), search.json()["notices"], stored


@pytest.mark.parametrize("damage", sample_for_suite(DAMAGES))
def test_damage_is_noticed_and_mended_or_does_no_harm(damaged, salex, sound, served, home, damage):
    data = original(home).read_bytes()
    damage.apply(damaged)
    found, notices = answers(damaged)
    assert found == sound or notices
    health, told, stored = _ask_server(served, damaged)
    assert list(notices) == told
    assert (health["status"] == "degraded") == bool(notices) == bool(health["index"]["problem"])
    assert stored.status_code in (404, 503) or stored.content == data
    assert (stored.status_code != 200) == (damage.part == "originals")
    if stored.status_code == 503:
        assert "no longer match" in stored.json()["detail"]

    code, said = salex("audit")
    assert (code, "FAIL" in said, "Traceback" in said) == (1, True, False), said
    if damage.part == "originals":  # they are restored from a backup
        return
    code, said = salex("search", ASKED)
    assert (code, [n for n in notices if n not in said]) == (0, [])

    code, said = salex("similar", "d0")
    assert (code in (0, 3), "salex index" in said) == (True, bool(notices)), said

    code, said = salex("index")
    if damage.name in CANNOT_MEND:
        assert (code, said.count("\n"), "later release" in said) == (3, 1, True)
        return
    assert (code, "Traceback" in said) == (0, False), said
    assert answers(damaged) == (sound, ())
    code, said = salex("audit")
    assert (code, said.count("FAIL")) == (0, 0), said


def test_there_are_damages_of_every_part():
    parts = [damage.part for damage in DAMAGES]
    assert len(DAMAGES) > 50
    assert {p: parts.count(p) > 3 for p in parts} == dict.fromkeys(parts, True)
