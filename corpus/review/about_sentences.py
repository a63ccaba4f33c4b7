"""Deciding about the checklist's sentences: it is done on the checklist, not in the queue."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from corpus.catalogue.catalogue import Catalogue
from corpus.errors import NotUndecided
from corpus.errors.said import say
from corpus.people.actors import Actor
from corpus.people.log import Entry, read_log
from corpus.review.items import Item, Kind, read_told, subject_id
from corpus.tags.factors import put_decision_back

NEAR: Final = 100
"""How far from a log entry the other sentences of its decision are looked for."""
_SHARED: Final = ("factor", "passage_id", "decided_by", "decided_at")


def _undo(catalogue: Catalogue, actor: Actor, entry: Entry) -> None:
    """Take back what one decision said about a passage, which may have several such sentences."""
    restored = 0
    for part in _parts(catalogue, entry):
        restored += put_decision_back(
            catalogue,
            actor,
            subject_id(part),
            before=read_told(part.before),
            after=read_told(part.after),
        )
    if not restored:
        raise NotUndecided(
            say("Something was decided about this sentence since. Look at it, and decide again.")
        )


def _parts(catalogue: Catalogue, entry: Entry) -> Iterator[Entry]:
    told = read_told(entry.after)
    near = read_log(
        catalogue,
        subject=entry.subject,
        after_id=max(0, entry.id - NEAR),
        before_id=entry.id + NEAR,
        limit=-1,
    )
    for other in near:
        told_too = read_told(other.after)
        same_decision = "decided_at" in told and all(
            told_too.get(name) == told.get(name) for name in _SHARED
        )
        if other.id == entry.id or (other.action == entry.action and same_decision):
            yield other


def _about(told: Mapping[str, Any]) -> object:
    return (told.get("factor"), told.get("quote"))


SENTENCES: Final[Kind[Item]] = Kind(
    name="factor",
    label="Sentences on the checklist",
    actions={
        "factor.confirm": "The sentence was confirmed on the checklist.",
        "factor.reject": "The sentence was taken off the checklist.",
    },
    undo=_undo,
    about=_about,
)
