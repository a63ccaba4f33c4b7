"""Which task goes to which worker, and whom the end of a worker is blamed on.

Dask counts every task that a worker had when it ended as suspect, those in its queue, too. Here a
worker has few tasks at once, and those it had when it ended are tried again one at a time: only a
worker that ends with a single task is held against that task.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable
from concurrent.futures import Future
from dataclasses import dataclass, field
from typing import Any, Final

SPARE: Final = 1
"""Tasks a worker has beyond those it works on, so that it need not wait for the next one."""
MOST_FAILURES: Final = 3
"""Workers that end over a task alone before it is given up."""


@dataclass(slots=True, eq=False)
class Task:
    """What a worker is to do: ``payload`` becomes the answer when it is unpickled there."""

    payload: bytes
    answer: Future[Any] = field(default_factory=Future)
    is_suspect: bool = False
    failures: int = 0


@dataclass(slots=True, eq=False)
class Worker:
    """A process that works on ``threads`` tasks at once; ``tasks`` is what it has now."""

    address: str
    threads: int
    tasks: list[Task] = field(default_factory=list)

    @property
    def room(self) -> int:
        """How many more tasks it may be given."""
        if any(task.is_suspect for task in self.tasks):
            return 0
        return self.threads + SPARE - len(self.tasks)


class Placement:
    """The tasks that wait and the workers that are there. Tasks start in the order they came."""

    def __init__(self) -> None:
        self.workers: list[Worker] = []
        self._waiting: deque[Task] = deque()
        self._suspects: deque[Task] = deque()

    @property
    def seats(self) -> int:
        """How many tasks the workers take at once."""
        return sum(worker.threads + SPARE for worker in self.workers)

    def add(self, task: Task) -> None:
        """Let a task wait for its turn."""
        self._waiting.append(task)

    def drop(self, task: Task) -> None:
        """Forget a task; what a worker has begun goes on."""
        for queue in (self._waiting, self._suspects):
            if task in queue:
                queue.remove(task)

    def unfinished(self) -> list[Task]:
        """Return every task that waits or is with a worker."""
        given = (task for worker in self.workers for task in worker.tasks)
        return [*self._suspects, *self._waiting, *given]

    def next_move(self) -> tuple[Task, Worker] | None:
        """Give the next task to a worker, and return both; ``None`` if nothing can be given now.

        While a suspect waits, the worker with the least to do gets nothing else, until it is idle.
        """
        workers = sorted(self.workers, key=lambda worker: len(worker.tasks) / worker.threads)
        if self._suspects and workers:
            least = workers.pop(0)
            if not least.tasks:
                return self._give(self._suspects.popleft(), least)
        if self._waiting:
            for worker in workers:
                if worker.room > 0:
                    return self._give(self._waiting.popleft(), worker)
        return None

    def _give(self, task: Task, worker: Worker) -> tuple[Task, Worker]:
        worker.tasks.append(task)
        return task, worker

    def remove(self, worker: Worker) -> None:
        """Take out a worker that cannot do such tasks, which is not held against any."""
        self.workers.remove(worker)
        self._suspects.extend(task for task in worker.tasks if task.is_suspect)
        self._waiting.extendleft(task for task in reversed(worker.tasks) if not task.is_suspect)
        worker.tasks.clear()

    def lose(self, worker: Worker) -> list[Task]:
        """Take out a worker that ended; return the tasks that are given up for it."""
        self.workers.remove(worker)
        had, worker.tasks = worker.tasks, []
        return self._suspect(had, failures=1 if len(had) == 1 else 0)

    def fail(self, worker: Worker, task: Task) -> list[Task]:
        """Note that a task failed on a worker that stays; return it if it is given up."""
        worker.tasks.remove(task)
        return self._suspect([task], failures=1)

    def _suspect(self, tasks: Iterable[Task], failures: int) -> list[Task]:
        given_up: list[Task] = []
        for task in tasks:
            task.is_suspect = True
            task.failures += failures
            (given_up if task.failures >= MOST_FAILURES else self._suspects).append(task)
        return given_up
