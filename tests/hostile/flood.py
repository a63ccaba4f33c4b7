"""Flood a real server with searches, and see that it refuses politely and stays well.

    python -m tests.hostile.flood [--clients 200] [--seconds 60] [--passages 22000] [--soak 0]

``salex serve`` runs as a process on 127.0.0.1 over made-up passages. Clients that never pause ask
different questions; beside them a monitor asks for the health every 100 ms, and a curator changes a
tag every second. Exit status 1 if a promise is broken; the times are for a machine with nothing
else to do. With ``--soak`` the flood goes on for so many seconds. The server's memory and open
files must not grow; a flood of less than two minutes cannot tell, and says so.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import itertools
import os
import random
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.parse
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from benchmarks.searching import RandomRows, fill_catalogue
from benchmarks.texts import sentences
from corpus.catalogue.catalogue import connect
from corpus.people.actors import Actor
from corpus.people.credentials import add_key, new_secret
from corpus.people.people import add_person
from index.vectors.encoder import load_encoder
from search_api.service.settings import Settings

ACCEPTED_P95_S: Final = 3.0
HEALTH_P95_S: Final = 0.2
HEALTH_EVERY_S: Final = 0.1
WRITE_EVERY_S: Final = 1.0
LOOK_EVERY_S: Final = 30.0
FEWEST_LOOKS: Final = 3
"""Growth is told by comparing two thirds of the looks, after a first third for warming up."""
PATIENCE_S: Final = 30.0
MOST_GROWTH_MB: Final = 30
MOST_MORE_FILES: Final = 10
_SENTENCES: Final = sentences()
TAG: Final = "/api/v1/documents/document-0/tags/topics/scaling-innovations"


@dataclass(slots=True)
class Answer:
    """What came back: the status, the headers as text, and how long it took in seconds."""

    status: int
    head: bytes
    seconds: float


@dataclass(slots=True)
class Seen:
    """What the clients saw.

    Attributes:
        statuses: how often each status came; 0 is a connection that broke.
        accepted: seconds of each search that was answered.
        without_retry_after: refusals that do not say when to try again.
        health: seconds of each question for the health.
        health_statuses: how often each status came for them.
        writes: seconds of each of a curator's writes.
        write_statuses: how often each status came for them.
        looks: (seconds since the start, resident MB, open files) of the server.
    """

    statuses: Counter[int] = field(default_factory=Counter)
    accepted: list[float] = field(default_factory=list)
    without_retry_after: int = 0
    health: list[float] = field(default_factory=list)
    health_statuses: Counter[int] = field(default_factory=Counter)
    writes: list[float] = field(default_factory=list)
    write_statuses: Counter[int] = field(default_factory=Counter)
    looks: list[tuple[int, int, int]] = field(default_factory=list)

    def count(self, answer: Answer) -> None:
        """Count the answer to a search."""
        self.statuses[answer.status] += 1
        if answer.status == 200:
            self.accepted.append(answer.seconds)
        elif b"\r\nretry-after: " not in answer.head:
            self.without_retry_after += 1

    def broken(self) -> list[str]:
        """Return the promises that were broken."""
        megabytes, files = self.growth() or (0, 0)
        promises = {
            "every answer is 200 or 503": set(self.statuses) <= {200, 503},
            "searches are answered": bool(self.accepted),
            "every 503 has Retry-After": not self.without_retry_after,
            f"95 % of answers take up to {ACCEPTED_P95_S} s": at(self.accepted, 95)
            <= ACCEPTED_P95_S,
            f"95 % of health answers take up to {HEALTH_P95_S} s": at(self.health, 95)
            <= HEALTH_P95_S,
            "the health is ok": set(self.health_statuses) <= {200},
            "a curator's writes are done": set(self.write_statuses) == {200},
            "memory does not grow": megabytes <= MOST_GROWTH_MB,
            "open files do not grow": files <= MOST_MORE_FILES,
        }
        return [promise for promise, kept in promises.items() if not kept]

    def report(self) -> Iterator[str]:
        """Yield what was seen, as lines."""
        asked = sum(self.statuses.values())
        yield f"{asked} searches: {dict(sorted(self.statuses.items()))}"
        refused = 1 - len(self.accepted) / max(1, asked)
        yield f"  refused {refused:.0%}, {self.without_retry_after} of them without Retry-After"
        yield f"  answered: {_times(self.accepted)}"
        yield f"  health:   {_times(self.health)}, statuses {dict(self.health_statuses)}"
        yield f"  writes:   {_times(self.writes)}, statuses {dict(self.write_statuses)}"
        for seconds, megabytes, files in self.looks:
            yield f"  after {seconds:4} s: {megabytes} MB, {files} open files"
        yield f"  {self._describe_growth()}"

    def growth(self) -> tuple[int, int] | None:
        """Return by how many MB and files the last third of the looks is above the second.

        ``None`` if there are too few looks to tell.
        """
        if len(self.looks) < FEWEST_LOOKS:
            return None
        third = len(self.looks) // 3
        before, after = self.looks[third : 2 * third], self.looks[2 * third :]
        megabytes = max(look[1] for look in after) - max(look[1] for look in before)
        return megabytes, max(look[2] for look in after) - max(look[2] for look in before)

    def _describe_growth(self) -> str:
        growth = self.growth()
        if growth is None:
            return (
                f"CANNOT TELL whether memory and open files grow: the server was looked at "
                f"{len(self.looks)} times, and {FEWEST_LOOKS} are needed. Run it with --soak "
                f"{(FEWEST_LOOKS + 1) * LOOK_EVERY_S:.0f} or more."
            )
        megabytes, files = growth
        flat = megabytes <= MOST_GROWTH_MB and files <= MOST_MORE_FILES
        return f"{'flat' if flat else 'NOT FLAT'}: {megabytes:+} MB, {files:+} open files"


def at(seconds: list[float], percent: int) -> float:
    """Return a percentile."""
    ordered = sorted(seconds)
    return ordered[min(len(ordered) - 1, len(ordered) * percent // 100)] if ordered else 0.0


def _times(seconds: list[float]) -> str:
    cuts = ", ".join(f"p{p} {at(seconds, p) * 1000:.0f} ms" for p in (50, 95, 99))
    return f"{len(seconds)} times, {cuts}"


class Connection:
    """A keep-alive connection that reads no more of an answer than it must: it costs little."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._streams: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None

    async def ask(self, request: bytes) -> Answer:
        """Send a request, read its answer; status 0 if the connection broke or nothing came."""
        began = time.perf_counter()
        try:
            async with asyncio.timeout(PATIENCE_S):
                status, head = await self._exchange(request)
        except (OSError, EOFError, TimeoutError):
            self.close()
            status, head = 0, b""
        return Answer(status, head, time.perf_counter() - began)

    async def _exchange(self, request: bytes) -> tuple[int, bytes]:
        if self._streams is None:
            self._streams = await asyncio.open_connection("127.0.0.1", self._port)
        reader, writer = self._streams
        writer.write(request)
        head = (await reader.readuntil(b"\r\n\r\n")).lower()
        await reader.readexactly(int(head.partition(b"content-length: ")[2].split(b"\r", 1)[0]))
        if b"\r\nconnection: close" in head:
            self.close()
        return int(head[9:12]), head

    def close(self) -> None:
        """Close it; the next question opens another."""
        if self._streams:
            self._streams[1].close()
            self._streams = None


def request(method: str, path: str, key: str = "", body: bytes = b"") -> bytes:
    """Return the bytes of a request."""
    lines = [f"{method} {path} HTTP/1.1", "Host: 127.0.0.1"]
    lines += [f"Authorization: Bearer {key}", "If-Match: *"] if key else []
    lines += ["Content-Type: application/json", f"Content-Length: {len(body)}"] if body else []
    return "\r\n".join([*lines, "", ""]).encode() + body


async def flood(port: int, clients: int, seconds: float, key: str, process: int) -> Seen:
    """Let the clients, the monitor and the curator loose for so long."""
    seen, ends_at = Seen(), time.monotonic() + seconds
    async with asyncio.TaskGroup() as tasks:
        for number in range(clients):
            tasks.create_task(_search(port, number, ends_at, seen))
        tasks.create_task(_monitor(port, ends_at, seen))
        tasks.create_task(_curate(port, ends_at, seen, key))
        tasks.create_task(_look(process, ends_at, seen))
    return seen


async def _search(port: int, number: int, ends_at: float, seen: Seen) -> None:
    rng, connection = random.Random(number), Connection(port)
    while time.monotonic() < ends_at:
        words = " ".join(rng.sample(" ".join(rng.sample(_SENTENCES, 2)).split(), 6))
        path = f"/api/v1/search?{urllib.parse.urlencode({'q': words})}"
        answer = await connection.ask(request("GET", path))
        seen.count(answer)
        if not answer.status:
            await asyncio.sleep(0.5)
    connection.close()


async def _monitor(port: int, ends_at: float, seen: Seen) -> None:
    connection = Connection(port)
    while (now := time.monotonic()) < ends_at:
        answer = await connection.ask(request("GET", "/api/v1/health"))
        seen.health.append(answer.seconds)
        seen.health_statuses[answer.status] += 1
        await asyncio.sleep(max(0, now + HEALTH_EVERY_S - time.monotonic()))
    connection.close()


async def _curate(port: int, ends_at: float, seen: Seen, key: str) -> None:
    connection = Connection(port)
    for decision in itertools.cycle(("confirmed", "rejected")):
        if (now := time.monotonic()) >= ends_at:
            break
        body = f'{{"origin": "{decision}"}}'.encode()
        answer = await connection.ask(request("PUT", TAG, key, body))
        seen.write_statuses[answer.status] += 1
        seen.writes.append(answer.seconds)
        await asyncio.sleep(max(0, now + WRITE_EVERY_S - time.monotonic()))
    connection.close()


async def _look(process: int, ends_at: float, seen: Seen) -> None:
    began = time.monotonic()
    folder = Path(f"/proc/{process}")
    while time.monotonic() + LOOK_EVERY_S < ends_at:
        await asyncio.sleep(LOOK_EVERY_S)
        resident = folder.joinpath("statm").read_text().split()[1]
        megabytes = int(resident) * os.sysconf("SC_PAGE_SIZE") // 2**20
        files = len(list(folder.joinpath("fd").iterdir()))
        seen.looks.append((round(time.monotonic() - began), megabytes, files))


def prepare(folder: Path, passages: int) -> str:
    """Make a catalogue and its index, unless they are there; return a new curator's key."""
    settings, actor = Settings(data_folder=folder), Actor("ops", "admin")
    if not settings.catalogue_path.exists():
        fill_catalogue(settings, RandomRows(load_encoder()), passages)
    with connect(settings.catalogue_path) as catalogue, catalogue.transaction():
        person = add_person(catalogue, actor, f"curator {new_secret()}", "curator")
        return add_key(
            catalogue, actor, person, label="for a flood", role="curator", expires_at=None
        )[1]


@contextlib.contextmanager
def served(data: Path, seconds: float) -> Iterator[tuple[int, int]]:
    """Run ``salex serve``, for so long at most; give its process id and port."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    serve = [sys.executable, "-m", "search_api", "serve", "--port", str(port)]
    command = ["timeout", str(int(seconds)), *serve]
    environment = os.environ | {"SALEX_DATA_FOLDER": str(data)}
    with (data / "server.log").open("wb") as log:
        server = subprocess.Popen(command, env=environment, stdout=log, stderr=log)
    try:
        _wait_until_open(server, port)
        children = Path(f"/proc/{server.pid}/task/{server.pid}/children").read_text().split()
        yield int(children[0]), port
    finally:
        server.send_signal(signal.SIGTERM)
        server.wait(30)


def _wait_until_open(server: subprocess.Popen[bytes], port: int) -> None:
    opens_by = time.monotonic() + 120
    while server.poll() is None and time.monotonic() < opens_by:
        with contextlib.suppress(OSError):
            socket.create_connection(("127.0.0.1", port), 1).close()
            break
        time.sleep(0.2)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--clients", type=int, default=200)
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--passages", type=int, default=22_000)
    parser.add_argument("--soak", type=float, default=0)
    parser.add_argument("--data", type=Path, help="a folder to make the catalogue in, and keep it")
    given = parser.parse_args()
    seconds = max(given.seconds, given.soak)
    with tempfile.TemporaryDirectory() as folder:
        data = (given.data or Path(folder)).resolve()
        key = prepare(data, given.passages)
        print(f"load before: {os.getloadavg()[0]:.1f} on {os.cpu_count()} processors")
        with served(data, seconds + 300) as (process, port):
            asyncio.run(flood(port, 1, 5, key, process))  # the first questions load the index
            seen = asyncio.run(flood(port, given.clients, seconds, key, process))
    print(*seen.report(), sep="\n")
    broken = seen.broken()
    print(f"{len(broken)} promises broken", *broken, sep="\n  ")
    sys.exit(1 if broken else 0)


if __name__ == "__main__":
    main()
