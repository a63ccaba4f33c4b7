"""Documents: the list, one record with its tags and their reasons, passages, similar, original."""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import Annotated, BinaryIO, Final
from urllib.parse import quote

from fastapi import APIRouter, HTTPException, Query, Request, Response
from fastapi.responses import StreamingResponse

from corpus.model import Document
from corpus.tags.passage_scores import scores_of
from index.model import MAX_PER_PAGE
from ingest.extract import suffix_of
from search_api.answers.citations import PDF
from search_api.answers.detail import DocumentIdPath, etag_of_record, read_record, shape_record
from search_api.answers.passage_shapes import PassagePage
from search_api.answers.presenting import Presenter
from search_api.answers.shapes import DocumentDetail, SimilarAnswer
from search_api.documents.exporting import answer_document, reference_of
from search_api.documents.versions import history_link
from search_api.exports.answering import ANSWER_FILES, FormatOf, is_file
from search_api.exports.metadata import signposts
from search_api.web import conditional
from search_api.web.cursors import part_of
from search_api.web.declared import reads
from search_api.web.dependencies import CatalogueDep, Freshness, PageOf, ServiceDep
from search_api.web.links import link_next

router = APIRouter(tags=["documents"])


PDF_POLICY: Final = (
    "default-src 'none'; object-src 'self'; style-src 'unsafe-inline'; frame-ancestors 'none'"
)
"""A browser's PDF viewer is an object with inline styles, and `sandbox` would block it."""
ATTACHMENT_POLICY: Final = "default-src 'none'; sandbox"
OTHER_FILE: Final = "application/octet-stream"
"""What every file but PDF is sent as, so that no browser runs it."""
_BINARY: Final = {"schema": {"type": "string", "format": "binary"}}
_PART_BYTES: Final = 64 * 1024


@router.get(
    "/documents/{document_id}",
    operation_id="getDocument",
    summary="One document's record, with its tags and their reasons",
    response_model=DocumentDetail,
    responses={**ANSWER_FILES, **reads(404)},
)
def get_document(
    request: Request,
    response: Response,
    service: ServiceDep,
    catalogue: CatalogueDep,
    document_id: DocumentIdPath,
    wanted: FormatOf,
) -> DocumentDetail | Response:
    """Return the bibliographic record, where each field came from, and every tag.

    A tag has the passage that supports it, who decided and when; rejected tags are included. The
    ETag covers this document only: send it with decisions and corrections.
    """
    record = read_record(service, catalogue, document_id)
    etag = etag_of_record(service, record)
    if is_file(wanted.format):
        return answer_document(request, response, service, record, wanted.format)
    conditional.check_etag(request, response, etag)
    signs = [] if record.document.withdrawn_at else [signposts(reference_of(service, record))]
    response.headers["Link"] = ", ".join([*signs, history_link(service, document_id)])
    return shape_record(service, record)


@router.get(
    "/documents/{document_id}/passages",
    operation_id="listPassages",
    summary="A document's passages, in reading order",
    responses=reads(404),
    openapi_extra={"x-example": "?limit=20"},
)
def list_passages(
    request: Request,
    response: Response,
    service: ServiceDep,
    catalogue: CatalogueDep,
    document_id: DocumentIdPath,
    page_of: PageOf,
    _fresh: Freshness,
) -> PassagePage:
    """Return the passages with their pages, headings and scores; neighbours share a sentence."""
    document = catalogue.document(document_id)
    scores = scores_of(catalogue, document_id)
    passages = catalogue.passages(document_id)
    shown, following = part_of(passages, page_of.cursor, page_of.limit, "passages", document_id)
    link_next(request, response, service, following)
    presenter = Presenter(service)
    return PassagePage(
        document_id=document_id,
        total=len(passages),
        passages=[presenter.passage(document, p, scores.get(p.id, ())) for p in shown],
        next=following,
    )


@router.get(
    "/documents/{document_id}/similar",
    operation_id="listSimilarDocuments",
    summary="The documents most like this one",
    responses=reads(404),
    openapi_extra={"x-example": "?limit=5"},
)
def list_similar(
    service: ServiceDep,
    catalogue: CatalogueDep,
    document_id: DocumentIdPath,
    _fresh: Freshness,
    limit: Annotated[int, Query(ge=1, le=MAX_PER_PAGE, description="How many to return.")] = 10,
) -> SimilarAnswer:
    """Return the documents closest in meaning, each with its closest passage."""
    hits = service.searcher.find_similar(catalogue, document_id, limit=limit)
    presenter = Presenter(service)
    return SimilarAnswer(document_id=document_id, hits=[presenter.hit(hit) for hit in hits])


@router.get(
    "/documents/{document_id}/original",
    operation_id="getOriginal",
    summary="A document's original file",
    response_class=Response,
    responses={
        200: {
            "description": "The stored file; a PDF opens in place, so `#page=4` goes to a page.",
            "content": dict.fromkeys((OTHER_FILE, PDF), _BINARY),
        },
        **reads(404),
    },
)
def get_original(
    service: ServiceDep,
    catalogue: CatalogueDep,
    document_id: DocumentIdPath,
    fresh: Freshness,
) -> Response:
    """Return the file as it was added, verified by its checksum.

    It is not trusted: everything but PDF is sent as an attachment that a browser will not run.
    """
    document = catalogue.document(document_id)
    if not service.originals.path(document.sha256).exists():
        raise HTTPException(404, "The original of this document is not in the repository.")
    file = service.originals.open(document.sha256)
    size = {"Content-Length": str(os.fstat(file.fileno()).st_size)}
    headers = {**fresh, **size, **original_headers(document)}
    return StreamingResponse(_parts(file), headers=headers)


def _parts(file: BinaryIO) -> Iterator[bytes]:
    """Yield a file in parts, so that a reader who is slow does not keep all of it in memory."""
    with file:
        while part := file.read(_PART_BYTES):
            yield part


def original_headers(document: Document) -> dict[str, str]:
    """Return the headers with which an untrusted file may be sent to a browser."""
    is_pdf = document.media_type == PDF
    name = f"{document.id}{suffix_of(document.media_type)}"
    return {
        "Content-Type": PDF if is_pdf else OTHER_FILE,
        "Content-Disposition": f'{"inline" if is_pdf else "attachment"}; filename="{quote(name)}"',
        "Content-Security-Policy": PDF_POLICY if is_pdf else ATTACHMENT_POLICY,
    }
