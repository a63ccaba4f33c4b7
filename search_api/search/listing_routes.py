"""Browsing as JSON: documents, newest first, filtered as in search."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response

from search_api.answers.shapes import DocumentPage
from search_api.exports.answering import ANSWER_FILES, is_file
from search_api.search.exporting import answer_results
from search_api.search.params import ApiBrowseQuery, ChosenFormat
from search_api.search.presenting import present_results
from search_api.web.declared import reads
from search_api.web.dependencies import CatalogueDep, Freshness, ServiceDep
from search_api.web.links import link_next

router = APIRouter(tags=["documents"])


@router.get(
    "/documents",
    operation_id="listDocuments",
    summary="List documents, newest first",
    response_model=DocumentPage,
    responses={**ANSWER_FILES, **reads(404)},
    openapi_extra={"x-example": "?topic=educator-voice&kind=report"},
)
def list_documents(
    request: Request,
    response: Response,
    service: ServiceDep,
    catalogue: CatalogueDep,
    query: ApiBrowseQuery,
    format_name: ChosenFormat,
    fresh: Freshness,
) -> DocumentPage | Response:
    """List the documents, filtered as in search."""
    results = service.searcher.search(catalogue, query)
    if is_file(format_name):
        return answer_results(service, results, format_name, fresh)
    answer = present_results(service, results)
    link_next(request, response, service, answer.next)
    documents = [hit.document for hit in answer.hits]
    return DocumentPage(total=answer.total, documents=documents, next=answer.next)
