"""The short form of ``tests.hostile.run``: every crafted file at a small scale, and 30 mutants."""

from __future__ import annotations

import itertools
import json

import pytest

from ingest.model import Limits
from tests.conftest import SHARED
from tests.hostile.cases import Case
from tests.hostile.make import crafted, make
from tests.hostile.mutants import mutants, seeds
from tests.hostile.run import attack, report

LIMITS = Limits(max_seconds=3, max_clock_seconds=9)
SCALE = 0.01
MUTANTS = 30
OVERRUNS = (
    "info-long.pdf", "junk-after.pdf", "node-50.html", "operators-7.pdf", "shared-stream.pdf",
)  # fmt: skip
"""They take the whole time limit at any scale, as others here do: the long form has them."""


@pytest.fixture(scope="module")
def result(tmp_path_factory):
    folder = tmp_path_factory.mktemp("hostile").resolve()
    shared = SHARED if SHARED.is_dir() else None
    made = make(folder, scale=SCALE, count=MUTANTS, seed=1, shared=shared)
    for name in OVERRUNS:
        (path,) = (folder / "files").rglob(name)
        path.unlink()
    known = json.loads((folder / "known.json").read_text("utf-8"))
    result = attack(folder / "files", folder / "home", known, LIMITS)
    report(result)
    assert result.inputs == made - len(OVERRUNS)
    return result


def test_every_hostile_file_ends_in_one_outcome_and_harms_nobody(result):
    assert result.faults == []


def test_a_worker_pays_for_files_that_overrun(result):
    stopped = {o.source.rsplit("/", 1)[-1] for o in result.outcomes if o.code == "timeout"}
    assert len(stopped) < 20


def test_the_judge_sees_what_it_is_to_see(result, tmp_path):
    path = tmp_path / "short.txt"
    path.write_text("Only these few words are left of a long text, as if that were all.")
    words = {path.as_uri(): "many other words " * 50}
    judged = attack(path, tmp_path / "home", words, LIMITS, workers=0)
    assert "under half" in " ".join(judged.faults)
    judged.faults.clear()
    judged.outcomes += judged.outcomes
    judged.longest_s = LIMITS.max_clock_seconds + 6
    judged.growth_mb = 101
    judged.judge(LIMITS)
    assert len(judged.faults) == 4


def test_the_corpus_is_the_same_each_time_and_no_name_twice():
    names = [case.name for case in crafted(SCALE)]
    assert len(names) == len(set(names)) > 180
    honest: list[Case] = seeds()
    first, second = ([m for m, _ in mutants(honest, 20, seed=7)] for _ in range(2))
    assert first == second
    assert first != [m for m, _ in itertools.islice(mutants(honest, 20, seed=8), 20)]
