"""Kill a real server while members upload, and see that no contribution is stranded or doubled.

    python -m tests.hostile.upload_kills [200] [--points NAME ...]

First an end at each failpoint an upload passes, at each of its hits, then ``kill -9`` at random
moments of uploads. After each end another server starts, the same bytes are sent again, and a
curator accepts them. Exit status 1 on any fault. Servers listen on 127.0.0.1 and end by themselves.
"""

from __future__ import annotations

import argparse
import itertools
import logging
import os
import random
import signal
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, NoReturn

import httpx

from corpus.catalogue.catalogue import Catalogue, connect
from corpus.catalogue.failpoints import FAILPOINTS, VARIABLE, reset_failpoints
from corpus.catalogue.files import sha256_of
from corpus.catalogue.originals import Originals
from corpus.people.actors import Actor
from corpus.people.credentials import add_key
from corpus.people.people import add_person
from corpus.promises import audit_catalogue
from corpus.review.contributions import Contribution, read_contributions
from search_api.app import run_server
from search_api.service.settings import Settings
from search_api.serving import open_sockets
from tests.hostile.cases import sentences
from tests.support.fakes import HashEncoder

PATH: Final = "/api/v1/contributions"
UPLOAD_POINTS: Final = FAILPOINTS[: FAILPOINTS.index("vectors put")]
MOST_SECONDS: Final = 120
"""A server ends after so long, whatever became of who started it."""
TRIED: Final = 3
"""Uploads without a kill, which tell how long one takes."""


@dataclass(slots=True)
class Server:
    """A server in a process of its own."""

    process: int
    address: str

    def kill(self) -> None:
        """End it at once, and wait until it has ended."""
        os.kill(self.process, signal.SIGKILL)
        os.waitpid(self.process, 0)


def start(settings: Settings, fail_at: str = "", most_seconds: float = MOST_SECONDS) -> Server:
    """Start a server by a fork of this process, which has everything imported already.

    It ends by itself after ``most_seconds``, or if this process ends.
    """
    (listening,) = open_sockets("127.0.0.1", 0)
    address = f"http://127.0.0.1:{listening.getsockname()[1]}"
    process = os.fork()
    if not process:
        os.environ[VARIABLE] = fail_at
        reset_failpoints()
        logging.disable(logging.WARNING)  # uvicorn tells of each start
        threading.Thread(
            target=_end_when_alone, args=[os.getppid(), most_seconds], daemon=True
        ).start()
        run_server(settings, [listening], encoder=HashEncoder())
        os._exit(0)
    listening.close()
    return Server(process, address)


def _end_when_alone(parent: int, most_seconds: float) -> NoReturn:
    ends_at = time.monotonic() + most_seconds
    while os.getppid() == parent and time.monotonic() < ends_at:
        time.sleep(0.2)
    os._exit(0)


@dataclass(slots=True)
class Trial:
    """A catalogue with a member and a curator, the servers over it, and what was seen."""

    settings: Settings
    keys: dict[str, str]
    faults: list[str] = field(default_factory=list)
    seen: Counter[str] = field(default_factory=Counter)
    rng: random.Random = field(default_factory=lambda: random.Random(0))
    numbers: itertools.count[int] = field(default_factory=itertools.count)

    def at_failpoints(self, points: Sequence[str]) -> int:
        """End a server at each hit of each point; return how many ends that were."""
        ends = 0
        for point in points:
            for hit in itertools.count(1):
                name, data = self._document()
                server = start(self.settings, f"{point}:{hit}")
                status = self._send(server, name, data)
                if status is not None:
                    server.kill()  # the upload does not pass this point so often
                    break
                os.waitpid(server.process, 0)
                self._go_on(f"{point}:{hit}", name, data)
                ends += 1
        return ends

    def at_random(self, kills: int) -> None:
        """Kill servers at random moments of an upload."""
        server = start(self.settings)
        began = time.monotonic()
        for _ in range(TRIED):
            self._send(server, *self._document())
        usual = (time.monotonic() - began) / TRIED
        server.kill()
        for number in range(kills):
            name, data = self._document()
            server = start(self.settings)
            httpx.get(f"{server.address}/api/v1/health", timeout=60)
            timer = threading.Timer(self.rng.uniform(0, 1.1 * usual), server.kill)
            timer.start()
            self._send(server, name, data)
            timer.join()
            self._go_on(f"kill {number + 1}", name, data)

    def _go_on(self, where: str, name: str, data: bytes) -> None:
        """Look at what an end left behind; send the bytes again; let a curator accept them."""
        with connect(self.settings.catalogue_path) as catalogue:
            states = [c.state for c in _of(catalogue, name)]
            stored = catalogue.id_of_sha256(sha256_of(data), pending=True) is not None
        self.seen[states[0] if states else "not received"] += 1
        if stored != ("waiting" in states):
            self.faults.append(f"{where}: {states}, and the document is {stored=}")
        server = start(self.settings)
        try:
            status = self._send(server, name, data)
            with connect(self.settings.catalogue_path) as catalogue:
                found = self._look(catalogue, name, data)
                waiting = [c.id for c in _of(catalogue, name) if c.state == "waiting"]
            found += [f"sending it again: {status}"] if status != 201 else []
            found += [fault for c in waiting if (fault := self._accept(server, c))]
            self.faults += [f"{where}: {fault}" for fault in found]
        finally:
            server.kill()

    def _look(self, catalogue: Catalogue, name: str, data: bytes) -> list[str]:
        """Return what is wrong after the same bytes were sent again."""
        made = _of(catalogue, name)
        found = [f"{c.id} is stranded" for c in made if c.state == "received"]
        waiting = [c for c in made if c.state == "waiting"]
        if len(waiting) != 1:
            found.append(f"{len(waiting)} contributions wait: {[c.state for c in made]}")
        rows = catalogue.rows(
            "select id from document where sha256 = ? and pending_since is not null",
            [sha256_of(data)],
        )
        documents = [row[0] for row in rows]
        if documents != [c.document_id for c in waiting]:
            found.append(f"the documents are {documents}")
        if not all(catalogue.passages(document, pending=True) for document in documents):
            found.append("a document has no passages")
        return found

    def _send(self, server: Server, name: str, data: bytes) -> int | None:
        """Upload a document; return the status, ``None`` when the server ended before."""
        try:
            return httpx.post(
                server.address + PATH,
                files={"file": (name, data)},
                headers={"Authorization": f"Bearer {self.keys['member']}"},
                timeout=MOST_SECONDS,
            ).status_code
        except httpx.TransportError:
            return None

    def _accept(self, server: Server, contribution_id: str) -> str | None:
        headers = {"Authorization": f"Bearer {self.keys['curator']}"}
        address = f"{server.address}{PATH}/{contribution_id}"
        with httpx.Client(headers=headers, timeout=MOST_SECONDS) as client:
            etag = client.get(address).headers["etag"]
            body = {"decision": "accept"}
            answer = client.put(f"{address}/decision", json=body, headers={"If-Match": etag})
        return None if answer.status_code == 200 else f"accepting: {answer.status_code}"

    def _document(self) -> tuple[str, bytes]:
        number = next(self.numbers)
        paragraphs = [sentences(self.rng, 6) for _ in range(20)]
        return f"r{number}.txt", "\n\n".join([f"Report number {number}.", *paragraphs]).encode()


def _of(catalogue: Catalogue, name: str) -> list[Contribution]:
    return [c for c in read_contributions(catalogue) if c.name == name]


def prepare(folder: Path) -> Trial:
    """Make a catalogue with a member and a curator who have keys."""
    settings = Settings(data_folder=folder, demand=False)
    actor, keys = Actor("ops", "admin"), {}
    with connect(settings.catalogue_path, create=True) as catalogue, catalogue.transaction():
        for role in ("member", "curator"):
            person = add_person(catalogue, actor, f"the {role}", role)
            options = {"label": "for a trial", "role": role, "expires_at": None}
            keys[role] = add_key(catalogue, actor, person, **options)[1]
    return Trial(settings, keys)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("kills", type=int, nargs="?", default=200)
    parser.add_argument("--points", nargs="*", default=UPLOAD_POINTS)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        trial = prepare(Path(folder).resolve())
        ends = trial.at_failpoints(given.points)
        trial.at_random(given.kills)
        with connect(trial.settings.catalogue_path) as catalogue:
            originals = Originals(trial.settings.originals_folder)
            for check in audit_catalogue(catalogue, originals):
                trial.faults += [f"{check.name}: {fault}" for fault in check.faults]
    left = ", ".join(f"{times} {state}" for state, times in sorted(trial.seen.items()))
    print(f"{ends} ends at points and {given.kills} kills; they left: {left}")
    print(f"{len(trial.faults)} faults", *trial.faults, sep="\n  ")
    sys.exit(1 if trial.faults else 0)


if __name__ == "__main__":
    main()
