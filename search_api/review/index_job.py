"""Run ``salex index`` in a process of its own, one at a time for all workers of a server.

The process inherits a locked file. The system frees the lock when the process ends, however it
ends, so the lock alone says whether one runs, also after the server has started again. What the
command says is kept in the data folder.
"""

from __future__ import annotations

import fcntl
import os
import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final, Literal

from search_api.service.settings import PREFIX, Settings

COMMAND: Final = (sys.executable, "-m", "search_api", "index", "--json")
_MAX_SAID_BYTES: Final = 4_000
_LOOKS: Final = 5
_SETTINGS: Final = ("data_folder", "model", "multilingual_model", "precision", "taxonomy_file")


@dataclass(frozen=True, slots=True)
class IndexJob:
    """The last index job.

    Attributes:
        state: ``interrupted`` if its process ended before it finished, for whatever reason.
        started_at: ISO 8601, UTC.
        said: its last line, such as its progress or its error; empty if it said nothing.
    """

    state: Literal["running", "finished", "interrupted"]
    started_at: str
    said: str


def start_index_job(settings: Settings, command: Sequence[str] = COMMAND) -> bool:
    """Start the job; return false if one runs already, in whatever process.

    Raises:
        OSError: the data folder cannot be written, or no process can be started.
    """
    folder = _folder(settings)
    folder.mkdir(exist_ok=True)
    lock = os.open(folder / "lock", os.O_RDWR | os.O_CREAT, 0o600)
    try:
        if not _take(lock):
            return False
        os.utime(lock)  # says when the job began
        with (folder / "progress").open("wb") as said, (folder / "result").open("wb") as result:
            process = subprocess.Popen(
                [*command],
                stdin=subprocess.DEVNULL,
                stdout=result,
                stderr=said,
                env={**os.environ, **_environment(settings)},
                pass_fds=(lock,),
                start_new_session=True,  # stopping the server does not stop it
            )
    finally:
        os.close(lock)  # the process has its own
    threading.Thread(target=process.wait, name="index job", daemon=True).start()
    return True


def read_index_job(settings: Settings) -> IndexJob | None:
    """Return the last job; ``None`` if there was none."""
    folder = _folder(settings)
    try:
        running = _is_locked(folder / "lock")
        with (folder / "progress").open("rb") as file:
            file.seek(max(0, os.fstat(file.fileno()).st_size - _MAX_SAID_BYTES))
            said = file.read().decode("utf-8", "replace").split("\n")
        done = (folder / "result").stat().st_size > 0
        began = (folder / "lock").stat().st_mtime
    except FileNotFoundError:
        return None
    state: Literal["finished", "interrupted"] = "finished" if done else "interrupted"
    return IndexJob(
        "running" if running else state,
        datetime.fromtimestamp(began, UTC).isoformat(timespec="seconds"),
        next((line.strip() for line in reversed(said) if line.strip()), ""),
    )


def _take(lock: int) -> bool:
    """Lock a file if no job has it; whoever only looks has it for a moment."""
    for _ in range(_LOOKS):
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            time.sleep(0.02)
        else:
            return True
    return False


def _is_locked(path: Path) -> bool:
    lock = os.open(path, os.O_RDWR)
    try:
        fcntl.flock(lock, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    finally:
        os.close(lock)
    return False


def _folder(settings: Settings) -> Path:
    return settings.data_folder / "index-job"


def _environment(settings: Settings) -> dict[str, str]:
    values = {name: getattr(settings, name) for name in _SETTINGS}
    return {f"{PREFIX}{n.upper()}": str(v) for n, v in values.items() if v is not None}
