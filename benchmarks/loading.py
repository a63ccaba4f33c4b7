"""How a server holds up: many clients, an index that is swapped, and writers beside searchers.

    python -m benchmarks.loading [--passages 20000] [--workers 2] [--seconds 60] [--limit 200]

The real server on 127.0.0.1, real encoders for questions and drawn vectors for passages, every
question different. The clients run on the same machine and take their share of its processors. In
each phase with swaps, one document is rewritten and indexed every two seconds: its title and its
text carry the same number, so an answer that mixes two states of the index shows two.
"""

from __future__ import annotations

import argparse
import contextlib
import http.client
import json
import multiprocessing
import os
import re
import signal
import statistics
import subprocess
import sys
import tempfile
import threading
import time
import urllib.parse
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

from benchmarks.searching import RandomRows, _served, fill_catalogue
from benchmarks.texts import passages, sentences
from corpus.catalogue.catalogue import connect, now
from corpus.model import Document, Page, Passage, Tag, passage_id
from corpus.tags.tags import decide
from index.vectors.builder import build_index
from index.vectors.encoder import load_encoder
from search_api.service.encoders import load_second
from search_api.service.priority import give_way
from search_api.service.settings import Settings

SWAP_EVERY_S = 2.0
WRITE_EVERY_S = 0.25
CURATORS = 4
MARK = "quetzalcoatlus"
"""A word of no other document: the question that finds the one that is rewritten."""
_NUMBER = re.compile(rf"{MARK} (\d+)")


@dataclass
class Told:
    """What the clients of one phase were answered."""

    took_ms: list[float] = field(default_factory=list)
    statuses: Counter[int] = field(default_factory=Counter)
    failures: list[str] = field(default_factory=list)
    mixed: int = 0

    def print(self, said: str, seconds: float) -> float:
        """Print the phase in a line, and return its p95 in milliseconds."""
        cuts = statistics.quantiles(self.took_ms, n=20) if len(self.took_ms) > 1 else [0.0] * 19
        statuses = ", ".join(f"{n:,} of {code}" for code, n in sorted(self.statuses.items()))
        print(
            f"{said:44} p50 {cuts[9]:7.1f} ms   p95 {cuts[18]:7.1f} ms   "
            f"{len(self.took_ms) / seconds:6.1f} answers/s   {statuses}; "
            f"{len(self.failures)} failed, {self.mixed} mixed",
            *sorted(set(self.failures))[:3],
            sep="\n    ",
            flush=True,
        )
        return cuts[18]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--passages", type=int, default=20_000)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--seconds", type=float, default=60, help="of each phase")
    parser.add_argument("--limit", type=int, default=200, help="clients of the largest phase")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        settings = Settings(data_folder=Path(scratch))
        fill_catalogue(settings, *_drawn(settings), count=options.passages)
        _rewrite(settings, 0)
        with _served(settings.data_folder, "--workers", str(options.workers)) as port:
            _run_phases(settings, port, options.seconds, options.limit)


def _run_phases(settings: Settings, port: int, seconds: float, limit: int) -> None:
    _ask(port, 1, 5)  # warm
    _ask(port, 1, seconds).print("1 client", seconds)
    with _beside(_swap, settings):
        _ask(port, 20, seconds).print("20 clients, index swapped", seconds)
        health = Told()
        with _pulse(port, health):
            told = _ask(port, limit, seconds)
        told.print(f"{limit} clients, index swapped", seconds)
        health.print("  /health meanwhile", seconds)
    alone = _ask(port, 10, seconds).print("10 clients", seconds)
    with _beside(_write, settings), _beside(_take_in, settings):
        beside = _ask(port, 10, seconds).print("10 clients beside add, index, curators", seconds)
    print(f"p95 beside writers to p95 without: {beside / alone:.2f}")


def _ask(port: int, clients: int, seconds: float) -> Told:
    """Let clients ask one question after the other for so many seconds."""
    told, ends = Told(), time.monotonic() + seconds
    pool = sentences()

    def work(number: int) -> None:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        asked = number * 7919
        while time.monotonic() < ends:
            asked += 1
            words = f"{pool[asked % len(pool)]} {pool[asked * 31 % len(pool)]}".split()
            marked = asked % 10 == 0
            question = MARK if marked else " ".join(words[asked % 3 :: 3][:8])
            _request(connection, told, question, marked=marked)

    threads = [threading.Thread(target=work, args=(n,)) for n in range(clients)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return told


def _request(
    connection: http.client.HTTPConnection, told: Told, question: str, *, marked: bool
) -> None:
    started = time.perf_counter()
    try:
        connection.request("GET", "/api/v1/search?" + urllib.parse.urlencode({"q": question}))
        response = connection.getresponse()
        body = response.read()
    except (OSError, http.client.HTTPException) as error:
        told.failures.append(repr(error))
        connection.close()
        return
    told.statuses[response.status] += 1
    if response.status == 200:
        told.took_ms.append((time.perf_counter() - started) * 1000)
        told.mixed += marked and _is_mixed(json.loads(body))
    elif response.status == 503:
        time.sleep(min(1.0, float(response.headers.get("Retry-After", 1))))


def _is_mixed(answer: dict[str, list[dict[str, dict[str, str]]]]) -> bool:
    """Return whether the rewritten document's title and text are of two states."""
    for hit in answer["hits"]:
        numbers = {*_NUMBER.findall(hit["document"]["title"]), *_NUMBER.findall(str(hit))}
        if len(numbers) > 1:
            return True
    return False


@contextlib.contextmanager
def _pulse(port: int, told: Told) -> Iterator[None]:
    """Ask for /api/v1/health five times a second, on a connection of its own each time."""
    ended = threading.Event()

    def work() -> None:
        while not ended.wait(0.2):
            connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
            started = time.perf_counter()
            try:
                connection.request("GET", "/api/v1/health")
                response = connection.getresponse()
                response.read()
                told.statuses[response.status] += 1
                told.took_ms.append((time.perf_counter() - started) * 1000)
            except (OSError, http.client.HTTPException) as error:
                told.failures.append(repr(error))
            connection.close()

    thread = threading.Thread(target=work)
    thread.start()
    try:
        yield
    finally:
        ended.set()
        thread.join()


@contextlib.contextmanager
def _beside(work: Callable[[Settings], None], settings: Settings) -> Iterator[None]:
    """Run ``work`` in a process of its own meanwhile."""
    process = multiprocessing.get_context("spawn").Process(target=work, args=(settings,))
    process.start()
    try:
        yield
    finally:
        process.terminate()
        process.join()


def _drawn(settings: Settings) -> tuple[RandomRows, RandomRows | None]:
    second, _ = load_second(settings)
    first = RandomRows(load_encoder(settings.model, precision=settings.precision))
    return first, RandomRows(second) if second else None


def _swap(settings: Settings) -> None:
    give_way("index")  # as the command does
    encoders = _drawn(settings)
    for number in range(1, 1_000_000):
        began = time.monotonic()
        _rewrite(settings, number, encoders)
        time.sleep(max(0.0, SWAP_EVERY_S - (time.monotonic() - began)))


def _rewrite(
    settings: Settings,
    number: int,
    encoders: tuple[RandomRows, RandomRows | None] | None = None,
) -> None:
    first, second = encoders or _drawn(settings)
    text = f"{MARK} {number} is the state of this document and of no other one."
    identity = passage_id("swapped", text, 0)
    stored = [Passage(identity, "swapped", 0, 1, 1, None, 0, len(text), text)]
    document = Document(
        "swapped", f"Of {MARK} {number}", "file:///swapped", "text/plain", "swapped", len(text),
        language="en", added_at=now(), updated_at=now(),
    )  # fmt: skip
    with connect(settings.catalogue_path) as catalogue:
        with catalogue.transaction():
            catalogue.store_document(document, text, pages=[Page(1, 0, len(text))], passages=stored)
        build_index(catalogue, settings.index_folder, first, multilingual=second)


def _write(settings: Settings) -> None:
    """Decide on tags as several curators do."""

    def curate(own: int) -> None:
        with connect(settings.catalogue_path) as catalogue:
            for number in range(1_000_000):
                tag = Tag(
                    f"document-{(own * 97 + number) % 500}", "topics", "scaling", "confirmed",
                    decided_by=f"curator {own}", decided_at=now(),
                )  # fmt: skip
                with catalogue.transaction():
                    decide(catalogue, replace(tag, note=str(number)))
                time.sleep(WRITE_EVERY_S)

    threads = [threading.Thread(target=curate, args=(n,), daemon=True) for n in range(CURATORS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def _take_in(settings: Settings) -> None:
    """Add five texts and index them, again and again, with the commands of the product."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit())  # and the command that runs is ended, too
    environment = os.environ | {"SALEX_DATA_FOLDER": str(settings.data_folder)}
    with tempfile.TemporaryDirectory() as scratch:
        for turn in range(1_000_000):
            for number, text in enumerate(passages(5, 300, seed=1_000 + turn)):
                (Path(scratch) / f"text-{turn}-{number}.txt").write_text(text)
            for command in (["add", scratch], ["index"]):
                subprocess.run(
                    [sys.executable, "-m", "search_api", *command],
                    env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                )  # fmt: skip


if __name__ == "__main__":
    main()
