"""Workers: whatever a file does to the process that reads it, only that file pays."""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from corpus.errors import SourceRejected, WorkersUnavailable
from ingest.isolation import confined, workers
from ingest.isolation.confined import Task
from ingest.isolation.workers import Workers
from ingest.model import Fetched, Limits
from tests.support.misbehaving import leave_something_behind, misbehave

QUICK = Limits(max_seconds=1.5, max_clock_seconds=1.5)


def asked(*said: str, limits: Limits = QUICK, count: int = 2, task: Task = misbehave) -> list[str]:
    """Return what became of documents, in order: the text, or the code of the refusal."""
    found = []
    with Workers(limits, count, task=task) as pool:
        jobs = [pool.submit(Fetched("s", text.encode(), text)) for text in said]
        for job in jobs:
            try:
                found.append(pool.result(job).text)
            except SourceRejected as error:
                assert error.reason
                found.append(error.code)
    return found


def test_answers_come_for_the_job_that_was_asked():
    said = [f"document {i}" for i in range(20)]
    assert asked(*said) == said


def test_what_the_task_refuses_is_refused_in_its_words():
    with Workers(QUICK, 1, task=misbehave) as pool:
        job = pool.submit(Fetched("s", b"refuse", "n"))
        with pytest.raises(SourceRejected, match="It is locked") as refused:
            pool.result(job)
    assert refused.value.code == "password"


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ("spin", "timeout"), ("sleep", "timeout"), ("hoard", "memory"), ("hidden hoard", "memory"),
        ("killed", "memory"), ("segfault", "crash"), ("abort", "crash"), ("exit", "crash"),
        ("surprise", "crash"),
    ],
)  # fmt: skip
def test_a_document_that_ends_its_worker_is_refused_alone(said, code):
    assert asked("before", said, "after", "later") == ["before", code, "after", "later"]


def test_a_document_that_waits_for_the_processor_is_read_all_the_same():
    busy = Limits(max_seconds=1, max_clock_seconds=8)
    assert asked("nap", "spin", limits=busy) == ["None", "timeout"]


def test_a_hostile_document_does_not_hold_up_the_others():
    started = time.monotonic()
    assert asked("sleep", *"abcdefgh", count=2) == ["timeout", *"abcdefgh"]
    assert time.monotonic() - started < QUICK.max_seconds + 5


def test_hostile_documents_overrun_side_by_side():
    started = time.monotonic()
    assert asked("sleep", "sleep", count=2) == ["timeout", "timeout"]
    assert time.monotonic() - started < 2 * QUICK.max_seconds + 1


def test_a_worker_is_replaced_after_its_share_of_jobs(monkeypatch):
    monkeypatch.setattr(workers, "JOBS_PER_WORKER", 3)
    ids = asked(*["pid"] * 9, count=1)
    assert [ids.count(pid) for pid in dict.fromkeys(ids)] == [3, 3, 3]


def test_what_earlier_documents_left_behind_costs_no_later_one():
    assert asked("a", "b", "c", "d", count=1, task=leave_something_behind) == ["a", "b", "c", "d"]


def test_python_cannot_connect_from_a_worker():
    assert asked("connect", count=1) == ["PermissionError"]


def test_nothing_can_connect_where_the_system_permits_namespaces():
    outside = subprocess.run(["unshare", "-rn", "true"], capture_output=True, check=False)
    if outside.returncode:
        pytest.skip("this system permits no network namespaces")
    assert asked("interfaces", count=1)[0].split() == ["lo"]


def test_a_worker_can_start_programs_as_ocr_does():
    assert asked("program", count=1) == ["read"]


def _sleeping() -> set[str]:
    found = set()
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        with contextlib.suppress(OSError):
            if path.read_bytes() == b"/bin/sleep\x00987\x00":
                found.add(path.parent.name)
    return found


def test_what_a_worker_started_ends_with_it():
    before = _sleeping()
    assert asked("orphan", count=1) == ["timeout"]
    give_up = time.monotonic() + 10
    while not _sleeping() <= before and time.monotonic() < give_up:
        time.sleep(0.05)  # a killed process is gone when the system next gets to it, not at once
    assert _sleeping() <= before


def test_a_worker_is_given_no_secrets_and_no_open_files(monkeypatch, tmp_path):
    monkeypatch.setenv("SALEX_TOKEN", "secret")
    with (tmp_path / "open").open("w") as file:
        os.set_inheritable(file.fileno(), True)
        environment, files = asked("environment", "open files", count=1)
    assert "SALEX_TOKEN" not in environment
    assert len(files.split()) <= 5  # three standard ones, the pipe, and the folder being listed


def test_a_large_answer_arrives_whole():
    assert len(asked("large", count=1, limits=Limits())[0]) == 30_000_000


def test_an_answer_over_the_bound_is_refused(monkeypatch):
    monkeypatch.setattr(workers, "MAX_ANSWER_BYTES", 1_000_000)
    assert asked("large", "after", count=1, limits=Limits()) == ["memory", "after"]


def test_an_answer_that_does_not_end_holds_nothing_up(monkeypatch):
    monkeypatch.setattr(workers, "TRANSFER_TIMEOUT_S", 1.0)
    said = ("before", "half an answer", "after", "later")
    assert asked(*said) == ["before", "timeout", "after", "later"]


def test_a_worker_that_reads_no_more_holds_nothing_up(monkeypatch):
    monkeypatch.setattr(workers, "TRANSFER_TIMEOUT_S", 1.0)
    large = "y" * 5_000_000  # more than fits between the two
    assert asked("deaf", large, "after", count=1) == ["crash", large, "after"]


def test_what_is_held_at_once_is_bounded():
    with Workers(QUICK, 1, task=misbehave) as pool:
        jobs = []
        while not pool.is_full:
            jobs.append(pool.submit(Fetched("s", b"a", "n")))
        assert len(jobs) == workers.JOBS_IN_FLIGHT
        pool.result(jobs[0])
        assert not pool.is_full
        pool.drop(jobs[1])
        pool.submit(Fetched("s", b"b" * workers.BYTES_IN_FLIGHT, "n"))
        assert pool.is_full


def test_a_parent_that_reads_late_does_not_cost_the_document():
    with Workers(QUICK, 1, task=misbehave) as pool:
        job = pool.submit(Fetched("s", b"large", "n"))
        while not pool._workers[0].job:
            pool.is_done(pool.submit(Fetched("s", b"", "n")))
        time.sleep(QUICK.max_seconds + confined.ALARM_MARGIN_S + 1)
        assert len(pool.result(job).text) == 30_000_000


def test_no_process_is_left_over():
    with Workers(QUICK, 2, task=misbehave) as pool:
        jobs = [pool.submit(Fetched("s", b"pid", "n")) for _ in range(4)]
        ids = {pool.result(job).text for job in jobs}
        pool.submit(Fetched("s", b"sleep", "n"))
    assert not [pid for pid in ids if Path("/proc", pid).exists()]


def test_nothing_is_started_without_work():
    with Workers(QUICK, 2) as pool:
        assert pool._workers == []


def test_workers_that_cannot_start_are_an_error_not_a_thousand_rejections(monkeypatch):
    monkeypatch.setattr(workers, "_environment", lambda: {"PYTHONPATH": "/nowhere"})
    monkeypatch.setattr(sys, "executable", "/bin/false")
    with pytest.raises(WorkersUnavailable, match="status 1"):
        asked("a")


def test_without_workers_the_task_runs_here():
    assert asked("pid", count=0) == [str(os.getpid())]
