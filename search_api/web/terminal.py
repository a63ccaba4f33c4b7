"""What the command line prints: progress that is silent off a terminal, and results to read."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    TextColumn,
    TimeRemainingColumn,
)

out: Final = Console(highlight=False, soft_wrap=True)
err: Final = Console(stderr=True, highlight=False)


@contextmanager
def progress_bar(label: str, total: int | None) -> Iterator[Any]:
    """Show a bar on standard error while it is a terminal; yields ``advance(done)``."""
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    bar = Progress(*columns, TimeRemainingColumn(), console=err, disable=not err.is_terminal)
    with bar:
        task = bar.add_task(label, total=total)

        def advance(done: int, of: int | None = None) -> None:
            bar.update(task, completed=done, total=of if of is not None else total)

        yield advance


def print_json(value: Any) -> None:
    """Print a value as JSON; ids of passages become strings, as everywhere outside."""
    print(json.dumps(_plain(value), ensure_ascii=False, indent=2))  # noqa: T201


def _plain(value: Any) -> Any:
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        pairs = ((f.name, getattr(value, f.name)) for f in dataclasses.fields(value))
        return {
            name: str(found) if name == "passage_id" and found is not None else _plain(found)
            for name, found in pairs
        }
    if isinstance(value, dict):
        return {key: _plain(found) for key, found in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(found) for found in value]
    return value


def say_written(what: str, path: Path) -> None:
    """Say what was written where, beside what is printed."""
    err.print(f"{what} was written to {path.absolute()}.", markup=False, soft_wrap=True)
