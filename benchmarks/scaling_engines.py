"""What engines cost at one size, each in a process of its own, so that its memory is its own."""

from __future__ import annotations

import json
import multiprocessing
import shutil
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path

import numpy as np

from benchmarks.scaling_made import DrawnRows, some_filters
from benchmarks.texts import sentences
from corpus.catalogue.catalogue import Catalogue, connect
from index.clock import Clock
from index.engine import Found, Question, View
from index.local.engine import LocalEngine
from index.model import KEYWORDS, VECTORS, Filters

MODES = ("words", "vectors", "both")
ASKED = 20
"""Questions in each mode with each filter."""
WORDS = 6
"""Words of a question; no two questions share one, so none is answered from what was kept."""


@dataclass
class Measured:
    """Figures of one engine at one size.

    Attributes:
        build_s: writing the passages.
        graph_s: building graphs and quantizing afterwards.
        ready_s: loading what was built, in a new process.
        memory_mb: anonymous memory after the questions, without the program itself.
        mapped_mb: pages of mapped files that were in memory.
        disk_mb: without the catalogue, and the vectors that both engines are filled from.
        costs: by mode and filter: (p50, p95, median of processor time), ms.
        apart_ms: by mode and filter, the median if each shard had a machine of its own.
        best: by mode and filter, the ids of the ten best passages of each question.
    """

    engine: str
    passages: int
    build_s: float = 0.0
    graph_s: float = 0.0
    ready_s: float = 0.0
    memory_mb: float = 0.0
    mapped_mb: float = 0.0
    disk_mb: float = 0.0
    costs: dict[str, tuple[float, float, float]] = field(default_factory=dict)
    apart_ms: dict[str, float] = field(default_factory=dict)
    best: dict[str, list[list[int]]] = field(default_factory=dict)


def measure(data: Path, count: int, shards: int) -> Measured:
    """Return the figures of the local engine (no shards), or of so many shards."""
    with tempfile.TemporaryDirectory(dir=data) as scratch:
        out = Path(scratch) / "measured.json"
        for step in (_build, _ask) if shards else (_ask,):
            process = multiprocessing.get_context("spawn").Process(
                target=step, args=(data, count, shards, Path(scratch), out)
            )
            process.start()
            process.join()
            if process.exitcode:
                raise SystemExit(f"{step.__name__} of {shards} shards failed")
        return Measured(**json.loads(out.read_text()))


def recall(measured: Measured, exact: Measured) -> dict[str, float]:
    """Return by mode and filter how many of the ten best there are, as a share."""
    return {
        asked: statistics.mean(
            len({*a} & {*b}) / len(b) for a, b in zip(measured.best[asked], best, strict=True) if b
        )
        for asked, best in exact.best.items()
    }


def _build(data: Path, count: int, shards: int, scratch: Path, out: Path) -> None:
    from benchmarks.scaling_spread import SpreadClient
    from index.qdrant.engine import QdrantEngine

    client = SpreadClient(scratch / "shards", shards)
    measured = Measured(f"{shards} shard{'s' if shards > 1 else ''}", count)
    with connect(data / "catalogue.sqlite") as catalogue:
        started = time.perf_counter()
        QdrantEngine(client, data / "index").apply(catalogue)
        measured.build_s = time.perf_counter() - started
        started = time.perf_counter()
        client.optimize(client.current("salex") or "")
        measured.graph_s = time.perf_counter() - started
    client.close()
    out.write_text(json.dumps(asdict(measured)))


def _ask(data: Path, count: int, shards: int, scratch: Path, out: Path) -> None:
    spared: Callable[[], float] = lambda: 0.0  # noqa: E731
    engine: LocalEngine | object
    if shards:
        from benchmarks.scaling_spread import SpreadClient
        from index.qdrant.engine import QdrantEngine

        before = _memory()
        client = SpreadClient(scratch / "shards", shards)
        engine, folder = QdrantEngine(client, data / "index"), scratch / "shards"
        measured = Measured(**json.loads(out.read_text()))
        spared = lambda: client.spared_s  # noqa: E731
    else:
        before = _memory()
        engine, folder = LocalEngine(data / "index"), data / "index"
        measured = Measured("local", count, **json.loads((data / "built.json").read_text()))
    with connect(data / "catalogue.sqlite") as catalogue:
        started = time.perf_counter()
        view = engine.view(catalogue)  # type: ignore[attr-defined]
        measured.ready_s = time.perf_counter() - started
        _ask_all(measured, view, catalogue, spared)
    anonymous, mapped = _memory()
    measured.memory_mb, measured.mapped_mb = anonymous - before[0], mapped - before[1]
    left_out = {"vectors.sqlite"}  # both engines are filled from it
    measured.disk_mb = (
        sum(
            p.stat().st_blocks * 512
            for p in folder.rglob("*")
            if p.is_file() and p.name not in left_out
        )
        / 1e6
    )
    out.write_text(json.dumps(asdict(measured)))
    shutil.rmtree(scratch / "shards", ignore_errors=True)


def _ask_all(
    measured: Measured, view: View, catalogue: Catalogue, spared: Callable[[], float]
) -> None:
    questions, rows = _questions(), DrawnRows(seed=7)
    for narrow, filters in some_filters().items():
        for mode in MODES:
            asked = [_question(mode, next(questions), rows, filters) for _ in range(ASKED)]
            view.ask(catalogue, _question(mode, next(questions), rows, filters), Clock())
            wall, processor, apart, best = [], [], [], []
            for question in asked:
                started = (time.perf_counter(), time.process_time(), spared())
                found = view.ask(catalogue, question, Clock()).candidates()
                wall.append((time.perf_counter() - started[0]) * 1000)
                processor.append((time.process_time() - started[1]) * 1000)
                apart.append(wall[-1] - (spared() - started[2]) * 1000)
                best.append(_ten_best(found, mode))
            name = f"{mode}, {narrow}"
            p50, p95 = statistics.median(wall), statistics.quantiles(wall, n=20)[18]
            measured.costs[name] = (p50, p95, statistics.median(processor))
            measured.apart_ms[name] = statistics.median(apart)
            measured.best[name] = best


def _question(mode: str, words: tuple[str, ...], rows: DrawnRows, filters: Filters) -> Question:
    vectors = {} if mode == "words" else {VECTORS: rows.encode_query("")}
    return Question(() if mode == "vectors" else words, vectors=vectors, filters=filters)


def _questions() -> Iterator[tuple[str, ...]]:
    found = {w.strip('.,;:()"').lower() for s in sentences() for w in s.split()}
    words = sorted(w for w in found if w.isascii() and w.isalpha() and len(w) > 3)
    order = np.random.default_rng(1).permutation(len(words))
    for start in range(0, len(words) - WORDS, WORDS):
        yield tuple(words[i] for i in order[start : start + WORDS])


def _ten_best(found: Found, mode: str) -> list[int]:
    nothing = np.zeros(len(found.ids))
    words = np.nan_to_num(found.legs.get(KEYWORDS, nothing))
    near = np.nan_to_num(found.legs.get(VECTORS, nothing), nan=-1.0)
    if mode == "both":
        scores = 0.7 * near + 0.3 * words / (words.max(initial=0.0) or 1.0)
    else:
        scores = words if mode == "words" else near
    order = np.lexsort((found.ids, -scores))
    return [int(i) for i in found.ids[order[:10]]]


def _memory() -> tuple[float, float]:
    """Return the anonymous memory of this process and its mapped files' pages in memory, MB."""
    status = dict(line.split(":", 1) for line in Path("/proc/self/status").read_text().splitlines())
    return tuple(float(status[name].split()[0]) / 1024 for name in ("RssAnon", "RssFile"))  # type: ignore[return-value]
