"""Deciding about doubtful texts: one with holes spoils all that is made of it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import ClassVar, Final

from corpus.catalogue.catalogue import Catalogue
from corpus.documents.outcomes import latest_outcomes
from corpus.model import Outcome, OutcomeKind
from corpus.people.actors import Actor
from corpus.people.log import Entry
from corpus.review.curating import accept_outcome, is_doubtful, reopen_outcome, withdraw
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

WEIGHT: Final = 0.9
VALUES: Final[Mapping[str, float]] = {"partial": 1.0, "needs_review": 0.8}
"""What is lost is certain, a doubt may be unfounded."""

_LOOKED_AT: Final[tuple[OutcomeKind, ...]] = ("partial", "needs_review", "unchanged")


@dataclass(frozen=True, slots=True, kw_only=True)
class OutcomeItem(Item):
    """A document whose text may not be good enough."""

    kind: ClassVar[str] = "outcome"


def _items(scope: Scope) -> Iterator[OutcomeItem]:
    for outcome in latest_outcomes(scope.catalogue, _LOOKED_AT, documents=scope.only):
        document_id = outcome.document_id
        if document_id in scope.documents and document_id and is_doubtful(outcome):
            yield _item(document_id, outcome)


def _item(document_id: str, outcome: Outcome) -> OutcomeItem:
    doubt = outcome.kind if outcome.kind in VALUES else outcome.code or ""
    return OutcomeItem(
        id=f"{OutcomeItem.kind}:{document_id}",
        score=round(WEIGHT * VALUES[doubt], 4),
        document_id=document_id,
        why=outcome.reason,
        state=digest_state(doubt, outcome.sha256, outcome.at),
    )


def _confirm(made: Decision, item: OutcomeItem) -> None:
    accept_outcome(made.catalogue, made.actor, item.document_id, made.note)


def _reject(made: Decision, item: OutcomeItem) -> None:
    reason = made.note or f"Withdrawn in review: {item.why}"
    withdraw(made.catalogue, made.actor, item.document_id, reason)


def _undo(catalogue: Catalogue, actor: Actor, entry: Entry) -> None:
    reopen_outcome(catalogue, actor, subject_id(entry), Outcome(**read_told(entry.before)))


OUTCOMES: Final = Kind(
    name=OutcomeItem.kind,
    label="Doubtful texts",
    actions={"outcome.accept": "The document was accepted as it is."},
    undo=_undo,
    queued=Queued(WEIGHT, _items, _confirm, _reject),
)
