"""Worker processes that read untrusted bytes, so that no file can hang, fill or end the program.

Jobs start in the order they are submitted. A worker that dies, overruns or runs out of memory loses
only its own document and is replaced. ``confined`` runs inside each.
"""

from __future__ import annotations

import contextlib
import os
import pickle
import signal
import subprocess
import sys
import time
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, replace
from multiprocessing.connection import wait
from pathlib import Path
from typing import Final, Self

from corpus.documents.authorities import organisations_in_use
from corpus.errors import SourceRejected, WorkersUnavailable
from corpus.plugins import chosen_plugins
from ingest.isolation.answers import explain_end, open_answer
from ingest.isolation.channel import Channel
from ingest.isolation.confined import Task
from ingest.isolation.pool import Job
from ingest.model import Fetched, Limits, Prepared
from ingest.preparing import prepare_document

MOST_WORKERS: Final = 4
"""The default maximum; each may use 2 GB."""
JOBS_PER_WORKER: Final = 50
"""Then it is replaced, so that what libraries leak does not accumulate."""
JOBS_IN_FLIGHT: Final = 32
"""Per worker: enough for the others to go on while the oldest job is slow. In a folder of reports
and one-page files one can take as long as a hundred others."""
BYTES_IN_FLIGHT: Final = 16_000_000
"""Of inputs and answers in memory at once; a single larger input is still accepted."""
MOST_WAITING: Final = 64
"""Inputs that were read but not concluded, including those that need no worker."""
MAX_ANSWER_BYTES: Final = 128_000_000
"""Five million characters, twice (text and passages), of up to four bytes, plus a margin."""
SHARE_FOR_EXTRACTING: Final = 0.75
"""Share of the time limit after which an extractor stops with what it has (``partial``); the rest
is for cutting passages. After the whole limit the worker is killed (``rejected``)."""
START_TIMEOUT_S: Final = 60.0
TRANSFER_TIMEOUT_S: Final = 20.0
"""From the first byte of a message to its last. A worker normally transfers 100 MB in well under a
second; one that a file took over may stop half way, and we wait that long."""
MOST_START_FAILURES: Final = 3

_ROOT: Final = str(Path(__file__).parents[2])
_PASSED_ON: Final = ("PATH", "LANG", "LC_ALL", "TMPDIR", "TESSDATA_PREFIX", "LD_LIBRARY_PATH")


def default_workers() -> int:
    """Return how many workers run in parallel: one per processor, at most ``MOST_WORKERS``."""
    return min(os.cpu_count() or 1, MOST_WORKERS)


@dataclass(slots=True, eq=False)
class _Worker:
    process: subprocess.Popen[bytes]
    pipe: Channel
    deadline: float
    ready: bool = False
    job: Job | None = None
    jobs_done: int = 0
    overran: bool = False


class Workers:
    """A few processes that prepare documents. Use it as a context manager.

    Processes are started when there is work, as new interpreters by ``subprocess``, not by
    ``multiprocessing``: a fork would inherit locks and open files, and spawn and forkserver import
    the caller's main module in each child.

    Args:
        limits: ``max_seconds`` limits the processor time of one document; ``max_clock_seconds``
            plus ``ocr_seconds`` limits the clock time (OCR runs in separate programs).
        count: processes in parallel; ``None`` means one per processor, 0 prepares in this process,
            without isolation, when the result is requested.
        task: the function a worker calls for a document, imported by module and name.
        organisations: the file that names organisations; if not given, that of this process.
        plugins: whose extractors may run; if not given, those of this process.
    """

    most_waiting = MOST_WAITING

    def __init__(
        self,
        limits: Limits,
        count: int | None = None,
        *,
        task: Task = prepare_document,
        organisations: Path | None = None,
        plugins: Sequence[str] | None = None,
    ) -> None:
        self.limits = limits
        self.count = default_workers() if count is None else count
        self._wall_s = limits.max_clock_seconds + (limits.ocr_seconds if limits.ocr else 0.0)
        self._task = task
        self._organisations = (organisations or organisations_in_use()).absolute()
        self._plugins = chosen_plugins() if plugins is None else plugins
        self._workers: list[_Worker] = []
        self._queue: deque[Job] = deque()
        self._held: set[Job] = set()
        self._start_failures = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exception: object) -> None:
        for worker in tuple(self._workers):
            self._discard(worker)

    @property
    def is_full(self) -> bool:
        """Whether results should be taken before more documents are submitted."""
        if len(self._held) >= max(1, JOBS_IN_FLIGHT * self.count):
            return True
        return sum(job.size_bytes for job in self._held) >= BYTES_IN_FLIGHT

    def submit(self, fetched: Fetched) -> Job:
        """Submit a document and return at once."""
        job = Job(fetched)
        self._held.add(job)
        if self.count:
            self._queue.append(job)
            self._pump(0)
        return job

    def is_done(self, job: Job) -> bool:
        """Whether ``result`` would return at once."""
        if self.count and not job.done:
            self._pump(0)
        return job.done or not self.count

    def result(self, job: Job) -> Prepared:
        """Wait for a job and return what its worker prepared.

        Raises:
            SourceRejected: what the task raised; or ``timeout``, ``memory`` or ``crash``.
            WorkersUnavailable
        """
        if not self.count:
            self._held.discard(job)
            return self._task(job.fetched, self.limits)
        answer = self.answer(job)
        if isinstance(answer, SourceRejected):
            raise answer
        return open_answer(answer)

    def answer(self, job: Job) -> bytes | SourceRejected:
        """Wait for a job and return the answer of its worker, unopened, or why there is none.

        Raises:
            WorkersUnavailable
        """
        self._held.discard(job)
        while job.answer is None:
            self._pump(None)
        return job.answer

    def drop(self, job: Job | None) -> None:
        """Drop a job whose result is no longer needed."""
        if job:
            self._held.discard(job)
            if job in self._queue:
                self._queue.remove(job)

    def _pump(self, timeout_s: float | None) -> None:
        """Assign jobs, receive answers, end workers that overrun; wait at most ``timeout_s``."""
        self._hand_out()
        deadlines = [w.deadline for w in self._workers if w.job or not w.ready]
        if timeout_s is None and deadlines:
            timeout_s = max(0.0, min(deadlines) - time.monotonic())
        answered = wait([w.pipe.ours for w in self._workers], timeout_s)
        late = time.monotonic()  # before receiving, whose time must not count for the others
        for worker in [w for w in self._workers if w.pipe.ours in answered]:
            self._receive(worker)
        for worker in [w for w in self._workers if (w.job or not w.ready) and w.deadline <= late]:
            worker.overran = True
            self._bury(worker)
        self._hand_out()

    def _hand_out(self) -> None:
        idle = [w for w in self._workers if w.ready and w.job is None]
        while self._queue and idle:
            self._send(idle.pop(), self._queue.popleft())
        starting = sum(not w.ready for w in self._workers)
        while len(self._queue) > starting and len(self._workers) < self.count:
            self._workers.append(self._start())
            starting += 1

    def _start(self) -> _Worker:
        pipe = Channel()
        name = f"{self._task.__module__}:{self._task.__qualname__}"
        with pipe.theirs:
            process = subprocess.Popen(
                # -P: the working folder may contain an untrusted json.py.
                [
                    sys.executable,
                    "-P",
                    "-m",
                    "ingest.isolation.confined",
                    str(pipe.theirs.fileno()),
                    name,
                    str(self._organisations),
                    *self._plugins,
                ],
                pass_fds=[pipe.theirs.fileno()],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                env=_environment(),
                cwd="/",
                start_new_session=True,  # so that its child processes (OCR) are killed with it
            )
        return _Worker(process, pipe, time.monotonic() + START_TIMEOUT_S)

    def _send(self, worker: _Worker, job: Job) -> None:
        seconds = self.limits.max_seconds
        limits = replace(self.limits, max_seconds=seconds * SHARE_FOR_EXTRACTING)
        worker.job = job
        worker.deadline = time.monotonic() + self._wall_s
        job.attempts += 1
        fetched = replace(job.fetched, data=b"", fetches=())
        try:
            task = pickle.dumps((fetched, limits, seconds, self._wall_s))
            worker.pipe.send(task, TRANSFER_TIMEOUT_S)
            worker.pipe.send(job.fetched.data, TRANSFER_TIMEOUT_S)  # by themselves: not copied
        except OSError as error:
            worker.overran = isinstance(error, TimeoutError)
            if job.attempts <= MOST_START_FAILURES:  # it had died before: not this document's fault
                worker.job = None
                self._queue.appendleft(job)
            self._bury(worker)

    def _receive(self, worker: _Worker) -> None:
        try:
            answer = worker.pipe.receive(MAX_ANSWER_BYTES, TRANSFER_TIMEOUT_S)
        except (EOFError, OSError) as error:
            worker.overran = isinstance(error, TimeoutError)
            self._bury(worker)
            return
        if not worker.ready:
            worker.ready = True
            self._start_failures = 0
            return
        if worker.job:
            worker.job.answer = answer
        worker.job = None
        worker.jobs_done += 1
        if worker.jobs_done >= JOBS_PER_WORKER:
            self._discard(worker)

    def _bury(self, worker: _Worker) -> None:
        """Remove a worker that died or must end, and settle its job."""
        with contextlib.suppress(subprocess.TimeoutExpired):
            if not worker.overran:
                worker.process.wait(1)  # its own exit status says more than that of our kill
        status = self._discard(worker)
        if not worker.ready:
            self._start_failures += 1
            if self._start_failures >= MOST_START_FAILURES:
                raise WorkersUnavailable(
                    f"The process that reads documents ends on start (status {status}). Check "
                    "that there is enough memory and that the program is completely installed."
                )
        job = worker.job
        if job is None:
            return
        seconds = self.limits.max_seconds if status == -signal.SIGXCPU else self._wall_s
        refusal = explain_end(status, seconds, overran=worker.overran)
        if refusal.code != "timeout" and worker.jobs_done and job.attempts < 2:
            # Earlier documents in the same worker may be the cause: try it once more.
            self._queue.appendleft(job)
        else:
            job.answer = refusal

    def _discard(self, worker: _Worker) -> int:
        """End a worker and its child processes; return its exit status."""
        if worker in self._workers:
            self._workers.remove(worker)
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(worker.process.pid, signal.SIGKILL)
        worker.pipe.close()
        return worker.process.wait()


def _environment() -> dict[str, str]:
    """Return the minimal environment of a worker: no secrets, one thread, our module path."""
    kept = {name: os.environ[name] for name in _PASSED_ON if name in os.environ}
    paths = [str(Path(path).absolute()) for path in (_ROOT, *sys.path) if path]
    threads = ("OMP_NUM_THREADS", "OMP_THREAD_LIMIT", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")
    return kept | dict.fromkeys(threads, "1") | {"PYTHONPATH": os.pathsep.join(paths)}
