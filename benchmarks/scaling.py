"""What changes, searches and memory cost in a catalogue of many passages: processor time.

    python -m benchmarks.scaling [--passages 20000 200000] [--folder DIR]

One process, one thread, no HTTP, and an encoder that only draws random vectors, so that what is
measured is the rest. The words are those of the starter documents, so few that a question finds a
quarter of all passages, more than a real one would. With ``--folder`` the made-up catalogues are
kept and used again: 200,000 passages take minutes to write.
"""

from __future__ import annotations

import argparse
import gc
import resource
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np

from benchmarks.texts import passages, sentences
from corpus.catalogue.catalogue import Catalogue, connect, now
from corpus.model import Document, Page, Passage, Tag, passage_id
from corpus.tags.passage_scores import PassageScore, keep_scores
from corpus.tags.tags import decide
from corpus.taxonomy import load_taxonomy
from index.local.engine import LocalEngine
from index.model import Filters, Query
from index.search.searcher import Searcher
from index.vectors.builder import build_index
from index.vectors.profile import profile_of

PER_DOCUMENT = 5
WORDS = 80
SEARCHES = 60
CHANGES = 12
KINDS = ("report", "journal-article", "policy-brief", "toolkit", "blog", "presentation")
COUNTRIES = ("NG", "KE", "GH", "ZA", "UG", "IN", "BR", "MX", "US", "GB")


class DrawnRows:
    """An encoder whose vectors are drawn at random: it costs next to nothing."""

    name, digest, dimensions = "drawn", "drawn-1", 384
    profile = profile_of("drawn")

    def __init__(self) -> None:
        self._rng = np.random.default_rng(0)

    def encode_passages(self, texts: list[str]) -> np.ndarray:
        rows = self._rng.standard_normal((len(texts), self.dimensions), dtype=np.float32)
        return rows / np.linalg.norm(rows, axis=1, keepdims=True)

    def encode_query(self, text: str) -> np.ndarray:
        return self.encode_passages([text])[0]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--passages", type=int, nargs="+", default=[20_000, 200_000])
    parser.add_argument("--folder", type=Path)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        for count in options.passages:
            data = (options.folder or Path(scratch)) / str(count)
            if not (data / "index" / "CURRENT").exists():
                _fill(data, count)
            print(f"{count:,} passages, ms of processor time (median)")
            for said, figure in _measure(data, count):
                print(f"  {said:44} {figure}", flush=True)


def _measure(data: Path, count: int) -> Iterator[tuple[str, str]]:
    taxonomy = load_taxonomy()
    stage, topic = (next(iter(taxonomy.vocabulary(v).terms)) for v in ("stages", "topics"))
    chosen = Filters(stages=(stage,), topics=(topic,))
    gc.collect()
    before = _resident()
    with connect(data / "catalogue.sqlite") as catalogue:
        searcher = Searcher(LocalEngine(data / "index"), DrawnRows(), taxonomy)
        yield "start", _took(lambda: searcher.refresh(catalogue))
        asked = list(_questions(SEARCHES * 2))
        unseen = [_cost(_search(searcher, catalogue, Query(q))) for q in asked]
        yield "search, words not asked before", _figure(unseen)
        again = [_cost(_search(searcher, catalogue, Query(q))) for q in asked[:SEARCHES]]
        yield "search, the same again", _figure(again)
        narrow = [
            _cost(_search(searcher, catalogue, Query(q, filters=chosen))) for q in asked[:SEARCHES]
        ]
        yield "search with a stage and a topic", _figure(narrow)
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


def _fill(data: Path, count: int) -> None:
    """Write a catalogue of ``count`` passages with tags and passage scores, and index it."""
    data.mkdir(parents=True, exist_ok=True)
    texts = passages(count, WORDS)
    taxonomy = load_taxonomy()
    rng = np.random.default_rng(2)
    terms = {v: list(taxonomy.vocabulary(v).terms) for v in ("stages", "topics")}
    with connect(data / "catalogue.sqlite", create=True) as catalogue:
        with catalogue.transaction():
            for number, start in enumerate(range(0, count, PER_DOCUMENT)):
                stored = _store(catalogue, number, texts[start : start + PER_DOCUMENT], rng)
                for vocabulary, of in terms.items():
                    for term in {str(t) for t in rng.choice(of, 2)}:
                        decide(
                            catalogue,
                            Tag(
                                f"document-{number}", vocabulary, term, "confirmed",
                                decided_by="someone", decided_at=now(),
                            ),
                        )  # fmt: skip
                scores = [
                    PassageScore(passage.id, vocabulary, str(rng.choice(of)), 0.5, "drawn")
                    for passage in stored
                    for vocabulary, of in terms.items()
                ]
                keep_scores(catalogue, f"document-{number}", scores)
        build_index(catalogue, data / "index", DrawnRows())


def _store(
    catalogue: Catalogue, number: int, parts: list[str], rng: np.random.Generator
) -> list[Passage]:
    name, text = f"document-{number}", "\n\n".join(parts)
    stored, at = [], 0
    for position, part in enumerate(parts):
        end = at + len(part)
        identity = passage_id(name, f"{position} {part}", 0)
        stored.append(Passage(identity, name, position, 1, 1, None, at, end, part))
        at = end + 2
    document = Document(
        name, f"Report number {number}", f"file:///{name}", "text/plain", name, len(text),
        kind=KINDS[int(rng.integers(len(KINDS)))], language="en",
        year=int(rng.integers(2000, 2027)), countries=(str(rng.choice(COUNTRIES)),),
        publishers=(f"Publisher {int(rng.integers(200))}",), added_at=now(), updated_at=now(),
    )  # fmt: skip
    catalogue.store_document(document, text, pages=[Page(1, 0, len(text))], passages=stored)
    return stored


if __name__ == "__main__":
    main()
