"""What the command line prints: progress, messages and results."""

from __future__ import annotations

import dataclasses
import json
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final, TextIO

from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    TextColumn,
    TimeRemainingColumn,
)

from corpus.catalogue.files import write_atomically
from index.model import Filters

LINE_EVERY_S: Final = 10.0
"""Seconds between two lines of progress when output is not a terminal."""
_PIPED_COLUMNS: Final = 1_000
"""The width of tables when output is not a terminal; rich would take 80 columns."""


def _console(stream: TextIO, *, stderr: bool) -> Console:
    """Return a console that wraps no messages, and tables only to fit a terminal."""
    width = None if stream.isatty() else _PIPED_COLUMNS
    return Console(stderr=stderr, highlight=False, soft_wrap=True, width=width)


out: Final = _console(sys.stdout, stderr=False)
err: Final = _console(sys.stderr, stderr=True)


@contextmanager
def progress_bar(
    label: str, total: int | None, *, clock: Callable[[], float] = time.monotonic
) -> Iterator[Any]:
    """Show progress on standard error; yields ``advance(done)``.

    A terminal shows a bar. A file or a pipe gets a line every ``LINE_EVERY_S`` seconds, measured by
    ``clock``, so that short work prints nothing there.
    """
    if not err.is_terminal:
        yield _Lines(label, total, clock).advance
        return
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    with Progress(*columns, TimeRemainingColumn(), console=err) as bar:
        task = bar.add_task(label, total=total)

        def advance(done: int, of: int | None = None) -> None:
            bar.update(task, completed=done, total=of if of is not None else total)

        yield advance


class _Lines:
    """Progress as lines, a few seconds apart."""

    def __init__(self, label: str, total: int | None, clock: Callable[[], float]) -> None:
        self._label = label
        self._total = total
        self._clock = clock
        self._told_at = clock()

    def advance(self, done: int, of: int | None = None) -> None:
        """Print how much is done, unless a line was printed a moment ago."""
        if self._clock() - self._told_at < LINE_EVERY_S:
            return
        self._told_at = self._clock()
        total = of if of is not None else self._total
        err.print(f"{self._label}: {done:,}" + (f" of {total:,}" if total is not None else ""))


def print_json(value: Any) -> None:
    """Print a value as JSON; passage ids become strings, as in the API."""
    print(json.dumps(_plain(value), ensure_ascii=False, indent=2))  # noqa: T201


def _plain(value: Any) -> Any:
    if isinstance(value, Filters):
        return _plain(value.as_dict())
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        pairs = ((f.name, getattr(value, f.name)) for f in dataclasses.fields(value))
        return {
            name: str(member) if name == "passage_id" and member is not None else _plain(member)
            for name, member in pairs
        }
    if isinstance(value, dict):
        return {key: _plain(member) for key, member in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(member) for member in value]
    return value


def write_output(path: Path, content: bytes, what: str) -> None:
    """Write a file named on the command line and report it; do not create its folder.

    Raises:
        OSError: naming ``path``.
    """
    try:
        if path.exists() and not path.is_file():
            path.write_bytes(content)  # a pipe or a terminal; a folder raises an error
        elif path.parent.is_dir():
            write_atomically(path.absolute(), content)
        else:
            path.open("rb").close()  # fails, and says why
    except OSError as error:
        raise OSError(error.errno, error.strerror, str(path)) from error
    err.print(f"{what} was written to {path.absolute()}.", markup=False)
