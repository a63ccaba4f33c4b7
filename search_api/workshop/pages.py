"""The pages of the menu of activities and the checklist."""

from __future__ import annotations

from collections import defaultdict
from typing import Annotated, Literal
from urllib.parse import urlencode

from fastapi import APIRouter, Form, Query, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from pydantic import ValidationError

from corpus.errors import QueryInvalid
from corpus.tags.deciding import TagOpinion, decide_tag
from index.model import Query as SearchQuery
from search_api.answers.holdings import facet_shape
from search_api.answers.shapes import FacetShape
from search_api.exports.formats import SHEETS
from search_api.service.service import Service
from search_api.web.access import Curator, caller_of
from search_api.web.declared import PREFIX
from search_api.web.dependencies import CatalogueDep, Freshness, ServiceDep
from search_api.web.rendering import render
from search_api.workshop.menu_and_checklist import WITHOUT_GROUP, checklist_of, menu_of
from search_api.workshop.routes import ToolParams, record_factor_decision, tool_filters
from search_api.workshop.shapes import ChecklistFactor, FactorDecision
from search_api.workshop.sheets import OWN_ROWS

router = APIRouter(include_in_schema=False, default_response_class=HTMLResponse)


@router.get("/menu")
def menu(
    request: Request,
    service: ServiceDep,
    catalogue: CatalogueDep,
    params: Annotated[ToolParams, Query()],
    fresh: Freshness,
) -> Response:
    """Show the menu of activities, with the documents of every cell below it."""
    filters = tool_filters(service, params)
    return render(
        request,
        "menu.html",
        headers=fresh,
        menu=menu_of(service, catalogue, filters),
        facets=_facets(service, catalogue, params),
        downloads=_downloads("/menu", params),
        formats=SHEETS.values(),
        deciding=caller_of(request).actor.may("curator"),
    )


@router.get("/checklist")
def checklist(
    request: Request,
    service: ServiceDep,
    catalogue: CatalogueDep,
    params: Annotated[ToolParams, Query()],
    fresh: Freshness,
) -> Response:
    """Show the drivers and constraints checklist; curators can decide about each sentence."""
    shown = checklist_of(service, catalogue, tool_filters(service, params))
    groups: dict[str, list[ChecklistFactor]] = defaultdict(list)
    for factor in shown.factors:
        groups[service.taxonomy.groups.get(factor.group or "", WITHOUT_GROUP)].append(factor)
    return render(
        request,
        "checklist.html",
        headers=fresh,
        checklist=shown,
        groups=groups,
        own_rows=OWN_ROWS,
        facets=_facets(service, catalogue, params),
        downloads=_downloads("/checklist", params),
        formats=SHEETS.values(),
        deciding=caller_of(request).actor.may("curator"),
    )


def _facets(service: Service, catalogue: CatalogueDep, params: ToolParams) -> list[FacetShape]:
    """Return the facets of the filter form, with the counts of the list of documents."""
    everything = service.searcher.search(
        catalogue, SearchQuery("", tool_filters(service, params), limit=1)
    )
    shapes = [facet_shape(facet, service.taxonomy) for facet in everything.facets]
    return [
        shape for shape in shapes if shape.parameter in ToolParams.model_fields and shape.values
    ]


def _downloads(path: str, params: ToolParams) -> dict[str, str]:
    """Return the addresses of the page's content in each format."""
    narrowed = params.model_dump(exclude_defaults=True)
    pairs = [(name, value) for name, values in narrowed.items() for value in values]
    return {name: f"{PREFIX}{path}?{urlencode([*pairs, ('format', name)])}" for name in SHEETS}


@router.post("/checklist/decisions")
def decide_on_factor(
    catalogue: CatalogueDep,
    actor: Curator,
    factor: Annotated[str, Form(max_length=100)],
    passage_id: Annotated[str, Form(max_length=20)],
    decision: Annotated[str, Form(max_length=20)],
) -> Response:
    """Record a curator's decision and go back to its factor."""
    try:
        said = FactorDecision.model_validate(
            {"factor": factor, "passage_id": passage_id, "decision": decision}
        )
    except ValidationError as error:
        raise QueryInvalid(
            "A decision names a passage, and is driver, constraint or rejected."
        ) from error
    record_factor_decision(catalogue, actor, said)
    return RedirectResponse(f"/checklist#factor-{said.factor}", 303)


@router.post("/menu/decisions")
def decide_on_activity(
    service: ServiceDep,
    catalogue: CatalogueDep,
    actor: Curator,
    activity: Annotated[str, Form(max_length=100)],
    document: Annotated[str, Form(max_length=100)],
    decision: Annotated[Literal["confirmed", "rejected"], Form()],
) -> Response:
    """Confirm or reject an activity of a document and go back to it on the menu."""
    decide_tag(
        catalogue,
        actor,
        service.taxonomy,
        document,
        vocabulary="activities",
        term=activity,
        opinion=TagOpinion(decision),
    )
    return RedirectResponse(f"/menu#{activity}", 303)
