"""What other engines cost, with the same weights and passages: run by ``benchmarks.comparing``.

Each step is a process of its own, so that starting and memory can be told apart. It imports nothing
of ours: the interpreter that runs it may be one where only the other engine is installed.
"""

from __future__ import annotations

import argparse
import json
import statistics
import time
from pathlib import Path
from typing import Any, Protocol

import numpy as np

FOUND = 10


class Engine(Protocol):
    """A search engine over the passages of a folder."""

    def build(self, rows: list[dict[str, str]]) -> None: ...
    def load(self) -> None: ...
    def search(self, query: str, filters: dict[str, str]) -> list[str]: ...


class Txtai:
    """txtai with dense vectors and BM25 fused, texts stored, as its documentation shows it."""

    def __init__(self, folder: Path, model: str) -> None:
        self._path = folder / "txtai"
        self._model = model
        self._embeddings: Any = None

    def build(self, rows: list[dict[str, str]]) -> None:
        from txtai import Embeddings

        embeddings = Embeddings(
            path=self._model, method="sentence-transformers", hybrid=True, content=True
        )
        embeddings.index(rows)
        embeddings.save(str(self._path))

    def load(self) -> None:
        from txtai import Embeddings

        self._embeddings = Embeddings()
        self._embeddings.load(str(self._path))

    def search(self, query: str, filters: dict[str, str]) -> list[str]:
        if not filters:
            return [hit["id"] for hit in self._embeddings.search(query, FOUND)]
        where = " and ".join(f"{name} = :{name}" for name in filters)
        asked = f"select id, text, score from txtai where similar(:query) and {where}"
        found = self._embeddings.search(asked, FOUND, parameters={"query": query, **filters})
        return [hit["id"] for hit in found]


class Plain:
    """sentence-transformers and a flat FAISS index; filters are a selector of ids."""

    def __init__(self, folder: Path, model: str) -> None:
        self._folder = folder
        self._model = model

    def build(self, rows: list[dict[str, str]]) -> None:
        import faiss
        from sentence_transformers import SentenceTransformer

        model = SentenceTransformer(self._model, device="cpu", local_files_only=True)
        vectors = model.encode([row["text"] for row in rows], normalize_embeddings=True)
        index = faiss.IndexFlatIP(vectors.shape[1])
        index.add(np.asarray(vectors, dtype=np.float32))
        faiss.write_index(index, str(self._folder / "plain.faiss"))
        (self._folder / "plain.json").write_text(json.dumps(rows))

    def load(self) -> None:
        import faiss
        from sentence_transformers import SentenceTransformer

        self._encoder = SentenceTransformer(self._model, device="cpu", local_files_only=True)
        self._index = faiss.read_index(str(self._folder / "plain.faiss"))
        self._rows = json.loads((self._folder / "plain.json").read_text())

    def search(self, query: str, filters: dict[str, str]) -> list[str]:
        import faiss

        vector = self._encoder.encode([query], normalize_embeddings=True)
        chosen = None
        if filters:
            wanted = filters.items()
            rows = [i for i, row in enumerate(self._rows) if wanted <= row.items()]
            selector = faiss.IDSelectorBatch(np.array(rows, dtype=np.int64))
            chosen = faiss.SearchParameters(sel=selector)
        _, found = self._index.search(np.asarray(vector, np.float32), FOUND, params=chosen)
        return [self._rows[i]["id"] for i in found[0] if i >= 0]


ENGINES: dict[str, type[Txtai] | type[Plain]] = {"txtai": Txtai, "plain": Plain}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("engine", choices=ENGINES)
    parser.add_argument("step", choices=("build", "ask"))
    parser.add_argument("folder", type=Path)
    parser.add_argument("model")
    options = parser.parse_args()
    engine = ENGINES[options.engine](options.folder, options.model)
    task = json.loads((options.folder / "task.json").read_text())
    figures = build(engine, task) if options.step == "build" else ask(engine, task)
    print(json.dumps(figures | {"memory": peak_megabytes()}))


def build(engine: Engine, task: dict[str, Any]) -> dict[str, float]:
    """Return passages for each second of processor time, the start of the engine included."""
    engine.build(task["rows"])
    return {"build": len(task["rows"]) / time.process_time()}


def ask(engine: Engine, task: dict[str, Any]) -> dict[str, float]:
    """Return the seconds to the first answer, and the medians of queries in milliseconds."""
    engine.load()
    first, *others = task["queries"]
    assert engine.search(first, {})
    figures = {"start": time.process_time()}
    for name, filters in (("query", {}), ("filtered", task["filters"])):
        figures[name] = statistics.median(_took(engine, query, filters) for query in others)
    return figures


def _took(engine: Engine, query: str, filters: dict[str, str]) -> float:
    started = time.perf_counter()
    engine.search(query, filters)
    return (time.perf_counter() - started) * 1000


def peak_megabytes() -> float:
    """Return the most memory that this process used; ``getrusage`` would count its parent's."""
    status = Path("/proc/self/status")
    if not status.exists():
        return float("nan")
    (line,) = (row for row in status.read_text().splitlines() if row.startswith("VmHWM:"))
    return int(line.split()[1]) / 1024


if __name__ == "__main__":
    main()
