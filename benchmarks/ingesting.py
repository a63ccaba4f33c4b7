"""How fast a folder becomes documents and passages, and where the time goes.

    python -m benchmarks.ingesting FOLDER [--rounds 1]

Prints documents a minute and passages a second, taken in by one worker and by one a processor in
turn in the same run, their ratio, and the share of fetching, extraction, encoding and writing when
one follows the other in a single process.
"""

from __future__ import annotations

import argparse
import statistics
import tempfile
import time
from collections import Counter
from pathlib import Path

from corpus.catalogue.catalogue import connect
from corpus.catalogue.originals import Originals
from corpus.errors import SourceRejected
from corpus.model import Outcome
from index.vectors.builder import build_index
from index.vectors.encoder import load_encoder
from ingest.intake import Limits, Network, expand_arguments, ingest_sources, prepare_document
from ingest.isolation.workers import default_workers
from ingest.model import Source
from ingest.sources import fetch_source


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--rounds", type=int, default=1)
    given = parser.parse_args()
    items = list(expand_arguments([str(given.folder)]))
    counts = dict.fromkeys((1, default_workers()))
    times: dict[int, list[float]] = {count: [] for count in counts}
    for _ in range(given.rounds):
        for count, seconds_taken in times.items():
            seconds_taken.append(_taken_in(items, count)[0])
    middle = {count: statistics.median(seconds_taken) for count, seconds_taken in times.items()}
    for count, seconds in middle.items():
        print(
            f"{count} worker{'s'[: count > 1]:1}  {60 * len(items) / seconds:7.0f} documents/min"
            f"  ({seconds:.1f} s)  ratio {middle[1] / seconds:.2f}"
        )
    _print_shares(items)


def _taken_in(items: list[Source | Outcome], workers: int) -> tuple[float, int, float]:
    """Return the seconds of taking in, the passages it made, and the seconds of encoding them.

    Encoding is measured only without workers, where the parts are.
    """
    with tempfile.TemporaryDirectory() as temporary:
        home = Path(temporary)
        with connect(home / "catalogue.sqlite", create=True) as catalogue:
            started = time.perf_counter()
            outcomes = list(
                ingest_sources(items, catalogue, Originals(home / "originals"), workers=workers)
            )
            seconds = time.perf_counter() - started
            passages = catalogue.count_rows()["passage"]
            if workers:
                return seconds, passages, 0.0
            print(", ".join(f"{n} {kind}" for kind, n in Counter(o.kind for o in outcomes).items()))
            encoder = load_encoder()
            encoder.encode_passages(["the first is a warm-up"])
            return seconds, passages, build_index(catalogue, home / "index", encoder).seconds


def _print_shares(items: list[Source | Outcome]) -> None:
    """Time each part by itself; the rest of ``ingest_sources``, after these two, is writing."""
    fetching = extraction = 0.0
    for item in items:
        if isinstance(item, Outcome):
            continue
        started = time.perf_counter()
        try:
            fetched = fetch_source(item, Limits(), Network())
            fetching += time.perf_counter() - started
            started = time.perf_counter()
            prepare_document(fetched)
        except SourceRejected:
            pass
        extraction += time.perf_counter() - started
    whole, passages, encoding = _taken_in(items, 0)
    parts = {
        "fetching": fetching,
        "extraction": extraction,
        "encoding": encoding,
        "writing": max(0.0, whole - fetching - extraction),
    }
    total = sum(parts.values())
    print(f"{passages} passages, {passages / total:.0f} a second over all parts, one by one")
    print(
        f"{passages / encoding:.0f} passages/s encoded, {passages / whole:.0f} passages/s taken in"
    )
    print("  ".join(f"{name} {seconds / total:.0%}" for name, seconds in parts.items()))


if __name__ == "__main__":
    main()
