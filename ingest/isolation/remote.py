"""Documents are read by workers of other machines: the bytes go there, the whole answer comes back.

There a document is read as it is here, in a confined process with the same limits: ``Workers``
with one process for each thread of a Dask worker.
"""

from __future__ import annotations

import importlib.metadata
import pickle
import tempfile
import threading
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from corpus.cluster.facts import Facts
from corpus.cluster.placing import Task as ClusterTask
from corpus.cluster.workers import Cluster
from corpus.documents.authorities import ORGANISATIONS_FILE, organisations_in_use
from corpus.errors import SourceRejected, TaskGivenUp, WorkersUnavailable
from corpus.plugins import chosen_plugins
from ingest.isolation.answers import open_answer
from ingest.isolation.confined import Task
from ingest.isolation.pool import Job
from ingest.isolation.workers import BYTES_IN_FLIGHT, Workers
from ingest.model import READING, Fetched, Limits, Prepared
from ingest.preparing import prepare_document

WAITING_PER_SEAT: Final = 8
"""Inputs in memory for each task that the workers take at once, so that they go on while the
oldest is slow."""
LEAST_WAITING: Final = 64
MOST_BYTES: Final = 512_000_000
"""Of inputs and answers in memory at once, however many workers there are."""


@dataclass(frozen=True, slots=True)
class Told:
    """How documents are to be read; ``organisations`` is a file of the network's own."""

    limits: Limits
    task: Task = prepare_document
    organisations: bytes | None = None
    plugins: tuple[str, ...] = ()


def describe_reading(plugins: Sequence[str]) -> Facts:
    """Return what must be the same on a worker for a document to be read there as here."""
    return {"version of reading": str(READING)} | {f"plugin {p}": _version(p) for p in plugins}


def _version(distribution: str) -> str:
    try:
        return importlib.metadata.version(distribution)
    except importlib.metadata.PackageNotFoundError:
        return "not installed"


class RemotePool:
    """A ``Pool`` of the workers of a cluster, whose facts are those of ``describe_reading``.

    Args:
        cluster: whose workers read.
        limits: how much one document may use there.
        task: the function that is called for a document, imported by module and name.
    """

    def __init__(self, cluster: Cluster, limits: Limits, *, task: Task = prepare_document) -> None:
        own = organisations_in_use()
        named = None if own == ORGANISATIONS_FILE else own.read_bytes()
        self._cluster = cluster
        self._told = Told(limits, task, named, chosen_plugins())
        self._tasks: dict[Job, ClusterTask] = {}

    @property
    def most_waiting(self) -> int:
        """How many inputs may wait for their turn to be stored."""
        return max(LEAST_WAITING, WAITING_PER_SEAT * self._cluster.seats)

    @property
    def is_full(self) -> bool:
        """Whether results should be taken before more documents are submitted."""
        if len(self._tasks) >= self.most_waiting:
            return True
        for job, task in self._tasks.items():
            if task.answer.done() and not task.answer.exception():
                job.answer = task.answer.result()
        most = min(MOST_BYTES, BYTES_IN_FLIGHT * self._cluster.seats)
        return sum(job.size_bytes for job in self._tasks) >= most

    def submit(self, fetched: Fetched) -> Job:
        """Submit a document and return at once."""
        job = Job(fetched)
        sent = replace(fetched, fetches=())
        self._tasks[job] = self._cluster.submit(read_document, self._told, sent)
        return job

    def is_done(self, job: Job) -> bool:
        """Whether ``result`` would return at once."""
        return self._tasks[job].answer.done()

    def result(self, job: Job) -> Prepared:
        """Wait for a job and return what a worker prepared.

        Raises:
            SourceRejected: what the task raised; ``timeout`` or ``memory``; or ``crash``, also if
                worker after worker ended over it.
            ClusterLost
        """
        try:
            return open_answer(self._tasks.pop(job).answer.result())
        except TaskGivenUp as error:
            raise SourceRejected(
                "crash",
                f"{error} The file may be damaged or built to end the program that reads it: save "
                "it again from another one. If the machines were at fault, add it again.",
            ) from error

    def drop(self, job: Job | None) -> None:
        """Drop a job whose result is no longer needed."""
        task = self._tasks.pop(job, None) if job else None
        if task:
            self._cluster.drop(task)


class _Own(threading.local):
    """The pool of a thread of a Dask worker; it ends with the worker."""

    told: Told | None = None
    pool: Workers | None = None
    folder: tempfile.TemporaryDirectory[str] | None = None


_own: Final = _Own()


def read_document(told: Told, fetched: Fetched) -> bytes:
    """Read a document on a worker; return the answer of its confined process, unopened.

    Raises:
        WorkersUnavailable: this machine cannot start such a process.
    """
    try:
        pool = _pool_for(told)
        answer = pool.answer(pool.submit(fetched))
    except OSError as error:
        raise WorkersUnavailable(f"No process that reads documents can be run: {error}") from error
    if isinstance(answer, SourceRejected):
        return pickle.dumps((None, answer.code, answer.reason))
    return answer


def _pool_for(told: Told) -> Workers:
    if _own.pool and told == _own.told:
        return _own.pool
    if _own.pool:
        _own.pool.__exit__()
    named = ORGANISATIONS_FILE
    if told.organisations is not None:
        _own.folder = tempfile.TemporaryDirectory(prefix="salex-")
        named = Path(_own.folder.name) / "organisations.toml"
        named.write_bytes(told.organisations)
    _own.told = told
    _own.pool = Workers(told.limits, 1, task=told.task, organisations=named, plugins=told.plugins)
    return _own.pool
