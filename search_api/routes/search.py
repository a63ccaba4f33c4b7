"""Search."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response

from search_api.dependencies import ApiSearchQuery, CatalogueDep, Freshness, ServiceDep
from search_api.presenting import Presenter
from search_api.routes.declared import reads
from search_api.routes.links import link_next
from search_api.schemas import SearchAnswer

router = APIRouter(tags=["search"])


@router.get(
    "/search",
    operation_id="search",
    summary="Search passages, ranked by document",
    responses=reads(404),
    openapi_extra={"x-example": "?q=what+works+on+wellbeing+measurement&stage=use&limit=5"},
)
def search(
    request: Request,
    response: Response,
    service: ServiceDep,
    catalogue: CatalogueDep,
    query: ApiSearchQuery,
    _fresh: Freshness,
) -> SearchAnswer:
    """Answer a question with ranked documents, each with the passages that speak to it.

    Keyword and semantic search run side by side, filters apply before ranking, and every passage
    carries its page and a citation. `strength` says when there is no good evidence. How long the
    parts took is in the Server-Timing header.
    """
    results = service.searcher.search(catalogue, query)
    answer = Presenter(service).answer(results)
    link_next(request, response, service, answer.next)
    response.headers["Server-Timing"] = ", ".join(
        f"{part};dur={elapsed_ms:.1f}" for part, elapsed_ms in results.timings_ms.items()
    )
    return answer
