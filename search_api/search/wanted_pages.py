"""The page of searches without a good result, for curators."""

from __future__ import annotations

from typing import Annotated, Final

from fastapi import APIRouter, Form, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from corpus.network.questions import TOPICS
from corpus.review import demand
from search_api.search.wanted import wanted_of
from search_api.web.access import Curator
from search_api.web.dependencies import CatalogueDep, ServiceDep
from search_api.web.languages import current, gettext
from search_api.web.rendering import render

router = APIRouter(include_in_schema=False, default_response_class=HTMLResponse)

WANTED_SHOWN: Final = 200
_UNCACHED: Final = {"Cache-Control": "no-store"}


@router.get("/wanted")
def wanted(
    request: Request, service: ServiceDep, catalogue: CatalogueDep, _actor: Curator
) -> Response:
    """Show searches without a good result."""
    return render(
        request,
        "wanted.html",
        headers=_UNCACHED,
        wanted=wanted_of(service, catalogue, limit=WANTED_SHOWN),
        most=WANTED_SHOWN,
        language_names=_language_names,
        all_topics=service.taxonomy.vocabulary(TOPICS).terms,
    )


def _language_names(codes: list[str]) -> str:
    known = [code for code in codes if code != demand.UNKNOWN_LANGUAGE]
    return ", ".join(current().language(code) for code in known) or gettext("not known")


@router.post("/wanted/dismissals")
def dismiss(
    catalogue: CatalogueDep, actor: Curator, query: Annotated[str, Form(max_length=200)]
) -> Response:
    """Remove a search from the list."""
    demand.dismiss(catalogue, actor, query)
    return RedirectResponse("/wanted", 303)
