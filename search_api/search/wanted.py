"""Searches without a good result, for curators."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Response

from corpus.catalogue.catalogue import Catalogue
from corpus.network.questions import questions_by_search
from corpus.review import demand
from search_api.search.wanted_shapes import Dismissal, WantedList, WantedSearch
from search_api.service.service import Service
from search_api.web.access import Curator
from search_api.web.declared import problems, writes
from search_api.web.dependencies import CatalogueDep, ServiceDep, StrictLimit

router = APIRouter(tags=["wanted"])


@router.get(
    "/wanted",
    operation_id="listWanted",
    summary="Searches without a good result, most frequent first",
    responses=problems(401, 403, 422, 503),
    openapi_extra={"x-example": "?limit=20"},
)
def list_wanted(
    service: ServiceDep,
    catalogue: CatalogueDep,
    response: Response,
    _actor: Curator,
    params: Annotated[StrictLimit, Query()],
) -> WantedList:
    """Return searches that found little, with their words, languages and days.

    No person, address or time of day is stored. Case, punctuation and spacing are ignored; long
    searches and those that look personal are not stored at all.
    """
    response.headers["Cache-Control"] = "no-store"
    return wanted_of(service, catalogue, limit=params.limit)


def wanted_of(service: Service, catalogue: Catalogue, *, limit: int) -> WantedList:
    """Return the list, for the API and the page."""
    service.demand.flush()
    searches = demand.wanted(catalogue, keep_days=service.settings.demand_days)
    questions = questions_by_search(catalogue)
    return WantedList(
        counting=service.settings.demand,
        days=service.settings.demand_days,
        dropped=service.demand.dropped,
        total=len(searches),
        searches=[
            WantedSearch(
                query=w.query,
                searches=w.searches,
                languages=list(w.languages),
                first_day=w.first_day,
                last_day=w.last_day,
                question=questions.get(w.query),
            )
            for w in searches[:limit]
        ],
    )


@router.post(
    "/wanted/dismissals",
    operation_id="dismissWanted",
    summary="Remove a search from the list",
    status_code=204,
    response_class=Response,
    responses=writes(404),
)
def dismiss_wanted(catalogue: CatalogueDep, actor: Curator, dismissal: Dismissal) -> None:
    """Remove a search from the list: it was answered, or is outside the network's scope.

    It comes back if it is made again on a later day. The log says that a search was dismissed, but
    not which: log entries are kept longer than searches.
    """
    demand.dismiss(catalogue, actor, dismissal.query)
