"""A resource list as a table: one row per entry."""

from __future__ import annotations

import csv
import io
from typing import Final

from corpus.model import Selection

_COLUMNS: Final = ("section", "title", "citation", "url", "note", "quote", "page", "document_id")


def write_list(selection: Selection) -> str:
    """Return a list as CSV; cells that would run as formulas begin with ``'``."""
    out = io.StringIO()
    writer = csv.writer(out, quoting=csv.QUOTE_ALL, lineterminator="\r\n")
    writer.writerow(_COLUMNS)
    for section in selection.sections:
        for entry in section.entries:
            cells = (section.title, entry.title, entry.citation, entry.url, entry.note)
            pin = (entry.pin.quote, entry.pin.page) if entry.pin else ("", "")
            writer.writerow([_safe(str(c or "")) for c in (*cells, *pin, entry.document_id)])
    return out.getvalue()


def _safe(cell: str) -> str:
    return f"'{cell}" if cell[:1] in ("=", "+", "-", "@", "\t", "\r") else cell
