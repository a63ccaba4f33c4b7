"""What readers looked for in vain, for curators."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Response
from pydantic import BaseModel, ConfigDict, Field

from corpus.catalogue.catalogue import Catalogue
from corpus.review import demand
from search_api.search.wanted_shapes import Dismissal, WantedList, WantedSearch
from search_api.service.service import Service
from search_api.web.access import Curator
from search_api.web.declared import problems, writes
from search_api.web.dependencies import CatalogueDep, ServiceDep

router = APIRouter(tags=["wanted"])


class WantedParams(BaseModel):
    """How much to show; a parameter there is not is refused."""

    model_config = ConfigDict(extra="forbid")

    limit: int = Field(default=100, ge=1, le=500, description="How many to return.")


@router.get(
    "/wanted",
    operation_id="listWanted",
    summary="Searches that found little, the most frequent first",
    responses=problems(401, 403, 422, 503),
    openapi_extra={"x-example": "?limit=20"},
)
def list_wanted(
    service: ServiceDep,
    catalogue: CatalogueDep,
    response: Response,
    _actor: Curator,
    params: Annotated[WantedParams, Query()],
) -> WantedList:
    """Return what readers looked for and did not find, as it is kept: words, languages, days.

    No person, no address and no time of day is kept. Case, punctuation and spacing are put aside;
    long searches and such as look personal are not kept at all.
    """
    response.headers["Cache-Control"] = "no-store"
    return wanted_of(service, catalogue, limit=params.limit)


def wanted_of(service: Service, catalogue: Catalogue, *, limit: int) -> WantedList:
    """Return the list; the API and the page show the same."""
    service.demand.flush()
    found = demand.wanted(catalogue, keep_days=service.settings.demand_days)
    return WantedList(
        counting=service.settings.demand,
        days=service.settings.demand_days,
        dropped=service.demand.dropped,
        total=len(found),
        searches=[
            WantedSearch(
                query=w.query,
                searches=w.searches,
                languages=list(w.languages),
                first_day=w.first_day,
                last_day=w.last_day,
            )
            for w in found[:limit]
        ],
    )


@router.post(
    "/wanted/dismissals",
    operation_id="dismissWanted",
    summary="Take a search off the list",
    status_code=204,
    response_class=Response,
    responses=writes(404),
)
def dismiss_wanted(catalogue: CatalogueDep, actor: Curator, dismissal: Dismissal) -> None:
    """Take a search off the list: it was answered, or is none of the network's business.

    It comes back when it is made again on a later day. The log tells that a search was dismissed,
    and not which: it is kept longer than searches are.
    """
    demand.dismiss(catalogue, actor, dismissal.query)
