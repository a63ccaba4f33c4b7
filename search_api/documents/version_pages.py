"""The pages of a document's versions: the list, and one version as it was."""

from __future__ import annotations

from typing import Annotated, Final

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse, Response

from corpus.documents import versions as stored
from search_api.documents.version_routes import NumberPath
from search_api.documents.versions import VersionPresenter, record_of_version
from search_api.web.declared import PREFIX
from search_api.web.dependencies import CatalogueDep, Freshness, ServiceDep
from search_api.web.rendering import render

router = APIRouter(include_in_schema=False, default_response_class=HTMLResponse)
PASSAGES_SHOWN: Final = 60
"""Passages on one page, as on the page of a document."""


@router.get("/documents/{document_id}/versions")
def versions_page(
    request: Request,
    service: ServiceDep,
    catalogue: CatalogueDep,
    document_id: str,
    fresh: Freshness,
) -> Response:
    """List the versions of a document, newest first."""
    versions = stored.versions_of(catalogue, document_id)
    presenter = VersionPresenter(service, len(versions))
    current = versions[-1].document
    return render(
        request,
        "versions.html",
        headers=fresh,
        document=current,
        versions=[presenter.summary(version) for version in reversed(versions)],
        twin=f"{PREFIX}/documents/{document_id}/versions",
    )


@router.get("/documents/{document_id}/versions/{number}")
def version_page(
    request: Request,
    service: ServiceDep,
    catalogue: CatalogueDep,
    document_id: str,
    number: NumberPath,
    fresh: Freshness,
    passage: Annotated[str, Query(max_length=20)] = "",
    start: Annotated[int, Query(alias="from", ge=0)] = 0,
) -> Response:
    """Show a document as it was, with the passages that could be cited then."""
    version, newest = stored.version_of(catalogue, document_id, number)
    content = stored.content_of(catalogue, document_id, number)
    place = next((n for n, p in enumerate(content.passages) if str(p.id) == passage), start)
    last = max(0, len(content.passages) - 1)
    start = min(place, last) // PASSAGES_SHOWN * PASSAGES_SHOWN
    presenter = VersionPresenter(service, newest)
    shown = content.passages[start : start + PASSAGES_SHOWN]
    return render(
        request,
        "version.html",
        headers={**fresh, "Link": presenter.relations(version)},
        document=version.document,
        withdrawn=catalogue.document(document_id).withdrawn_at,
        version=presenter.summary(version),
        newest=newest,
        record=record_of_version(version.document),
        passages=[presenter.passage(version, p) for p in shown],
        total=len(content.passages),
        start=start,
        shown=PASSAGES_SHOWN,
        asked_for=passage,
        twin=f"{PREFIX}/documents/{document_id}/versions/{number}",
    )
