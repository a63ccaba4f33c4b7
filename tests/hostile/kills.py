"""End ingestion and indexing at the worst moments, go on, and check that nothing is lost or double.

    python -m tests.hostile.kills [--hits 10] [--kills 200] [--documents 2500]

First every failpoint at each of its first hits, then ``kill -9`` at random moments of an ingest
with workers. After each end the same inputs are taken in again. Exit status 1 on any fault.
"""

from __future__ import annotations

import argparse
import contextlib
import functools
import os
import random
import re
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import numpy.typing as npt

from corpus.catalogue.catalogue import connect
from corpus.catalogue.failpoints import FAILPOINTS
from corpus.catalogue.originals import Originals
from corpus.documents import outcomes
from corpus.promises import audit_catalogue
from corpus.taxonomy import load_taxonomy
from index.local.engine import LocalEngine
from index.model import Query
from index.search.searcher import Searcher
from index.vectors.audit import audit_index
from index.vectors.builder import build_index
from ingest.intake import expand_arguments, ingest_sources
from tests.hostile.cases import sentences
from tests.support.fakes import HashEncoder

ROOT = Path(__file__).parents[2]
DUPLICATES, REJECTS = 0.10, 0.08
CHUNKS = 12


class QuickEncoder(HashEncoder):
    """The fake encoder with a memory, so that the vector of each word is made once."""

    def __init__(self) -> None:
        self._word = functools.cache(super()._vector)

    def _vector(self, text: str) -> npt.NDArray[np.float32]:
        total = np.sum([self._word(word) for word in re.findall(r"\w+", text.lower())], axis=0)
        return (total / np.linalg.norm(total)).astype(np.float32)


class SecondQuickEncoder(QuickEncoder):
    """The same in the place of the second encoder."""

    digest, name = "hash-encoder-2", "second-hash-encoder"


@dataclass(slots=True)
class Expected:
    """What has to become of a folder of generated documents."""

    inputs: set[str] = field(default_factory=set)
    documents: set[str] = field(default_factory=set)


def generate(folder: Path, count: int, *, chunks: int = CHUNKS, seed: int = 0) -> Expected:
    """Write documents to ``chunks`` folders: a tenth repeats another, 8 % cannot be read."""
    rng, expected = random.Random(seed), Expected()
    earlier: list[bytes] = []
    for number in range(count):
        path = folder / f"chunk-{number * chunks // count:02d}" / f"d{number:05d}.txt"
        path.parent.mkdir(parents=True, exist_ok=True)
        chance = rng.random()
        if chance < REJECTS:
            data = rng.choice((b"", b"%PDF-1.4\nbroken", bytes(range(256)), b"\x89PNG\r\n\x1a\n\0"))
        elif chance < REJECTS + DUPLICATES and earlier:
            data = rng.choice(earlier)
        else:
            data = _text(rng, number)
            earlier.append(data)
            expected.documents.add(path.resolve().as_uri())
        path.write_bytes(data)
        expected.inputs.add(path.resolve().as_uri())
    return expected


def _text(rng: random.Random, number: int) -> bytes:
    paragraphs = [sentences(rng, rng.randrange(2, 6)) for _ in range(rng.randrange(2, 8))]
    return "\n\n".join([f"Report number {number}.", *paragraphs]).encode()


def work(home: Path, folders: Sequence[str], workers: int) -> None:
    """Take each folder in and index it: the work that is to be killed."""
    originals, encoder, second = Originals(home / "originals"), QuickEncoder(), SecondQuickEncoder()
    with (
        (home / "acknowledged").open("a", encoding="utf-8", buffering=1) as told,
        connect(home / "catalogue.sqlite", create=True) as catalogue,
    ):
        (home / "begun").touch()
        for folder in folders:
            for outcome in ingest_sources(
                expand_arguments([folder]), catalogue, originals, workers=workers
            ):
                told.write(f"{outcome.source}\n")
            build_index(catalogue, home / "index", encoder, multilingual=second)


def start(
    home: Path, folders: Sequence[Path], workers: int, fail_at: str = ""
) -> subprocess.Popen[bytes]:
    """Start ``work`` in a process of its own."""
    (home / "begun").unlink(missing_ok=True)
    command = [sys.executable, "-m", "tests.hostile.kills", "--child", str(home), str(workers)]
    return subprocess.Popen(
        [*command, *map(str, folders)], cwd=ROOT, env={**os.environ, "SALEX_FAIL_AT": fail_at}
    )


def faults(home: Path, expected: Expected, acknowledged: set[str]) -> list[str]:
    """Return what is wrong with a catalogue that should have everything in it."""
    wrong: list[str] = []
    with connect(home / "catalogue.sqlite") as catalogue:
        originals = Originals(home / "originals")
        ledger = {o.source for o in outcomes.latest_outcomes(catalogue)}
        sources = [d.source for d in catalogue.all_documents()]
        if ledger != expected.inputs:
            wrong.append(f"{len(ledger)} outcomes of {len(expected.inputs)} inputs")
        if len(sources) != len(expected.documents) or len(set(sources)) != len(sources):
            wrong.append(f"{len(sources)} documents of {len(expected.documents)}")
        if acknowledged - ledger:
            wrong.append(f"{len(acknowledged - ledger)} acknowledged inputs are lost")
        kept = {path.name for path in originals.folder.glob("??/[0-9a-f]*")}
        if kept - {d.sha256 for d in catalogue.all_documents()}:
            wrong.append("an original belongs to no document")
        for check in (
            *audit_catalogue(catalogue, originals),
            *audit_index(catalogue, home / "index"),
        ):
            wrong += [f"{check.name}: {fault}" for fault in check.faults]
    return wrong


def serve(home: Path) -> float:
    """Return the seconds from the start to the first answer, by keywords alone if necessary."""
    began = time.monotonic()
    with connect(home / "catalogue.sqlite") as catalogue:
        searcher = Searcher(LocalEngine(home / "index"), QuickEncoder(), load_taxonomy())
        searcher.search(catalogue, Query("school wellbeing survey"))
    return time.monotonic() - began


def at_failpoints(
    hits: Sequence[int], points: Sequence[str] = FAILPOINTS, chunks_each: int = CHUNKS
) -> list[str]:
    """Fail at each point's given hits and go on; return the faults."""
    all_faults: list[str] = []
    slowest = 0.0
    ends = [(point, hit) for point in points for hit in hits]
    for point, hit in ends:
        with tempfile.TemporaryDirectory() as temporary:
            folder = Path(temporary).resolve()
            expected = generate(folder / "in", 4 * chunks_each, chunks=chunks_each, seed=hit)
            chunks = sorted((folder / "in").iterdir())
            process = start(folder, chunks, 0, f"{point}:{hit}")
            if process.wait() != 137:
                all_faults.append(f"{point}:{hit} was not reached (status {process.returncode})")
            slowest = max(slowest, serve(folder))
            again(folder, chunks)
            wrong = faults(folder, expected, acknowledged(folder))
            all_faults += [f"{point}:{hit}: {fault}" for fault in wrong]
    print(f"{len(ends)} ends at {len(points)} points; serving again within {slowest:.2f} s")
    return all_faults


def at_random(kills: int, documents: int, *, seed: int = 0, workers: int = 2) -> list[str]:
    """Kill an ingest of many documents at random moments and go on; return the faults."""
    rng, all_faults = random.Random(seed), []
    slowest, done, rounds = 0.0, 0, 0
    while done < kills:
        rounds += 1
        with tempfile.TemporaryDirectory() as temporary:
            folder = Path(temporary).resolve()
            expected = generate(folder / "in", documents, chunks=4, seed=rounds)
            chunks = sorted((folder / "in").iterdir())
            finished = False
            while not finished:
                rng.shuffle(chunks)  # or every run would be spent on what is already stored
                delay = rng.uniform(0.2, 1.5) if done < kills else None
                finished = _kill(start(folder, chunks, workers), folder, delay)
                done += not finished
                slowest = max(slowest, serve(folder))
            all_faults += faults(folder, expected, acknowledged(folder))
            print(f"round {rounds}: {done} kills so far; {len(all_faults)} faults", flush=True)
    print(f"{done} kills in {rounds} ingests of {documents}; serving again within {slowest:.2f} s")
    return all_faults


def _kill(process: subprocess.Popen[bytes], folder: Path, delay_s: float | None) -> bool:
    """Kill a process after this long; return whether it had finished by itself."""
    if delay_s is not None:
        while process.poll() is None and not (folder / "begun").exists():
            time.sleep(0.005)
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(delay_s)
        process.send_signal(signal.SIGKILL)
    status = process.wait()
    if status not in (0, -signal.SIGKILL):
        raise RuntimeError(f"the ingest ended by itself with status {status}")
    return status == 0


def acknowledged(folder: Path) -> set[str]:
    """Return the inputs whose outcome any of the runs reported."""
    lines = (folder / "acknowledged").read_text("utf-8").splitlines()
    return {line for line in lines if line.endswith(".txt")}  # a kill may cut a line


def again(folder: Path, chunks: Sequence[Path]) -> None:
    """Do the work of the killed process in this one."""
    with connect(folder / "catalogue.sqlite", create=True) as catalogue:
        items = expand_arguments([str(chunk) for chunk in chunks])
        for _ in ingest_sources(items, catalogue, Originals(folder / "originals"), workers=0):
            pass
        build_index(catalogue, folder / "index", QuickEncoder(), multilingual=SecondQuickEncoder())


def main() -> None:
    if sys.argv[1:2] == ["--child"]:
        work(Path(sys.argv[2]), sys.argv[4:], int(sys.argv[3]))
        return
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--hits", type=int, default=10)
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--documents", type=int, default=2_500)
    given = parser.parse_args()
    all_faults = at_failpoints(range(1, given.hits + 1))
    all_faults += at_random(given.kills, given.documents)
    print(f"{len(all_faults)} faults", *all_faults, sep="\n  ")
    sys.exit(1 if all_faults else 0)


if __name__ == "__main__":
    main()
