"""A list in the forms people carry it away in: Markdown, tables, bibliographies.

JSON, the one form that nothing is lost in, is ``corpus.lists.as_json``.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable
from typing import Final, Literal, get_args

from corpus.catalogue.catalogue import Catalogue
from corpus.lists.as_json import write_file
from corpus.lists.lists import versions_of
from corpus.model import Entry, Selection
from ingest.records import bibtex, csl, ris
from ingest.records.csl import Record
from search_api.exports.references import record_of
from search_api.lists.entries import published_file

Format = Literal["json", "markdown", "csv", "ris", "bibtex", "csl-json"]
FORMATS: Final[tuple[Format, ...]] = get_args(Format)
MEDIA_TYPES: Final[dict[Format, tuple[str, str]]] = {
    "json": ("application/json", "json"),
    "markdown": ("text/markdown; charset=utf-8", "md"),
    "csv": ("text/csv; charset=utf-8", "csv"),
    "ris": ("application/x-research-info-systems; charset=utf-8", "ris"),
    "bibtex": ("application/x-bibtex; charset=utf-8", "bib"),
    "csl-json": (csl.MEDIA_TYPE, "json"),
}
"""Of each format its media type and a file's ending."""
_COLUMNS: Final = ("section", "title", "citation", "url", "note", "quote", "page", "document_id")
_SPECIAL: Final = re.compile(r"([\\`*_\[\]<>#|])")
_LINE_START: Final = re.compile(r"^(\s*)([-+>]|\d+[.)])(?=\s)", re.MULTILINE)


def write_published(catalogue: Catalogue, slug: str, kind: Format, selection: Selection) -> str:
    """Return the newest published version of a list in a format.

    Args:
        catalogue: where the list is.
        slug: the list.
        kind: the format.
        selection: the version's; of a smart list, with what it finds now.
    """
    if kind == "json":
        return write_file(published_file(slug, versions_of(catalogue, slug)))
    return write_selection_as(catalogue, kind, selection)


def write_selection_as(catalogue: Catalogue, kind: Format, selection: Selection) -> str:
    """Return a selection in one of the formats that leave its history out."""
    if kind == "markdown":
        return markdown(selection)
    if kind == "csv":
        return table(selection)
    writers: dict[str, Callable[[list[Record]], str]] = {
        "ris": ris.write_records,
        "bibtex": bibtex.write_records,
        "csl-json": csl.write_records,
    }
    held = catalogue.documents(e.document_id for e in selection.entries if e.document_id)
    return writers[kind]([record_of(e, held.get(e.document_id or "")) for e in selection.entries])


def markdown(selection: Selection) -> str:
    """Return a list to read and to edit elsewhere."""
    blocks = [f"# {_plain(selection.title)}"]
    if selection.summary:
        blocks.append(_plain(selection.summary))
    for section in selection.sections:
        if section.title:
            blocks.append(f"## {_plain(section.title)}")
        if section.text:
            blocks.append(_plain(section.text))
        blocks += [_item(n, entry) for n, entry in enumerate(section.entries, 1)]
    return "\n\n".join(blocks) + "\n"


def _item(number: int, entry: Entry) -> str:
    title = _plain(entry.title)
    named = f"[{title}](<{entry.url}>)" if entry.url and ">" not in entry.url else title
    parts = [f"**{named}**"]
    if entry.note:
        parts.append(_plain(entry.note))
    if entry.pin and entry.pin.quote:
        page = f" (p. {entry.pin.page})" if entry.pin.page else ""
        quoted = _plain(entry.pin.quote).replace("\n", "\n> ")
        parts.append(f"> {quoted}{page}")
    if entry.citation:
        parts.append(_plain(entry.citation))
    indented = "\n\n".join(parts).replace("\n", "\n   ").replace("\n   \n", "\n\n")
    return f"{number}. {indented}"


def _plain(text: str) -> str:
    """Return text whose characters Markdown gives no meaning; addresses stay readable."""
    escaped = _SPECIAL.sub(r"\\\1", text.strip())
    return _LINE_START.sub(lambda found: f"{found[1]}\\{found[2]}", escaped)


def table(selection: Selection) -> str:
    """Return a list as CSV, one row an entry; cells that would run as formulas begin with ``'``."""
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
