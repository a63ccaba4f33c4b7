"""The menu of activities and the checklist over the API."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any, Final

from fastapi import APIRouter, Query, Response
from pydantic import BaseModel, ConfigDict, Field, field_validator

from corpus.catalogue.catalogue import Catalogue
from corpus.people.actors import Actor
from corpus.tags.factors import Polarity, decide_factor_passage
from index.model import Filters
from search_api.exports.answering import answer_file, describe_files
from search_api.exports.formats import SHEETS, SheetExport, SheetFormat, name_formats
from search_api.exports.sheet import Sheet
from search_api.exports.taking import Made, made_today
from search_api.search.filters import build_filters
from search_api.search.params import name_terms, term_parameters
from search_api.service.service import Service
from search_api.web.access import Curator
from search_api.web.declared import reads, writes
from search_api.web.dependencies import CatalogueDep, Freshness, ServiceDep
from search_api.web.fields import with_parameters
from search_api.workshop.menu_and_checklist import SHOWN, checklist_of, menu_of
from search_api.workshop.narrowing import NARROWED_BY
from search_api.workshop.shapes import Checklist, FactorDecision, Menu
from search_api.workshop.sheets import checklist_sheet, menu_sheet

router = APIRouter(tags=["tools"])


@with_parameters(NARROWED_BY)
class ToolParams(BaseModel):
    """The filters; as in search, values of one parameter are alternatives."""


class StrictToolParams(ToolParams):
    """As ``ToolParams``; unknown parameters are rejected."""

    model_config = ConfigDict(extra="forbid")

    format: SheetFormat = Field(default="json", description=f"The format: {name_formats(SHEETS)}.")
    _terms = field_validator(*term_parameters(NARROWED_BY))(name_terms)


class StrictChecklistParams(StrictToolParams):
    """As ``StrictToolParams``, with the number of sentences."""

    limit: int = Field(
        default=SHOWN, ge=1, le=50, description="How many sentences for each factor and polarity."
    )


_FILES: Final[dict[int | str, dict[str, Any]]] = {
    # JSON is declared by the shape of the answer.
    200: {"content": describe_files(known for name, known in SHEETS.items() if name != "json")}
}


def tool_filters(service: Service, params: ToolParams) -> Filters:
    """Return the filters of a request."""
    return build_filters(service.taxonomy, params.model_dump())


@router.get(
    "/menu",
    operation_id="getMenu",
    summary="The menu of activities: activities by stage",
    response_model=Menu,
    responses={**_FILES, **reads()},
    openapi_extra={"x-example": "?topic=evidence-decisions"},
)
def get_menu(
    service: ServiceDep,
    catalogue: CatalogueDep,
    params: Annotated[StrictToolParams, Query()],
    fresh: Freshness,
) -> Any:
    """Return each activity of learning networks with its documents, by stage.

    Each document says whether people confirmed its place or the program suggested it, and has the
    passage that supports it. A cell may be empty.
    """
    menu = menu_of(service, catalogue, tool_filters(service, params))
    made = made_today(service.taxonomy)
    return answer_sheet(menu, lambda: menu_sheet(menu), params.format, fresh, made)


@router.get(
    "/checklist",
    operation_id="getChecklist",
    summary="The drivers and constraints checklist",
    response_model=Checklist,
    responses={**_FILES, **reads()},
    openapi_extra={"x-example": "?limit=3"},
)
def get_checklist(
    service: ServiceDep,
    catalogue: CatalogueDep,
    params: Annotated[StrictChecklistParams, Query()],
    fresh: Freshness,
) -> Any:
    """Return each influencing factor with sentences about it as a driver or a constraint.

    Every sentence is quoted word for word with its page and a citation, confirmed ones first. A
    cell may be empty.
    """
    filters = tool_filters(service, params)
    checklist = checklist_of(service, catalogue, filters, limit=params.limit)
    made = made_today(service.taxonomy)
    return answer_sheet(
        checklist,
        lambda: checklist_sheet(checklist, service.taxonomy.groups),
        params.format,
        fresh,
        made,
    )


def answer_sheet(
    answer: Menu | Checklist,
    lay_out: Callable[[], Sheet],
    format_name: str,
    headers: dict[str, str],
    made: Made,
) -> Menu | Checklist | Response:
    """Return the menu or the checklist as JSON or as a file."""
    if format_name == "json":
        return answer
    chosen = SHEETS[format_name]
    name = answer.title.lower().replace(" ", "-")
    return answer_file(chosen, chosen.write(SheetExport(answer, lay_out, made)), name, headers)


@router.post(
    "/checklist/decisions",
    operation_id="decideFactorPassage",
    summary="Confirm, correct or reject a sentence on the checklist",
    status_code=204,
    response_class=Response,
    responses=writes(404),
)
def decide_on_factor(catalogue: CatalogueDep, actor: Curator, decision: FactorDecision) -> None:
    """Decide what a factor does in a sentence, or that the sentence is not about it.

    The decision is logged, and stays when suggestions are made again.
    """
    record_factor_decision(catalogue, actor, decision)


def record_factor_decision(catalogue: Catalogue, actor: Actor, decision: FactorDecision) -> None:
    """Record a curator's decision, for the page and the API.

    Raises:
        FactorPassageNotFound
    """
    said = decision.decision
    polarity: Polarity | None = None if said == "rejected" else said
    decide_factor_passage(
        catalogue,
        actor,
        int(decision.passage_id),
        decision.factor,
        origin="rejected" if polarity is None else "confirmed",
        polarity=polarity,
        note=decision.note,
    )
