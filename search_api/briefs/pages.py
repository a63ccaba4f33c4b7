"""The page of a brief: to read, to print, to leave lines out, and to keep as a list."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse

from search_api.answers.holdings import stats_of
from search_api.briefs.keeping import keep_as_list
from search_api.briefs.packing import facts_of
from search_api.briefs.params import NARROWED_BY, BriefParams, brief_address
from search_api.briefs.presenting import filter_labels, pairs_of
from search_api.briefs.routes import brief_of
from search_api.exports.formats import BRIEFS
from search_api.search.addresses import address_of_query
from search_api.search.filters import filter_pairs
from search_api.web.access import Curator, caller_of
from search_api.web.declared import PREFIX
from search_api.web.dependencies import CatalogueDep, FreshnessOfToday, ServiceDep
from search_api.web.languages import question_for_example
from search_api.web.rendering import render

router = APIRouter(include_in_schema=False, default_response_class=HTMLResponse)

_ASKED: frozenset[str] = frozenset({"q", "list_slug", "year_from", "year_to"}) | {
    f.parameter for f in NARROWED_BY
}


@router.get("/brief")
def brief(
    request: Request,
    service: ServiceDep,
    catalogue: CatalogueDep,
    params: Annotated[BriefParams, Query()],
    fresh: FreshnessOfToday,
) -> Response:
    """Show a brief; without a question, filters or a list, ask for one."""
    if not any(getattr(params, name) for name in _ASKED):
        facets = stats_of(service, catalogue).facets
        example = question_for_example(service.taxonomy)
        return render(request, "brief_new.html", headers=fresh, facets=facets, example=example)
    curating = caller_of(request).actor.may("curator")
    answer, made = brief_of(
        service, catalogue, params, curating=curating and bool(params.list_slug)
    )
    pairs = pairs_of(made, params)
    labels = filter_labels(service.taxonomy, made)
    return render(
        request,
        "brief.html",
        headers={"Cache-Control": "no-store"} if curating else fresh,
        brief=answer,
        sources={source.number: source for source in answer.sources},
        facts=facts_of(answer, labels),
        narrowed=labels,
        pairs=pairs,
        groups=_groupings(pairs, answer.group),
        whole=brief_address("/brief", [pair for pair in pairs if pair[0] != "drop"]),
        search=address_of_query("/search", made.query, filter_pairs(made.query.filters)),
        keep=brief_address("/brief/list", pairs) if curating else None,
        downloads=[
            (known.label, brief_address(f"{PREFIX}/brief", pairs, ("format", name)))
            for name, known in BRIEFS.items()
            if name != "json"
        ],
        twin=brief_address(f"{PREFIX}/brief", pairs),
    )


def _groupings(pairs: list[tuple[str, str]], chosen: str) -> list[tuple[str, str | None]]:
    """Return what findings can be grouped by, with the address; ``None`` for what they are."""
    rest = [pair for pair in pairs if pair[0] != "group"]
    return [
        (name, None if name == chosen else brief_address("/brief", rest, ("group", name)))
        for name in ("stage", "topic", "country")
    ]


@router.post("/brief/list")
def keep(
    actor: Curator,
    service: ServiceDep,
    catalogue: CatalogueDep,
    params: Annotated[BriefParams, Query()],
) -> Response:
    """Keep a brief as the draft of a list, in which lines are dropped, moved and added."""
    answer, _ = brief_of(service, catalogue, params, curating=True)
    slug = keep_as_list(catalogue, answer, actor)
    return RedirectResponse(f"/lists/{slug}/edit", 303, {"Cache-Control": "no-store"})
