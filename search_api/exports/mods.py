"""Documents in MODS 3.8, the record of libraries (https://www.loc.gov/standards/mods/)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

from corpus.folios import written_range
from ingest.records import csl
from ingest.records.csl import Record
from search_api.exports.json_ld import date_of
from search_api.exports.taking import Reference, References
from search_api.exports.xml import element, wrap

MEDIA_TYPE: Final = "application/mods+xml"
NAMESPACE: Final = "http://www.loc.gov/mods/v3"
SCHEMA: Final = "http://www.loc.gov/standards/mods/v3/mods-3-8.xsd"
_INSTANCE: Final = "http://www.w3.org/2001/XMLSchema-instance"


def write_mods(references: References) -> bytes:
    """Return one document, or a list of documents, as a file."""
    parts = [mods_of(item, declared=references.alone) for item in references.items]
    body = parts[0] if references.alone else _declare("modsCollection", "\n".join(parts))
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{body}\n'.encode()


def mods_of(item: Reference, *, declared: bool = True) -> str:
    """Return a document as the element ``mods``, with its namespaces unless they are around it."""
    content = "".join(_parts(item))
    return _declare("mods", content, "3.8") if declared else wrap("mods", content, version="3.8")


def _declare(name: str, content: str, version: str | None = None) -> str:
    return wrap(
        name,
        content,
        xmlns=NAMESPACE,
        xmlns__xsi=_INSTANCE,
        xsi__schemaLocation=f"{NAMESPACE} {SCHEMA}",
        version=version,
    )


def _parts(item: Reference) -> Iterable[str]:
    record = item.record
    yield wrap("titleInfo", element("title", record.get("title", "")))
    for role, term in (("author", "aut"), ("editor", "edt")):
        for name in csl.names_of(record, role):
            yield _name(name, term)
    yield element("typeOfResource", "text")
    yield element("genre", item.kind or record["type"])
    yield _origin(item)
    yield from _described(item)
    for term in item.terms:
        yield wrap("subject", element("topic", term))
    for country in item.countries:
        yield wrap("subject", element("geographic", country))
    yield from _related(record)
    for kind, field in (("doi", "DOI"), ("isbn", "ISBN")):
        if record.get(field):
            yield element("identifier", record[field], type=kind)
    yield from _locations(item)
    licence = item.licence or record.get("license")
    if licence:
        yield element("accessCondition", licence, type="use and reproduction")


def _described(item: Reference) -> Iterable[str]:
    """Yield its language, the type of its file and its abstract, as far as they are known."""
    language = item.record.get("language")
    if language:
        code = element("languageTerm", language, type="code", authority="rfc5646")
        yield wrap("language", code)
    if item.stored:
        yield wrap("physicalDescription", element("internetMediaType", item.stored[1]))
    abstract = item.summary or item.record.get("abstract")
    if abstract:
        yield element("abstract", abstract)


def _name(name: Mapping[str, str], role: str) -> str:
    written = wrap("role", element("roleTerm", role, type="code", authority="marcrelator"))
    if not name.get("family"):
        return wrap("name", element("namePart", csl.display_name(name)) + written)
    prefix = name.get("non-dropping-particle")
    family = f"{prefix} {name['family']}" if prefix else name["family"]
    parts = (
        ("family", family),
        ("given", name.get("given")),
        ("termsOfAddress", name.get("suffix")),
    )
    named = "".join(element("namePart", text, type=kind) for kind, text in parts if text)
    return wrap("name", named + written, type="personal")


def _origin(item: Reference) -> str:
    houses = item.publishers or tuple(filter(None, [item.record.get("publisher")]))
    dated = date_of(item.record)
    issued = element("dateIssued", dated, encoding="w3cdtf", keyDate="yes") if dated else ""
    content = "".join(element("publisher", house) for house in houses) + issued
    return wrap("originInfo", content) if content else ""


def _related(record: Record) -> Iterable[str]:
    """Yield the journal or book that it is in, and its series."""
    if record.get("container-title"):
        host = wrap("titleInfo", element("title", record["container-title"]))
        if record.get("ISSN"):
            host += element("identifier", record["ISSN"], type="issn")
        details = "".join(
            wrap("detail", element("number", record[name]), type=name)
            for name in ("volume", "issue")
            if record.get(name)
        )
        if record.get("page"):
            details += wrap("extent", element("list", written_range(record["page"])), unit="pages")
        yield wrap("relatedItem", host + (wrap("part", details) if details else ""), type="host")
    if record.get("collection-title"):
        title = wrap("titleInfo", element("title", record["collection-title"]))
        yield wrap("relatedItem", title, type="series")


def _locations(item: Reference) -> Iterable[str]:
    """Yield where the original is, and its page here."""
    original = item.record.get("URL")
    if original:
        yield wrap("location", element("url", original, usage="primary display"))
    if item.link:
        yield wrap("location", element("url", item.link, access="object in context"))
