"""The code inside a worker process: set limits, leave the network, then read documents.

Started by ``workers`` as ``python -P -m ingest.isolation.confined FD MODULE:FUNCTION FILE
PLUGIN...``. It reads pickled jobs from the pipe and answers (Prepared, "", "") or (None, code,
reason).
"""

from __future__ import annotations

import contextlib
import ctypes
import importlib
import os
import pickle
import resource
import signal
import sys
from collections.abc import Callable, Sequence
from dataclasses import replace
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Final

from corpus.documents.authorities import use_organisations
from corpus.errors import SourceRejected
from corpus.plugins import choose_plugins
from ingest.model import Fetched, Limits, Prepared

EXIT_MEMORY: Final = 77
"""The exit status of a worker that ran out of memory: any answer it gives is not trusted."""

MAX_MEMORY_BYTES: Final = 2 << 30
MAX_FILE_BYTES: Final = 256 << 20
"""The size of one file it writes: the image of a page for OCR."""
MAX_OPEN_FILES: Final = 64
ALARM_MARGIN_S: Final = 3.0
"""After the time limit, a worker whose parent was killed ends by itself."""

_CLONE_NEWUSER: Final = 0x10000000
_CLONE_NEWNET: Final = 0x40000000

Task = Callable[[Fetched, Limits], Prepared]


def main(descriptor: int, task_name: str, organisations: str, plugins: Sequence[str] = ()) -> None:
    """Answer jobs on the pipe until it is closed; a file names organisations."""
    use_organisations(Path(organisations))
    _limit_resources()
    _leave_the_network()
    module, _, name = task_name.partition(":")
    choose_plugins(plugins)
    task: Task = getattr(importlib.import_module(module), name)
    with Connection(descriptor) as pipe, contextlib.suppress(EOFError, BrokenPipeError):
        pipe.send_bytes(b"ready")
        while True:
            fetched, limits, cpu_s, wall_s = pickle.loads(pipe.recv_bytes())
            fetched = replace(fetched, data=pipe.recv_bytes())
            _give_time(cpu_s, wall_s)
            answer = pickle.dumps(_answer(task, fetched, limits))
            signal.setitimer(signal.ITIMER_REAL, 0)  # the parent may take its time to read it
            pipe.send_bytes(answer)


def _answer(task: Task, fetched: Fetched, limits: Limits) -> tuple[Prepared | None, str, str]:
    try:
        return task(fetched, limits), "", ""
    except SourceRejected as error:
        if _is_memory(error):
            os._exit(EXIT_MEMORY)
        return None, error.code, error.reason
    except MemoryError:
        os._exit(EXIT_MEMORY)


def _is_memory(error: BaseException | None) -> bool:
    while error is not None:
        if isinstance(error, MemoryError):
            return True
        error = error.__cause__ or error.__context__
    return False


def _limit_resources() -> None:
    for resource_number, limit in (
        (resource.RLIMIT_AS, MAX_MEMORY_BYTES),
        (resource.RLIMIT_FSIZE, MAX_FILE_BYTES),
        (resource.RLIMIT_NOFILE, MAX_OPEN_FILES),
        (resource.RLIMIT_CORE, 0),
    ):
        _, hard = resource.getrlimit(resource_number)
        lowest = limit if hard == resource.RLIM_INFINITY else min(limit, hard)
        resource.setrlimit(resource_number, (lowest, lowest))


def _give_time(cpu_s: float, wall_s: float) -> None:
    """Limit processor and clock time from now on; processor time accumulates."""
    usage = resource.getrusage(resource.RUSAGE_SELF)
    _, hard = resource.getrlimit(resource.RLIMIT_CPU)
    used = usage.ru_utime + usage.ru_stime
    resource.setrlimit(resource.RLIMIT_CPU, (int(used + cpu_s) + 1, hard))
    signal.setitimer(signal.ITIMER_REAL, wall_s + ALARM_MARGIN_S)


def _leave_the_network() -> None:
    """Make network connections impossible, or at least reject them.

    A new network namespace has not even a loopback, which also binds C code and child programs. If
    the system does not permit one (as in many containers), an audit hook that cannot be removed
    rejects Python's sockets only: C code could still connect.
    """
    libc = ctypes.CDLL(None, use_errno=True)
    with contextlib.suppress(AttributeError):  # not Linux
        if libc.unshare(_CLONE_NEWNET) != 0:
            libc.unshare(_CLONE_NEWUSER | _CLONE_NEWNET)
    sys.addaudithook(_refuse_sockets)


def _refuse_sockets(event: str, _: tuple[object, ...]) -> None:
    if event.startswith("socket."):
        raise PermissionError("a worker has no network")


if __name__ == "__main__":
    main(int(sys.argv[1]), sys.argv[2], sys.argv[3], sys.argv[4:])
