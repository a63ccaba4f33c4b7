"""Decisions about documents: their tags, records, visibility and works."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated, Final

from fastapi import APIRouter, Depends, Path, Response

from corpus.catalogue.catalogue import Catalogue
from corpus.documents.corrections import correct_record
from corpus.documents.works import Relation
from corpus.errors import CorrectionInvalid
from corpus.review import curating
from corpus.tags import deciding as tagging_decisions
from corpus.tags.deciding import TagOpinion
from search_api.answers.detail import (
    DocumentIdPath,
    current_etag,
    etag_of_record,
    read_record,
    shape_record,
)
from search_api.answers.shapes import DocumentDetail
from search_api.review.shapes import (
    Acceptance,
    Correction,
    TagDecision,
    Withdrawal,
    WorkDecision,
    WorkShape,
)
from search_api.service.service import Service
from search_api.web.access import Curator
from search_api.web.declared import writes
from search_api.web.dependencies import CatalogueDep, ServiceDep
from search_api.web.preconditions import IfMatch, check_match

router = APIRouter(tags=["decisions"])

Vocabulary = Annotated[str, Path(description="Such as `stages`.", max_length=100)]
Term = Annotated[str, Path(description="A term of it, such as `use`.", max_length=200)]
GUARDED: Final = writes(404, 409, 412, 428)


@dataclass(frozen=True)
class GuardedWrite:
    """A document, changed only if the caller saw its latest state."""

    service: Service
    catalogue: Catalogue
    response: Response
    document_id: str
    if_match: str | None

    def answer(self, write: Callable[[], object]) -> DocumentDetail:
        """Write, and answer with the changed document and its new ETag."""
        with self.catalogue.transaction():
            current = current_etag(self.service, self.catalogue, self.document_id)
            check_match(self.if_match, current)
            write()
            record = read_record(self.service, self.catalogue, self.document_id)
        self.response.headers["ETag"] = etag_of_record(self.service, record)
        self.response.headers["Cache-Control"] = "no-store"
        return shape_record(self.service, record)


def _guarded(
    service: ServiceDep,
    catalogue: CatalogueDep,
    response: Response,
    document_id: DocumentIdPath,
    if_match: IfMatch = None,
) -> GuardedWrite:
    return GuardedWrite(service, catalogue, response, document_id, if_match)


Guarded = Annotated[GuardedWrite, Depends(_guarded)]


@router.put(
    "/documents/{document_id}/tags/{vocabulary}/{term}",
    operation_id="decideTag",
    summary="Confirm, reject or add a tag",
    responses=GUARDED,
)
def decide_tag(
    actor: Curator,
    document: Guarded,
    vocabulary: Vocabulary,
    term: Term,
    decision: TagDecision,
) -> DocumentDetail:
    """Decide whether a document has a term. A rejected tag is not suggested again.

    A confirmed suggestion keeps its passage, score and model; a term that was not suggested is
    added.
    """
    opinion = TagOpinion(
        origin=decision.origin,
        primary=decision.primary,
        passage_id=int(decision.passage_id) if decision.passage_id else None,
        note=decision.note,
    )
    return document.answer(
        lambda: tagging_decisions.decide_tag(
            document.catalogue,
            actor,
            document.service.taxonomy,
            document.document_id,
            vocabulary=vocabulary,
            term=term,
            opinion=opinion,
        )
    )


@router.delete(
    "/documents/{document_id}/tags/{vocabulary}/{term}",
    operation_id="retractTag",
    summary="Undo the decision about a tag",
    responses=GUARDED,
)
def retract_tag(
    actor: Curator,
    document: Guarded,
    vocabulary: Vocabulary,
    term: Term,
) -> DocumentDetail:
    """Restore a tag to its state before the decision: a suggestion, another decision, or none."""
    return document.answer(
        lambda: tagging_decisions.retract(
            document.catalogue, actor, document.document_id, vocabulary, term
        )
    )


@router.patch(
    "/documents/{document_id}",
    operation_id="correctDocument",
    summary="Correct a document's record",
    responses=GUARDED,
)
def correct_document(
    actor: Curator,
    document: Guarded,
    correction: Correction,
) -> DocumentDetail:
    """Set fields of the record; null means checked and not known.

    Their origin becomes `curator`, and their source does not overwrite them.
    """
    changes = correction.model_dump(exclude_unset=True)
    taxonomy = document.service.taxonomy
    return document.answer(
        lambda: correct_record(document.catalogue, actor, taxonomy, document.document_id, changes)
    )


@router.put(
    "/documents/{document_id}/acceptance",
    operation_id="acceptDocument",
    summary="Accept a partial or doubtful document as it is",
    responses=GUARDED,
)
def accept_document(
    actor: Curator,
    document: Guarded,
    acceptance: Acceptance,
) -> DocumentDetail:
    """Accept a document whose outcome was `partial` or `needs_review` as good enough.

    This is valid until its source changes.
    """
    return document.answer(
        lambda: curating.accept_outcome(
            document.catalogue, actor, document.document_id, acceptance.note
        )
    )


@router.put(
    "/documents/{document_id}/withdrawal",
    operation_id="withdrawDocument",
    summary="Withdraw a document from search",
    responses=GUARDED,
)
def withdraw_document(
    actor: Curator,
    document: Guarded,
    withdrawal: Withdrawal,
) -> DocumentDetail:
    """Withdraw a document with a reason.

    It stays in the repository, and its source does not bring it back.
    """
    return document.answer(
        lambda: curating.withdraw(
            document.catalogue, actor, document.document_id, withdrawal.reason
        )
    )


@router.delete(
    "/documents/{document_id}/withdrawal",
    operation_id="restoreDocument",
    summary="Restore a withdrawn document",
    responses=GUARDED,
)
def restore_document(
    actor: Curator,
    document: Guarded,
) -> DocumentDetail:
    """Make the document searchable again."""
    return document.answer(
        lambda: curating.restore(document.catalogue, actor, document.document_id)
    )


@router.post(
    "/works",
    operation_id="decideWork",
    summary="Decide how two documents are related",
    responses=GUARDED,
)
def decide_work(
    actor: Curator,
    service: ServiceDep,
    catalogue: CatalogueDep,
    decision: WorkDecision,
    if_match: IfMatch = None,
) -> WorkShape:
    """Decide that two documents are forms of one work, or that they are different.

    Send the first document's ETag as If-Match; its record names its works.
    """
    if decision.first == decision.second:
        raise CorrectionInvalid("second", "must be a different document from the first")
    with catalogue.transaction():
        check_match(if_match, current_etag(service, catalogue, decision.first))
        made = curating.relate(
            catalogue, actor, decision.first, decision.second, decision.kind, decision.note
        )
    return work_shape(made)


@router.delete(
    "/works/{first_id}/{second_id}",
    operation_id="undoWork",
    summary="Undo the decision about two documents",
    responses=GUARDED,
)
def undo_work(
    actor: Curator,
    service: ServiceDep,
    catalogue: CatalogueDep,
    first_id: Annotated[str, Path(description="A document's id.", max_length=200)],
    second_id: Annotated[str, Path(description="The other's id.", max_length=200)],
    if_match: IfMatch = None,
) -> WorkShape | None:
    """Undo the decision and return the proposal that is valid again, or null.

    Send the first document's ETag as If-Match.
    """
    with catalogue.transaction():
        check_match(if_match, current_etag(service, catalogue, first_id))
        again = curating.unrelate(catalogue, actor, first_id, second_id)
    return work_shape(again) if again else None


def work_shape(relation: Relation) -> WorkShape:
    """Return a relation in its public shape."""
    return WorkShape(
        first=relation.first,
        second=relation.second,
        kind=relation.kind,
        origin=relation.origin,
        evidence=relation.evidence,
        decided_by=relation.decided_by,
        decided_at=relation.decided_at,
        note=relation.note,
    )
