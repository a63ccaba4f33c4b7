"""Bibliographies as tables: CSV with the column names that databases and people use."""

from __future__ import annotations

import ast
import csv
import io
import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from corpus.errors import SourceRejected
from corpus.folios import written_range
from ingest.records import csl
from ingest.records.csl import Record
from ingest.text.clean import squeeze

Cell = str | int | None

DELIMITERS: Final = (",", ";", "\t", "|")
_FORMULA_STARTS: Final = frozenset("=+-@\N{MINUS SIGN}")
_COLUMNS: Final = {
    "title": "title|article title|primary title|document title|ti|t1|titulo|título|titre|titel",
    "author": "authors|author|author names|author full names|author s|first authors|creator"
    "|creators|au|autor|autores|auteur|auteurs|authors list",
    "year": "year|publication year|pub year|py|year published|year of publication|año|ano|année",
    "date": "date|publication date|date published|cover date|published",
    "abstract": "abstract|abstract note|abstracts|notes abstract|summary|ab|resumen|resumo|résumé",
    "DOI": "doi|digital object identifier|doi link",
    "URL": "url|urls|link|links|web address|website",
    "container-title": "journal|journal title|journal book|source title|publication title"
    "|publication name|publication|container title|journal name|book title|revista",
    "publisher": "publisher|publishers|editorial|éditeur|institution",
    "volume": "volume|vol",
    "issue": "issue|number|issue number|no",
    "page": "pages|page|page numbers|page range",
    "page-first": "start page|page start|first page|sp",
    "page-last": "end page|page end|last page|ep",
    "language": "language|language of original document|languages|idioma|langue|la",
    "keyword": "keywords|keyword|author keywords|manual tags",
    "ISSN": "issn|isbn issn",
    "ISBN": "isbn",
    "collection-title": "series|series title|serie|série|collection",
    "type": "type|document type|item type|type of reference|publication type|reference type",
    "source": "source",
}  # fmt: skip
_FIELD_OF: Final = {name: field for field, names in _COLUMNS.items() for name in names.split("|")}
_AS_THEY_ARE: Final = (
    "title", "abstract", "publisher", "volume", "issue", "language", "keyword", "ISSN", "ISBN",
    "DOI", "collection-title",
)  # fmt: skip
_TYPES: Final = {
    "jour": "article-journal", "article": "article-journal", "journalarticle": "article-journal",
    "journal article": "article-journal", "review": "article-journal", "rprt": "report",
    "report": "report", "book": "book", "booksection": "chapter", "book chapter": "chapter",
    "chapter": "chapter", "conference paper": "paper-conference", "thesis": "thesis",
    "conferencepaper": "paper-conference", "webpage": "webpage", "blogpost": "post-weblog",
    "dataset": "dataset", "preprint": "article", "presentation": "speech",
}  # fmt: skip
_INITIALS: Final = re.compile(r"[^\W\d_][\w'’\- ]*\s(?:[^\W\d_]\.?-?){1,4}")
_EMBASE: Final = re.compile(r"(.{2,200}?) \((1[5-9]\d\d|20\d\d)\)")


def is_bibliography(text: str) -> bool:
    """Whether the first line names the columns of a bibliography.

    A table with a title and a year alone may be anything; one with an author, an abstract, a DOI
    or a journal is a bibliography, as is one without titles that has two of those among five.
    """
    fields = set(_fields(text).values())
    telling = fields & {"author", "abstract", "DOI", "container-title"}
    return bool(telling) if "title" in fields else len(telling) >= 2 and len(fields) >= 5


def _fields(text: str) -> dict[int, str]:
    """Return which column holds which field; the first of two that hold the same.

    No file may stop the run that it is part of: text that is no table has no columns.
    """
    lines = io.StringIO(text[:20_000], newline="")  # old Macs end lines with a carriage return
    try:
        head = next(csv.reader(lines, delimiter=find_delimiter(text)), [])
    except csv.Error:
        return {}
    column_of: dict[str, int] = {}
    for column, name in enumerate(head):
        words = re.sub(r"[\W_]+", " ", name.strip("\ufeff").lower()).strip()
        if words in _FIELD_OF:
            column_of.setdefault(_FIELD_OF[words], column)
    return {column: field for field, column in column_of.items()}


def find_delimiter(text: str) -> str:
    """Return the separator of the columns of the first line."""
    head = re.split(r"[\r\n]", text.lstrip("\ufeff\r\n"), maxsplit=1)[0]
    return max(DELIMITERS, key=head.count)


def read_records(text: str) -> Iterator[tuple[int, Record | str]]:
    """Yield the records of a table with the number of their row; the first under the head is 1.

    Raises:
        SourceRejected: it has no column of titles, or is not well formed.
    """
    text = text.lstrip("\ufeff\r\n")
    fields = _fields(text)
    if "title" not in fields.values():
        raise SourceRejected(
            "no-title",
            "The table has no column named title (or article title, título, titre). Name it so.",
        )
    rows = csv.reader(io.StringIO(text, newline=""), delimiter=find_delimiter(text), strict=False)
    try:
        next(rows)
        for number, row in enumerate((r for r in rows if any(c.strip() for c in r)), 1):
            yield number, _record({f: row[c].strip() for c, f in fields.items() if c < len(row)})
    except csv.Error as error:
        raise SourceRejected(
            "unreadable", f"The table is not well formed at line {rows.line_num} ({error})."
        ) from error


def _record(row: Mapping[str, str]) -> Record:
    embase = _EMBASE.match(row.get("source", ""))
    stated = row.get("type", "").lower()
    return csl.normalise_record(
        {
            **{name: row.get(name) for name in _AS_THEY_ARE},
            "type": _TYPES.get(stated, "document"),
            "author": split_authors(row.get("author", "")),
            "issued": _issued(row) or (embase[2] if embase else ""),
            "container-title": row.get("container-title") or (embase[1] if embase else ""),
            "page": _pages(row),
            "URL": next(iter(re.findall(r"https?://[^\s;|]+", row.get("URL", ""))), ""),
        }
    )


def _issued(row: Mapping[str, str]) -> str:
    """Return the date, where it agrees with the year and says more."""
    year, date = csl.date_parts(row.get("year", "")), csl.date_parts(row.get("date", ""))
    return "-".join(map(str, date if date and year[:1] in ([], date[:1]) else year))


def _pages(row: Mapping[str, str]) -> str:
    if row.get("page"):
        return re.sub(r" ?[-–—]+ ?", "-", squeeze(row["page"]))
    return "-".join(p for p in (row.get("page-first"), row.get("page-last")) if p)


def split_authors(cell: str) -> list[str]:
    """Return the names in a cell.

    Written as a list (``['Marx, Karl', ...]``), with semicolons, bars or "and" between them, or
    with commas: "Liu R., Adler D.G." and "Karl Marx, Astrid Lindgren" are two names each, "Marx,
    Karl" one.
    """
    cell = cell.strip()
    if cell.startswith("[") and cell.endswith("]"):
        try:
            listed = ast.literal_eval(cell[:100_000])
        except (ValueError, SyntaxError, RecursionError, MemoryError):
            listed = cell[1:-1].split(";")
        return [str(name) for name in listed] if isinstance(listed, list) else []
    for separator in (";", "|", "\n", " and ", " & "):
        if separator in cell:
            return [name for name in cell.split(separator) if name.strip()]
    parts = [part.strip() for part in cell.split(",") if part.strip()]
    if all(_INITIALS.fullmatch(p) for p in parts) or (
        len(parts) > 1 and all(" " in p for p in parts)
    ):
        return parts
    if len(parts) > 2 and len(parts) % 2 == 0:
        return [f"{family}, {given}" for family, given in zip(parts[::2], parts[1::2], strict=True)]
    return [cell] if cell else []


def write_records(records: Iterable[Record]) -> str:
    """Return records as CSV."""
    names = ("title", "authors", "year", "journal", "publisher", "volume", "issue", "pages",
             "doi", "url", "language", "type", "abstract")  # fmt: skip
    return write_table(names, map(_cells, records))


def _cells(record: Record) -> list[Cell]:
    return [
        record.get("title"),
        "; ".join(map(csl.inverted_name, csl.names_of(record))),
        csl.year_of(record),
        *(record.get(n) for n in ("container-title", "publisher", "volume", "issue")),
        written_range(record.get("page", ""), "-"),
        *(record.get(n) for n in ("DOI", "URL", "language", "type", "abstract")),
    ]


def write_table(names: Iterable[str], rows: Iterable[Iterable[Cell]]) -> str:
    """Return rows as CSV (RFC 4180) that is safe to open in a spreadsheet.

    All CSV is written here. Text that a spreadsheet would run as a formula begins with ``'``
    (CWE-1236). A number is written as it is, so -5 stays a number in a column of numbers.
    """
    out = io.StringIO()
    writer = csv.writer(out, quoting=csv.QUOTE_ALL, lineterminator="\r\n")
    writer.writerow(map(_safe, names))
    for row in rows:
        writer.writerow("" if c is None else c if isinstance(c, int) else _safe(c) for c in row)
    return out.getvalue()


def _safe(text: str) -> str:
    """Return ``text``, with ``'`` before it if its first visible character begins a formula.

    Spreadsheets skip white space, controls and invisible characters there, and read full-width
    and small forms as the plain characters. Tab and newline are themselves on OWASP's list.
    """
    first = next((c for c in text if unicodedata.category(c)[0] not in "ZC"), "")
    starts = first and unicodedata.normalize("NFKC", first) in _FORMULA_STARTS
    return f"'{text}" if starts or (first and text[0] in "\t\r\n") else text
