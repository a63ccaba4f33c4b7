"""The review queue: what people still have to decide, ordered by what helps most, and deciding it.

Read from the catalogue each time; what is decided leaves it. An item's score is the
weight of its kind times how much deciding it would tell (0 to 1), and says so in words.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final, Literal

from corpus.catalogue.catalogue import Catalogue
from corpus.documents.corrections import correct_record
from corpus.errors import ChangedMeanwhile, CorrectionInvalid, NotUndecided
from corpus.errors.said import say
from corpus.people.actors import Actor
from corpus.people.log import read_log
from corpus.review.about_records import RecordItem
from corpus.review.items import Decision, Item, Scope, Thresholds
from corpus.review.kinds import BY_NAME, KINDS, QUEUED_NAMES
from corpus.taxonomy import Taxonomy

Choice = Literal["confirm", "reject"]
CHOICES: Final[tuple[Choice, ...]] = ("confirm", "reject")


def read_queue(catalogue: Catalogue, thresholds: Thresholds | None = None) -> list[Item]:
    """Return everything there is to decide, what helps most first.

    The tags of a document follow each other at the place of its best, so that it is read once. The
    order depends on the catalogue alone.

    Args:
        catalogue: the record.
        thresholds: of the tagger's terms, where they are known.
    """
    documents = {d.id: d for d in catalogue.all_documents() if d.withdrawn_at is None}
    return _in_order(_items(Scope(catalogue, documents, thresholds or {})))


def read_items_about(catalogue: Catalogue, ids: Iterable[str]) -> list[Item]:
    """Return what there is to decide about a few documents or contributions, by their ids."""
    only = frozenset(ids)
    named = catalogue.documents(only)
    documents = {d.id: d for d in named.values() if d.withdrawn_at is None}
    return _in_order(_items(Scope(catalogue, documents, {}, only)))


def find_item(catalogue: Catalogue, item_id: str) -> Item | None:
    """Return the item with this id, if it is still to be decided; the queue is not read for it."""
    about = read_items_about(catalogue, item_id.split(":")[1:])
    return next((i for i in about if i.id == item_id), None)


def count_by_kind(items: Sequence[Item]) -> dict[str, int]:
    """Return how many items of each kind of decision there are."""
    counted = Counter(item.kind for item in items)
    return {name: counted[name] for name in QUEUED_NAMES}


def _items(scope: Scope) -> list[Item]:
    return [item for kind in KINDS if kind.queued for item in kind.queued.items(scope)]


def _in_order(items: list[Item]) -> list[Item]:
    best: dict[tuple[str, str], float] = {}
    for item in items:
        best[item.group] = max(best.get(item.group, 0.0), item.score)
    return sorted(items, key=lambda i: (-best[i.group], i.since, i.group, -i.score, i.id))


# Deciding -------------------------------------------------------------------------------------


def decide_item(
    catalogue: Catalogue,
    actor: Actor,
    taxonomy: Taxonomy,
    item_id: str,
    *,
    state: str | None,
    choice: Choice,
    note: str | None = None,
) -> int:
    """Decide about an item of the queue as it was seen; return the number of the log entry.

    Args:
        catalogue: the record.
        actor: who decides.
        taxonomy: the network's words.
        item_id: the item's id.
        state: the item's state as it was seen; ``None`` for the state it is in.
        choice: what is said about it.
        note: why, in the curator's words.

    Raises:
        NotUndecided: it has left the queue.
        ChangedMeanwhile: its evidence is other than what was seen.
        CorrectionInvalid: a reason is needed and missing, or it cannot be rejected.
        UnknownTerm: a term that the taxonomy no longer has cannot be confirmed.
    """
    with catalogue.transaction():
        item = _seen(catalogue, item_id, state)
        queued = BY_NAME[item.kind].queued
        decide = queued and (queued.confirm if choice == "confirm" else queued.reject)
        if not decide:
            raise CorrectionInvalid(
                "decision", say("can only be confirm, or a correction of the record")
            )
        decide(Decision(catalogue, actor, taxonomy, note or None), item)
        return read_log(catalogue, limit=1)[0].id


def fill_in_record(
    catalogue: Catalogue,
    actor: Actor,
    taxonomy: Taxonomy,
    item_id: str,
    *,
    state: str,
    changes: Mapping[str, Any],
) -> int:
    """Fill in fields that an item says are missing; return the number of the log entry, 0 for none.

    Raises:
        NotUndecided: it has left the queue.
        ChangedMeanwhile: other fields are missing than was seen.
        CorrectionInvalid: a field is not missing, or cannot have this value.
    """
    with catalogue.transaction():
        item = _seen(catalogue, item_id, state)
        if not isinstance(item, RecordItem):
            raise NotUndecided(say("This item has no fields of a record to fill in."))
        stated = [name for name in changes if name not in item.fields]
        if stated:
            raise CorrectionInvalid(
                stated[0], say("is not missing; correct it on the document's page")
            )
        if not changes:
            return 0
        correct_record(catalogue, actor, taxonomy, item.document_id, changes)
        return read_log(catalogue, limit=1)[0].id


def _seen(catalogue: Catalogue, item_id: str, state: str | None) -> Item:
    item = find_item(catalogue, item_id)
    if item is None:
        raise NotUndecided(
            say("This is not in the review queue: it was decided already, or it never was there.")
        )
    if state is not None and item.state != state:
        raise ChangedMeanwhile(say("What this is about changed. Look at it again, then decide."))
    return item
