"""Deciding about records: a missing year hides one document from one filter."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import ClassVar, Final

from corpus.catalogue.catalogue import Catalogue
from corpus.documents.corrections import correct_fields, write_fields
from corpus.documents.evidence import evidence_of, is_unstated, read_there
from corpus.model import LIST_FIELDS, Document, RecordEvidence
from corpus.people.actors import Actor
from corpus.people.log import Entry
from corpus.review.items import (
    Decision,
    Item,
    Kind,
    Queued,
    Scope,
    digest_state,
    read_told,
    subject_id,
)

WEIGHT: Final = 0.5
FIELD_VALUES: Final[Mapping[str, float]] = {
    "title": 0.3,
    "year": 0.25,
    "publishers": 0.2,
    "kind": 0.15,
    "language": 0.1,
}
"""They add up to 1. A title counts as missing where only the file's name suggests one."""
OTHER_VALUE: Final = 0.1
"""Of a field that many documents lack, where something is suggested for it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordItem(Item):
    """A record from which ``fields`` are missing, with what the document suggests for some."""

    kind: ClassVar[str] = "metadata"

    fields: tuple[str, ...]
    suggested: tuple[RecordEvidence, ...] = ()


def missing_fields(document: Document) -> tuple[str, ...]:
    """Return the fields that each record should have and nobody has stated."""
    return tuple(name for name in FIELD_VALUES if is_unstated(document, name))


def _items(scope: Scope) -> Iterator[RecordItem]:
    evidence = evidence_of(scope.catalogue, scope.documents, suggested=True)
    for document in scope.documents.values():
        suggested = tuple(read_there(document, evidence.get(document.id, ())))
        missing = missing_fields(document)
        fields = (*missing, *(e.field for e in suggested if e.field not in missing))
        if fields:
            yield _item(document, fields, suggested)


def _item(
    document: Document, fields: tuple[str, ...], suggested: tuple[RecordEvidence, ...]
) -> RecordItem:
    value = min(1.0, sum(FIELD_VALUES.get(name, OTHER_VALUE) for name in fields))
    shown = next((e for e in suggested if e.quote), None)
    hint = " The document suggests a value; check it." if suggested else ""
    return RecordItem(
        id=f"{RecordItem.kind}:{document.id}",
        score=round(WEIGHT * value, 4),
        document_id=document.id,
        why=f"Not known: {', '.join(fields)}.{hint}",
        state=digest_state(*fields, *((e.field, e.value) for e in suggested)),
        fields=fields,
        suggested=suggested,
        page=shown.page if shown else None,
        quote=shown.quote if shown else None,
    )


def _confirm(made: Decision, item: RecordItem) -> None:
    """Say that nobody can know: the fields keep what they have, in a curator's name."""
    stored = made.catalogue.document(item.document_id)
    kept = {name: getattr(stored, name) for name in item.fields}
    correct_fields(made.catalogue, made.actor, item.document_id, kept)


def _undo(catalogue: Catalogue, actor: Actor, entry: Entry) -> None:
    stored = catalogue.document(subject_id(entry), pending=True)
    states = {
        name: (tuple(value) if name in LIST_FIELDS else value, origin)
        for name, (value, origin) in read_told(entry.before).items()
    }
    write_fields(catalogue, actor, "document.undo", stored, states)


RECORDS: Final = Kind(
    name=RecordItem.kind,
    label="Gaps in the record",
    actions={
        "document.correct": "The record was corrected.",
        "document.withdraw": "The document was withdrawn from search.",
        "document.restore": "The document was brought back.",
    },
    undo=_undo,
    queued=Queued(WEIGHT, _items, _confirm, None),
)
