"""RIS, in the dialects that Scopus, Zotero, EndNote, Ovid, ProQuest, PubMed and Embase write.

A parser of our own: rispy silently drops a last record without ``ER`` and merges two records if one
is missing in between.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Final

from ingest.records import csl
from ingest.records.csl import Record
from ingest.text.clean import squeeze

Fields = dict[str, list[str]]

_LINE: Final = re.compile(r"([A-Z][A-Z0-9])(?:  |[ ]?\t ?)-(?: (.*))?")
_TYPES: Final = {
    "JOUR": "article-journal", "EJOUR": "article-journal", "JFULL": "article-journal",
    "ABST": "article-journal", "INPR": "article-journal", "RPRT": "report", "GOVDOC": "report",
    "BOOK": "book", "EBOOK": "book", "EDBOOK": "book", "CHAP": "chapter", "ECHAP": "chapter",
    "CONF": "paper-conference", "CPAPER": "paper-conference", "THES": "thesis",
    "BLOG": "post-weblog", "ELEC": "webpage", "WEB": "webpage", "DATA": "dataset",
    "MGZN": "article-magazine", "NEWS": "article-newspaper", "UNPB": "manuscript",
    "UNPD": "manuscript", "MANSCPT": "manuscript", "PAMP": "pamphlet", "SLIDE": "speech",
    "STAND": "standard", "VIDEO": "motion_picture", "ENCYC": "entry-encyclopedia",
    "LEGAL": "legislation", "BILL": "bill", "COMP": "software",
}  # fmt: skip
_WRITTEN: Final = {csl_type: tag for tag, csl_type in reversed(_TYPES.items())}
_PLACEHOLDER: Final = re.compile(r"no specified|no pagination specified|undefined", re.I)


def read_records(text: str) -> Iterator[tuple[int, Record | str]]:
    """Yield the records of a RIS file with their numbers."""
    for number, fields in enumerate(_records(text), 1):
        yield number, _record(fields)


def _records(text: str) -> Iterator[Fields]:
    """Yield the fields of each record.

    It ends at ``ER``, or where the next begins, or with the file. Between records anything may
    stand (Ovid numbers them and adds links).
    """
    values: list[tuple[str, list[str]]] | None = None
    for line in text.lstrip("\ufeff").splitlines():
        match = _LINE.fullmatch(line.rstrip())
        tag, value = (match[1], (match[2] or "").strip()) if match else ("", line.strip())
        if tag in ("TY", "ER"):
            if values is not None:
                yield _fields(values)
            values = [(tag, [value])] if tag == "TY" else None
        elif values is not None and tag:
            values.append((tag, [value]))
        elif values is not None:
            values[-1][1].append(value)  # a long value runs on; an empty line parts paragraphs
    if values is not None:
        yield _fields(values)


def _fields(values: Iterable[tuple[str, list[str]]]) -> Fields:
    fields: Fields = {}
    for tag, lines in values:
        fields.setdefault(tag, []).append("\n".join(lines).strip())
    return fields


def _record(fields: Fields) -> Record:
    def first(*tags: str) -> str:
        return next((v.strip() for t in tags for v in fields.get(t, ()) if v.strip()), "")

    is_part = first("TY") in ("CHAP", "ECHAP", "CONF", "CPAPER")
    links = [*fields.get("UR", ()), *fields.get("L2", ()), *fields.get("LK", ())]
    dois = [csl.find_doi(v) for v in (*fields.get("DO", ()), *fields.get("M3", ()))]
    dois += [csl.find_doi(v) for v in links if "doi.org/" in v]
    record = csl.normalise_record(
        {
            "type": _TYPES.get(first("TY"), "document"),
            "title": first("TI", "T1", "CT") or ("" if is_part else first("BT")),
            "author": [v for t in ("AU", "A1") for v in fields.get(t, ())],
            "editor": [v for t in ("ED", "A2") for v in fields.get(t, ())],
            "issued": _issued(fields),
            "container-title": first("JF", "T2", "JO", "BT", "J2", "JA"),
            "publisher": first("PB"),
            "publisher-place": first("CY", "PP"),
            "volume": first("VL"),
            "issue": first("IS"),
            "page": _pages(first("SP"), first("EP")),
            "edition": first("ET"),
            "DOI": next((d for d in dois if d), ""),
            "URL": next((u for u in map(_address, fields.get("UR", ())) if u), ""),
            "ISSN": first("SN"),
            "collection-title": first("T3"),
            "abstract": first("AB", "N2"),
            "language": first("LA"),
            "keyword": ", ".join(v for v in fields.get("KW", ()) if v),
            "note": "\n\n".join(fields.get("N1", ())),
        }
    )
    files = [v for tag in ("L1", "L2", "L4") for v in fields.get(tag, ()) if v]
    return record | ({csl.ATTACHMENTS: files} if files else {})


def _issued(fields: Fields) -> str:
    """Return the date: ``DA`` only where it agrees with the year, which it may contradict."""
    year = next((d for t in ("PY", "Y1") for v in fields.get(t, ()) if (d := _ymd(v))), [])
    dated = next((d for v in fields.get("DA", ()) if (d := _ymd(v))), [])
    chosen = dated if dated and (not year or (year[0] == dated[0] and len(year) == 1)) else year
    return "-".join(map(str, chosen))


def _ymd(value: str) -> list[int]:
    """Return the parts of "2019/10/03/undefined", "2019//" or "Jul 2019"."""
    return csl.date_parts(value.split("//")[0].rstrip("/"))


def _address(value: str) -> str:
    return next(
        (w for w in re.split(r"[\s;]+", value) if w.startswith(("http://", "https://"))), ""
    )


def _pages(start: str, end: str) -> str:
    pages = f"{start}-{end}" if end and end != start and "-" not in start else start
    return "" if _PLACEHOLDER.fullmatch(pages.replace("-", " ")) else pages


def write_records(records: Iterable[Record]) -> str:
    """Return records as a RIS file that reference managers read."""
    return "\n".join("\n".join(_lines(record)) for record in records) + "\n"


def _lines(record: Record) -> Iterator[str]:
    def line(tag: str, value: object) -> str:
        return f"{tag}  - {squeeze(str(value))}"

    yield line("TY", _WRITTEN.get(record["type"], "GEN"))
    for tag, role in (("AU", "author"), ("A2", "editor")):
        yield from (line(tag, csl.inverted_name(n)) for n in csl.names_of(record, role))
    year = csl.year_of(record)
    if year:
        yield line("PY", year)
        dated = record["issued"]["date-parts"][0]
        if len(dated) > 1:
            yield line("DA", "/".join(f"{part:02d}" for part in dated))
    container = record.get("container-title")
    journal = container if record["type"] == "article-journal" else None
    start, _, end = record.get("page", "").replace("–", "-").partition("-")
    values = {
        "TI": record.get("title"), "T2": container, "JO": journal,
        "PB": record.get("publisher"), "CY": record.get("publisher-place"),
        "VL": record.get("volume"), "IS": record.get("issue"), "SP": start, "EP": end,
        "ET": record.get("edition"), "DO": record.get("DOI"), "UR": record.get("URL"),
        "SN": record.get("ISSN") or record.get("ISBN"), "T3": record.get("collection-title"),
        "AB": record.get("abstract"), "LA": record.get("language"),
    }  # fmt: skip
    yield from (line(tag, value) for tag, value in values.items() if value)
    yield from (line("KW", word) for word in record.get("keyword", "").split(", ") if word)
    yield from (line("N1", part) for part in record.get("note", "").split("\n\n") if part)
    yield from (line("L1", name) for name in record.get(csl.ATTACHMENTS, ()))
    yield "ER  - "
