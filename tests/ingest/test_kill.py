"""A kill at any moment costs nothing that was told, and doubles nothing when it is run again.

The long form, every point ten times and 200 kills at random, is ``tests.hostile.kills``.
"""

from __future__ import annotations

import re
import time
from pathlib import Path

import pytest

from corpus.catalogue import failpoints
from corpus.catalogue.catalogue import connect
from corpus.catalogue.failpoints import BACKUP_FAILPOINTS, FAILPOINTS
from corpus.catalogue.originals import Originals
from tests.hostile import kills

ROOT = Path(__file__).parents[2]
ROOMS = ("corpus", "ingest", "index")


def test_every_named_point_is_passed_somewhere_and_every_point_passed_is_named():
    sources = [p.read_text("utf-8") for room in ROOMS for p in (ROOT / room).rglob("*.py")]
    passed = {name for source in sources for name in re.findall(r'failpoint\("(.+?)"\)', source)}
    assert passed == {*FAILPOINTS, *BACKUP_FAILPOINTS}
    assert len(FAILPOINTS) >= 14


@pytest.mark.parametrize("point", FAILPOINTS)
def test_an_end_at_a_point_loses_and_doubles_nothing(point):
    assert kills.at_failpoints([1], [point], chunks_each=3) == []


def test_a_later_hit_is_counted(tmp_path):
    chunks = _generated(tmp_path, 12)
    assert kills.start(tmp_path, chunks, 0, "outcome row:9").wait() == 137
    assert len(kills.acknowledged(tmp_path)) == 8


@pytest.mark.prove
def test_kills_at_random_with_workers_lose_and_double_nothing():
    assert kills.at_random(3, 40) == []


def test_a_lost_document_and_a_doubled_original_would_be_seen(tmp_path):
    chunks = _generated(tmp_path, 12)
    expected = kills.generate(tmp_path / "in", 12, chunks=2)
    assert kills.start(tmp_path, chunks, 0).wait() == 0
    assert kills.faults(tmp_path, expected, set()) == []
    with connect(tmp_path / "catalogue.sqlite") as catalogue, catalogue.transaction():
        catalogue.delete_document(next(catalogue.all_documents()).id)
    Originals(tmp_path / "originals").keep(b"of no document")
    found = " ".join(kills.faults(tmp_path, expected, {"file:///never-heard-of.txt"}))
    for words in ("documents of", "acknowledged", "belongs to no document", "vector"):
        assert words in found


def test_workers_end_when_their_parent_is_killed(tmp_path):
    chunks = _generated(tmp_path, 200)
    process = kills.start(tmp_path, chunks, 2)
    began = time.monotonic()
    while not (workers := _workers_of(process.pid)) and time.monotonic() - began < 20:
        time.sleep(0.02)
    process.kill()
    process.wait()
    while any(Path("/proc", pid).exists() for pid in workers) and time.monotonic() - began < 30:
        time.sleep(0.05)
    assert workers
    assert not [pid for pid in workers if Path("/proc", pid).exists()]


def test_two_that_take_in_the_same_folder_at_once_both_end_well(tmp_path):
    chunks = _generated(tmp_path, 60)
    expected = kills.generate(tmp_path / "in", 60, chunks=2)
    both = [kills.start(tmp_path, order, 1) for order in (chunks, chunks[::-1])]
    assert [process.wait(120) for process in both] == [0, 0]
    assert kills.faults(tmp_path, expected, kills.acknowledged(tmp_path)) == []
    with connect(tmp_path / "catalogue.sqlite") as catalogue:
        assert catalogue.count_rows()["outcome"] == 120


@pytest.fixture
def ended(monkeypatch):
    """The statuses that the process would have ended with."""
    statuses: list[int] = []
    monkeypatch.setattr(failpoints.os, "_exit", statuses.append)
    failpoints.reset_failpoints()
    yield statuses
    failpoints.reset_failpoints()


def test_an_unarmed_point_does_nothing(ended, monkeypatch):
    monkeypatch.delenv(failpoints.VARIABLE, raising=False)
    failpoints.failpoint("begun")
    assert ended == []


def test_a_point_is_armed_when_it_is_first_passed_not_when_it_is_imported(ended, monkeypatch):
    monkeypatch.setenv(failpoints.VARIABLE, "begun:2")
    failpoints.failpoint("begun")
    failpoints.failpoint("pages")
    assert ended == []
    failpoints.failpoint("begun")
    assert ended == [137]


def test_points_can_be_armed_again(ended, monkeypatch):
    for point in ("begun", "pages"):
        monkeypatch.setenv(failpoints.VARIABLE, point)
        failpoints.reset_failpoints()
        failpoints.failpoint(point)
    assert ended == [137, 137]


def _generated(home: Path, count: int) -> list[Path]:
    kills.generate(home / "in", count, chunks=2)
    return sorted((home / "in").iterdir())


def _workers_of(parent: int) -> list[str]:
    found = []
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = path.read_text("utf-8", "replace").rpartition(")")[2].split()
        except OSError:
            continue
        if fields[1] == str(parent):
            found.append(path.parent.name)
    return found
