"""A resource list as a table: one row per entry."""

from __future__ import annotations

from typing import Final

from corpus.model import Selection
from ingest.records.table import write_table

_COLUMNS: Final = ("section", "title", "citation", "url", "note", "quote", "page", "document_id")


def write_list(selection: Selection) -> str:
    """Return a list as CSV."""
    return write_table(
        _COLUMNS,
        (
            (
                section.title, entry.title, entry.citation, entry.url, entry.note,
                *((entry.pin.quote, entry.pin.page) if entry.pin else (None, None)),
                entry.document_id,
            )
            for section in selection.sections
            for entry in section.entries
        ),
    )  # fmt: skip
