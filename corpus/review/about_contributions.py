"""Deciding about contributions: a member waits for an answer."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar, Final

from corpus.catalogue.catalogue import Catalogue
from corpus.people.actors import Actor
from corpus.people.log import Entry
from corpus.review.contributions import accept, decline, read_contributions, reopen
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

WEIGHT: Final = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class ContributionItem(Item):
    """A contribution that waits; ``since`` is when it came."""

    kind: ClassVar[str] = "contribution"

    contribution_id: str


def _items(scope: Scope) -> Iterator[ContributionItem]:
    for c in read_contributions(scope.catalogue, "waiting", about=scope.only):
        note = f" “{c.note}”" if c.note else ""
        yield ContributionItem(
            id=f"{ContributionItem.kind}:{c.id}",
            score=WEIGHT,
            document_id=c.document_id or "",
            why=f"{c.contributor} contributed it on {c.received_at[:10]}.{note} {c.reason or ''}",
            state=digest_state(c.state, c.received_at, c.document_id),
            since=c.received_at,
            contribution_id=c.id,
        )


def _confirm(made: Decision, item: ContributionItem) -> None:
    accept(made.catalogue, made.actor, item.contribution_id, made.note)


def _reject(made: Decision, item: ContributionItem) -> None:
    decline(made.catalogue, made.actor, item.contribution_id, made.note)


def _undo(catalogue: Catalogue, actor: Actor, entry: Entry) -> None:
    reopen(catalogue, actor, subject_id(entry), read_told(entry.before).get("reason"))


CONTRIBUTIONS: Final = Kind(
    name=ContributionItem.kind,
    label="Contributions",
    actions={
        "contribution.accept": "The contribution was accepted.",
        "contribution.decline": "The contribution was declined.",
    },
    undo=_undo,
    queued=Queued(WEIGHT, _items, _confirm, _reject),
)
