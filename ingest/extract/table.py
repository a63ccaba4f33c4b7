"""CSV that is not a bibliography: each row is a block that names its columns."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Sequence
from typing import Final

from corpus.errors import SourceRejected
from ingest.extract.decode import decode_text
from ingest.model import Block, Extracted, ExtractedPage, Fetched, Limits
from ingest.text.clean import tidy

MEDIA_TYPE: Final = "text/csv"
SUFFIXES: Final = ("csv", "tsv")
MAX_COLUMNS: Final = 500
SAMPLE_LINES: Final = 50
_SEPARATORS: Final = (",", ";", "\t", "|")
_NUMBER: Final = re.compile(r"[\d\s.,%+-]*$")


def extract(fetched: Fetched, limits: Limits) -> Extracted:
    """Return the rows of a table on one page of blocks, its header first.

    Raises:
        SourceRejected: ``too-large`` or ``no-text``.
    """
    decoded = decode_text(fetched, limits)
    rows = [row for row in _rows(decoded.text.replace("\x00", "")) if any(row)]
    header = rows[0] if rows and _is_header(rows[0]) else None
    body = rows[1:] if header else rows
    blocks = [Block(" | ".join(filter(None, header)))] if header else []
    blocks += [Block(_named(row, header)) for row in body]
    if not any(c.isalpha() for b in blocks for c in b.text):
        raise SourceRejected("no-text", "The table contains no words. Check the file.")
    columns = max(len(row) for row in rows)
    shape = f"A table of {len(body):,} rows and {columns:,} columns"
    return Extracted(
        pages=(ExtractedPage(1, tuple(blocks)),),
        remarks=(f"{shape}, read row by row.", *decoded.remarks),
        encoding=decoded.words,
    )


def _rows(text: str) -> Iterator[list[str]]:
    try:
        for row in csv.reader(io.StringIO(text, newline=""), delimiter=_separator(text)):
            yield [tidy(cell) for cell in row[:MAX_COLUMNS]]
    except csv.Error as error:
        raise SourceRejected(
            "unreadable", f"It is not a valid table ({error}). Save it as CSV again."
        ) from error


def _separator(text: str) -> str:
    """Return the separator that splits the first lines most evenly."""
    lines = [line for line in text[:200_000].splitlines() if line.strip()][:SAMPLE_LINES]
    if not lines:
        return ","
    counts = {s: sorted(line.count(s) for line in lines) for s in _SEPARATORS}
    return max(_SEPARATORS, key=lambda s: (counts[s][len(lines) // 2], lines[0].count(s)))


def _is_header(row: Sequence[str]) -> bool:
    """Whether a row names columns: all words, all different, none long."""
    names = [cell for cell in row if cell]
    return (
        len(names) > 1
        and len(set(names)) == len(names)
        and all(len(name) <= 100 and not _NUMBER.match(name) for name in names)
    )


def _named(row: Sequence[str], header: Sequence[str] | None) -> str:
    names = [*(header or ()), *[""] * len(row)]
    pairs = ((name, cell) for name, cell in zip(names, row, strict=False) if cell)
    return " | ".join(f"{name}: {cell}" if name else cell for name, cell in pairs)
