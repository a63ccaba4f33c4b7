"""The forms on a document's page: decide about its tags, correct its record, withdraw it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from corpus.catalogue.catalogue import Catalogue
from corpus.documents.corrections import CORRECTABLE, check_value, correct_record
from corpus.errors import CorrectionInvalid
from corpus.errors.said import say
from corpus.model import Document
from corpus.people.actors import Actor
from corpus.review import curating
from corpus.tags.deciding import TagOpinion, decide_tag, retract
from search_api.answers.detail import current_etag
from search_api.documents.page import field_text, show_document
from search_api.review.shapes import MAX_NOTE_CHARS
from search_api.service.service import Service
from search_api.web.access import Curator
from search_api.web.dependencies import CatalogueDep, ServiceDep
from search_api.web.forms import REFUSALS, Form, read_choice, read_text, refuse_form, text_of
from search_api.web.preconditions import check_match

router = APIRouter(include_in_schema=False, default_response_class=HTMLResponse)

TAG_DECISIONS: Final = ("confirm", "reject", "add", "retract")
_UNCACHED: Final = {"Cache-Control": "no-store"}


@router.post("/documents/{document_id}/tags")
def decide_on_tag(
    request: Request,
    actor: Curator,
    service: ServiceDep,
    catalogue: CatalogueDep,
    document_id: str,
    fields: Form,
) -> Response:
    """Confirm, reject, add or undo a tag; ``term`` has the form vocabulary/term."""
    vocabulary, _, term = fields.get("term", "").partition("/")
    added = fields.get("decision") == "add"
    try:
        decision = read_choice(fields, "decision", TAG_DECISIONS)
        _decide_tag(service, catalogue, actor, document_id, (vocabulary, term), fields)
    except REFUSALS as error:
        form = "add-tag" if added else f"{vocabulary}-{term}"
        again = refuse_form(form, fields, error)
        return show_document(request, service, catalogue, document_id, refused=again)
    return _to(document_id, f"tag-{vocabulary}-{term}" if decision != "retract" else "tags")


def _decide_tag(
    service: Service,
    catalogue: Catalogue,
    actor: Actor,
    document_id: str,
    tag: tuple[str, str],
    fields: Mapping[str, str],
) -> None:
    vocabulary, term = tag
    number, note = _passage_id(fields), read_text(fields, "note", MAX_NOTE_CHARS)
    with catalogue.transaction():
        _check(service, catalogue, document_id, fields)
        if fields["decision"] == "retract":
            retract(catalogue, actor, document_id, vocabulary, term)
            return
        opinion = TagOpinion(
            origin="rejected" if fields["decision"] == "reject" else "confirmed",
            primary=fields.get("primary") == "true",
            passage_id=int(number) if number else None,
            note=note or None,
        )
        decide_tag(
            catalogue,
            actor,
            service.taxonomy,
            document_id,
            vocabulary=vocabulary,
            term=term,
            opinion=opinion,
        )


def _passage_id(fields: Mapping[str, str]) -> str | None:
    """Return the id of the named passage, from its number or its link."""
    number = fields.get("passage", "").rpartition("p-")[2].strip()
    if number and not (re.fullmatch(r"[0-9]{1,19}", number) and int(number) < 2**63):
        raise CorrectionInvalid("passage", say("must be a passage's number or link"))
    return number or None


def _check(
    service: Service, catalogue: Catalogue, document_id: str, fields: Mapping[str, str]
) -> None:
    """Refuse a form that was made from an older state of the document."""
    check_match(f'"{fields.get("state", "")}"', current_etag(service, catalogue, document_id))


@router.post("/documents/{document_id}/record")
def save_record(
    request: Request,
    actor: Curator,
    service: ServiceDep,
    catalogue: CatalogueDep,
    document_id: str,
    fields: Form,
) -> Response:
    """Correct only the fields of the record that were changed in the form."""
    try:
        with catalogue.transaction():
            _check(service, catalogue, document_id, fields)
            sent = {name: fields.get(name, "") for name in CORRECTABLE}
            changes = changed_fields(catalogue.document(document_id), sent)
            correct_record(catalogue, actor, service.taxonomy, document_id, changes)
    except REFUSALS as error:
        again = refuse_form("record", fields, error)
        return show_document(request, service, catalogue, document_id, refused=again)
    return _to(document_id, "record")


def changed_fields(stored: Document, sent: Mapping[str, str]) -> dict[str, Any]:
    """Return the fields whose text in the form differs from the record.

    Unchanged fields are not a curator's correction: they keep their origin.

    Raises:
        CorrectionInvalid
    """
    plain = {name: " ".join(field_text(stored, name).split()) for name in sent}
    return {
        name: check_value(name, text_of(text) or None)
        for name, text in sent.items()
        if " ".join(text.split()) != plain[name]
    }


@router.post("/documents/{document_id}/withdrawal")
def withdraw(
    request: Request,
    actor: Curator,
    service: ServiceDep,
    catalogue: CatalogueDep,
    document_id: str,
    fields: Form,
) -> Response:
    """Withdraw a document from search, or restore it."""
    try:
        decision = read_choice(fields, "decision", ("withdraw", "restore"))
        reason = read_text(fields, "reason", MAX_NOTE_CHARS)
        with catalogue.transaction():
            _check(service, catalogue, document_id, fields)
            if decision == "restore":
                curating.restore(catalogue, actor, document_id)
            elif reason:
                curating.withdraw(catalogue, actor, document_id, reason)
            else:
                raise CorrectionInvalid("reason", say("is required: readers of the page see it"))
    except REFUSALS as error:
        again = refuse_form("withdrawal", fields, error)
        return show_document(request, service, catalogue, document_id, refused=again)
    return _to(document_id, "main")


def _to(document_id: str, part: str) -> Response:
    return RedirectResponse(f"/documents/{document_id}#{part}", 303, _UNCACHED)
