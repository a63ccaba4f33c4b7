"""Reads a manifest: the sources of a first load, with what a curator knows about each.

TOML with a ``[[source]]`` table each, or CSV with a head; the columns are the same. Relative paths
are relative to the manifest, and stay in its folder: whoever wrote a manifest does not choose which
other files of this machine are taken in.
"""

from __future__ import annotations

import csv
import io
import os
import tomllib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path, PureWindowsPath
from typing import Any, Final
from urllib.parse import urlsplit
from urllib.request import url2pathname

from corpus.errors import SourceRejected
from corpus.model import LIST_FIELDS, TEXT_FIELDS, Outcome
from ingest.extract.decode import decode_bytes
from ingest.model import Hints, Limits, Source
from ingest.records import csl, table
from ingest.sources import path

MAX_BYTES: Final = 20_000_000
_NAMES: Final = {
    "license": "licence", "publisher": "publishers", "author": "authors", "country": "countries",
    "path": "source", "file": "source", "location": "source",
}  # fmt: skip
COLUMNS: Final = ("source", "year", *TEXT_FIELDS, *LIST_FIELDS)

Expand = Callable[[Iterable[str]], Iterator[Source | Outcome]]


def read_manifest(
    manifest: Path, expand: Expand, *, allowed: Sequence[Path] = ()
) -> Iterator[Source | Outcome]:
    """Yield the sources a manifest lists, each with its hints; a faulty row as its outcome.

    A row that names a file outside the manifest's folder is a faulty one.

    Args:
        manifest: a ``.toml`` or ``.csv`` file.
        expand: turns an argument into sources, as for ``salex add``.
        allowed: other folders whose files it may name.

    Raises:
        SourceRejected: the manifest cannot be read as a whole.
    """
    limits = Limits(max_file_bytes=MAX_BYTES)
    fetched = path.read_file(manifest.resolve().as_uri(), manifest, limits)
    text = decode_bytes(fetched.data).text
    rows = _toml(text) if manifest.suffix.lower() == ".toml" else _csv(text)
    for number, row in enumerate(rows, 1):
        uri, code = f"{manifest.resolve().as_uri()}#row-{number}", "manifest"
        try:
            location, hints = _row(row)
            code = path.OUTSIDE
            location = _locate(location, manifest.parent, allowed)
        except ValueError as error:
            yield Outcome(uri, "rejected", f"Row {number} of the manifest: {error}", code)
            continue
        items = list(expand([location]))
        if sum(isinstance(item, Source) for item in items) > 1:
            # A folder or bibliography: what can be true of one document only is left out.
            hints = replace(hints, title=None, doi=None, url=None, summary=None)
        for item in items:
            yield _hinted(item, hints) if isinstance(item, Source) else item


def _hinted(source: Source, hints: Hints) -> Source:
    """Return a source for which the manifest's words come first."""
    instead = source.instead and _hinted(source.instead, hints)
    return replace(source, hints=(hints, *source.hints), instead=instead)


def _locate(location: str, base: Path, allowed: Sequence[Path]) -> str:
    """Return a web address as it is, and what names a file as an absolute path.

    Raises:
        ValueError: the file is outside the folders.
    """
    named = location[:200]
    if location.lower().startswith("file:"):
        location = url2pathname(urlsplit(location).path)
    elif "://" in location:
        return location
    written = base.absolute() / location
    other = base.absolute() / location.replace("\\", "/")  # as a manifest from Windows has it
    elsewhere = PureWindowsPath(location).is_absolute() and "\\" in location
    if elsewhere or any(path.leads_outside(p, [base, *allowed]) for p in (written, other)):
        raise ValueError(
            f"{named} is outside the folder of the manifest. Put it there, or name its "
            "folder with --allow-outside."
        )
    return str(written if os.path.lexists(written) or not os.path.lexists(other) else other)


def _toml(text: str) -> list[Any]:
    try:
        tables = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise SourceRejected("manifest", f"The manifest is not valid TOML: {error}.") from error
    rows = tables.get("source")
    if not isinstance(rows, list) or not rows:
        raise SourceRejected("manifest", "The manifest has no [[source]] tables.")
    return rows


def _csv(text: str) -> list[dict[str, Any]]:
    try:
        rows = list(csv.DictReader(io.StringIO(text, ""), delimiter=table.find_delimiter(text)))
    except csv.Error as error:
        raise SourceRejected("manifest", f"The manifest is not valid CSV: {error}.") from error
    if not rows:
        raise SourceRejected("manifest", "The manifest lists nothing.")
    names = {_column(name) for name in rows[0]}
    if "source" not in names:
        raise SourceRejected(
            "manifest", f"The manifest has no column source; it may have {', '.join(COLUMNS)}."
        )
    return rows


def _column(name: object) -> str:
    plain = str(name or "").strip().lower()
    return _NAMES.get(plain, plain)


def _row(row: object) -> tuple[str, Hints]:
    if not isinstance(row, Mapping):
        raise ValueError("it is not a table of names and values.")
    values = {_column(name): v for name, v in row.items() if v not in (None, "", [])}
    unknown = sorted(set(values) - set(COLUMNS))
    if unknown:
        raise ValueError(f"{unknown[0]!r} is not one of {', '.join(COLUMNS)}.")
    location = str(values.get("source", "")).strip()
    if not location:
        raise ValueError("it has no source.")
    year = csl.date_parts(str(values.get("year", "")))
    if "year" in values and not year:
        raise ValueError(f"{values['year']!r} is not a year.")
    single = {name: str(values[name]).strip() for name in TEXT_FIELDS if name in values}
    several = {name: _list(values[name]) for name in LIST_FIELDS if name in values}
    hints = Hints("manifest", year=year[0] if year else None, **single, **several)  # type: ignore[arg-type]
    return location, hints


def _list(value: object) -> tuple[str, ...]:
    parts = value if isinstance(value, list) else str(value).split(";")
    return tuple(text for part in parts if (text := str(part).strip()))
