"""What the head of a document's page tells reference managers, harvesters and scholarly search.

``citation_*`` are the names that Google Scholar and Zotero read (the latter: its translator
"Embedded Metadata"); ``DC.*`` is Dublin Core in HTML (DCMI, 2008). COinS (OpenURL context objects
in spans, ANSI/NISO Z39.88) name many works on one page.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final
from urllib.parse import quote, urlencode

from corpus.folios import written_range
from ingest.records import csl
from search_api.exports.formats import DOCUMENTS
from search_api.exports.json_ld import CONTEXT, date_of, type_of
from search_api.exports.taking import Reference

Pair = tuple[str, str]
_PDF: Final = "application/pdf"
_REPORTS: Final = ("Report", "LearningResource")
_IN_URLS: Final = "%/:;=-._~!$&'()*+,?#[]@"


def head_pairs(item: Reference) -> list[Pair]:
    """Return the names and contents of ``meta`` elements; what is unknown is left out."""
    return [(name, text) for name, text in (*_citation(item), *_dublin_core(item)) if text]


def _citation(item: Reference) -> Iterator[Pair]:
    record = item.record
    journal, publisher = record.get("container-title", ""), record.get("publisher", "")
    yield "citation_title", record.get("title", "")
    for name in csl.names_of(record):
        yield "citation_author", csl.inverted_name(name)
    yield "citation_publication_date", date_of(record, "/")
    yield "citation_journal_title", journal
    yield "citation_publisher", publisher
    if type_of(item) in _REPORTS and not journal:
        yield "citation_technical_report_institution", publisher
    yield from _numbers(record)
    yield "citation_doi", record.get("DOI", "")
    yield "citation_language", record.get("language", "")
    yield "citation_pdf_url", _pdf_of(item)
    yield "citation_abstract_html_url", item.link or ""
    for term in item.terms:
        yield "citation_keywords", term


def _numbers(record: csl.Record) -> Iterator[Pair]:
    """Yield where a work stands in its journal."""
    for name in ("volume", "issue"):
        yield f"citation_{name}", record.get(name, "")
    first, _, last = re.sub(r"\s*[-–]+\s*", "-", str(record.get("page", ""))).partition("-")
    yield "citation_firstpage", first
    yield "citation_lastpage", last
    yield "citation_issn", record.get("ISSN", "")
    yield "citation_isbn", record.get("ISBN", "")


def _dublin_core(item: Reference) -> Iterator[Pair]:
    record = item.record
    yield "DC.title", record.get("title", "")
    for name in csl.names_of(record):
        yield "DC.creator", csl.inverted_name(name)
    yield "DC.publisher", record.get("publisher", "")
    yield "DC.date", date_of(record)
    yield "DC.type", type_of(item)
    yield "DC.language", record.get("language", "")
    yield "DC.identifier", _identity(item)
    yield "DC.source", record.get("URL", "")
    yield "DC.rights", record.get("license", "")
    yield "DC.description", item.summary or ""


def _pdf_of(item: Reference) -> str:
    """Return the stored PDF; a digest's file is not the work it cites."""
    return item.stored[0] if item.stored and item.stored[1] == _PDF else ""


def _identity(item: Reference) -> str:
    doi = item.record.get("DOI")
    return f"https://doi.org/{doi}" if doi else item.record.get("URL") or item.link or ""


# COinS ----------------------------------------------------------------------------------------


def context_object(item: Reference) -> str:
    """Return the context object of a work, for the title of a span of class ``Z3988``."""
    record = item.record
    is_article = bool(record.get("container-title"))
    form = "journal" if is_article else "dc"
    fields = _of_article(record) if is_article else _of_dublin_core(item)
    pairs = [
        ("ctx_ver", "Z39.88-2004"),
        ("rft_val_fmt", f"info:ofi/fmt:kev:mtx:{form}"),
        *((f"rft.{name}", text) for name, text in fields if text),
    ]
    doi = record.get("DOI")
    identity = f"info:doi/{doi}" if doi else record.get("URL") or item.link
    return urlencode([*pairs, *([("rft_id", identity)] if identity else [])])


def _of_article(record: csl.Record) -> Iterator[Pair]:
    yield "genre", "article"
    yield "atitle", record.get("title", "")
    yield "jtitle", record["container-title"]
    for name in csl.names_of(record):
        yield "au", csl.inverted_name(name)
    yield "date", date_of(record)
    for part in ("volume", "issue"):
        yield part, record.get(part, "")
    yield "pages", written_range(record.get("page", ""), "-")
    yield "issn", record.get("ISSN", "")


def _of_dublin_core(item: Reference) -> Iterator[Pair]:
    record = item.record
    yield "type", _ZOTERO_TYPES.get(type_of(item), "document")
    yield "title", record.get("title", "")
    for name in csl.names_of(record):
        yield "creator", csl.inverted_name(name)
    yield "publisher", record.get("publisher", "")
    yield "date", date_of(record)
    yield "language", record.get("language", "")
    yield "identifier", _identity(item)


_ZOTERO_TYPES: Final = {
    "Report": "report", "LearningResource": "report", "ScholarlyArticle": "journalArticle",
    "Article": "magazineArticle", "NewsArticle": "newspaperArticle", "BlogPosting": "blogPost",
    "PresentationDigitalDocument": "presentation", "Dataset": "dataset", "WebPage": "webpage",
    "Book": "book", "Chapter": "bookSection", "Thesis": "thesis",
}  # fmt: skip


# Signposting ----------------------------------------------------------------------------------


def signposts(item: Reference) -> str:
    """Return the Link header of a document's page (signposting.org, FAIR level 1; RFC 8288)."""
    page = item.link or ""
    links = [_link(_identity(item), "cite-as")]
    links += [
        _link(f"{page}?format={known.name}", "describedby", known.media_type.partition(";")[0])
        for known in DOCUMENTS.values()
    ]
    links += [_link(item.stored[0], "item", item.stored[1])] if item.stored else []
    links += [_link(f"{CONTEXT}/{name}", "type") for name in ("AboutPage", type_of(item))]
    return ", ".join(links)


def _link(address: str, relation: str, media_type: str = "") -> str:
    target = quote(address, safe=_IN_URLS)
    kind = f'; type="{media_type}"' if re.fullmatch(r"[\w.+-]+/[\w.+-]+", media_type) else ""
    return f'<{target}>; rel="{relation}"{kind}'
