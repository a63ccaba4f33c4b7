"""All export formats, in one table for each thing that can be exported.

Routes, download links, the command line and OpenAPI derive from these tables: a new format is one
entry here and a module that writes it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Generic, Literal, TypeVar

from corpus.lists.as_json import ListFile, write_file
from corpus.model import Selection
from ingest.records import bibtex, csl, ris, table
from ingest.records.csl import Record
from search_api.exports import docx, list_csv, list_markdown, markdown
from search_api.exports.sheet import Sheet

if TYPE_CHECKING:
    from pydantic import BaseModel

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Format(Generic[T]):
    """A format in which something can be exported.

    Attributes:
        name: as in ``?format=`` and ``--format``.
        label: the name readers see.
        media_type: as in Content-Type.
        suffix: the file name's suffix, without the dot.
        write: returns the bytes.
        printable: whether a terminal can show it.
    """

    name: str
    label: str
    media_type: str
    suffix: str
    write: Callable[[T], bytes]
    printable: bool = True


@dataclass(frozen=True, slots=True)
class ListExport:
    """The data of a resource list; each format uses what it needs.

    Attributes:
        file: the list with its history.
        selection: the entries to show.
        records: the entries as bibliographic records.
    """

    file: Callable[[], ListFile]
    selection: Callable[[], Selection]
    records: Callable[[], list[Record]]


@dataclass(frozen=True, slots=True)
class SheetExport:
    """The data of the menu or the checklist: the API's answer, or the laid-out sheet."""

    answer: BaseModel
    sheet: Callable[[], Sheet]


def _table(*formats: Format[T]) -> Mapping[str, Format[T]]:
    return {known.name: known for known in formats}


def _reference(
    name: str, label: str, media_type: str, suffix: str, write: Callable[[Iterable[Record]], str]
) -> Format[Iterable[Record]]:
    return Format(name, label, media_type, suffix, lambda records: write(records).encode())


def _of_list(known: Format[Iterable[Record]]) -> Format[ListExport]:
    return Format(
        known.name, known.label, known.media_type, known.suffix, lambda e: known.write(e.records())
    )


_RIS: Final = "application/x-research-info-systems; charset=utf-8"
_BIBTEX: Final = "application/x-bibtex; charset=utf-8"
_CSV: Final = "text/csv; charset=utf-8"
_REFERENCES: Final = (
    _reference("ris", "RIS", _RIS, "ris", ris.write_records),
    _reference("bibtex", "BibTeX", _BIBTEX, "bib", bibtex.write_records),
    _reference("csl-json", "CSL-JSON", csl.MEDIA_TYPE, "json", csl.write_records),
)
"""Formats for reference managers, for lists and search results."""

DOCUMENTS: Final[Mapping[str, Format[Iterable[Record]]]] = _table(
    *_REFERENCES, _reference("csv", "CSV", _CSV, "csv", table.write_records)
)
"""Formats of documents as references, such as search results."""
LISTS: Final[Mapping[str, Format[ListExport]]] = _table(
    Format("json", "JSON", "application/json", "json", lambda e: write_file(e.file()).encode()),
    Format(
        "markdown", "Markdown", "text/markdown; charset=utf-8", "md",
        lambda e: list_markdown.write_list(e.selection()).encode(),
    ),
    Format("csv", "CSV", _CSV, "csv", lambda e: list_csv.write_list(e.selection()).encode()),
    *map(_of_list, _REFERENCES),
)  # fmt: skip
"""Formats of resource lists. Only JSON has the history."""
SHEETS: Final[Mapping[str, Format[SheetExport]]] = _table(
    Format("md", "Markdown", "text/markdown", "md", lambda e: markdown.write_sheet(e.sheet())),
    Format(
        "docx",
        "Word",
        docx.MEDIA_TYPE,
        "docx",
        lambda e: docx.write_sheet(e.sheet()),
        printable=False,
    ),
    Format(
        "json", "JSON", "application/json", "json",
        lambda e: (e.answer.model_dump_json(indent=2) + "\n").encode(),
    ),
)  # fmt: skip
"""Formats of the menu of activities and the checklist."""

if TYPE_CHECKING:  # a type checker wants a literal's values written out
    DocumentFormat = str
    ListFormat = str
    SheetFormat = str
else:
    DocumentFormat = Literal[tuple(DOCUMENTS)]
    ListFormat = Literal[tuple(LISTS)]
    SheetFormat = Literal[tuple(SHEETS)]


def name_formats(formats: Mapping[str, Format[Any]]) -> str:
    """Return the labels of formats for a sentence: "JSON, CSV or RIS"."""
    *most, last = (known.label for known in formats.values())
    return f"{', '.join(most)} or {last}"
