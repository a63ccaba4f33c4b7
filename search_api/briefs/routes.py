"""A brief over the API, and as a file."""

from __future__ import annotations

from typing import Annotated, Any, Final

from fastapi import APIRouter, Query, Request

from corpus.catalogue.catalogue import Catalogue
from search_api.briefs.making import Made, make
from search_api.briefs.packing import facts_of, lay_out_brief
from search_api.briefs.params import BriefParams, StrictBriefParams
from search_api.briefs.presenting import filter_labels, present_brief
from search_api.briefs.shapes import BriefAnswer
from search_api.exports.answering import answer_file, declare_files
from search_api.exports.formats import BRIEFS, Drawn
from search_api.exports.paper import Paper
from search_api.exports.taking import made_today
from search_api.service.service import Service
from search_api.web.access import caller_of
from search_api.web.declared import reads
from search_api.web.dependencies import CatalogueDep, FreshnessOfToday, ServiceDep

router = APIRouter(tags=["briefs"])

_FILES: Final = declare_files(BRIEFS)


@router.get(
    "/brief",
    operation_id="makeBrief",
    summary="A brief: sentences of documents on a question, cited",
    response_model=BriefAnswer,
    responses={**_FILES, **reads(404)},
    openapi_extra={"x-example": "?q=what+works+on+wellbeing+measurement"},
)
def get_brief(
    request: Request,
    service: ServiceDep,
    catalogue: CatalogueDep,
    params: Annotated[StrictBriefParams, Query()],
    fresh: FreshnessOfToday,
) -> Any:
    """Return key messages for one page, findings for three, the sources, and how it was made.

    Every line is word for word from a passage that is a summary or findings, or from the body of a
    document that has neither. Lines that disagree about an effect stand side by side. Give the
    `revision` and `lines` of an earlier brief to be told what changed.
    """
    curating = caller_of(request).actor.may("curator") and bool(params.list_slug)
    headers = {"Cache-Control": "no-store"} if curating else fresh
    brief, made = brief_of(service, catalogue, params, curating=curating)
    if params.format == "json":
        return brief
    chosen = BRIEFS[params.format]
    export = brief_export(service, brief, made)
    return answer_file(chosen, chosen.write(export), "brief", headers)


def brief_export(service: Service, brief: BriefAnswer, made: Made) -> Drawn[Paper]:
    """Return what the formats write a brief from."""
    taxonomy = service.taxonomy
    facts = facts_of(brief, filter_labels(taxonomy, made))
    return Drawn(brief, lambda: lay_out_brief(brief, made_today(taxonomy), facts))


def brief_of(
    service: Service, catalogue: Catalogue, params: BriefParams, *, curating: bool = False
) -> tuple[BriefAnswer, Made]:
    """Return a brief as the API has it, and what it was made from."""
    made = make(service, catalogue, params, curating=curating)
    return present_brief(service, catalogue, made, params), made
