"""The member organisations over HTTP."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path

from search_api.network.organisations import (
    OrganisationDetail,
    OrganisationsAnswer,
    organisation_detail,
    organisations_of,
)
from search_api.web.access import Reader
from search_api.web.declared import reads
from search_api.web.dependencies import CatalogueDep, Freshness, ServiceDep

router = APIRouter(tags=["organisations"])

OrganisationSlug = Annotated[
    str,
    Path(
        description="An organisation's address.",
        max_length=80,
        examples=["harbour-clinic"],
    ),
]


@router.get(
    "/organisations",
    operation_id="listOrganisations",
    summary="The member organisations of the network",
    responses=reads(),
)
def list_organisations(
    service: ServiceDep, catalogue: CatalogueDep, _fresh: Freshness
) -> OrganisationsAnswer:
    """Return each member with how many documents it published."""
    return organisations_of(service, catalogue)


@router.get(
    "/organisations/{slug}",
    operation_id="getOrganisation",
    summary="A member organisation: its documents, and where they are used",
    responses=reads(404),
)
def get_organisation(
    actor: Reader,
    service: ServiceDep,
    catalogue: CatalogueDep,
    slug: OrganisationSlug,
    _fresh: Freshness,
) -> OrganisationDetail:
    """Return what an organisation published, under any of its names, and what it is about."""
    return organisation_detail(service, catalogue, actor, slug)
