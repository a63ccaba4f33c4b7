"""Take the hostile corpus in and count what went wrong.

    python -m tests.hostile.run [--mutants 4000] [--scale 1.0] [--seconds 60] [--shared FOLDER]

The exit status is 1 if anything did. It needs Linux: memory is read from /proc.
"""

from __future__ import annotations

import argparse
import gc
import re
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from json import loads
from pathlib import Path

from corpus.catalogue.catalogue import Catalogue, connect
from corpus.catalogue.originals import Originals
from corpus.documents import outcomes
from corpus.model import Outcome
from corpus.promises import audit_catalogue
from ingest.intake import Limits, expand_arguments, ingest_sources

MAX_GROWTH_MB = 100.0
HANG_MARGIN_S = 5.0
LEAST_KNOWN_WORDS = 30
"""Some of the small real files have only three words: half of those prove nothing."""
_WORD = re.compile(r"\w+")


@dataclass(slots=True)
class Result:
    """The result of an attack."""

    outcomes: list[Outcome]
    inputs: int
    longest_s: float
    growth_mb: float
    peak_mb: float
    seconds: float
    silent: list[str] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)

    def judge(self, limits: Limits) -> None:
        """Note each promise that was broken."""
        latest = Counter(o.source for o in self.outcomes)
        if len(self.outcomes) != self.inputs or set(latest.values()) != {1}:
            self.faults.append(f"{len(self.outcomes)} outcomes of {self.inputs} inputs")
        self.faults += [f"no reason for {o.source}" for o in self.outcomes if not o.reason]
        if self.longest_s > limits.max_clock_seconds + HANG_MARGIN_S:
            self.faults.append(f"a wait of {self.longest_s:.1f} s")
        if self.growth_mb > MAX_GROWTH_MB:
            self.faults.append(f"this process grew by {self.growth_mb:.0f} MB")
        self.faults += [f"plainly added with under half of its text: {s}" for s in self.silent]


def attack(
    folder: Path, home: Path, known: Mapping[str, str], limits: Limits, workers: int | None = None
) -> Result:
    """Take in everything below ``folder`` into a catalogue in ``home``, and judge it."""
    items = list(expand_arguments([str(folder)]))
    with connect(home / "catalogue.sqlite", create=True) as catalogue:
        originals = Originals(home / "originals")
        told: list[Outcome] = []
        longest, before = 0.0, _memory_mb("VmRSS")
        Path("/proc/self/clear_refs").write_text("5", "ascii")  # reset VmHWM
        began = last = time.monotonic()
        for outcome in ingest_sources(items, catalogue, originals, limits=limits, workers=workers):
            moment = time.monotonic()
            longest, last = max(longest, moment - last), moment
            told.append(outcome)
        seconds = time.monotonic() - began
        peak = _memory_mb("VmHWM") - before
        gc.collect()
        growth = _memory_mb("VmRSS") - before
        result = Result(told, len(items), longest, growth, peak, seconds)
        result.silent = silent(catalogue, told, known)
        result.judge(limits)
        recorded = outcomes.latest_outcomes(catalogue)
        if {o.source for o in recorded} != {o.source for o in told}:
            result.faults.append("the ledger lacks an outcome")
        for check in audit_catalogue(catalogue, originals):
            result.faults += [f"{check.name}: {fault}" for fault in check.faults]
    return result


def silent(catalogue: Catalogue, told: Sequence[Outcome], known: Mapping[str, str]) -> list[str]:
    """Return the sources added without a doubt that have under half of the words known in them."""
    thin = []
    for outcome in told:
        words = Counter(_WORD.findall(known.get(outcome.source, "")))
        enough = words.total() >= LEAST_KNOWN_WORDS
        if outcome.kind == "added" and outcome.document_id and enough:
            read = Counter(_WORD.findall(catalogue.text(outcome.document_id)))
            share = (words & read).total() / words.total()
            if share < 0.5:
                thin.append(f"{outcome.source.rsplit('/', 1)[-1]} ({share:.0%})")
    return thin


def _memory_mb(name: str) -> float:
    status = Path("/proc/self/status").read_text("ascii")
    match = re.search(rf"^{name}:\s+(\d+) kB", status, re.MULTILINE)
    assert match
    return int(match[1]) / 1024


def report(result: Result) -> None:
    """Print the outcomes of the inputs, and every fault."""
    kinds = Counter(o.kind if o.code is None else f"{o.kind}: {o.code}" for o in result.outcomes)
    for kind, count in kinds.most_common():
        print(f"{count:6} {kind}")
    for outcome in result.outcomes:
        if outcome.code in ("timeout", "memory", "crash"):
            print(f"  {outcome.code}: {outcome.source.rsplit('/', 1)[-1]}: {outcome.reason[:90]}")
    print(
        f"{len(result.outcomes)} outcomes of {result.inputs} inputs in {result.seconds:.0f} s; "
        f"longest wait {result.longest_s:.1f} s; this process grew by {result.growth_mb:.0f} MB "
        f"(at most {result.peak_mb:.0f} MB); crashes of it: 0"
    )
    print(f"{len(result.faults)} faults", *result.faults, sep="\n  ")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--mutants", type=int, default=4_000)
    parser.add_argument("--scale", type=float, default=1.0)
    parser.add_argument("--seconds", type=float, default=60.0)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--workers", type=int)
    parser.add_argument("--shared", type=Path, help="real files to make mutants of as well")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary).resolve()
        # Made in a process of its own: this one's memory is measured.
        command = [sys.executable, "-m", "tests.hostile.make", str(folder)]
        command += [f"--scale={given.scale}", f"--mutants={given.mutants}", f"--seed={given.seed}"]
        command += [f"--shared={given.shared}"] if given.shared else []
        subprocess.run(command, check=True)
        known = loads((folder / "known.json").read_text("utf-8"))
        limits = Limits(max_seconds=given.seconds, max_clock_seconds=3 * given.seconds)
        result = attack(folder / "files", folder / "home", known, limits, given.workers)
        report(result)
    sys.exit(1 if result.faults else 0)


if __name__ == "__main__":
    main()
