"""What this repository costs with the same weights and passages: run by ``benchmarks.comparing``.

As in ``benchmarks.others``, each step is a process of its own, so it imports what a search needs
and no more.
"""

from __future__ import annotations

import argparse
import json
import statistics
import time
from pathlib import Path
from typing import Any

from benchmarks.others import peak_megabytes
from corpus.catalogue.catalogue import connect
from corpus.taxonomy import load_taxonomy
from index.local.engine import LocalEngine
from index.model import Filters, Query
from index.search.searcher import Searcher
from index.vectors.encoder import load_encoder
from search_api.service.settings import Settings


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("step", choices=("build", "ask"))
    parser.add_argument("folder", type=Path)
    options = parser.parse_args()
    task = json.loads((options.folder / "task.json").read_text())
    settings = Settings(data_folder=options.folder / "data")
    figures = build(settings, task) if options.step == "build" else ask(settings, task)
    print(json.dumps(figures | {"memory": peak_megabytes()}))


def build(settings: Settings, task: dict[str, Any]) -> dict[str, float]:
    """Fill a catalogue with the passages, index it, and tag its documents."""
    from benchmarks.searching import PER_DOCUMENT, fill_catalogue
    from corpus.catalogue.catalogue import now
    from corpus.model import Tag
    from corpus.tags.tags import decide

    fill_catalogue(settings, load_encoder(), count=len(task["rows"]))
    spent = time.process_time()
    with connect(settings.catalogue_path) as catalogue, catalogue.transaction():
        for name in {row[1] for row in catalogue.passage_owners()}:
            tags = task["rows"][int(name.rpartition("-")[2]) * PER_DOCUMENT]
            for vocabulary, term in (("stages", tags["stage"]), ("topics", tags["topic"])):
                by = {"decided_by": "someone", "decided_at": now()}
                decide(catalogue, Tag(name, vocabulary, term, "confirmed", **by))
    return {"build": len(task["rows"]) / spent}


def ask(settings: Settings, task: dict[str, Any]) -> dict[str, float]:
    """Return the seconds to the first answer, and the medians of queries in milliseconds."""
    searcher = Searcher(LocalEngine(settings.index_folder), load_encoder(), load_taxonomy())
    chosen = Filters(stages=(task["filters"]["stage"],), topics=(task["filters"]["topic"],))
    first, *others = task["queries"]
    with connect(settings.catalogue_path) as catalogue:
        assert searcher.search(catalogue, Query(first)).hits
        figures = {"start": time.process_time()}
        for name, filters in (("query", Filters()), ("filtered", chosen)):
            took = []
            for query in others:
                started = time.perf_counter()
                searcher.search(catalogue, Query(query, filters=filters))
                took.append((time.perf_counter() - started) * 1000)
            figures[name] = statistics.median(took)
    return figures


if __name__ == "__main__":
    main()
