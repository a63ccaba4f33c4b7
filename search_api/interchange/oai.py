"""The address of the OAI-PMH provider."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated, Final
from urllib.parse import parse_qsl

from fastapi import APIRouter, Depends, Request, Response

from search_api.interchange.provider import Provider
from search_api.web.access import Asks
from search_api.web.dependencies import CatalogueDep, ServiceDep

router = APIRouter(include_in_schema=False)

FORM: Final = "application/x-www-form-urlencoded"
_MOST_ARGUMENTS: Final = 50


async def arguments_of(request: Request) -> list[tuple[str, str]]:
    """Return the arguments of a request, in its address or in its form (section 3.1.1)."""
    if request.method != "POST":
        return list(request.query_params.multi_items())
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() != FORM:
        return []
    try:
        return parse_qsl(
            (await request.body()).decode(), keep_blank_values=True, max_num_fields=_MOST_ARGUMENTS
        )
    except ValueError:
        return []


Arguments = Annotated[list[tuple[str, str]], Depends(arguments_of)]


@router.get("/oai")
def read_oai(
    request: Request, service: ServiceDep, catalogue: CatalogueDep, arguments: Arguments
) -> Response:
    """Answer an OAI-PMH request."""
    base = service.settings.base_url or str(request.base_url).rstrip("/")
    content = Provider(service, catalogue, base).answer(arguments, datetime.now(UTC))
    return Response(content, media_type="text/xml")


@router.post("/oai")
def read_oai_by_form(
    request: Request,
    _actor: Asks,
    service: ServiceDep,
    catalogue: CatalogueDep,
    arguments: Arguments,
) -> Response:
    """Answer an OAI-PMH request that is sent as a form. It changes nothing."""
    return read_oai(request, service, catalogue, arguments)
