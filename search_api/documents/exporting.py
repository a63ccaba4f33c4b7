"""One document as a file to take away."""

from __future__ import annotations

from fastapi import Request, Response

from search_api.answers.detail import Record, etag_of_record
from search_api.exports.answering import answer_file
from search_api.exports.formats import DOCUMENTS
from search_api.exports.taking import Collector, Reference, References, made_today
from search_api.service.service import Service
from search_api.web import conditional


def reference_of(service: Service, record: Record) -> Reference:
    """Return a document as a reference."""
    return Collector.of(service).reference(record.document, record.tags)


def references_of_record(service: Service, record: Record) -> References:
    """Return a document alone, as every format is written from it."""
    collector = Collector.of(service)
    document = record.document
    return References(
        title=document.title,
        address=collector.page_of(document.id),
        about=(),
        items=(reference_of(service, record),),
        made=made_today(service.taxonomy),
        alone=True,
    )


def answer_document(
    request: Request, response: Response, service: Service, record: Record, format_name: str
) -> Response:
    """Return a document as a file; its entity tag covers this document and the day alone."""
    chosen = DOCUMENTS[format_name]
    taken = references_of_record(service, record)
    told = f"{etag_of_record(service, record)}{format_name}{taken.made.at}"
    etag = conditional.etag_of_content(service.release, told)
    headers = conditional.check_etag(request, response, etag)
    return answer_file(chosen, chosen.write(taken), record.document.id, headers)
