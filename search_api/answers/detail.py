"""One document's whole record as JSON, and the entity tag of it."""

from __future__ import annotations

from typing import Annotated

from fastapi import Path

from corpus.catalogue.catalogue import Catalogue
from corpus.documents.works import forms_of, read_relations
from corpus.tags.tags import tags_of
from search_api.answers.presenting import Presenter
from search_api.answers.shapes import DocumentDetail
from search_api.service.service import Service
from search_api.web import conditional

DocumentIdPath = Annotated[str, Path(description="A document's id, as in any list or hit.")]


def etag_of_document(service: Service, detail: DocumentDetail) -> str:
    """Return the strong entity tag of a document's record."""
    return conditional.etag_of_content(service.release, detail.model_dump_json())


def current_etag(service: Service, catalogue: Catalogue, document_id: str) -> str:
    """Return the entity tag of a document's record as it is now.

    Raises:
        DocumentNotFound
    """
    return etag_of_document(service, detail_of(service, catalogue, document_id))


def detail_of(service: Service, catalogue: Catalogue, document_id: str) -> DocumentDetail:
    """Return a document's whole record; the API and the page show the same."""
    document = catalogue.document(document_id)
    presenter = Presenter(service)
    found = {
        ({r.first, r.second} - {document_id}).pop(): r
        for r in read_relations(catalogue, of=document_id)
        if r.kind != "different"
    }
    forms = dict.fromkeys(forms_of(catalogue, document_id)) | found
    held = catalogue.documents(forms)
    return presenter.detail(
        document,
        tags_of(catalogue, [document_id])[document_id],
        passages=catalogue.count_passages(document_id),
        related=[presenter.related(held[other], r) for other, r in forms.items() if other in held],
    )
