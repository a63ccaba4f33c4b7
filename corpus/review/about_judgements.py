"""Judging whether a document answers a query: it is done beside the hits, not in the queue."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from corpus.catalogue.catalogue import Catalogue
from corpus.people.actors import Actor
from corpus.people.log import Entry
from corpus.review.items import Item, Kind, read_told, subject_id
from corpus.review.judgements import restore_judgement, retract_judgement


def _undo(catalogue: Catalogue, actor: Actor, entry: Entry) -> None:
    if entry.before:
        restore_judgement(catalogue, actor, subject_id(entry), read_told(entry.before))
    else:
        retract_judgement(catalogue, actor, read_told(entry.after)["query"], subject_id(entry))


def _about(told: Mapping[str, Any]) -> object:
    return told.get("query")


JUDGEMENTS: Final[Kind[Item]] = Kind(
    name="judgement",
    label="Judgements about hits",
    actions={
        "judgement.answers": "The document was marked: it answers the query.",
        "judgement.does_not": "The document was marked: it does not answer the query.",
    },
    undo=_undo,
    about=_about,
)
