"""A scheduler's workers do our tasks, and only those workers that are fit for it.

Each task is given to one worker by name, a few to each at a time (``placing``), and its answer is
collected as soon as it is there. So the end of a worker is noticed and settled here, whatever the
scheduler makes of it. Everything happens on one event loop, in a thread of its own.
"""

from __future__ import annotations

import asyncio
import logging
import pickle
import threading
import time
from collections.abc import Callable, Coroutine, Mapping
from typing import Any, Final, Self, TypeVar

from corpus.cluster.connection import Call, Connection, SchedulerGone, WorkerEnded, connect
from corpus.cluster.facts import Facts, find_fault
from corpus.cluster.placing import Placement, Task, Worker
from corpus.errors import ClusterLost, ClusterUnavailable, EvidenceError, TaskGivenUp

WATCH_EVERY_S: Final = 0.5
MEET_TIMEOUT_S: Final = 120.0
"""How long a worker may take to say what it has; it may be busy, or load a model first."""
PATIENCE_S: Final = 60.0
"""How long there may be no worker: one that ends is often started again within seconds."""
ALL_REFUSED_S: Final = 2.0
"""How long a start waits for a fit worker when all that are there were refused."""

_T = TypeVar("_T")


class Cluster:
    """The workers of a Dask scheduler. Use it as a context manager, from one thread.

    A worker is used once it has this release and states the same facts as this process.

    Args:
        address: of the scheduler, as for ``connect``.
        here: the facts that a worker has to share.
        state_facts: returns a worker's; called once on each.
        arguments: what it is called with.

    Raises:
        ClusterUnavailable: on entering, if no scheduler answers or none of its workers is fit.
    """

    def __init__(
        self, address: str, here: Facts, state_facts: Callable[..., Facts], *arguments: object
    ) -> None:
        self.address = address
        self.refused: dict[str, str] = {}
        """Why workers are not used, by their addresses."""
        self._state_facts = Call(state_facts, arguments)
        self._facts = here
        self._placement = Placement()
        self._known: dict[tuple[str, str], Worker] = {}
        self._meetings: dict[Worker, asyncio.Task[None]] = {}
        self._runs: dict[Task, asyncio.Task[None]] = {}
        self._error: ClusterUnavailable | None = None
        self._began = False

    def __enter__(self) -> Self:
        self._loop = asyncio.new_event_loop()
        self._loop.set_exception_handler(_note_fault)
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True, name="cluster")
        self._thread.start()
        try:
            self._connection: Connection = self._wait_for(connect(self.address))
        except BaseException:
            self._stop_loop()
            raise
        try:
            self._wait_for(self._open())
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *exception: object) -> None:
        self._wait_for(self._close())
        self._stop_loop()

    @property
    def seats(self) -> int:
        """How many tasks the workers take at once, at least 1."""
        return max(1, self._placement.seats)

    @property
    def worker_count(self) -> int:
        """How many workers are used now."""
        return len(self._placement.workers)

    def submit(self, function: Callable[..., Any], *arguments: object) -> Task:
        """Have a worker call a function that it can import; return at once.

        The task's ``answer`` ends with what the function returns; with ``TaskGivenUp`` if
        ``placing.MOST_FAILURES`` workers ended over it alone, or it failed as often; or with
        ``ClusterLost``. A function that raises an ``EvidenceError`` says that its worker cannot do
        such tasks: that worker is not used again, and another one does the task.
        """
        task = Task(pickle.dumps(Call(function, arguments)))
        self._loop.call_soon_threadsafe(self._accept, task)
        return task

    def drop(self, task: Task) -> None:
        """Forget a task whose answer is not needed."""
        self._loop.call_soon_threadsafe(self._placement.drop, task)

    def _wait_for(self, work: Coroutine[Any, Any, _T]) -> _T:
        return asyncio.run_coroutine_threadsafe(work, self._loop).result()

    def _stop_loop(self) -> None:
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    async def _open(self) -> None:
        self._watching = asyncio.create_task(self._watch())
        while not self._began:
            await asyncio.sleep(0.02)
            if self._error:
                raise self._error

    async def _close(self) -> None:
        self._end(ClusterLost("The work was stopped."))
        runs = [*self._runs.values(), *self._meetings.values(), self._watching]
        self._runs.clear()
        for run in runs:
            run.cancel()
        await asyncio.wait(runs)
        await self._connection.close()

    def _end(self, error: ClusterUnavailable) -> None:
        """Answer every task that has no answer with an error, now and from now on."""
        self._error = self._error or error
        for task in self._placement.unfinished():
            if not task.answer.done():
                task.answer.set_exception(self._error)

    async def _watch(self) -> None:
        """Follow which workers there are, until the scheduler is lost or nobody is left."""
        seen = time.monotonic()
        while not self._error:
            try:
                self._follow(await self._connection.list_workers())
            except Exception as error:  # whatever it is: who waits for an answer must not wait on
                self._end(_scheduler_lost(self.address, error))
                return
            patience_s = ALL_REFUSED_S if self.refused and not self._began else PATIENCE_S
            if self._placement.workers or self._meetings:
                seen = time.monotonic()
            elif time.monotonic() - seen > patience_s:
                self._end(_nobody_left(self.address, self.refused, began=self._began))
            await asyncio.sleep(WATCH_EVERY_S if self._began else WATCH_EVERY_S / 5)

    def _follow(self, there: Mapping[tuple[str, str], int]) -> None:
        for key in self._known.keys() - there.keys():
            worker = self._known.pop(key)
            if worker in self._meetings:
                self._meetings.pop(worker).cancel()
            if worker in self._placement.workers:
                self._stop_runs(worker)
                self._give_up(self._placement.lose(worker), "ended over it")
        for key in there.keys() - self._known.keys():
            worker = self._known[key] = Worker(key[0], there[key])
            self._meetings[worker] = asyncio.create_task(self._meet(worker))
        self._hand_out()

    async def _meet(self, worker: Worker) -> None:
        """Use a worker from now on, if it is fit."""

        def ask(call: Call) -> Coroutine[Any, Any, Any]:
            return self._connection.call(worker.address, pickle.dumps(call))

        meeting = find_fault(ask, self._state_facts, self._facts)
        try:
            fault = await asyncio.wait_for(meeting, MEET_TIMEOUT_S)
        except TimeoutError:
            fault = f"It did not answer within {MEET_TIMEOUT_S:.0f} s; it may be busy."
        self._meetings.pop(worker)
        if fault:
            self.refused[worker.address] = fault
            return
        self._placement.workers.append(worker)
        self._began = True
        self._hand_out()

    def _accept(self, task: Task) -> None:
        if self._error:
            task.answer.set_exception(self._error)
            return
        self._placement.add(task)
        self._hand_out()

    def _hand_out(self) -> None:
        while not self._error and (move := self._placement.next_move()):
            task, worker = move
            self._runs[task] = asyncio.create_task(self._work(worker, task))

    async def _work(self, worker: Worker, task: Task) -> None:
        try:
            answer = await self._connection.call(worker.address, task.payload)
        except WorkerEnded:
            return  # watching will tell, and settle it with what else the worker had
        except SchedulerGone as error:
            self._end(_scheduler_lost(self.address, error))
        except EvidenceError as error:
            self._refuse(worker, task, str(error))
        except Exception as error:  # whatever the function raised there
            self._runs.pop(task)
            said = f"failed over it, the last with {type(error).__name__} ({error})"
            self._give_up(self._placement.fail(worker, task), said)
        else:
            self._runs.pop(task)
            worker.tasks.remove(task)
            task.payload = b""
            task.answer.set_result(answer)
        self._hand_out()

    def _refuse(self, worker: Worker, task: Task, fault: str) -> None:
        """Stop using a worker that says it cannot do such tasks."""
        self.refused[worker.address] = fault
        self._runs.pop(task)
        self._stop_runs(worker)
        self._placement.remove(worker)

    def _stop_runs(self, worker: Worker) -> None:
        for task in worker.tasks:
            run = self._runs.pop(task, None)
            if run:
                run.cancel()

    def _give_up(self, tasks: list[Task], why: str) -> None:
        for task in tasks:
            if not task.answer.done():
                task.answer.set_exception(TaskGivenUp(f"{task.failures} workers {why}."))


def _note_fault(_: asyncio.AbstractEventLoop, context: Mapping[str, Any]) -> None:
    """Log what Dask leaves behind, such as waits for calls whose scheduler is gone."""
    logging.getLogger(__name__).debug("%s", context.get("message"), exc_info=True)


def _scheduler_lost(address: str, error: Exception) -> ClusterLost:
    return ClusterLost(
        f"The scheduler at {address} is lost ({error}). What was done so far is kept. "
        "Run the same command again to go on."
    )


def _nobody_left(address: str, refused: Mapping[str, str], *, began: bool) -> ClusterUnavailable:
    why = "".join(f" {worker}: {fault}" for worker, fault in refused.items())
    if not began:
        return ClusterUnavailable(
            f"The scheduler at {address} has no worker that can be used.{why}"
        )
    return ClusterLost(
        f"The scheduler at {address} has had no worker that can be used for {PATIENCE_S:.0f} s."
        f"{why} What was done so far is kept. Start workers, and run the same command again to go "
        "on."
    )
