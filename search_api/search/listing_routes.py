"""Browsing as JSON: documents, newest first, filtered as in search."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response

from search_api.answers.shapes import DocumentPage
from search_api.search.params import ApiBrowseQuery
from search_api.search.presenting import present_results
from search_api.web.declared import reads
from search_api.web.dependencies import CatalogueDep, Freshness, ServiceDep
from search_api.web.links import link_next

router = APIRouter(tags=["documents"])


@router.get(
    "/documents",
    operation_id="listDocuments",
    summary="List documents, newest first",
    responses=reads(404),
    openapi_extra={"x-example": "?topic=educator-voice&kind=report"},
)
def list_documents(
    request: Request,
    response: Response,
    service: ServiceDep,
    catalogue: CatalogueDep,
    query: ApiBrowseQuery,
    _fresh: Freshness,
) -> DocumentPage:
    """List the documents, filtered as in search."""
    answer = present_results(service, service.searcher.search(catalogue, query))
    link_next(request, response, service, answer.next)
    documents = [hit.document for hit in answer.hits]
    return DocumentPage(total=answer.total, documents=documents, next=answer.next)
