"""The versions of a document, so that what was cited can be read as it was."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path, Request, Response

from corpus.documents import versions as stored
from search_api.answers.detail import DocumentIdPath
from search_api.documents.versions import (
    VersionDetail,
    VersionList,
    VersionPresenter,
    record_of_version,
)
from search_api.web.cursors import part_of
from search_api.web.declared import reads
from search_api.web.dependencies import CatalogueDep, Freshness, PageOf, ServiceDep
from search_api.web.links import link_next

router = APIRouter(tags=["documents"])
NumberPath = Annotated[
    int, Path(ge=1, le=1_000_000, description="A version's number, from 1; the highest is current.")
]


@router.get(
    "/documents/{document_id}/versions",
    operation_id="listDocumentVersions",
    summary="A document's versions, newest first",
    responses=reads(404),
)
def list_versions(
    service: ServiceDep,
    catalogue: CatalogueDep,
    document_id: DocumentIdPath,
    _fresh: Freshness,
) -> VersionList:
    """Return what the document was and when, with why it changed.

    A version ends when the source changes, when the program reads the same file otherwise, or when
    a curator corrects the record.
    """
    versions = stored.versions_of(catalogue, document_id)
    presenter = VersionPresenter(service, len(versions))
    return VersionList(
        document_id=document_id, versions=[presenter.summary(v) for v in reversed(versions)]
    )


@router.get(
    "/documents/{document_id}/versions/{number}",
    operation_id="getDocumentVersion",
    summary="A document as it was",
    responses=reads(404),
    openapi_extra={"x-example": "?limit=20"},
)
def get_version(
    request: Request,
    response: Response,
    service: ServiceDep,
    catalogue: CatalogueDep,
    document_id: DocumentIdPath,
    number: NumberPath,
    page_of: PageOf,
    _fresh: Freshness,
) -> VersionDetail:
    """Return the record and the passages of one version, with a citation that names it.

    The Link header leads to the document as it is, to its versions and to the neighbours of this
    one (RFC 5829).
    """
    version, newest = stored.version_of(catalogue, document_id, number)
    passages = stored.content_of(catalogue, document_id, number).passages
    shown, following = part_of(passages, page_of.cursor, page_of.limit, document_id, number)
    presenter = VersionPresenter(service, newest)
    link_next(request, response, service, following)
    own = [response.headers["Link"]] if following else []
    response.headers["Link"] = ", ".join([*own, presenter.relations(version)])
    return VersionDetail(
        **presenter.summary(version).model_dump(),
        document_id=document_id,
        record=record_of_version(version.document),
        total=len(passages),
        passages=[presenter.passage(version, p) for p in shown],
        next=following,
    )
