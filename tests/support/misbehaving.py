"""Tasks for worker processes that misbehave as libraries do on damaged and hostile files.

The bytes of a document say how, so that one pool meets every way.
"""

from __future__ import annotations

import ctypes
import itertools
import os
import signal
import socket
import struct
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

from corpus.errors import SourceRejected
from corpus.model import Document
from ingest.model import Fetched, Limits, Prepared


class Surprise(str):
    """A value that must not be in an answer."""


def _spin() -> str:
    while True:
        pass


def _hoard() -> str:
    return str(len(bytearray(3 << 30)))


def _hidden_hoard() -> str:
    try:
        return _hoard()
    except MemoryError as error:
        raise SourceRejected("unreadable", "MemoryError") from error


def _connect() -> str:
    try:
        socket.create_connection(("127.0.0.1", 9), timeout=1)
    except OSError as error:
        return type(error).__name__
    return "connected"


def _interfaces() -> str:
    """Return the network interfaces of this process by libc alone, as C code could reach them."""

    class Name(ctypes.Structure):
        _fields_ = (("index", ctypes.c_uint), ("name", ctypes.c_char_p))

    libc = ctypes.CDLL(None)
    libc.if_nameindex.restype = ctypes.POINTER(Name)
    interfaces = libc.if_nameindex()
    names = []
    while interfaces and interfaces[len(names)].index:
        names.append(interfaces[len(names)].name.decode())
    return " ".join(names)


def _program() -> str:
    """Run another program, as OCR does."""
    return subprocess.run(["/bin/echo", "read"], capture_output=True, text=True).stdout.strip()


def _orphan() -> str:
    """Start a program that runs past its time limit."""
    subprocess.Popen(["/bin/sleep", "987"])
    time.sleep(60)
    return ""


def _die(number: int) -> Callable[[], str]:
    def die() -> str:
        os.kill(os.getpid(), number)
        return ""

    return die


def _half_an_answer() -> str:
    """Write to the pipe directly, as a file that has taken over the process could."""
    signal.setitimer(signal.ITIMER_REAL, 0)
    os.write(int(sys.argv[1]), struct.pack("!i", 1_000_000) + b"x" * 1_000)
    time.sleep(60)
    return ""


def _deaf() -> str:
    """Answer, and read nothing that is sent afterwards."""
    signal.setitimer(signal.ITIMER_REAL, 0)
    os.write(int(sys.argv[1]), struct.pack("!i", 2) + b"no")
    time.sleep(60)
    return ""


def _kill_the_reader() -> str:
    """End the program that started this process, as a file that exhausts a machine could."""
    os.kill(os.getppid(), signal.SIGKILL)
    time.sleep(60)
    return ""


TASKS: dict[str, Callable[[], str]] = {
    "spin": _spin,
    "nap": lambda: str(time.sleep(1.6)),
    "sleep": lambda: str(time.sleep(60)),
    "hoard": _hoard,
    "hidden hoard": _hidden_hoard,
    "segfault": _die(signal.SIGSEGV),
    "abort": _die(signal.SIGABRT),
    "killed": _die(signal.SIGKILL),
    "exit": lambda: os._exit(3),
    "refuse": lambda: (_ for _ in ()).throw(SourceRejected("password", "It is locked.")),
    "surprise": lambda: Surprise("x"),
    "pid": lambda: str(os.getpid()),
    "connect": _connect,
    "interfaces": _interfaces,
    "program": _program,
    "orphan": _orphan,
    "half an answer": _half_an_answer,
    "deaf": _deaf,
    "environment": lambda: " ".join(sorted(os.environ)),
    "open files": lambda: " ".join(sorted(p.name for p in Path("/proc/self/fd").iterdir())),
    "poison": _kill_the_reader,
    "large": lambda: "x" * 30_000_000,
}


def misbehave(fetched: Fetched, limits: Limits) -> Prepared:
    """Do what the bytes say; the text of the document is the answer."""
    said = fetched.data.decode()
    text = TASKS[said]() if said in TASKS else said
    return Prepared(Document("", "T", fetched.source, "text/plain", "", 1), text, (), (), None)


def unable(fetched: Fetched, limits: Limits) -> Prepared:
    raise AssertionError


_COUNT = itertools.count(1)


def leave_something_behind(fetched: Fetched, limits: Limits) -> Prepared:
    """Die at the third document, whichever it is."""
    if next(_COUNT) == 3:
        os._exit(77)
    return misbehave(fetched, limits)
