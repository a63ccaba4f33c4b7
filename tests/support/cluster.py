"""A Dask scheduler and its workers as processes of this machine, on the loopback alone."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).parents[2]
PATIENCE_S = 60.0


def _port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])


def environment(*paths: Path) -> dict[str, str]:
    """Return the environment of a program of ours; ``paths`` come before ours for packages."""
    found = os.pathsep.join(map(str, (*paths, ROOT)))
    return {
        **os.environ, "PYTHONPATH": found, "OMP_NUM_THREADS": "1", "SALEX_MULTILINGUAL_MODEL": "",
        "DASK_DISTRIBUTED__COMM__TIMEOUTS__CONNECT": "5s",
    }  # fmt: skip


@dataclass(slots=True)
class Machines:
    """A scheduler, and workers that can be started and killed one by one."""

    address: str
    folder: Path
    options: Sequence[str] = ()
    processes: list[subprocess.Popen[bytes]] = field(default_factory=list)

    @property
    def scheduler(self) -> subprocess.Popen[bytes]:
        return self.processes[0]

    def workers(self) -> list[subprocess.Popen[bytes]]:
        """Return the workers that run."""
        return [process for process in self.processes[1:] if process.poll() is None]

    def keep(self, workers: int) -> None:
        """Start workers until so many run, as a supervisor of services does."""
        for _ in range(workers - len(self.workers())):
            self.start_worker()

    def start_scheduler(self, *paths: Path) -> None:
        """Start the scheduler; ``paths`` come before ours where it looks for packages."""
        port = self.address.rpartition(":")[2]
        self._start("scheduler", "--host", "127.0.0.1", "--port", port, "--no-show", paths=paths)
        give_up = time.monotonic() + PATIENCE_S
        while time.monotonic() < give_up:
            with socket.socket() as one:
                if one.connect_ex(("127.0.0.1", int(port))) == 0:
                    return
            time.sleep(0.05)
        raise TimeoutError

    def start_worker(self, *paths: Path, threads: int = 1) -> subprocess.Popen[bytes]:
        """Start a worker; ``paths`` come before ours where it looks for packages."""
        return self._start(
            "worker", self.address, "--nthreads", str(threads), "--no-nanny", "--host", "127.0.0.1",
            "--memory-limit", "0", "--local-directory", str(self.folder), "--death-timeout", "60",
            "--no-dashboard", paths=paths,
        )  # fmt: skip

    def _start(self, what: str, *given: str, paths: Sequence[Path] = ()) -> subprocess.Popen[bytes]:
        command = [sys.executable, "-m", f"distributed.cli.dask_{what}", *given, *self.options]
        log = (self.folder / f"{what}-{len(self.processes)}.log").open("wb")
        with log:
            process = subprocess.Popen(
                command, stdout=log, stderr=log, env=environment(*paths), cwd=self.folder
            )
        self.processes.append(process)
        return process


@contextmanager
def repeating(action: Callable[[], object], every_s: float = 0.1) -> Iterator[None]:
    """Do something again and again on another thread while the block runs."""
    ended = threading.Event()

    def repeat() -> None:
        while not ended.wait(every_s):
            action()

    thread = threading.Thread(target=repeat)
    thread.start()
    try:
        yield
    finally:
        ended.set()
        thread.join()


@contextmanager
def machines(
    workers: int = 2,
    *,
    threads: int = 1,
    scheme: str = "tcp",
    options: Sequence[str] = (),
    of_scheduler: Sequence[Path] = (),
) -> Iterator[Machines]:
    """Yield a cluster with so many workers; all of it ends with the block."""
    with tempfile.TemporaryDirectory(prefix="salex-cluster-", ignore_cleanup_errors=True) as folder:
        ours = Machines(f"{scheme}://127.0.0.1:{_port()}", Path(folder), options)
        try:
            ours.start_scheduler(*of_scheduler)
            for _ in range(workers):
                ours.start_worker(threads=threads)
            yield ours
        finally:
            for process in reversed(ours.processes):
                process.send_signal(signal.SIGKILL)
                process.wait()
