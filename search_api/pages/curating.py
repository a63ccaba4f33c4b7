"""What a document's page lets curators do: its tags, its record, whether it is shown."""

from __future__ import annotations

import re
from typing import Annotated, Any, Final

from fastapi import APIRouter, Form
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from pydantic import BaseModel, Field

from corpus import curating, tagging_decisions
from corpus.actors import Actor
from corpus.catalogue import Catalogue
from corpus.corrections import CORRECTABLE, LISTS, checked, correct
from corpus.errors import CorrectionInvalid
from corpus.model import Document
from search_api.access import Curator
from search_api.deciding import FIELD_NAMES, current_etag
from search_api.dependencies import CatalogueDep, ServiceDep
from search_api.desk_schemas import MAX_NOTE_CHARS, TagDecision
from search_api.pages.rendering import VOCABULARY_LABELS
from search_api.preconditions import check_match
from search_api.routes.decisions import check_kind, record_tag
from search_api.routes.documents import etag_of_document
from search_api.schemas import DocumentDetail
from search_api.service import Service

router = APIRouter(include_in_schema=False, default_response_class=HTMLResponse)

LONG: Final = ("summary", "note")
_UNCACHED: Final = {"Cache-Control": "no-store"}
State = Annotated[str, Form(max_length=64)]
Word = Annotated[str, Form(max_length=300)]
Note = Annotated[str, Form(max_length=MAX_NOTE_CHARS)]
Text = Annotated[str, Field(max_length=6_000)]


def desk_for(
    service: Service, actor: Actor | None, document: Document, detail: DocumentDetail
) -> dict[str, Any] | None:
    """Return what the forms of a document's page need; ``None`` for who may not use them."""
    if actor is None or not actor.may("curator"):
        return None
    vocabularies = service.taxonomy.vocabularies
    return {
        "state": etag_of_document(service, detail).strip('"'),
        "vocabularies": [
            (VOCABULARY_LABELS.get(v.id, v.id), v.id, list(v.terms.values()))
            for v in vocabularies.values()
            if v.id != "kinds"
        ],
        "fields": [_field(service, document, name) for name in CORRECTABLE],
    }


def _field(service: Service, document: Document, name: str) -> dict[str, Any]:
    value = getattr(document, name)
    label = FIELD_NAMES[name]
    return {
        "name": name,
        "label": f"{label[0].upper()}{label[1:]}",
        "value": "; ".join(value) if name in LISTS else "" if value is None else str(value),
        "terms": list(service.taxonomy.vocabulary("kinds").terms.values())
        if name == "kind"
        else None,
        "long": name in LONG,
        "several": name in LISTS,
    }


@router.post("/documents/{document_id}/tags")
def decide_tag(
    actor: Curator,
    service: ServiceDep,
    catalogue: CatalogueDep,
    document_id: str,
    state: State,
    term: Annotated[str, Form(max_length=300, description="Vocabulary and term: stages/use.")],
    decision: Annotated[str, Form(pattern="^(confirm|reject|add|retract)$")],
    passage: Word = "",
    note: Note = "",
    primary: Annotated[bool, Form()] = False,  # noqa: FBT002  a box of a form
) -> Response:
    """Confirm, reject, add or take back a tag."""
    vocabulary, _, name = term.partition("/")
    service.taxonomy.vocabulary(vocabulary).term(name)
    number = passage.rpartition("p-")[2].strip()
    if number and not (re.fullmatch(r"[0-9]{1,19}", number) and int(number) < 2**63):
        raise CorrectionInvalid("passage", "has to be a passage's number or link")
    with catalogue.transaction():
        check_match(f'"{state}"', current_etag(service, catalogue, document_id))
        if decision == "retract":
            tagging_decisions.retract(catalogue, actor, document_id, vocabulary, name)
        else:
            made = TagDecision(
                origin="rejected" if decision == "reject" else "confirmed",
                primary=primary,
                passage_id=number or None,
                note=note.strip() or None,
            )
            record_tag(catalogue, actor, document_id, vocabulary, name, made)
    return _to(document_id, f"tag-{vocabulary}-{name}" if decision != "retract" else "tags")


class RecordForm(BaseModel):
    """The fields of the record as text, as the form has them, and what the form was made from."""

    state: Annotated[str, Field(max_length=64)]
    title: Text = ""
    authors: Text = ""
    publishers: Text = ""
    countries: Text = ""
    year: Text = ""
    published: Text = ""
    kind: Text = ""
    language: Text = ""
    url: Text = ""
    doi: Text = ""
    licence: Text = ""
    summary: Text = ""
    note: Text = ""


@router.post("/documents/{document_id}/record")
def correct_record(
    actor: Curator,
    service: ServiceDep,
    catalogue: CatalogueDep,
    document_id: str,
    form: Annotated[RecordForm, Form()],
) -> Response:
    """Correct the fields of the record that were changed in the form, and no others."""
    with catalogue.transaction():
        check_match(f'"{form.state}"', current_etag(service, catalogue, document_id))
        changes = changed(catalogue.document(document_id), form.model_dump(exclude={"state"}))
        check_kind(service.taxonomy, changes.get("kind"))
        correct(catalogue, actor, document_id, changes)
    return _to(document_id, "record")


def changed(held: Document, sent: dict[str, str]) -> dict[str, Any]:
    """Return the fields whose text in a form says something else than the record does.

    What a form repeats is not a curator's word: it keeps its origin.

    Raises:
        CorrectionInvalid
    """
    shown = {
        name: "; ".join(getattr(held, name)) if name in LISTS else str(getattr(held, name) or "")
        for name in sent
    }
    plain = {name: " ".join(text.split()) for name, text in shown.items()}
    return {
        name: checked(name, text.strip() or None)
        for name, text in sent.items()
        if " ".join(text.split()) != plain[name]
    }


@router.post("/documents/{document_id}/withdrawal")
def withdraw(
    actor: Curator,
    service: ServiceDep,
    catalogue: CatalogueDep,
    document_id: str,
    state: State,
    decision: Annotated[str, Form(pattern="^(withdraw|restore)$")],
    reason: Note = "",
) -> Response:
    """Leave a document out of searches, or bring it back."""
    with catalogue.transaction():
        check_match(f'"{state}"', current_etag(service, catalogue, document_id))
        _show(catalogue, actor, document_id, reason.strip(), withdrawn=decision == "withdraw")
    return _to(document_id, "main")


def _show(
    catalogue: Catalogue, actor: Actor, document_id: str, reason: str, *, withdrawn: bool
) -> None:
    if not withdrawn:
        curating.restore(catalogue, actor, document_id)
        return
    if not reason:
        raise CorrectionInvalid("reason", "has to say why: readers of the page are told")
    curating.withdraw(catalogue, actor, document_id, reason)


def _to(document_id: str, part: str) -> Response:
    return RedirectResponse(f"/documents/{document_id}#{part}", 303, _UNCACHED)
