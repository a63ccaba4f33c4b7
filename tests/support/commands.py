"""Runs ``salex`` for tests, each time in a process of its own.

Loading the libraries takes a second or more, and every command needs most of them, as it needs the
definitions of all commands. So processes are forked from one that has loaded these; it has run no
command, and what a command imports when it runs is imported every time.
"""

from __future__ import annotations

import atexit
import ctypes
import functools
import gc
import importlib
import json
import os
import runpy
import subprocess
import sys
import tempfile
import threading
import traceback
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
MODEL = ("onnxruntime", "tokenizers")
LIBRARIES = (
    "numpy", "faiss", "sklearn.linear_model", "sklearn.calibration", "sqlite_utils.migrations",
    "pydantic_settings", "typer", "rich.progress", "rich.table", "fastapi", "uvicorn", "jinja2",
    "babel.dates", "yaml", "httpx",
)  # fmt: skip
OWN = ("index.search.searcher", "index.vectors.builder", "ingest.intake")
_turn = threading.Lock()


def salex(folder: Path, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run ``salex`` in ``folder`` and return its output.

    With ``LD_PRELOAD`` it runs with that library loaded, and without the model. With
    ``TEST_QUICK`` the fake encoder stands in for the model, and documents are read without
    processes of their own. With ``TEST_UNPRIVILEGED`` permissions apply even to root.
    """
    if sys.platform != "linux":
        return salex_afresh(folder, *arguments, **environment)
    with _turn, tempfile.TemporaryDirectory() as scratch:
        said, faults = (Path(scratch) / name for name in ("stdout", "stderr"))
        order = {"folder": str(folder), "arguments": arguments, "stdout": str(said),
                 "stderr": str(faults), "environment": _environment(environment)}  # fmt: skip
        code = _ask(_server(environment.get("LD_PRELOAD", "")), order)
        texts = (path.read_text("utf-8") for path in (said, faults))
        return subprocess.CompletedProcess(["salex", *arguments], code, *texts)


def salex_afresh(
    folder: Path, *arguments: str, **environment: str
) -> subprocess.CompletedProcess[str]:
    """Run ``salex`` as a shell does, with nothing loaded."""
    return subprocess.run(
        [sys.executable, "-W", "ignore", "-m", "search_api", *arguments],
        cwd=folder,
        env=_environment(environment),
        capture_output=True,
        text=True,
        check=False,
    )


def _environment(more: dict[str, str]) -> dict[str, str]:
    # The second encoder takes a second to load; tests that need it name it.
    return {"SALEX_MULTILINGUAL_MODEL": "", **os.environ, "PYTHONPATH": str(ROOT), **more}


def _ask(server: subprocess.Popen[str], order: dict[str, Any]) -> int:
    assert server.stdin
    assert server.stdout
    server.stdin.write(json.dumps(order) + "\n")
    server.stdin.flush()
    return int(server.stdout.readline())


@functools.cache
def _server(preload: str) -> subprocess.Popen[str]:
    """Start the process to fork from; it ends with this one, when its standard input closes."""
    return subprocess.Popen(
        [sys.executable, "-W", "ignore", "-m", "tests.support.commands"],
        cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        env={**os.environ, "LD_PRELOAD": preload},
    )  # fmt: skip


def _serve() -> None:
    model = () if os.environ.get("LD_PRELOAD") else MODEL
    for name in (*model, *LIBRARIES, *OWN):
        importlib.import_module(name)
    importlib.import_module("search_api.cli").make_app()
    gc.freeze()  # children leave what they share alone
    for line in sys.stdin:
        child = os.fork()
        if child == 0:
            os._exit(_become(json.loads(line)))  # what is loaded need not be taken down
        print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), flush=True)


def _become(order: dict[str, Any]) -> int:
    """Be the command, with its folder, environment, arguments and streams; return its code."""
    os.chdir(order["folder"])
    os.environ.clear()
    os.environ.update(order["environment"])
    write = os.O_WRONLY | os.O_CREAT | os.O_TRUNC
    for number, path, mode in ((0, os.devnull, os.O_RDONLY), (1, order["stdout"], write),
                               (2, order["stderr"], write)):  # fmt: skip
        opened = os.open(path, mode, 0o600)
        os.dup2(opened, number)
        os.close(opened)
    if "TEST_QUICK" in os.environ:
        use_fake_encoder()
        use_no_workers()
    if "TEST_UNPRIVILEGED" in os.environ:
        drop_privileges()
    sys.argv = ["salex", *order["arguments"]]
    code = 1
    try:
        runpy.run_module("search_api", run_name="__main__", alter_sys=True)
        code = 0
    except SystemExit as ended:
        code = ended.code if isinstance(ended.code, int) else int(ended.code is not None)
    except BaseException:
        traceback.print_exc()
    atexit._run_exitfuncs()
    sys.stdout.flush()
    sys.stderr.flush()
    return code


def use_fake_encoder() -> None:
    """Put the fake encoder in the place of the model, which is slow."""
    from index.vectors import encoder
    from tests.support.fakes import HashEncoder

    encoder.load_encoder = lambda *_, **__: HashEncoder()  # type: ignore[assignment]


def use_no_workers() -> None:
    """Read documents in this process."""
    from ingest.isolation import workers

    workers.default_workers = lambda: 0


def drop_privileges() -> None:
    """Give up root's right to read and write every file, for this process and its children."""
    version, nothing = 0x20080522, (ctypes.c_uint32 * 6)()
    header = (ctypes.c_uint32 * 2)(version, 0)
    if ctypes.CDLL(None, use_errno=True).capset(header, nothing):
        raise OSError(ctypes.get_errno(), "capset")


if __name__ == "__main__":
    _serve()
