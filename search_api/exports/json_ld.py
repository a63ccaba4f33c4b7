"""Documents as JSON-LD with the terms of schema.org, for search engines and reference managers."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, Final

from corpus.folios import written_range
from ingest.records import csl
from ingest.records.csl import Record
from search_api.exports.taking import Reference, References

MEDIA_TYPE: Final = "application/ld+json"
CONTEXT: Final = "https://schema.org"
_TYPES: Final = {
    "report": "Report",
    "policy-brief": "Report",
    "guideline": "Report",
    "journal-article": "ScholarlyArticle",
    "blog": "BlogPosting",
    "presentation": "PresentationDigitalDocument",
    "toolkit": "LearningResource",
    "dataset-instrument": "Dataset",
    "web-page": "WebPage",
}
_OF_RECORDS: Final = {
    "report": "Report",
    "article": "Article",
    "article-journal": "ScholarlyArticle",
    "article-magazine": "Article",
    "article-newspaper": "NewsArticle",
    "book": "Book",
    "chapter": "Chapter",
    "dataset": "Dataset",
    "post-weblog": "BlogPosting",
    "speech": "PresentationDigitalDocument",
    "thesis": "Thesis",
    "webpage": "WebPage",
}
"""The types of CSL, where the kind of resource is not known."""

_IN_SHORT: Final = ("@type", "@id", "name", "author", "datePublished", "sameAs", "url")


def write_references(references: References) -> bytes:
    """Return one document, or a list of documents, as JSON-LD."""
    described = (
        describe_document(references.items[0]) if references.alone else describe_list(references)
    )
    return (json.dumps(described, ensure_ascii=False, indent=2) + "\n").encode()


def describe_document(item: Reference) -> dict[str, Any]:
    """Return a document as JSON-LD."""
    return {"@context": CONTEXT, **_work(item)}


def describe_list(references: References, *, in_short: bool = False) -> dict[str, Any]:
    """Return documents as an ``ItemList``, in order; in short for the head of their page."""
    members = [_work(item) for item in references.items]
    if in_short:
        members = [{name: m[name] for name in _IN_SHORT if name in m} for m in members]
    return {
        "@context": CONTEXT,
        "@type": "ItemList",
        "name": references.title,
        "url": references.address,
        "numberOfItems": len(references.items),
        "itemListElement": [
            {"@type": "ListItem", "position": position, "item": member}
            for position, member in enumerate(members, 1)
        ],
    }


def type_of(item: Reference) -> str:
    """Return the type of schema.org for a document."""
    stated = _OF_RECORDS.get(str(item.record.get("type")), "CreativeWork")
    return _TYPES.get(item.kind or "", stated)


def _work(item: Reference) -> dict[str, Any]:
    record = item.record
    described = {
        "@type": type_of(item),
        "@id": item.link,
        "name": record.get("title"),
        "headline": record.get("title"),
        "author": [_agent(name) for name in csl.names_of(record)],
        "publisher": _organisation(record.get("publisher")),
        "datePublished": date_of(record),
        "inLanguage": record.get("language"),
        "abstract": item.summary or record.get("abstract"),
        "keywords": list(item.terms),
        "license": record.get("license"),
        "identifier": _identifier(record),
        "sameAs": f"https://doi.org/{record['DOI']}" if record.get("DOI") else None,
        "url": record.get("URL") or item.link,
        "isPartOf": _periodical(record),
        "pagination": written_range(record.get("page", "")),
        "encoding": _file(item),
    }
    return {name: value for name, value in described.items() if value}


def date_of(record: Record, between: str = "-") -> str:
    """Return the date of issue as far as it is known: ``2021``, ``2021-03`` or ``2021-03-04``."""
    parts = (record.get("issued", {}).get("date-parts") or [[]])[0]
    return between.join(f"{part:04d}" if n == 0 else f"{part:02d}" for n, part in enumerate(parts))


def _agent(name: Mapping[str, str]) -> dict[str, str]:
    """Return a person; a name that is not divided may be an organisation's."""
    if not name.get("family"):
        return {"@type": "Organization", "name": csl.display_name(name)}
    person = {"@type": "Person", "name": csl.display_name(name), "familyName": name["family"]}
    return person | ({"givenName": name["given"]} if name.get("given") else {})


def _organisation(name: str | None) -> dict[str, str] | None:
    return {"@type": "Organization", "name": name} if name else None


def _identifier(record: Record) -> dict[str, str] | None:
    doi = record.get("DOI")
    return {"@type": "PropertyValue", "propertyID": "doi", "value": doi} if doi else None


def _periodical(record: Record) -> dict[str, str] | None:
    journal = record.get("container-title")
    if not journal:
        return None
    issn = {"issn": record["ISSN"]} if record.get("ISSN") else {}
    return {"@type": "Periodical", "name": journal} | issn


def _file(item: Reference) -> dict[str, str] | None:
    if item.stored is None:
        return None
    address, media_type = item.stored
    return {"@type": "MediaObject", "contentUrl": address, "encodingFormat": media_type}
