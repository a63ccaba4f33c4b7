"""Export the results of a search as references."""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated

from fastapi import APIRouter, Query, Response
from pydantic import Field

from search_api.exports.answering import describe_files
from search_api.exports.formats import DOCUMENTS, DocumentFormat, name_formats
from search_api.exports.taking import MAX_EXPORTED
from search_api.search.exporting import answer_results
from search_api.search.params import StrictSearchParams, query_of
from search_api.web.declared import reads
from search_api.web.dependencies import CatalogueDep, Freshness, ServiceDep

router = APIRouter(tags=["search"])


class ExportParams(StrictSearchParams):
    """As ``StrictSearchParams``, with a format, and by default all documents of the answer."""

    format: DocumentFormat = Field(description=f"{name_formats(DOCUMENTS)}.")
    limit: int = Field(
        default=MAX_EXPORTED,
        ge=1,
        le=MAX_EXPORTED,
        description="How many documents to export. A question has 100 at most: as many are ranked.",
    )


@router.get(
    "/search/export",
    operation_id="exportSearch",
    summary="All results of a search as a file",
    response_class=Response,
    responses={
        200: {
            "description": "The documents in the requested format, best first.",
            "content": describe_files(DOCUMENTS.values()),
        },
        **reads(404),
    },
    openapi_extra={"x-example": "?q=what+works+on+wellbeing+measurement&format=ris"},
)
def export_search(
    service: ServiceDep,
    catalogue: CatalogueDep,
    params: Annotated[ExportParams, Query()],
    fresh: Freshness,
) -> Response:
    """Export the documents of a search, whatever its page. Exports are not counted."""
    query = replace(query_of(service, catalogue, params), passages_per_hit=1)
    results = service.searcher.search(catalogue, query)
    return answer_results(service, results, params.format, fresh)
