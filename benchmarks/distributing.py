"""How fast the workers of a cluster read documents and encode passages, one worker and two.

    python -m benchmarks.distributing FOLDER [--rounds 3]

Starts a scheduler and workers on this machine, which share its processors with the command itself.
Prints documents and passages a second, taken in turn in the same run, beside what this machine does
without a cluster, and the ratios.
"""

from __future__ import annotations

import argparse
import statistics
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from corpus.catalogue.catalogue import connect
from corpus.catalogue.originals import Originals
from corpus.cluster.workers import Cluster
from corpus.model import Outcome
from index.vectors.builder import build_index
from index.vectors.encoder import load_encoder
from index.vectors.remote import (
    Making,
    RemoteEncoding,
    describe_encoders,
    describe_makings,
    make_first,
)
from index.vectors.steps import EncodeSteps, encode_here
from ingest.intake import Limits, expand_arguments, ingest_sources
from ingest.isolation.pool import Pool
from ingest.isolation.remote import RemotePool, describe_reading
from ingest.model import Source
from tests.support import cluster as support

WAYS = ("1 process here", "2 processes here", "1 worker", "2 workers")


@dataclass(slots=True)
class Times:
    """Seconds of reading and of encoding, a figure for each round."""

    reading: list[float] = field(default_factory=list)
    encoding: list[float] = field(default_factory=list)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--rounds", type=int, default=3)
    given = parser.parse_args()
    items = list(expand_arguments([str(given.folder)]))
    times = {way: Times() for way in WAYS}
    passages = 0
    for _ in range(given.rounds):
        for way in WAYS:
            passages = _measure(items, way, times[way])
    print(f"{len(items)} inputs, {passages} passages, median of {given.rounds}")
    for way, of_way in times.items():
        read, encoded = statistics.median(of_way.reading), statistics.median(of_way.encoding)
        print(
            f"{way:16}  {len(items) / read:6.1f} documents/s ({read:5.1f} s)"
            f"  {passages / encoded:6.1f} passages/s ({encoded:5.1f} s)"
        )
    for what in ("reading", "encoding"):
        one, two = (statistics.median(getattr(times[way], what)) for way in WAYS[2:])
        print(f"{what}: two workers are {one / two:.2f} times as fast as one")


def _measure(items: list[Source | Outcome], way: str, times: Times) -> int:
    """Take the items in and encode their passages; note the seconds, return the passages."""
    count, here = int(way[0]), way.endswith("here")
    with tempfile.TemporaryDirectory() as temporary, _machines(0 if here else count) as machines:
        home = Path(temporary)
        with connect(home / "catalogue.sqlite", create=True) as catalogue:
            with _reading(machines) as pool:
                started = time.perf_counter()
                originals = Originals(home / "originals")
                kinds = Counter(
                    outcome.kind
                    for outcome in ingest_sources(
                        items, catalogue, originals, workers=count, pool=pool
                    )
                )
                times.reading.append(time.perf_counter() - started)
            encoder = load_encoder()
            with _encoding(machines) as steps:
                started = time.perf_counter()
                report = build_index(catalogue, home / "index", encoder, encode_steps=steps)
                times.encoding.append(time.perf_counter() - started)
    print(f"{way}: {dict(kinds)}", flush=True)
    return report.encoded


@contextmanager
def _machines(count: int) -> Iterator[support.Machines | None]:
    if not count:
        yield None
        return
    with support.machines(count) as machines:
        yield machines


def _wait_for_all(cluster: Cluster, machines: support.Machines) -> None:
    while cluster.worker_count < len(machines.workers()):
        time.sleep(0.05)


@contextmanager
def _reading(machines: support.Machines | None) -> Iterator[Pool | None]:
    """Yield who reads, once every worker is there."""
    if machines is None:
        yield None
        return
    with Cluster(machines.address, describe_reading(()), describe_reading, ()) as cluster:
        _wait_for_all(cluster, machines)
        yield RemotePool(cluster, Limits())


@contextmanager
def _encoding(machines: support.Machines | None) -> Iterator[EncodeSteps]:
    if machines is None:
        yield encode_here
        return
    encoder = load_encoder()
    makings = {encoder.digest: Making(make_first, (None, "auto"))}
    here = describe_encoders([encoder])
    with Cluster(machines.address, here, describe_makings, list(makings.values())) as cluster:
        _wait_for_all(cluster, machines)
        yield RemoteEncoding(cluster, makings)


if __name__ == "__main__":
    main()
