"""How long a search takes over 20,000 passages: the whole HTTP request, and its parts.

    python -m benchmarks.searching [--passages 20000] [--queries 300]

The real server as its own process on a free port of 127.0.0.1, one client, warm, every query
different. The vectors are random (a search costs the same), the words are real, and so few that a
query finds a quarter of all passages, more than a real one would.
"""

from __future__ import annotations

import argparse
import contextlib
import http.client
import os
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.parse
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from benchmarks.texts import passages, sentences
from corpus.catalogue.catalogue import connect, now
from corpus.model import Document, Page, Passage, passage_id
from index.local.kept_holdings import publish_holdings
from index.search.kept_texts import publish_texts
from index.vectors.builder import build_index
from index.vectors.encoder import Encoder, load_encoder
from search_api.service.settings import Settings

PER_DOCUMENT = 20
WARM_UP = 20


class RandomRows:
    """The real encoder for queries, random unit rows for passages."""

    def __init__(self, encoder: Encoder) -> None:
        self._encoder = encoder
        self.name, self.digest, self.dimensions = encoder.name, encoder.digest, encoder.dimensions
        self.profile, self.runs_on = encoder.profile, encoder.runs_on
        self._rng = np.random.default_rng(0)

    def encode_passages(self, texts: list[str]) -> np.ndarray:
        rows = self._rng.standard_normal((len(texts), self.dimensions), dtype=np.float32)
        return rows / np.linalg.norm(rows, axis=1, keepdims=True)

    def encode_query(self, text: str) -> np.ndarray:
        return self._encoder.encode_query(text)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--passages", type=int, default=20_000)
    parser.add_argument("--queries", type=int, default=300)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings(data_folder=Path(folder))
        encoder = RandomRows(load_encoder())
        fill_catalogue(settings, encoder, count=options.passages)
        with _served(settings.data_folder) as port:
            for path, said in (
                ("/api/v1/search", "most words asked for the first time"),
                ("/api/v1/search", "the same queries again: all words asked before"),
                ("/search", "as a page"),
            ):
                _measure(port, path, said, options.queries)


@contextlib.contextmanager
def _served(data: Path, *more: str) -> Iterator[int]:
    """Run ``salex serve`` over a data folder until the end; give its port."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    command = [sys.executable, "-m", "search_api", "serve", "--port", str(port), *more]
    environment = os.environ | {"SALEX_DATA_FOLDER": str(data)}
    server = subprocess.Popen(command, env=environment, stderr=subprocess.DEVNULL)
    try:
        while server.poll() is None:
            with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
                break
            time.sleep(0.2)
        yield port
    finally:
        server.terminate()
        server.wait(30)


def fill_catalogue(
    settings: Settings, encoder: Encoder, multilingual: Encoder | None = None, *, count: int
) -> None:
    texts = passages(count, 80)
    kinds = ("report", "blog", "toolkit", "journal-article")
    with connect(settings.catalogue_path, create=True) as catalogue:
        with catalogue.transaction():
            for number, start in enumerate(range(0, count, PER_DOCUMENT)):
                name, parts = f"document-{number}", texts[start : start + PER_DOCUMENT]
                text = "\n\n".join(parts)
                stored, at = [], 0
                for position, part in enumerate(parts):
                    identity = passage_id(name, f"{position} {part}", 0)
                    end = at + len(part)
                    stored.append(Passage(identity, name, position, 1, 1, None, at, end, part))
                    at = end + 2
                document = Document(
                    name,
                    f"Report number {number}",
                    f"file:///{name}",
                    "text/plain",
                    name,
                    len(text),
                    kind=kinds[number % 4],
                    language="en",
                    year=2000 + number % 25,
                    added_at=now(),
                    updated_at=now(),
                )
                catalogue.store_document(
                    document, text, pages=[Page(1, 0, len(text))], passages=stored
                )
        print(build_index(catalogue, settings.index_folder, encoder, multilingual=multilingual))
        publish_holdings(catalogue, settings.index_folder)
        publish_texts(catalogue, settings.index_folder)


def _measure(port: int, path: str, said: str, count: int) -> None:
    pool = sentences()
    rng = np.random.default_rng(1)
    whole: list[float] = []
    parts: dict[str, list[float]] = defaultdict(list)
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    for number in range(count + WARM_UP):
        words = pool[int(rng.integers(len(pool)))].split()[:8]
        query = urllib.parse.urlencode({"q": " ".join(words)})
        started = time.perf_counter()
        connection.request("GET", f"{path}?{query}")
        response = connection.getresponse()
        response.read()
        elapsed = (time.perf_counter() - started) * 1000
        assert response.status == 200, response.status
        if number < WARM_UP:
            continue
        whole.append(elapsed)
        timed = _parts(response.headers.get("Server-Timing", ""))
        for name, took in timed.items():
            parts[name].append(took)
        if "encode" in timed:
            parts["all but encode"].append(elapsed - timed["encode"])
    connection.close()
    print(f"{path}: {count} queries, {said}")
    for name, times in {"whole request": whole, **parts}.items():
        cuts = statistics.quantiles(times, n=20)
        print(f"  {name:16} p50 {cuts[9]:7.2f} ms   p95 {cuts[18]:7.2f} ms")


def _parts(header: str) -> dict[str, float]:
    """Read ``name;dur=ms, ...`` (Server Timing, W3C)."""
    pairs = (part.strip().split(";dur=") for part in header.split(",") if part.strip())
    return {name: float(took) for name, took in pairs}


if __name__ == "__main__":
    main()
