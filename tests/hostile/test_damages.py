"""Every damage of the catalogue is detected, or does no harm: no other answer, traceback or 500."""

from __future__ import annotations

import contextlib
import shutil
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from corpus.catalogue import condition
from corpus.catalogue.catalogue import connect
from corpus.documents.outcomes import record_outcome
from corpus.errors import ModelUnavailable
from corpus.model import Outcome
from corpus.people.people import add_person
from search_api import cli
from tests.hostile import sample_for_suite
from tests.hostile.damages import DAMAGES, CatalogueDamage
from tests.support.served import COMMAND_LINE, REPORT, make_app

COMMANDS = (
    ("search", "wellbeing", "of", "pupils"),
    ("stats",),
    ("add", "note.md"),
    ("audit",),
    ("backup", "copy"),
)
WAYS_BACK = ("salex restore FOLDER", "salex index --rebuild-words", "Upgrade this program")
DETECTED = ("damaged", "missing", "empty", "not a catalogue", "later release", "another program")
ADDRESSES = (
    "/api/v1/search?q=wellbeing",
    "/api/v1/documents",
    f"/api/v1/documents/{REPORT}",
    "/api/v1/stats",
    "/search?q=wellbeing",
    f"/documents/{REPORT}",
)
Salex = Callable[..., "Said"]


@dataclass(frozen=True)
class Said:
    """What a command printed, and its exit code."""

    code: int
    out: str
    err: str


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("damages")


@pytest.fixture(scope="module")
def app(folder: Path) -> FastAPI:
    return make_app(folder / "data", demand=False)


@pytest.fixture(scope="module")
def expected(folder: Path, app: FastAPI) -> dict[str, str]:
    """What the sound repository answers; it is kept as ``pristine``."""
    with connect(folder / "data" / "catalogue.sqlite") as catalogue, catalogue.transaction():
        for document in catalogue.all_documents():
            record_outcome(catalogue, Outcome(document.source, "added", "", None, document.id))
        for name in ("Ana", "Bo"):
            add_person(catalogue, COMMAND_LINE, name, "curator")
    shutil.copytree(folder / "data", folder / "pristine")
    with TestClient(app) as client:
        found = {a: client.get(a).text for a in ADDRESSES if client.get(a).status_code == 200}
    assert set(found) == set(ADDRESSES)
    return found


@pytest.fixture
def salex(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Salex:
    """Run a command in this process as it would run in one of its own."""

    def no_model(*_: object, **__: object) -> None:
        raise ModelUnavailable("There is no model in this test.")

    monkeypatch.setattr("index.vectors.encoder.load_encoder", no_model)
    monkeypatch.setenv("SALEX_DATA_FOLDER", str(folder / "data"))
    monkeypatch.chdir(folder)
    (folder / "note.md").write_text("# A note\n\nPupils learn to read with their parents at home.")

    def run(*arguments: str) -> Said:
        monkeypatch.setattr(condition, "_findings", {})
        monkeypatch.setattr(sys, "argv", ["salex", *arguments])
        capsys.readouterr()
        with pytest.raises(SystemExit) as ended:
            cli.main()
        said = capsys.readouterr()
        return Said(int(ended.value.code or 0), said.out, said.err)

    return run


@pytest.fixture
def data(folder: Path, expected: dict[str, str]) -> Path:
    """The repository as it was before the last damage."""
    return put_back(folder)


def put_back(folder: Path) -> Path:
    for made in (folder / "data", folder / "copy"):
        shutil.rmtree(made, ignore_errors=True)
    shutil.copytree(folder / "pristine", folder / "data")
    return folder / "data"


@contextlib.contextmanager
def served(app: FastAPI, monkeypatch: pytest.MonkeyPatch) -> Iterator[TestClient]:
    monkeypatch.setattr(condition, "_findings", {})
    with TestClient(app, raise_server_exceptions=False) as client:
        yield client


@pytest.fixture
def printed(salex: Salex, data: Path) -> dict[tuple[str, ...], Said]:
    """What the commands print of the sound repository, found out once."""
    if not _printed:
        _printed.update({command: salex(*command) for command in COMMANDS})
        put_back(data.parent)
    return _printed


_printed: dict[tuple[str, ...], Said] = {}


@pytest.mark.parametrize("damage", sample_for_suite(DAMAGES))
def test_a_command_detects_damage_or_answers_as_before(
    damage: CatalogueDamage,
    data: Path,
    salex: Salex,
    printed: dict[tuple[str, ...], Said],
) -> None:
    path = data / "catalogue.sqlite"
    damage.do(path)
    for command in COMMANDS:
        before = path.read_bytes() if path.is_file() else None
        said = salex(*command)
        assert "Traceback" not in said.err, command
        if any(word in said.err for word in DETECTED):
            assert said.code == (3 if command[0] in ("add", "backup") else said.code or 1), command
            assert said.code in (1, 3), command
            assert any(way in said.err for way in WAYS_BACK), (command, said.err)
            assert (path.read_bytes() if path.is_file() else None) == before, command
            assert not (data.parent / "copy" / "backup.json").exists(), command
        else:
            sound = printed[command]
            assert (said.code, said.out) == (sound.code, sound.out), (command, said.err)


NOTICES = ("The catalogue is damaged.", "The keyword index of this repository is damaged.")


@pytest.mark.parametrize("damage", sample_for_suite(DAMAGES))
def test_the_server_detects_damage_or_answers_as_before(
    damage: CatalogueDamage,
    data: Path,
    app: FastAPI,
    expected: dict[str, str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    path = data / "catalogue.sqlite"
    damage.do(path)
    before = path.read_bytes() if path.is_file() else None
    with served(app, monkeypatch) as client:
        health, ready = client.get("/api/v1/health"), client.get("/api/v1/ready")
        for address in ADDRESSES:
            answer = client.get(address)
            assert answer.status_code in (200, 503), address
            if answer.status_code == 503:
                kind = "text/html" if address[1:4] != "api" else "application/problem+json"
                assert answer.headers["content-type"].startswith(kind), address
                assert health.json()["status"] != "ok", address
            elif "x-catalogue-state" not in answer.headers:
                assert answer.text == expected[address], address
            elif "search?" in address:
                assert any(notice in answer.text for notice in NOTICES), address
    if (path.read_bytes() if path.is_file() else None) == before and health.json()[
        "status"
    ] == "ok":
        assert ready.status_code == 200
        return
    assert health.json()["catalogue"]["problem"]
    if health.json()["status"] == "degraded":  # only the keyword index: searches go by meaning
        assert "rebuild-words" in health.json()["catalogue"]["problem"]
        assert (health.status_code, ready.status_code) == (200, 200)
    else:
        assert health.json()["status"] in ("damaged", "unavailable")
        assert (health.status_code, ready.status_code) == (503, 503)
        assert health.json()["catalogue"]["problem"] == ready.json()["problem"]
    assert (path.read_bytes() if path.is_file() else None) == before
