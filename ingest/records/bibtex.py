"""Reads and writes BibTeX and BibLaTeX: bibtexparser splits a file, each field is decoded here.

bibtexparser itself would decode every field, which takes 4 ms per entry, almost all of it for
abstracts without a single backslash.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

from corpus.folios import written_range
from ingest.records import csl
from ingest.records.csl import Record
from ingest.records.keys import name_records
from ingest.text.clean import squeeze

MAX_LATEX_CHARS: Final = 50_000
"""A longer field is left as written: pylatexenc takes 10 s for a million dollar signs."""
_TYPES: Final = {
    "article": "article-journal", "book": "book", "inbook": "chapter", "incollection": "chapter",
    "inproceedings": "paper-conference", "conference": "paper-conference",
    "proceedings": "book", "phdthesis": "thesis", "mastersthesis": "thesis", "thesis": "thesis",
    "techreport": "report", "report": "report", "manual": "report", "booklet": "pamphlet",
    "online": "webpage", "electronic": "webpage", "www": "webpage", "dataset": "dataset",
    "unpublished": "manuscript", "software": "software", "misc": "document",
}  # fmt: skip
_WRITTEN: Final = {
    "article-journal": "article", "book": "book", "chapter": "incollection",
    "paper-conference": "inproceedings", "thesis": "phdthesis", "report": "techreport",
    "pamphlet": "booklet", "manuscript": "unpublished",
}  # fmt: skip
_MONTHS: Final = {
    m: n
    for n, m in enumerate("jan feb mar apr may jun jul aug sep oct nov dec".split(), 1)  # noqa: SIM905
}
_ESCAPED: Final = re.compile(r"[\\&%$#_{}~^]")
_ESCAPES: Final = {
    "\\": r"\textbackslash{}", "~": r"\textasciitilde{}", "^": r"\textasciicircum{}",
}  # fmt: skip


def read_records(text: str) -> Iterator[tuple[int, Record | str]]:
    """Yield the entries of a BibTeX file with their numbers; for a faulty entry, the reason."""
    from bibtexparser.entrypoint import parse_string
    from bibtexparser.model import Entry, ParsingFailedBlock

    for name in ("bibtexparser", "pylatexenc"):  # the outcomes report faulty entries
        logging.getLogger(name).setLevel(logging.CRITICAL)
    library = parse_string(text.lstrip("\ufeff"))
    number = 0
    for block in library.blocks:
        if isinstance(block, ParsingFailedBlock):
            number += 1
            entry = block.ignore_error_block
            if isinstance(entry, Entry):  # complete, but its citation key or a field occurs twice
                yield number, _record(entry)
            else:
                line = (block.start_line or 0) + 1
                yield number, f"the entry at line {line} is not closed or not well formed."
        elif isinstance(block, Entry):
            number += 1
            yield number, _record(block)


def _record(entry: Any) -> Record:
    raw = {field.key.lower(): _open(str(field.value)) for field in entry.fields}
    get = _Decoded(raw)
    date = raw.get("date") or raw.get("year", "")
    month = _MONTHS.get(raw.get("month", "").strip('{}" ').lower()[:3])
    if month and re.fullmatch(r"\W*\d{4}\W*", date):
        date = f"{date.strip('{} ')}-{month}"
    record = csl.normalise_record(
        {
            "type": _TYPES.get(entry.entry_type.lower(), "document"),
            "title": ": ".join(t for t in (get("title"), get("subtitle")) if t),
            "author": _names(raw.get("author", "")),
            "editor": _names(raw.get("editor", "")),
            "issued": date,
            "container-title": get("journal", "journaltitle", "booktitle"),
            "publisher": get("publisher", "institution", "school", "organization"),
            "publisher-place": get("address", "location"),
            "volume": get("volume"),
            "issue": get("number", "issue"),
            "page": re.sub(r" ?(?:-+|–|—) ?", "-", squeeze(get("pages"))),
            "edition": get("edition"),
            "DOI": _verbatim(raw.get("doi", "")),
            "URL": _url(raw),
            "ISSN": get("issn"),
            "ISBN": get("isbn"),
            "collection-title": get("series"),
            "abstract": get("abstract"),
            "language": get("langid", "language"),
            "keyword": get("keywords"),
            "note": get("note"),
        }
    )
    files = _files(raw.get("file", ""))
    return record | ({csl.ATTACHMENTS: files} if files else {})


def _files(value: str) -> list[str]:
    r"""Return the paths in a field ``file``: "Title:files/1/a.pdf:application/pdf;..." or bare.

    Zotero, Better BibTeX and JabRef write ``\;``, ``\:`` and ``\\`` for the signs themselves.
    """
    paths = []
    for item in re.split(r"(?<!\\);", value):
        parts = re.split(r"(?<!\\):", item)
        inner = ":".join(parts[1:-1]) if len(parts) > 2 else item
        path = re.sub(r"\\([:;\\_{}&%$#])", r"\1", inner).strip()
        paths += [path] if path else []
    return paths


def _open(value: str) -> str:
    """Return a field's value without the quotes or braces around it, if they are still there."""
    if len(value) > 1 and (value[0], value[-1]) in (("{", "}"), ('"', '"')):
        inner = value[1:-1]
        return inner if "{" not in inner and "}" not in inner else value
    return value


def _url(raw: Mapping[str, str]) -> str:
    match = re.search(r"https?://[^\s}]+", _verbatim(raw.get("url") or raw.get("howpublished", "")))
    return match[0] if match else ""


class _Decoded:
    """The fields of an entry; their LaTeX is decoded on access."""

    def __init__(self, raw: Mapping[str, str]) -> None:
        self._raw = raw

    def __call__(self, *names: str) -> str:
        return next((t for n in names if (t := decode_latex(self._raw.get(n, "")).strip())), "")


def decode_latex(text: str) -> str:
    r"""Return text without LaTeX: ``{\'e}`` becomes é, and protecting braces are removed."""
    if len(text) > MAX_LATEX_CHARS or not re.search(r"[\\{}$~]|--|``|''", text):
        return text
    from pylatexenc.latex2text import LatexNodes2Text  # type: ignore[import-untyped]

    decoder = LatexNodes2Text(math_mode="verbatim", keep_comments=True)
    # An unescaped % is a percent sign in exports, never the start of a comment.
    return str(decoder.latex_to_text(re.sub(r"(?<!\\)%", r"\\%", text)))


def _verbatim(text: str) -> str:
    r"""Return an address or DOI without the escapes that programs add (``\_``)."""
    return re.sub(r"\\([_%&#~])", r"\1", text).replace("{", "").replace("}", "").strip()


def _names(text: str) -> list[dict[str, str]]:
    from bibtexparser.middlewares.names import (
        InvalidNameError,
        parse_single_name_into_parts,
        split_multiple_persons_names,
    )

    names = []
    for written in split_multiple_persons_names(text):
        bare = written.strip()
        if bare.startswith("{") and bare.endswith("}") and bare.count("{") == 1:
            names.append({"literal": decode_latex(bare)})
            continue
        try:
            parts = parse_single_name_into_parts(bare, strict=False)
        except InvalidNameError:
            names.append({"literal": decode_latex(bare)})
            continue
        given, particle, family, suffix = (
            decode_latex(" ".join(p)) for p in (parts.first, parts.von, parts.last, parts.jr)
        )
        if not given and family:
            names.append(csl.parse_name(family) or {})
        else:
            names.append(
                {"given": given, "non-dropping-particle": particle, "family": family,
                 "suffix": suffix}
            )  # fmt: skip
    return [n for n in names if n and n != {"literal": "others"}]


def write_records(records: Iterable[Record]) -> str:
    """Return records as a BibTeX file; a record has the same key in every file."""
    listed = list(records)
    return "\n".join(map(_entry, name_records(listed), listed))


def _entry(key: str, record: Record) -> str:
    names = csl.names_of(record)
    year = csl.year_of(record)
    entry_type = _WRITTEN.get(record["type"], "misc")
    container = {"article": "journal"}.get(entry_type, "booktitle")
    house = {"techreport": "institution", "phdthesis": "school"}.get(entry_type, "publisher")
    dated = record["issued"]["date-parts"][0] if year else []
    fields = {
        "author": " and ".join(map(_written, names)),
        "editor": " and ".join(map(_written, csl.names_of(record, "editor"))),
        "title": f"{{{_escape(record.get('title', ''))}}}",
        container: _escape(record.get("container-title", "")),
        house: _escape(record.get("publisher", "")),
        "address": _escape(record.get("publisher-place", "")),
        "year": str(year or ""),
        "month": next((m for m, n in _MONTHS.items() if dated[1:2] == [n]), ""),
        "volume": _escape(record.get("volume", "")),
        "number": _escape(record.get("issue", "")),
        "pages": _escape(written_range(record.get("page", ""), "-")).replace("-", "--"),
        "edition": _escape(record.get("edition", "")),
        "doi": record.get("DOI", ""),
        "url": record.get("URL", ""),
        "issn": _escape(record.get("ISSN", "")),
        "isbn": _escape(record.get("ISBN", "")),
        "series": _escape(record.get("collection-title", "")),
        "abstract": _escape(record.get("abstract", "")),
        "language": _escape(record.get("language", "")),
        "keywords": _escape(record.get("keyword", "")),
        "note": _escape(record.get("note", "")),
    }
    lines = [f"  {name} = {{{value}}}" for name, value in fields.items() if value]
    return f"@{entry_type}{{{key},\n" + ",\n".join(lines) + "\n}\n"


def _written(name: Mapping[str, str]) -> str:
    if "literal" in name and "family" not in name:
        return f"{{{_escape(name['literal'])}}}"
    family = " ".join(p for p in (name.get("non-dropping-particle"), name.get("family")) if p)
    parts = (family, name.get("suffix"), name.get("given"))
    return _escape(", ".join(p for p in parts if p))


def _escape(text: str) -> str:
    return _ESCAPED.sub(lambda match: _ESCAPES.get(match[0], "\\" + match[0]), text)
