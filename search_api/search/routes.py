"""Search."""

from __future__ import annotations

from fastapi import APIRouter, BackgroundTasks, Request, Response

from index.model import Results
from search_api.answers.shapes import SearchAnswer
from search_api.exports.answering import ANSWER_FILES, is_file
from search_api.search.exporting import answer_results
from search_api.search.params import ApiSearchQuery, ChosenFormat
from search_api.search.presenting import present_results
from search_api.service.demand import found_little
from search_api.service.service import Service
from search_api.web.declared import reads
from search_api.web.dependencies import CatalogueDep, ServiceDep, check_freshness
from search_api.web.links import link_next
from search_api.web.written import as_json

router = APIRouter(tags=["search"])


@router.get(
    "/search",
    operation_id="search",
    summary="Search passages, ranked by document",
    response_model=SearchAnswer,
    responses={**ANSWER_FILES, **reads(404)},
    openapi_extra={"x-example": "?q=what+works+on+wellbeing+measurement&stage=use&limit=5"},
)
def search(
    request: Request,
    response: Response,
    background: BackgroundTasks,
    service: ServiceDep,
    catalogue: CatalogueDep,
    query: ApiSearchQuery,
    format_name: ChosenFormat,
) -> SearchAnswer | Response:
    """Answer a question with ranked documents, each with its matching passages.

    Keyword and semantic search are combined, filters apply before ranking, and every passage has
    its page and a citation. `strength` says how good the evidence is. The Server-Timing header has
    the duration of each part.

    Without `q` it lists what passes the filters, newest first or by `sort`: `strength` is
    `unranked`, every `score` is 0, `matched` and `related` are 0, and no hit has `snippets`.
    """
    fresh = check_freshness(request, response, service, catalogue)
    results = service.searcher.search(catalogue, query)
    count_unanswered(request, background, service, results)
    if is_file(format_name):
        return answer_results(service, results, format_name, fresh)
    answer = present_results(service, results)
    link_next(request, response, service, answer.next)
    response.headers["Server-Timing"] = ", ".join(
        f"{part};dur={elapsed_ms:.1f}" for part, elapsed_ms in results.timings_ms.items()
    )
    return as_json(response, answer)


def count_unanswered(
    request: Request, background: BackgroundTasks, service: Service, results: Results
) -> None:
    """Count a search with few results after it is answered.

    HEAD requests are not counted, nor are repetitions, which clients with a cache send with
    If-None-Match.
    """
    if found_little(results) and not request.scope.get("asked_for_head"):
        background.add_task(service.demand.note, results.query.text, results.language)
