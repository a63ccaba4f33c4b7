"""The pages of the member organisations."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, Response

from search_api.network.organisations import organisation_detail, organisations_of
from search_api.web.access import Reader
from search_api.web.declared import PREFIX
from search_api.web.dependencies import CatalogueDep, Freshness, ServiceDep
from search_api.web.rendering import render

router = APIRouter(include_in_schema=False, default_response_class=HTMLResponse)


@router.get("/organisations")
def all_organisations(
    request: Request, service: ServiceDep, catalogue: CatalogueDep, fresh: Freshness
) -> Response:
    """Show the members of the network."""
    return render(
        request,
        "organisations.html",
        headers=fresh,
        organisations=organisations_of(service, catalogue).organisations,
        twin=f"{PREFIX}/organisations",
    )


@router.get("/organisations/{slug}")
def one_organisation(
    request: Request,
    actor: Reader,
    service: ServiceDep,
    catalogue: CatalogueDep,
    slug: str,
    fresh: Freshness,
) -> Response:
    """Show what a member published, and where it is used."""
    return render(
        request,
        "organisation.html",
        headers=fresh,
        organisation=organisation_detail(service, catalogue, actor, slug),
        twin=f"{PREFIX}/organisations/{slug}",
    )
