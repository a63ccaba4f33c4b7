"""Keeps the graphs of the packaged models in the user's cache, so that each is written once.

A graph is written whole, and checked against its digest and its weights before it is read. Whatever
is wrong with it, it is written again; where nothing can be kept, it stays in memory.
"""

from __future__ import annotations

import json
import logging
import os
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Final

from corpus.catalogue.files import sha256_of, sha256_of_file, write_atomically
from index.vectors.graph import Arithmetic
from index.vectors.model_files import digest_of
from index.vectors.profile import PACKAGED_MODEL

FORMAT: Final = 3
"""Raise it when another graph is written from the same weights."""

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Record:
    """What is known of a kept graph.

    Attributes:
        format: ``FORMAT`` when it was written.
        written_for: the release of the library that runs it.
        weights: size and time of change, in nanoseconds, of the weights it was written from.
        digest: names the vectors it makes.
        sha256: of the graph.
        checked_on: where its vectors were last compared with those they should be.
    """

    format: int
    written_for: str
    weights: tuple[int, int]
    digest: str
    sha256: str
    checked_on: str = ""


@dataclass(frozen=True, slots=True)
class KeptGraph:
    """A graph that is whole: its file, or its bytes where it could not be kept."""

    source: Path | bytes
    record: Record


def cache_folder() -> Path:
    """Return the folder of what can be made again: ``$XDG_CACHE_HOME`` or ``~/.cache``."""
    given = os.environ.get("XDG_CACHE_HOME", "")
    base = Path(given) if given and Path(given).is_absolute() else Path("~/.cache").expanduser()
    return base / "salex-evidence"


def keep_graph(
    model: Path,
    arithmetic: Arithmetic,
    folder: Path,
    write: Callable[[Path, Arithmetic], bytes],
    *,
    release: str,
) -> KeptGraph:
    """Return the graph of the model in ``model``, written again unless it is kept and whole.

    Args:
        model: the folder of the model.
        arithmetic: of the matrix products.
        folder: where the graph is kept.
        write: writes the graph; what it raises is passed on.
        release: of the library that runs the graph.
    """
    return keep(
        folder / f"{PACKAGED_MODEL}-{arithmetic}.onnx",
        lambda: write(model, arithmetic),
        weights=model / "model.safetensors",
        digest=lambda: digest_of(model, PACKAGED_MODEL),
        release=release,
    )


def keep(
    path: Path,
    write: Callable[[], bytes],
    *,
    weights: Path,
    digest: Callable[[], str],
    release: str,
) -> KeptGraph:
    """Return the graph that is kept in a file, written again unless it is whole and current.

    Args:
        path: the file of the graph; its record lies beside it.
        write: writes the graph; what it raises is passed on.
        weights: the file that the graph is written from.
        digest: names the vectors that the graph makes.
        release: of the library that runs the graph.
    """
    state = weights.stat()
    expected = Record(FORMAT, release, (state.st_size, state.st_mtime_ns), "", "")
    kept = _read(path, expected)
    if kept:
        return kept
    data = write()
    record = replace(expected, digest=digest(), sha256=sha256_of(data))
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        write_atomically(path, data)
        _write_record(path, record)
    except OSError as error:
        _log.info("the encoder's graph is not kept: %s", error)
        return KeptGraph(data, record)
    return KeptGraph(path, record)


def record_check(kept: KeptGraph, checked_on: str) -> None:
    """Record where the graph's vectors were found to be right."""
    if isinstance(kept.source, Path):
        try:
            _write_record(kept.source, replace(kept.record, checked_on=checked_on))
        except OSError as error:
            _log.info("the check of the encoder is not kept: %s", error)


def _read(path: Path, expected: Record) -> KeptGraph | None:
    try:
        found = json.loads(path.with_suffix(".json").read_text())
        record = Record(**found | {"weights": tuple(found["weights"])})
        same = replace(expected, digest=record.digest, sha256=record.sha256)
        current = replace(record, checked_on="") == same
        whole = current and sha256_of_file(path) == record.sha256
    except (OSError, ValueError, TypeError, KeyError, RecursionError):
        return None
    return KeptGraph(path, record) if whole else None


def _write_record(path: Path, record: Record) -> None:
    write_atomically(path.with_suffix(".json"), json.dumps(asdict(record), indent=2).encode())
