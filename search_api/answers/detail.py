"""One document's whole record: read, shaped as JSON, and the entity tag of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from fastapi import Path

from corpus.catalogue.catalogue import Catalogue
from corpus.documents.evidence import evidence_of, read_there
from corpus.documents.works import Relation, forms_of, read_relations
from corpus.model import Document, RecordEvidence, Tag
from corpus.tags.tags import tags_of
from search_api.answers.presenting import Presenter
from search_api.answers.shapes import DocumentDetail
from search_api.service.service import Service
from search_api.web import conditional

DocumentIdPath = Annotated[str, Path(description="A document's id, as in any list or hit.")]


@dataclass(frozen=True, slots=True)
class Record:
    """All that a document's record is shaped from.

    Attributes:
        document: the document.
        tags: its tags, rejected ones included.
        passages: how many it has.
        related: the other forms of its work, each with the relation that says so, if one does.
        evidence: where its fields were read, and what is suggested for others.
        stored: whether its bytes can be handed out.
    """

    document: Document
    tags: tuple[Tag, ...]
    passages: int
    related: tuple[tuple[Document, Relation | None], ...]
    evidence: tuple[RecordEvidence, ...]
    stored: bool


def read_record(service: Service, catalogue: Catalogue, document_id: str) -> Record:
    """Return what a document's record is shaped from; the API and the page show the same.

    Raises:
        DocumentNotFound
    """
    document = catalogue.document(document_id)
    relations = {
        ({r.first, r.second} - {document_id}).pop(): r
        for r in read_relations(catalogue, of=document_id)
        if r.kind != "different"
    }
    forms = dict.fromkeys(forms_of(catalogue, document_id)) | relations
    others = catalogue.documents(forms)
    return Record(
        document=document,
        tags=tags_of(catalogue, [document_id])[document_id],
        passages=catalogue.count_passages(document_id),
        related=tuple((others[other], r) for other, r in forms.items() if other in others),
        evidence=tuple(
            read_there(document, evidence_of(catalogue, [document_id]).get(document_id, ()))
        ),
        stored=service.originals.path(document.sha256).is_file(),
    )


def etag_of_record(service: Service, record: Record) -> str:
    """Return the strong entity tag of a document's record, which need not be shaped for it.

    Labels and addresses follow from the release, which is part of the tag.
    """
    related = [(other.id, other.title, other.kind, r) for other, r in record.related]
    told = (record.document, record.tags, record.passages, related, record.evidence, record.stored)
    return conditional.etag_of_content(service.release, repr(told))


def current_etag(service: Service, catalogue: Catalogue, document_id: str) -> str:
    """Return the entity tag of a document's record as it is now.

    Raises:
        DocumentNotFound
    """
    return etag_of_record(service, read_record(service, catalogue, document_id))


def shape_record(service: Service, record: Record) -> DocumentDetail:
    """Return a document's record in its public shape."""
    presenter = Presenter(service)
    return presenter.detail(
        record.document,
        record.tags,
        passages=record.passages,
        related=[presenter.related(other, r) for other, r in record.related],
        evidence=record.evidence,
    )
