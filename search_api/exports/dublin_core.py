"""A document in unqualified Dublin Core, as OAI-PMH asks for it (oai_dc).

https://www.openarchives.org/OAI/2.0/guidelines-oai_dc.htm
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

from ingest.records import csl
from search_api.exports.json_ld import date_of
from search_api.exports.taking import Reference
from search_api.exports.xml import element, wrap

NAMESPACE: Final = "http://www.openarchives.org/OAI/2.0/oai_dc/"
SCHEMA: Final = "http://www.openarchives.org/OAI/2.0/oai_dc.xsd"
_ELEMENTS: Final = "http://purl.org/dc/elements/1.1/"
_INSTANCE: Final = "http://www.w3.org/2001/XMLSchema-instance"
_TYPES: Final = {
    "article-journal": "article", "chapter": "bookPart", "speech": "lecture",
    "paper-conference": "conferenceObject",
}  # fmt: skip
"""Types of CSL that info:eu-repo/semantics calls by another name."""


def write_dublin_core(item: Reference) -> str:
    """Return a document as the element ``oai_dc:dc``."""
    fields = "".join(element(f"dc:{name}", value) for name, value in _fields(item) if value)
    return wrap(
        "oai_dc:dc",
        fields,
        xmlns__oai_dc=NAMESPACE,
        xmlns__dc=_ELEMENTS,
        xmlns__xsi=_INSTANCE,
        xsi__schemaLocation=f"{NAMESPACE} {SCHEMA}",
    )


def _fields(item: Reference) -> Iterable[tuple[str, str]]:
    record = item.record
    yield "title", record.get("title", "")
    for name in csl.names_of(record):
        yield "creator", written_name(name)
    for term in item.terms:
        yield "subject", term
    yield "description", item.summary or record.get("abstract", "")
    for house in item.publishers or (record.get("publisher", ""),):
        yield "publisher", house
    yield "date", date_of(record)
    csl_type = str(record["type"])
    yield "type", _TYPES.get(csl_type, csl_type)
    if item.kind and item.kind != csl_type:
        yield "type", item.kind
    if item.stored:
        yield "format", item.stored[1]
    for address in identifiers(item):
        yield "identifier", address
    yield "source", record.get("container-title", "")
    yield "language", record.get("language", "")
    for country in item.countries:
        yield "coverage", country
    yield "rights", item.licence or record.get("license", "")


def identifiers(item: Reference) -> list[str]:
    """Return what names a document, each as an IRI: the original, DOI, ISBN and its page here."""
    record = item.record
    doi, isbn = record.get("DOI"), record.get("ISBN")
    named = (
        record.get("URL"),
        f"https://doi.org/{doi}" if doi else None,
        f"urn:isbn:{isbn}" if isbn else None,
        item.link,
    )
    return list(dict.fromkeys(name for name in named if name))


def written_name(name: Mapping[str, str]) -> str:
    """Return a name, the family name first where that can be read back, else as it is spoken."""
    spoken, inverted = csl.display_name(name), csl.inverted_name(name)
    read = csl.parse_name(inverted)
    return inverted if read and csl.display_name(read) == spoken else spoken
