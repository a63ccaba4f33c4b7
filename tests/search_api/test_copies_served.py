"""Two real servers, one of a copy, answer soundly while documents are added, indexed and copied."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from tests.support.commands import ROOT, salex
from tests.support.proxies import program, proxied_for_several

PATIENCE_S = 180.0
ROUNDS = 4
SEARCHES = (
    "/api/v1/search?q=giraffes+in+school&limit=50",
    "/api/v1/search?q=what+works+on+wellbeing",
    "/search?q=giraffes+in+school",
)


def wait_until(done: Callable[[], bool]) -> float:
    started = time.monotonic()
    while not done():
        assert time.monotonic() - started < PATIENCE_S
        time.sleep(0.05)
    return time.monotonic() - started


@contextmanager
def running(folder: Path, *command: str, **environment: str) -> Iterator[subprocess.Popen[str]]:
    """Run ``salex`` in a folder until the end of the block."""
    process = subprocess.Popen(
        [sys.executable, "-W", "ignore", "-m", "search_api", *command],
        cwd=folder, env=os.environ | {"PYTHONPATH": str(ROOT)} | environment,
        stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    try:
        yield process
    finally:
        process.terminate()
        process.wait(30)


def address_of(process: subprocess.Popen[str]) -> str:
    assert process.stdout
    address = process.stdout.readline().split()[1]
    with httpx.Client(base_url=address, timeout=PATIENCE_S) as client:

        def answers() -> bool:
            try:
                return client.get("/api/v1/ready").status_code == 200
            except httpx.TransportError:
                return False

        wait_until(answers)
    return address


def title_documents(folder: Path, key: str, address: str, number: int) -> None:
    """Add a document, index it, and change its title through the server that writes."""
    text = f"# Giraffes {number}\n\n" + f"Giraffes walk through school {number}. " * 20
    (folder / f"giraffes-{number}.md").write_text(text)
    for command in (("add", f"giraffes-{number}.md"), ("index",)):
        done = salex(folder, *command)
        assert done.returncode == 0, done.stderr
    with httpx.Client(base_url=address, timeout=PATIENCE_S) as client:
        hits = client.get(SEARCHES[0]).json()["hits"]
        headers = {"Authorization": f"Bearer {key}", "If-Match": "*"}
        for hit in hits[:1]:
            done = client.patch(
                f"/api/v1/documents/{hit['document']['id']}",
                json={"title": f"Giraffes, corrected {number}"},
                headers=headers,
            )
            assert done.status_code == 200, done.text


def ask(address: str, done: threading.Event) -> list[tuple[str, int, str, str, int]]:
    """Ask one server, or the proxy, until told to stop: (path, status, tag, body, revision)."""
    answers = []
    with httpx.Client(base_url=address, timeout=PATIENCE_S) as client:
        while not done.is_set():
            for path in SEARCHES:
                got = client.get(path)
                revision = got.json()["revision"] if path.startswith("/api") else 0
                told = (path, got.status_code, got.headers.get("etag", ""), got.text, revision)
                answers.append(told)
    return answers


@pytest.mark.prove
def test_servers_answer_alike_while_the_repository_changes(starter, tmp_path, capsys):
    folder = shutil.copytree(starter, tmp_path / "site")
    for command in (("user", "add", "Mei", "--role", "curator"), ("copy", str(tmp_path / "copy"))):
        assert salex(folder, *command).returncode == 0
    key = salex(folder, "key", "add", "Mei").stdout.split("salex_")[1].split()[0]
    with running(folder, "serve", "--port", "0") as process:
        writer = address_of(process)
        settings = {"SALEX_DATA_FOLDER": str(tmp_path / "copy"), "SALEX_READ_ONLY": "true"}
        with (
            running(tmp_path, "serve", "--port", "0", SALEX_WRITE_URL=writer, **settings) as copied,
            running(folder, "copy", str(tmp_path / "copy"), "--every", "1"),
        ):
            reader = address_of(copied)
            _prove(folder, tmp_path, f"salex_{key}", writer, reader, capsys)


def _prove(folder: Path, scratch: Path, key: str, writer: str, reader: str, capsys) -> None:
    done, addresses = threading.Event(), [writer, reader]
    with ThreadPoolExecutor(4) as pool, _proxy(scratch, writer, reader) as proxy:
        asking = [pool.submit(ask, address, done) for address in (*addresses, *proxy)]
        try:
            for number in range(ROUNDS):
                title_documents(folder, key, writer, number)
            with httpx.Client(timeout=PATIENCE_S) as client:
                asked = [client.build_request("GET", a + SEARCHES[0]) for a in addresses]

                def same() -> bool:
                    return len({client.send(one).headers["etag"] for one in asked}) == 1

                behind = wait_until(same)
                refused = client.post(f"{reader}/api/v1/lists", json={})
                assert (refused.status_code, writer in refused.text) == (405, True)
        finally:
            done.set()
        answers = [future.result(PATIENCE_S) for future in asking]
    for of_one in answers:
        assert {status for _, status, *_ in of_one} == {200}
        for path in SEARCHES[:2]:
            revisions = [r for p, _, _, _, r in of_one if p == path]
            assert revisions == sorted(revisions), "an answer went back to what was before"
    of_writer, of_reader = map(_bodies, answers[:2])
    assert {len(different) for different in of_reader.values()} == {1}, "one tag, two bodies"
    # A body of the writer may be newer than its tag, if something is written at that moment.
    for told in of_reader.keys() & of_writer.keys():
        assert of_reader[told] <= of_writer[told]
    assert len(of_reader.keys() & of_writer.keys()) >= len(SEARCHES)
    assert "corrected" in answers[1][-3][3]
    with capsys.disabled():
        print(f"\n{sum(map(len, answers))} answers, {len(of_reader)} states, {behind:.1f} s behind")


def _bodies(answers: list[tuple[str, int, str, str, int]]) -> dict[tuple[str, str], set[str]]:
    found: dict[tuple[str, str], set[str]] = {}
    for path, _, etag, body, _ in answers:
        found.setdefault((path, etag), set()).add(body)
    return found


@contextmanager
def _proxy(scratch: Path, writer: str, reader: str) -> Iterator[tuple[str, ...]]:
    if not program("caddy"):
        yield ()
        return
    ports = (int(address.rpartition(":")[2]) for address in (writer, reader))
    with proxied_for_several(scratch, *ports) as port:
        yield (f"http://127.0.0.1:{port}",)
