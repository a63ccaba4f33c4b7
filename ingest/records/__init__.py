"""Reads bibliographies (RIS, BibTeX, CSL-JSON, CSV), one module for each format.

``read_rows`` is the entry point. A damaged bibliography is rejected as a whole; a row that cannot
become a record is a ``Problem`` with its number.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from corpus.errors import SourceRejected
from ingest.records import bibtex, csl, ris, table
from ingest.records.csl import Record

MAX_BYTES: Final = 50_000_000
"""The most one bibliography may have: over 20,000 records with abstracts."""
PEEK_CHARS: Final = 65_536
"""How far into a file its format is looked for."""

# Applied where white space cannot be matched twice: nested, it would take minutes over 64 KB.
_RIS: Final = re.compile(r"(?:\d{1,6}\.\s+)?TY {1,2}-(?: |$)", re.MULTILINE)
_BIBTEX: Final = re.compile(
    r"@(?:comment|string|preamble)\b|@\w{3,20}\s*\{\s*[^,\s{}]+\s*(?:,|$)", re.I
)


@dataclass(frozen=True, slots=True)
class Problem:
    """A row that cannot become a record. Rows count from 1; ``code`` is as in outcomes."""

    row: int
    code: str
    reason: str


@dataclass(frozen=True, slots=True)
class Row:
    """A record with its place in the file and the files it names; rows count from 1."""

    row: int
    record: Record
    attachments: tuple[str, ...] = ()


Reader = Callable[[str], Iterator[tuple[int, Record | str]]]
READERS: Final[Mapping[str, Reader]] = {
    "RIS": ris.read_records,
    "BibTeX": bibtex.read_records,
    "CSL-JSON": csl.read_records,
    "CSV": table.read_records,
}
_BY_NAME: Final = {"ris": "RIS", "bib": "BibTeX", "bibtex": "BibTeX"}


def detect_format(text: str, name: str) -> str | None:
    """Return the format of a bibliography, by the beginning of its text and then its name.

    Returns:
        A key of ``READERS``, or ``None`` if it is not a bibliography.
    """
    text = text.lstrip("\ufeff").lstrip()
    extension = name.rsplit(".", 1)[-1].lower() if "." in name else ""
    if _RIS.match(text):
        return "RIS"
    lines = (line.strip() for line in text[:PEEK_CHARS].splitlines())
    if _BIBTEX.match(next((line for line in lines if line and not line.startswith("%")), "")):
        return "BibTeX"
    if text[:1] in ("[", "{") and csl.is_csl(text):
        return "CSL-JSON"
    if extension in ("csv", "tsv", "txt") and table.is_bibliography(text):
        return "CSV"
    return _BY_NAME.get(extension)


def read_rows(text: str, format_name: str) -> Iterator[Row | Problem]:
    """Yield the rows of a bibliography in their order.

    Args:
        text: the whole file.
        format_name: a key of ``READERS``.

    Raises:
        SourceRejected: the file is damaged as a whole, or has no rows.
    """
    has_rows = False
    try:
        for number, record in READERS[format_name](text):
            has_rows = True
            yield _checked(number, record)
    except SourceRejected:
        raise
    # The parsers run on untrusted bytes: bibtexparser and pylatexenc raise RecursionError,
    # IndexError and their own errors on damaged files.
    except Exception as error:
        raise SourceRejected(
            "unreadable",
            f"It could not be read as {format_name} ({type(error).__name__}). Export it again.",
        ) from error
    if not has_rows:
        raise SourceRejected("empty", f"The {format_name} bibliography holds no records.")


def _checked(number: int, record: Record | str) -> Row | Problem:
    if isinstance(record, str):
        return Problem(number, "unreadable", f"Record {number}: {record}")
    if not csl.title_of(record):
        return Problem(
            number, "no-title", f"Record {number} has no title. Add one and import it again."
        )
    return Row(number, record, tuple(record.pop(csl.ATTACHMENTS, ())))


__all__ = ["MAX_BYTES", "Problem", "Row", "detect_format", "read_rows"]
