"""Deciding what two documents are to each other: forms of one work share a place in the results."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar, Final

from corpus.catalogue.catalogue import Catalogue
from corpus.documents.works import Relation, RelationType, read_relations
from corpus.people.actors import Actor
from corpus.people.log import Entry
from corpus.review.curating import put_relation_back, relate
from corpus.review.items import Decision, Item, Kind, Queued, Scope, digest_state, read_told

WEIGHT: Final = 0.7
UNSCORED: Final = 0.5
"""The value of a proposal that has no score."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkItem(Item):
    """Two documents that may be forms of one work."""

    kind: ClassVar[str] = "work"

    other_id: str
    relation: RelationType

    @property
    def document_ids(self) -> tuple[str, ...]:
        """Return both documents."""
        return (self.document_id, self.other_id)


def _items(scope: Scope) -> Iterator[WorkItem]:
    for r in _proposed(scope):
        if r.first in scope.documents and r.second in scope.documents:
            yield WorkItem(
                id=f"{WorkItem.kind}:{r.first}:{r.second}",
                score=round(WEIGHT * (UNSCORED if r.score is None else r.score), 4),
                document_id=r.first,
                why=r.evidence,
                state=digest_state(r.origin, r.kind, r.score),
                other_id=r.second,
                relation=r.kind,
            )


def _proposed(scope: Scope) -> list[Relation]:
    if scope.only is None:
        return read_relations(scope.catalogue, origin="proposed")
    relations = [
        r
        for one in sorted(scope.only)
        for r in read_relations(scope.catalogue, of=one, origin="proposed")
    ]
    return list(dict.fromkeys(relations))


def _confirm(made: Decision, item: WorkItem) -> None:
    _relate(made, item, item.relation)


def _reject(made: Decision, item: WorkItem) -> None:
    _relate(made, item, "different")


def _relate(made: Decision, item: WorkItem, relation: RelationType) -> None:
    first, second = item.document_id, item.other_id
    relate(made.catalogue, made.actor, first, second, relation, made.note)


def _undo(catalogue: Catalogue, actor: Actor, entry: Entry) -> None:
    told = read_told(entry.after)
    before = Relation(**read_told(entry.before)) if entry.before else None
    put_relation_back(catalogue, actor, told["first"], told["second"], before)


WORKS: Final = Kind(
    name=WorkItem.kind,
    label="Forms of one work",
    actions={"work.decide": "How the two documents are related was recorded."},
    undo=_undo,
    queued=Queued(WEIGHT, _items, _confirm, _reject),
)
