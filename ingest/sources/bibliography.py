"""Bibliographies: a file that stands for the records in it, each a source of its own."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Final

from corpus.errors import SourceRejected
from corpus.model import Outcome, document_id
from ingest.extract.decode import decode_bytes
from ingest.extract.record import record_hints
from ingest.model import Fetched, Limits, Source
from ingest.records import MAX_BYTES, Problem, Row, csl, detect_format, read_rows
from ingest.sources import path
from ingest.sources.attachments import Attached, find_attachment

PEEK_BYTES: Final = 65_536
_EXTENSIONS: Final = frozenset(("ris", "bib", "bibtex", "json", "csv", "tsv", "txt", ""))
"""Only files with these names are opened; their content decides, and a PDF is not opened twice."""


def expand_bibliography(source: Source) -> Iterator[Source | Outcome]:
    """Yield a source for every record of a bibliography; any other file as it is.

    A row that cannot become a record is yielded as the outcome it ends in, as is a broken file.
    """
    if source.path is None or not _is_bibliography(source.path):
        yield source
        return
    try:
        fetched = path.read_file(source.uri, source.path, Limits(max_file_bytes=MAX_BYTES))
        text = decode_bytes(fetched.data).text
        format_name = detect_format(text, fetched.name)
        if format_name is None:  # it changed in the meantime
            yield source
            return
        yield from record_sources(source.uri, read_rows(text, format_name), source.path)
    except SourceRejected as error:
        yield Outcome(source.uri, "rejected", error.reason, error.code)


def _is_bibliography(file: Path) -> bool:
    """Whether a file is a bibliography by its name and its first bytes."""
    if file.suffix.lower().removeprefix(".") not in _EXTENSIONS:
        return False
    if not file.is_file():  # a named pipe would wait for a writer
        return False
    try:
        with file.open("rb") as opened:
            head = opened.read(PEEK_BYTES)
    except OSError:
        return False
    return detect_format(decode_bytes(head).text, file.name) is not None


def record_sources(
    origin: str, rows: Iterator[Row | Problem], file: Path | None = None
) -> Iterator[Source | Outcome]:
    """Yield the sources that rows stand for, ``<origin>#<key>``, and the outcomes of the others.

    Two rows with one key are one record if their titles agree; otherwise the key of the second is a
    hash of its content (chapters of a book share its DOI). A record that names a file beside the
    bibliography ``file`` stands for that file.
    """
    taken: dict[str, Row] = {}
    for row in rows:
        if isinstance(row, Problem):
            yield Outcome(f"{origin}#row-{row.row}", "rejected", row.reason, row.code)
            continue
        key, title = csl.key_of(row.record), csl.title_of(row.record).casefold()
        if key in taken and csl.title_of(taken[key].record).casefold() != title:
            key = csl.hash_of(row.record)
        uri = f"{origin}#{key}"
        if key in taken:
            reason = _sameness(row, taken[key])
            yield Outcome(f"{origin}#row-{row.row}", "duplicate", reason, None, document_id(uri))
            continue
        taken[key] = row
        yield _attached_source(uri, row, file)


def _sameness(row: Row, first: Row) -> str:
    reason = f"Record {row.row} is the same as record {first.row} of the file, which was taken."
    names = sorted({*row.record, *first.record})
    other = [n for n in names if row.record.get(n) != first.record.get(n)]
    return f"{reason} It differs in {', '.join(other)}." if other else reason


def _attached_source(uri: str, row: Row, file: Path | None) -> Source:
    """Return the file that a record names, with what the record says; else the record."""
    attached = find_attachment(row.attachments, file) if file else Attached(None)
    alone = source_of(uri, row.record)
    if attached.file is None:
        return replace(alone, doubts=attached.missing, remarks=attached.outside)
    others = f"Its other attachments are not read: {', '.join(attached.others)}."
    remarks = (*attached.missing, *attached.outside, *([others] if attached.others else []))
    hints = (record_hints(row.record),)
    return Source(uri, attached.file, hints=hints, remarks=remarks, instead=alone)


def source_of(uri: str, record: csl.Record) -> Source:
    """Return a record as a source that needs no reading."""
    data = csl.canonical_bytes(record)
    return Source(uri, fetched=Fetched(uri, data, csl.title_of(record), csl.MEDIA_TYPE))
