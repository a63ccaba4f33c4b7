"""What changes, searches and memory cost with the engine on one machine: processor time."""

from __future__ import annotations

import gc
import resource
import statistics
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np

from benchmarks.scaling_made import DrawnRows
from benchmarks.texts import sentences
from corpus.catalogue.catalogue import Catalogue, connect, now
from corpus.model import Tag
from corpus.tags.tags import decide
from corpus.taxonomy import load_taxonomy
from index.local.engine import LocalEngine
from index.model import Filters, Query
from index.search.searcher import Searcher

SEARCHES = 60
CHANGES = 12


def measure_local(data: Path, count: int) -> Iterator[tuple[str, str]]:
    taxonomy = load_taxonomy()
    stage, topic = (next(iter(taxonomy.vocabulary(v).terms)) for v in ("stages", "topics"))
    chosen = Filters(stages=(stage,), topics=(topic,))
    gc.collect()
    before = _resident()
    with connect(data / "catalogue.sqlite") as catalogue:
        searcher = Searcher(LocalEngine(data / "index"), DrawnRows(), taxonomy)
        yield "start", _took(lambda: searcher.refresh(catalogue))
        asked = [Query(q) for q in _questions(SEARCHES * 2)]
        narrow = [replace(query, filters=chosen) for query in asked]
        every, first = asked[SEARCHES:], narrow[:SEARCHES]  # the words of one half are not in both
        for said, queries in (
            ("search, words not asked before", every),
            ("search, the same again", every),
            ("the first with a stage and a topic", first),
            ("the same again", first),
        ):
            yield said, _figure([_cost(_search(searcher, catalogue, q)) for q in queries])
        browsing = [_cost(_search(searcher, catalogue, Query(""))) for _ in range(SEARCHES)]
        yield "browsing", _figure(browsing)
        kilobytes = (_resident() - before) / count
        yield "memory", f"{_resident() / 1024:.0f} MB, {kilobytes:.2f} KB a passage"
        yield "refresh after one change", _figure(list(_changes(searcher, catalogue)))


def _questions(count: int) -> Iterator[str]:
    """Yield questions of up to eight words, each of which few others have."""
    words = sorted({w.strip('.,;:()"').lower() for s in sentences() for w in s.split()} - {""})
    rng = np.random.default_rng(1)
    order = rng.permutation(len(words))
    for number in range(count):
        yield " ".join(words[i] for i in order[number * 8 : number * 8 + 8])


def _changes(searcher: Searcher, catalogue: Catalogue) -> Iterator[float]:
    """Change one document's record, tag or passages, and yield what the next refresh costs."""
    ids = sorted(
        d.id for d in catalogue.documents(f"document-{n}" for n in range(CHANGES)).values()
    )
    for number, name in enumerate(ids):
        with catalogue.transaction():
            if number % 2:
                text = catalogue.text(name)
                document = replace(catalogue.document(name), year=1990 + number)
                stored = catalogue.passages(name)[: -1 if number % 4 == 1 else None]
                catalogue.store_document(
                    document, text, pages=catalogue.pages(name), passages=stored
                )
            else:
                tag = Tag(
                    name, "topics", "scaling", "confirmed", decided_by="someone", decided_at=now()
                )
                decide(catalogue, tag)
        yield _cost(lambda: searcher.refresh(catalogue))


def _search(searcher: Searcher, catalogue: Catalogue, query: Query) -> Callable[[], object]:
    return lambda: searcher.search(catalogue, query)


def _cost(work: Callable[[], object]) -> float:
    started = time.process_time()
    work()
    return (time.process_time() - started) * 1000


def _took(work: Callable[[], object]) -> str:
    return f"{_cost(work):.1f}"


def _figure(costs: list[float]) -> str:
    cuts = statistics.quantiles(costs, n=20)
    return f"{statistics.median(costs):.1f}   (p95 {cuts[18]:.1f})"


def _resident() -> float:
    """Return the memory of this process in KB, of which files that are mapped are no part."""
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith("RssAnon:"):
            return float(line.split()[1])
    return float(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
