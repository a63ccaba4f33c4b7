"""Export the results of a search as references."""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated

from fastapi import APIRouter, Query, Response
from pydantic import Field

from index.model import MAX_RESULTS
from search_api.exports.answering import answer_file, describe_files
from search_api.exports.formats import DOCUMENTS, DocumentFormat, name_formats
from search_api.exports.references import record_of, stored_record
from search_api.search.params import StrictSearchParams, query_of
from search_api.web.declared import reads
from search_api.web.dependencies import CatalogueDep, Freshness, ServiceDep

router = APIRouter(tags=["search"])


class ExportParams(StrictSearchParams):
    """As ``StrictSearchParams``, with a format, and by default all documents of the ranking."""

    format: DocumentFormat = Field(description=f"{name_formats(DOCUMENTS)}.")
    limit: int = Field(
        default=MAX_RESULTS, ge=1, le=MAX_RESULTS, description="How many documents to export."
    )


@router.get(
    "/search/export",
    operation_id="exportSearch",
    summary="The results of a search as a file for a reference manager",
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
    """Export the documents of a search, without passages. Exports are not counted."""
    query = replace(query_of(service, catalogue, params), passages_per_hit=1)
    hits = service.searcher.search(catalogue, query).hits
    records = [
        record_of(hit.document, stored_record(service.originals, hit.document)) for hit in hits
    ]
    chosen = DOCUMENTS[params.format]
    return answer_file(chosen, chosen.write(records), "search-results", fresh)
