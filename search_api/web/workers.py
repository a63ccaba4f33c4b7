"""Several server processes that accept from the same sockets, and the one that keeps them running.

The first process answers nothing: it starts the workers, starts one again that ended, and ends them
all when it is told to stop. It loads neither the application nor a model, so that it can fork.
"""

from __future__ import annotations

import logging
import multiprocessing
import os
import signal
import socket
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from search_api.service.sharing import HeldConnections
from search_api.web.stopping import Stop, catch_signals

NEVER_STARTED: Final = 3
"""The exit code of a server that cannot start; it has said why."""
_LOOK_S: Final = 0.2
_STOPPING_S: Final = 20.0
"""Workers answer open requests for 15 seconds before they end."""
_AGAIN_S: Final = 0.5
_MOST_AGAIN_S: Final = 30.0
_STEADY_S: Final = 60.0
"""A worker that ran for so long is started again at once."""
_YIELD_S: Final = 0.002
"""How long a worker waits before it accepts, for each connection that it holds more than another:
so long that an idle one is faster, and so short that nobody waits for one that does not accept."""
_MOST_YIELD_S: Final = 0.010
_SIGNALS: Final = (signal.SIGINT, signal.SIGTERM)
_log = logging.getLogger(__name__)
_fork: Final = multiprocessing.get_context("fork")


class SharedSocket(socket.socket):
    """A listening socket of several processes, which share out the connections evenly.

    asyncio accepts as many connections at once as it lets wait. A worker must accept one at a time,
    or the first one that wakes takes all clients. And clients stay: where one of two workers has 14
    of 20 and the other 6, some of the 14 wait for long. So one that holds more than another waits a
    little, and finds that the other was faster.
    """

    held: HeldConnections | None = None
    """Set in each worker; without it, a worker takes what comes."""

    def listen(self, backlog: int = 0, /) -> None:
        """Leave the queue as it is: it was made when the socket was opened."""

    def accept(self) -> tuple[socket.socket, Any]:
        """Accept a connection, later if other workers hold fewer.

        Raises:
            BlockingIOError: none waits; another worker may have taken it.
        """
        if self.held is None:
            return super().accept()
        time.sleep(min(self.held.surplus * _YIELD_S, _MOST_YIELD_S))
        accepted, address = super().accept()
        return _CountedSocket.of(accepted, self.held), address

    @classmethod
    def of(cls, opened: socket.socket) -> SharedSocket:
        """Return an open socket as one of these."""
        return cls(fileno=opened.detach())


class _CountedSocket(socket.socket):
    """A connection that counts among those held until it is closed."""

    held: HeldConnections | None = None

    @classmethod
    def of(cls, accepted: socket.socket, held: HeldConnections) -> _CountedSocket:
        counted = cls(fileno=accepted.detach())
        counted.held = held
        held.add(1)
        return counted

    def close(self) -> None:
        if self.held:
            self.held.add(-1)
            self.held = None
        super().close()


@dataclass(slots=True)
class _Worker:
    """One worker: its process, when it started, and how many before it ended early in a row."""

    number: int
    process: multiprocessing.process.BaseProcess
    started: float
    short_lives: int


class Workers:
    """The worker processes; ``run`` is what each does, with its number from 0."""

    def __init__(self, run: Callable[[int], None], count: int) -> None:
        self._run = run
        self._life, self._alive = os.pipe()
        self._workers = [self._start(number, 0) for number in range(count)]
        self._due: dict[int, tuple[float, int]] = {}  # number: (when, short lives)

    def look_after(self, stop: Stop) -> None:
        """Start again what ends, until told to stop or until a first start failed."""
        while not stop.told:
            for worker in [w for w in self._workers if not w.process.is_alive()]:
                if worker.process.exitcode == NEVER_STARTED and not worker.short_lives:
                    sys.exit(NEVER_STARTED)
                self._note_end(worker)
            for number, (when, short_lives) in list(self._due.items()):
                if time.monotonic() >= when:
                    del self._due[number]
                    self._workers.append(self._start(number, short_lives))
            stop.wait(_LOOK_S)

    def end(self) -> None:
        """Tell all workers to end, and see to it that they do."""
        try:
            for worker in self._workers:
                worker.process.terminate()
            deadline = time.monotonic() + _STOPPING_S
            for worker in self._workers:
                worker.process.join(max(0.0, deadline - time.monotonic()))
        finally:
            for worker in self._workers:
                worker.process.kill()
                worker.process.join()

    def _note_end(self, worker: _Worker) -> None:
        self._workers.remove(worker)
        steady = time.monotonic() - worker.started >= _STEADY_S
        short_lives = 1 if steady else worker.short_lives + 1
        wait_s = 0.0 if steady else min(_MOST_AGAIN_S, _AGAIN_S * 2 ** (short_lives - 1))
        self._due[worker.number] = time.monotonic() + wait_s, short_lives
        _log.warning(
            "worker %d ended (%s); it is started again", worker.number, _how(worker.process)
        )

    def _start(self, number: int, short_lives: int) -> _Worker:
        process = _fork.Process(target=self._work, args=[number], name=f"worker {number}")
        # A signal between the fork and the worker's own handlers would only tell its copy of Stop.
        signal.pthread_sigmask(signal.SIG_BLOCK, _SIGNALS)
        try:
            process.start()
        finally:
            signal.pthread_sigmask(signal.SIG_UNBLOCK, _SIGNALS)
        return _Worker(number, process, time.monotonic(), short_lives)

    def _work(self, number: int) -> None:
        for signal_number in _SIGNALS:
            signal.signal(signal_number, signal.SIG_DFL)
        signal.pthread_sigmask(signal.SIG_UNBLOCK, _SIGNALS)
        os.close(self._alive)
        threading.Thread(target=self._end_with_parent, daemon=True).start()
        self._run(number)

    def _end_with_parent(self) -> None:
        """Wait until the other end of the pipe closes: the first process ended, however."""
        os.read(self._life, 1)
        os.kill(os.getpid(), signal.SIGTERM)


def run_workers(run: Callable[[int], None], count: int) -> None:
    """Run so many processes until this one gets Ctrl-C or SIGTERM.

    Args:
        run: what a worker does, with its number; it ends on SIGTERM.
        count: how many workers there are.

    Raises:
        SystemExit: a worker could not start.
    """
    with catch_signals() as stop:
        workers = Workers(run, count)
        try:
            workers.look_after(stop)
        finally:
            workers.end()


def _how(process: multiprocessing.process.BaseProcess) -> str:
    code = process.exitcode or 0
    return f"exit code {code}" if code >= 0 else signal.Signals(-code).name
