"""A kill during an upload strands nothing: the bytes can be sent again, and nothing is doubled.

The long form, every point and 200 kills of a real server, is ``tests.hostile.upload_kills``.
"""

from __future__ import annotations

import itertools
import json
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from corpus.catalogue import failpoints
from corpus.catalogue.catalogue import connect
from corpus.catalogue.files import sha256_of
from corpus.catalogue.originals import Originals
from corpus.people.log import read_log
from corpus.promises import audit_catalogue
from corpus.review import contributions
from corpus.review.contributions import Contribution
from corpus.review.interrupted import INTERRUPTED
from ingest.intake import Intake
from search_api.app import create_app
from search_api.review import contributing, outcome_routes
from search_api.review.contributing import contribute_file
from search_api.service.interruptions import end_interrupted_at_start
from search_api.service.service import Service
from tests.corpus.test_contributions import MEMBER
from tests.hostile.upload_kills import UPLOAD_POINTS
from tests.support.commands import salex
from tests.support.fakes import HashEncoder
from tests.support.served import by_key, make_settings, serving

ROOT = Path(__file__).parents[2]


class Killed(BaseException):
    """Nothing in the program handles it; SQLite takes back what was not committed."""


@pytest.fixture
def client(tmp_path: Path) -> Iterator[TestClient]:
    with serving(tmp_path) as client:
        yield client


@pytest.fixture
def service(client: TestClient) -> Service:
    found: Service = client.app.state.service  # type: ignore[attr-defined]
    return found


@pytest.fixture
def dying(monkeypatch: pytest.MonkeyPatch) -> Iterator[pytest.MonkeyPatch]:
    """Let the process die by an exception, at the point that the environment names."""

    def die(_status: int) -> None:
        raise Killed

    with monkeypatch.context() as patched:
        patched.setattr(failpoints.os, "_exit", die)
        yield patched
    failpoints.reset_failpoints()


def arm(patched: pytest.MonkeyPatch, at: str) -> None:
    patched.setenv(failpoints.VARIABLE, at)
    failpoints.reset_failpoints()


def upload(service: Service, data: bytes, name: str = "visits.txt") -> Contribution:
    with connect(service.settings.catalogue_path) as catalogue:
        return contribute_file(service, catalogue, MEMBER, name, data, None)


def words(number: int) -> bytes:
    return (f"Zebrafish teachers of school {number} learn from {number} peers. " * 20).encode()


def interrupt(service: Service, name: str = "visits.txt", at: str | None = None) -> Contribution:
    """Receive a contribution that no request reads."""
    with connect(service.settings.catalogue_path) as catalogue:
        made = contributions.receive(catalogue, MEMBER, f"upload:1/{name}", name)
        if at:
            catalogue.db.execute("update contribution set received_at = ?", [at])
    return made


def states(service: Service) -> list[tuple[str, str]]:
    with connect(service.settings.catalogue_path) as catalogue:
        return [(c.name, c.state) for c in contributions.of_person(catalogue, MEMBER)]


@pytest.mark.parametrize(
    "point",
    [
        point if n % 3 == 0 else pytest.param(point, marks=pytest.mark.prove)
        for n, point in enumerate(UPLOAD_POINTS)
    ],
)
def test_a_kill_at_a_point_of_an_upload_strands_and_doubles_nothing(service, dying, point):
    for hit in itertools.count(1):
        data = words(hit)
        arm(dying, f"{point}:{hit}")
        try:
            upload(service, data)
        except Killed:
            killed = True
        else:
            killed = False
        arm(dying, "")
        if not killed:
            break
        end_interrupted_at_start(service.settings.catalogue_path)
        assert "received" not in dict(states(service)).values(), f"{point}:{hit}"
        assert upload(service, data).state in ("waiting", "held")
        with connect(service.settings.catalogue_path) as catalogue:
            (document,) = catalogue.rows(
                "select id from document where sha256 = ?", [sha256_of(data)]
            )
            source = catalogue.document(document[0], pending=True).source
            made = contributions.of_person(catalogue, MEMBER)
            waiting = [c for c in made if c.source == source and c.state == "waiting"]
            assert [c.document_id for c in waiting] == [document[0]], f"{point}:{hit}"
            accepted = contributions.accept(catalogue, MEMBER, waiting[0].id)
            assert accepted.state == "accepted"
    assert hit > 1, "the point is not passed"


@pytest.mark.prove
def test_real_servers_that_are_killed_strand_nothing():
    """One end at a point and one at random; each server is a process of its own."""
    done = subprocess.run(
        [sys.executable, "-m", "tests.hostile.upload_kills", "1", "--points", "outcome row"],
        cwd=ROOT, capture_output=True, text=True, timeout=300, check=False,
    )  # fmt: skip
    assert (done.returncode, done.stdout.splitlines()[-1]) == (0, "0 faults"), done.stdout
    assert "1 ends at points and 1 kills" in done.stdout


def test_a_document_is_stored_together_with_what_became_of_its_contribution(service, monkeypatch):
    def fail(*_: object) -> None:
        raise sqlite3.OperationalError("disk I/O error")

    with monkeypatch.context() as patched:
        patched.setattr(contributing.contributions, "conclude", fail)
        with pytest.raises(sqlite3.OperationalError):
            upload(service, words(1))
    with connect(service.settings.catalogue_path) as catalogue:
        assert catalogue.id_of_sha256(sha256_of(words(1)), pending=True) is None
    assert states(service) == [("visits.txt", "received")]


@pytest.mark.parametrize("data", [b"\0\1\2", words(1)], ids=["rejected", "duplicate"])
def test_an_outcome_that_stores_nothing_is_recorded_together_with_the_contribution(
    service, monkeypatch, data
):
    upload(service, words(1), "other.txt")
    before = _outcomes(service)

    def fail(*_: object) -> None:
        raise Killed

    with monkeypatch.context() as patched:
        patched.setattr(contributing.contributions, "conclude", fail)
        with pytest.raises(Killed):
            upload(service, data, "again.bin")
    assert _outcomes(service) == before


def _outcomes(service: Service) -> int:
    with connect(service.settings.catalogue_path) as catalogue:
        return int(catalogue.count_rows()["outcome"])


def test_any_failure_while_reading_is_told_to_the_member(service, monkeypatch):
    def fail(*_: object) -> None:
        raise sqlite3.OperationalError("disk I/O error")

    monkeypatch.setattr(Intake, "begin", fail)
    with pytest.raises(sqlite3.OperationalError):
        upload(service, words(1))
    assert states(service) == [("visits.txt", "failed")]


def test_a_failure_after_the_document_was_stored_does_not_take_it_back(service, monkeypatch):
    conclude = Intake.conclude

    def fail_late(intake: Intake, item: object) -> None:
        conclude(intake, item)  # type: ignore[arg-type]
        raise OSError("a pipe broke")

    monkeypatch.setattr(Intake, "conclude", fail_late)
    with pytest.raises(OSError, match="a pipe broke"):
        upload(service, words(1))
    assert states(service) == [("visits.txt", "waiting")]


def test_a_server_that_starts_ends_what_was_interrupted(tmp_path):
    settings = make_settings(tmp_path)
    with connect(settings.catalogue_path) as catalogue:
        made = contributions.receive(catalogue, MEMBER, "upload:1/visits.txt", "visits.txt")
    app = create_app(settings, encoder=HashEncoder())
    with TestClient(app) as client:
        told = client.get(
            f"/api/v1/contributions/{made.id}", headers=by_key(client, "curator")
        ).json()
    assert (told["state"], told["reason"]) == ("failed", INTERRUPTED)


def test_a_server_starts_even_if_the_catalogue_cannot_be_written(service, monkeypatch, caplog):
    interrupt(service)
    monkeypatch.setattr("corpus.catalogue.opening.BUSY_TIMEOUT_S", 0.1)
    service.connections.close()
    with connect(service.settings.catalogue_path) as other, other.transaction():
        end_interrupted_at_start(service.settings.catalogue_path)
    assert "interrupted contributions stay as they are" in caplog.text
    assert states(service) == [("visits.txt", "received")]


def test_the_next_upload_ends_what_was_interrupted_long_ago(service):
    interrupt(service, "old.txt", at="2026-01-01T00:00:00Z")
    interrupt(service, "new.txt")
    upload(service, words(1))
    assert states(service) == [
        ("visits.txt", "waiting"), ("new.txt", "received"), ("old.txt", "failed"),
    ]  # fmt: skip


def test_the_audit_names_what_was_interrupted_and_review_ends_it(tmp_path):
    settings = make_settings(tmp_path / "data")
    with connect(settings.catalogue_path) as catalogue:
        made = contributions.receive(catalogue, MEMBER, "upload:1/visits.txt", "visits.txt")
        catalogue.db.execute("update contribution set received_at = '2026-01-01T00:00:00Z'")
    checks = json.loads(salex(tmp_path, "audit", "--json").stdout)
    faults = [fault for check in checks for fault in check["faults"] if made.id in fault]
    assert len(faults) == 1
    assert "salex review" in faults[0]
    salex(tmp_path, "review")
    checks = json.loads(salex(tmp_path, "audit", "--json").stdout)
    assert not [f for check in checks for f in check["faults"] if made.id in f]
    with connect(settings.catalogue_path) as catalogue:
        assert contributions.contribution(catalogue, made.id).reason == INTERRUPTED


def test_a_restored_backup_has_no_contribution_half_read(tmp_path):
    settings = make_settings(tmp_path / "data")
    with connect(settings.catalogue_path) as catalogue:
        made = contributions.receive(catalogue, MEMBER, "upload:1/visits.txt", "visits.txt")
    assert salex(tmp_path, "backup", "copy").returncode == 0
    salex(tmp_path, "restore", "copy", "--force")
    with connect(settings.catalogue_path) as catalogue:
        assert contributions.contribution(catalogue, made.id).state == "failed"
        checks = {
            c.name: c.ok for c in audit_catalogue(catalogue, Originals(settings.originals_folder))
        }
    assert checks["no contribution is left half read"]


def test_reading_a_source_again_is_recorded_together_with_its_log_entry(client, monkeypatch):
    settings = client.app.state.service.settings
    url = "http://127.0.0.1:9/report"
    with connect(settings.catalogue_path) as catalogue, catalogue.transaction():
        outcome_routes.outcomes.record_outcome(
            catalogue, outcome_routes.Outcome(url, "rejected", "Because.", "fetch-failed")
        )
        before = catalogue.count_rows()["outcome"]

    def fail(*_: object, **__: object) -> None:
        raise sqlite3.OperationalError("disk I/O error")

    monkeypatch.setattr(outcome_routes, "log_change", fail)
    headers = by_key(client, "curator")
    answer = client.post("/api/v1/outcomes/retry", json={"source": url}, headers=headers)
    assert answer.status_code >= 500
    with connect(settings.catalogue_path) as catalogue:
        assert catalogue.count_rows()["outcome"] == before
        assert read_log(catalogue, limit=1)[0].action != "outcome.retry"
