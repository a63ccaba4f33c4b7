"""All export formats, in one table for each thing that can be exported.

Routes, download links, the command line and OpenAPI derive from these tables: a new format is one
entry here and a module that writes it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Generic, Literal, TypeVar

from corpus.lists.as_json import ListFile, write_file
from corpus.model import Selection
from corpus.plugins import Plugin, lacks, load_plugins
from ingest.records import bibtex, csl, ris, table
from ingest.records.csl import Record
from search_api.exports import (
    countries_svg,
    docx,
    grid_files,
    json_ld,
    list_csv,
    list_markdown,
    markdown,
    scatter,
    timeline_svg,
)
from search_api.exports.countries_svg import Atlas
from search_api.exports.grid import Grid
from search_api.exports.paper import Paper
from search_api.exports.reading_list import lay_out, lay_out_list
from search_api.exports.scatter import Scatter
from search_api.exports.sheet import Sheet
from search_api.exports.taking import Made, References

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
        references: the entries as documents to take away.
        made: who makes the file, and when.
    """

    file: Callable[[], ListFile]
    selection: Callable[[], Selection]
    references: Callable[[], References]
    made: Made


@dataclass(frozen=True, slots=True)
class SheetExport:
    """The data of the menu or the checklist: the API's answer, or the laid-out sheet."""

    answer: BaseModel
    sheet: Callable[[], Sheet]
    made: Made


@dataclass(frozen=True, slots=True)
class Drawn(Generic[T]):
    """The data of a brief, a call or a view of the map: the API's answer, or what is laid out."""

    answer: BaseModel
    lay_out: Callable[[], T]


def _write_answer(export: SheetExport | Drawn[Any]) -> bytes:
    return (export.answer.model_dump_json(indent=2) + "\n").encode()


def _table(*formats: Format[T]) -> Mapping[str, Format[T]]:
    return {known.name: known for known in formats}


def _reference(
    name: str, label: str, media_type: str, suffix: str, write: Callable[[Iterable[Record]], str]
) -> Format[References]:
    return Format(name, label, media_type, suffix, lambda taken: write(taken.records).encode())


def fault_of_exporter(plugin: Plugin, before: Sequence[Plugin]) -> str | None:
    """Return what an exporter of a plugin lacks, or that its name is taken."""
    value = plugin.value
    fault = lacks(value, NAME=str, LABEL=str, MEDIA_TYPE=str, SUFFIX=str)
    if fault or not callable(getattr(value, "write", None)):
        return fault or "it has no function write"
    if value.NAME in (*_BUILT_IN, *(other.value.NAME for other in before)):
        return f"the format {value.NAME} is taken"
    return None


def format_of_plugin(plugin: Plugin) -> Format[References]:
    """Return the format that a plugin writes, from the records of documents."""
    value = plugin.value
    return Format(
        value.NAME,
        value.LABEL,
        value.MEDIA_TYPE,
        value.SUFFIX,
        lambda taken: bytes(value.write(tuple(taken.records))),
        printable=value.MEDIA_TYPE.startswith("text/"),
    )


def _of_list(known: Format[References]) -> Format[ListExport]:
    return Format(
        known.name,
        known.label,
        known.media_type,
        known.suffix,
        lambda export: known.write(export.references()),
        known.printable,
    )


_RIS: Final = "application/x-research-info-systems; charset=utf-8"
_BIBTEX: Final = "application/x-bibtex; charset=utf-8"
_CSV: Final = "text/csv; charset=utf-8"
_JSON: Final[Format[Any]] = Format("json", "JSON", "application/json", "json", _write_answer)
_SVG: Final = "image/svg+xml"
_REFERENCES: Final = (
    _reference("ris", "RIS", _RIS, "ris", ris.write_records),
    _reference("bibtex", "BibTeX", _BIBTEX, "bib", bibtex.write_records),
    _reference("csl-json", "CSL-JSON", csl.MEDIA_TYPE, "json", csl.write_records),
)
"""Formats for reference managers, for lists and search results."""

_MARKDOWN: Final = "text/markdown; charset=utf-8"
_JSON_LD: Final[Format[References]] = Format(
    "json-ld", "JSON-LD", json_ld.MEDIA_TYPE, "jsonld", json_ld.write_references
)
_BUILT_IN: Final[Mapping[str, Format[References]]] = _table(
    *_REFERENCES,
    _reference("csv", "CSV", _CSV, "csv", table.write_records),
    Format(
        "markdown", "Markdown", _MARKDOWN, "md", lambda taken: markdown.write_paper(lay_out(taken))
    ),
    Format(
        "docx",
        "Word",
        docx.MEDIA_TYPE,
        docx.SUFFIX,
        lambda taken: docx.write_paper(lay_out(taken)),
        printable=False,
    ),
    _JSON_LD,
)
DOCUMENTS: Final[Mapping[str, Format[References]]] = _table(
    *_BUILT_IN.values(), *map(format_of_plugin, load_plugins("salex.exporters", fault_of_exporter))
)
"""Formats of documents: one, a page of results, or all results of a search."""
LISTS: Final[Mapping[str, Format[ListExport]]] = _table(
    Format("json", "JSON", "application/json", "json", lambda e: write_file(e.file()).encode()),
    Format(
        "markdown", "Markdown", _MARKDOWN, "md",
        lambda e: list_markdown.write_list(e.selection()).encode(),
    ),
    Format("csv", "CSV", _CSV, "csv", lambda e: list_csv.write_list(e.selection()).encode()),
    Format(
        "docx", "Word", docx.MEDIA_TYPE, docx.SUFFIX,
        lambda e: docx.write_paper(lay_out_list(e.selection(), e.made)), printable=False,
    ),
    *map(_of_list, (*_REFERENCES, _JSON_LD)),
)  # fmt: skip
"""Formats of resource lists. Only JSON has the history."""
SHEETS: Final[Mapping[str, Format[SheetExport]]] = _table(
    Format("md", "Markdown", "text/markdown", "md", lambda e: markdown.write_sheet(e.sheet())),
    Format(
        "docx",
        "Word",
        docx.MEDIA_TYPE,
        "docx",
        lambda e: docx.write_sheet(e.sheet(), e.made),
        printable=False,
    ),
    _JSON,
)  # fmt: skip
"""Formats of the menu of activities and the checklist."""

OFFERS: Final[Mapping[str, str]] = {
    known.media_type.partition(";")[0]: known.name for known in DOCUMENTS.values()
}
"""The formats that ``Accept`` can ask for, by media type; those of lists have the same names."""

BRIEFS: Final[Mapping[str, Format[Drawn[Paper]]]] = _table(
    _JSON,
    Format(
        "docx", "Word", docx.MEDIA_TYPE, "docx",
        lambda e: docx.write_paper(e.lay_out()), printable=False,
    ),
    Format(
        "md", "Markdown", markdown.MEDIA_TYPE, "md",
        lambda e: markdown.write_paper(e.lay_out()),
    ),
)  # fmt: skip
"""Formats of briefs."""
CALLS: Final = BRIEFS
"""Formats of a call for evidence: papers, as briefs are."""

MAPS: Final[Mapping[str, Format[Drawn[Grid]]]] = _table(
    _JSON,
    Format("csv", "CSV", _CSV, "csv", lambda e: grid_files.write_csv(e.lay_out()).encode()),
    Format("svg", "SVG", _SVG, "svg", lambda e: grid_files.write_svg(e.lay_out()).encode()),
    Format(
        "html", "HTML", "text/html; charset=utf-8", "html",
        lambda e: grid_files.write_html(e.lay_out()).encode(),
    ),
)  # fmt: skip
"""Formats of the evidence map."""
TIMELINES: Final[Mapping[str, Format[Drawn[Grid]]]] = _table(
    MAPS["json"],
    MAPS["csv"],
    Format(
        "svg", "SVG", _SVG, "svg",
        lambda e: timeline_svg.write_timeline(e.lay_out()).encode(),
    ),
)  # fmt: skip
"""Formats of the timeline."""
PLACES: Final[Mapping[str, Format[Drawn[Scatter]]]] = _table(
    _JSON,
    Format("csv", "CSV", _CSV, "csv", lambda e: scatter.write_points(e.lay_out()).encode()),
    Format(
        "svg", "SVG", _SVG, "svg",
        lambda e: scatter.write_scatter(e.lay_out()).encode(),
    ),
)  # fmt: skip
"""Formats of the picture of documents placed by meaning."""
COUNTRIES: Final[Mapping[str, Format[Drawn[Atlas]]]] = _table(
    _JSON,
    Format(
        "csv", "CSV", _CSV, "csv",
        lambda e: countries_svg.write_countries(e.lay_out()).encode(),
    ),
    Format(
        "svg", "SVG", _SVG, "svg",
        lambda e: countries_svg.write_atlas(e.lay_out()).encode(),
    ),
)  # fmt: skip
"""Formats of the map of countries."""

if TYPE_CHECKING:  # a type checker wants a literal's values written out
    DocumentFormat = str
    AnswerFormat = str
    ListFormat = str
    SheetFormat = str
    BriefFormat = str
    CallFormat = str
    MapFormat = str
    TimelineFormat = str
    PlacesFormat = str
    CountriesFormat = str
else:
    DocumentFormat = Literal[tuple(DOCUMENTS)]
    AnswerFormat = Literal["json", *DOCUMENTS]
    ListFormat = Literal[tuple(LISTS)]
    SheetFormat = Literal[tuple(SHEETS)]
    BriefFormat = Literal[tuple(BRIEFS)]
    CallFormat = Literal[tuple(CALLS)]
    MapFormat = Literal[tuple(MAPS)]
    TimelineFormat = Literal[tuple(TIMELINES)]
    PlacesFormat = Literal[tuple(PLACES)]
    CountriesFormat = Literal[tuple(COUNTRIES)]


def name_formats(formats: Mapping[str, Format[Any]]) -> str:
    """Return the labels of formats for a sentence: "JSON, CSV or RIS"."""
    *most, last = (known.label for known in formats.values())
    return f"{', '.join(most)} or {last}"
