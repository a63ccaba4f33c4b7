"""Suggestions while somebody types."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import BaseModel, ConfigDict, Field

from index.search.suggesting import LONGEST, MOST, SHORTEST
from search_api.search.filters import clean_text
from search_api.search.suggestion_shapes import QuerySuggestion, QuerySuggestions
from search_api.web.declared import reads
from search_api.web.dependencies import CatalogueDep, Freshness, ServiceDep

router = APIRouter(tags=["search"])


class SuggestionParams(BaseModel):
    """What is typed so far."""

    model_config = ConfigDict(extra="forbid")

    q: str = Field(
        default="",
        max_length=LONGEST,
        description=f"What is typed so far; at least {SHORTEST} letters.",
    )


@router.get(
    "/suggestions",
    operation_id="suggestQueries",
    summary="What to ask, while somebody types",
    responses=reads(),
    openapi_extra={"x-example": "?q=well"},
)
def list_suggestions(
    service: ServiceDep,
    catalogue: CatalogueDep,
    params: Annotated[SuggestionParams, Query()],
    _fresh: Freshness,
) -> QuerySuggestions:
    """Suggest titles, terms and headings of several documents that have what is typed."""
    found = service.suggester.suggest(catalogue, clean_text(params.q))
    return QuerySuggestions(
        suggestions=[QuerySuggestion(text=s.text, source=s.source) for s in found[:MOST]]
    )
