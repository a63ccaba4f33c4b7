"""Two server processes behave as one: they answer, follow each other, and are started again."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace

import httpx
import pytest

from corpus.catalogue.catalogue import connect
from corpus.catalogue.originals import Originals
from corpus.people.credentials import add_key
from corpus.people.people import add_person
from corpus.review.demand import wanted
from index.vectors.builder import build_index
from search_api.service.settings import Settings
from search_api.web.workers import Workers, _Worker
from tests.support.fakes import HashEncoder
from tests.support.served import COMMAND_LINE, REPORT, a_document, make_settings, store

ROOT = Path(__file__).parents[2]
HEALTH = "/api/v1/health"
ASKED = "/api/v1/search?q=giraffes&limit=50"
PATIENCE_S = 60.0
KEEPER = """
import os, sys, time
from search_api.web.workers import run_workers
def work(number):
    os.write(1, f"{number} {os.getpid()}\\n".encode())  # at once: two write here
    if sys.argv[1] == "never": sys.exit(3)
    time.sleep(60)
run_workers(work, 2)
"""


@dataclass(frozen=True)
class Server:
    """A running server, and the one client of each of its processes."""

    settings: Settings
    process: subprocess.Popen[str]
    address: str

    def ask_process(self, client: httpx.Client) -> int:
        return int(client.get(HEALTH).json()["index"]["runs_on"])

    def clients(self) -> dict[int, httpx.Client]:
        """Return a connection to each process, by the number of the process."""
        found: dict[int, httpx.Client] = {}

        def reach_both() -> bool:
            client = httpx.Client(base_url=self.address, timeout=PATIENCE_S)
            found.setdefault(self.ask_process(client), client)
            return len(found) == 2

        wait_until(reach_both)
        return found


def wait_until(done: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE_S
    while not done():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def is_running(process: int) -> bool:
    status = Path(f"/proc/{process}/stat")
    return status.exists() and status.read_text().rpartition(")")[2].split()[0] != "Z"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    settings = make_settings(tmp_path_factory.mktemp("data"))
    command = [sys.executable, "-m", "tests.support.workers", str(settings.data_folder)]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout
            port = process.stdout.readline().strip()
            yield Server(settings, process, f"http://127.0.0.1:{port}")
        finally:
            process.kill()  # the workers end by themselves


@pytest.fixture(scope="module")
def clients(server: Server) -> Iterator[list[httpx.Client]]:
    yield list(server.clients().values())


@pytest.fixture(scope="module")
def curator(server: Server) -> dict[str, str]:
    with connect(server.settings.catalogue_path) as catalogue, catalogue.transaction():
        person = add_person(catalogue, COMMAND_LINE, "Mei", "curator")
        options = {"label": "test", "role": "curator", "expires_at": None}
        key = add_key(catalogue, COMMAND_LINE, person, **options)[1]
    return {"Authorization": f"Bearer {key}", "If-Match": "*"}


def test_what_one_process_writes_the_other_shows_at_once(clients, curator):
    first, second = clients
    for number, (writer, reader) in enumerate([(first, second), (second, first)] * 4):
        title = f"Zebra {number}"
        written = writer.patch(
            f"/api/v1/documents/{REPORT}", json={"title": title}, headers=curator
        )
        assert written.status_code == 200, written.text
        hits = reader.get("/api/v1/search", params={"q": "zebra wellbeing"}).json()["hits"]
        assert title in [hit["document"]["title"] for hit in hits]


def test_both_give_the_same_answer_and_entity_tag(clients):
    first, second = (client.get("/api/v1/search?q=wellbeing") for client in clients)
    assert first.json() == second.json()
    assert first.headers["etag"] == second.headers["etag"]
    known = {"If-None-Match": first.headers["etag"]}
    assert clients[1].get("/api/v1/search?q=wellbeing", headers=known).status_code == 304


def test_limits_count_the_requests_of_all_processes(clients):
    from_outside = {"X-Forwarded-For": "203.0.113.5"}
    asked = [client.get("/api/v1/menu", headers=from_outside) for client in (*clients, clients[0])]
    assert [a.headers["ratelimit"].partition(";t=")[0] for a in asked] == [
        '"address";r=2', '"address";r=1', '"address";r=0',
    ]  # fmt: skip


def test_a_search_is_counted_once(server, clients):
    assert clients[0].get("/api/v1/search?q=xylophone+quarry").status_code == 200
    assert clients[1].get("/api/v1/search?q=xylophone+quarry").status_code == 200

    def counted() -> list[int]:
        with connect(server.settings.catalogue_path) as catalogue:
            searches = wanted(catalogue, keep_days=1)
        return [search.searches for search in searches if search.query == "xylophone quarry"]

    wait_until(lambda: counted() == [2])


def test_indexes_are_swapped_without_a_failed_or_mixed_answer(server, clients):
    """Each generation is asked for by four threads while the next one is written."""
    folder, done = server.settings.index_folder, []

    def ask(number: int) -> list[tuple[int, int, bool]]:
        answers = []
        while not done:
            got = clients[number % 2].get(ASKED)
            body = got.json()
            found = sum("Giraffes" in hit["document"]["title"] for hit in body["hits"])
            answers.append((got.status_code, found, body["total"] >= found))
        return answers

    def swap() -> None:
        try:
            with connect(server.settings.catalogue_path) as catalogue:
                originals = Originals(server.settings.originals_folder)
                for number in range(3):
                    late = a_document(f"https://example.org/g{number}", f"Giraffes {number}")
                    store(catalogue, originals, late, [f"Giraffes walk through school {number}."])
                    assert build_index(catalogue, folder, HashEncoder()).published
                    time.sleep(0.2)
        finally:
            done.append(True)

    with ThreadPoolExecutor(5) as pool:
        asking = [pool.submit(ask, number) for number in range(4)]
        pool.submit(swap).result(PATIENCE_S)
        answers = [future.result(PATIENCE_S) for future in asking]
    for of_thread in answers:
        assert {(status, whole) for status, _, whole in of_thread} == {(200, True)}
        found = [number for _, number, _ in of_thread]
        assert found == sorted(found), "an answer went back to what was before"
    for client in clients:  # the last snapshot answers until the next one has been read
        wait_until(lambda: client.get(HEALTH).json()["index"]["without_vector"] == 0)  # noqa: B023
        wait_until(lambda: len(client.get(ASKED).json()["hits"]) >= 3)  # noqa: B023
        assert client.get(HEALTH).json()["index"]["problem"] is None


def test_a_process_that_is_killed_is_started_again_and_all_end_together(server):
    killed, staying = server.clients()
    os.kill(killed, signal.SIGKILL)
    wait_until(lambda: not is_running(killed))
    with httpx.Client(base_url=server.address, timeout=PATIENCE_S) as client:
        assert server.ask_process(client) == staying
    after = server.clients()
    assert staying in after
    assert killed not in after
    server.process.terminate()
    assert server.process.wait(PATIENCE_S) == 0
    assert not any(map(is_running, after))


def keep(how: str) -> tuple[subprocess.Popen[str], list[int]]:
    """Start two idle workers; return the process that keeps them, and theirs."""
    command = [sys.executable, "-c", KEEPER, how]
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)
    assert process.stdout
    said = [process.stdout.readline() for _ in range(2)]  # empty if it ended before a worker spoke
    return process, [int(line.split()[1]) for line in said if line]


@pytest.mark.parametrize(
    ("lived_s", "short_lives", "waits_s"),
    [(61.0, 5, 0.0), (1.0, 0, 0.5), (1.0, 2, 2.0), (1.0, 20, 30.0)],
    ids=["steady", "first", "third", "often"],
)
def test_a_worker_that_ran_for_a_minute_is_started_again_at_once(
    lived_s: float, short_lives: int, waits_s: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(time, "monotonic", lambda: 1000.0)
    workers = Workers(lambda _: None, 0)
    ended = SimpleNamespace(exitcode=1)
    worker = _Worker(0, ended, 1000.0 - lived_s, short_lives)  # type: ignore[arg-type]
    workers._workers.append(worker)
    workers._note_end(worker)
    assert workers._due[0][0] == 1000.0 + waits_s


def test_workers_do_not_outlive_the_process_that_started_them():
    process, workers = keep("on")
    process.kill()
    process.wait(PATIENCE_S)
    wait_until(lambda: not any(map(is_running, workers)))


def test_a_server_whose_workers_cannot_start_ends(tmp_path):
    process, workers = keep("never")
    assert workers
    assert process.wait(PATIENCE_S) == 3
    assert not any(map(is_running, workers))
