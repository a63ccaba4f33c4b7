"""Takes one decision back, by its log entry: exactly, or not at all if something followed it."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any, Final

from corpus.catalogue.catalogue import Catalogue
from corpus.documents.corrections import write_fields
from corpus.documents.works import Relation
from corpus.errors import NotUndecided
from corpus.model import LIST_FIELDS, Outcome
from corpus.people.actors import Actor
from corpus.people.log import Entry, read_log
from corpus.review import contributions, curating
from corpus.tags import deciding as tagging_decisions


def undo(catalogue: Catalogue, actor: Actor, entry_id: int) -> Entry:
    """Take back what a log entry tells of; return that entry. The undoing is logged too.

    Raises:
        NotUndecided: there is no such entry, it cannot be undone, or something came after it.
    """
    with catalogue.transaction():
        found = read_log(catalogue, before_id=entry_id + 1, limit=1)
        entry = found[0] if found and found[0].id == entry_id else None
        if entry is None or entry.action not in _UNDO:
            raise NotUndecided("This cannot be taken back here.")
        if _followed(catalogue, entry):
            raise NotUndecided("Something was decided about it since. Look at it again.")
        _UNDO[entry.action](catalogue, actor, entry)
        return entry


def last_decision(catalogue: Catalogue, actor: Actor, depth: int = 50) -> Entry | None:
    """Return the newest log entry of somebody that ``undo`` can take back."""
    for entry in read_log(catalogue, limit=depth):
        if entry.actor == actor.name and entry.action in _UNDO:
            return entry
    return None


def still_undoable(catalogue: Catalogue, actor: Actor, since: str, depth: int = 50) -> Entry | None:
    """Return the newest entry of somebody since a moment that nothing has followed."""
    for entry in read_log(catalogue, limit=depth):
        if entry.at < since:
            return None
        mine = entry.actor == actor.name and entry.action in _UNDO
        if mine and not _followed(catalogue, entry):
            return entry
    return None


def _followed(catalogue: Catalogue, entry: Entry) -> bool:
    """Two decisions about different tags of a document do not bear on each other."""
    after = _told(entry.after)
    for later in read_log(catalogue, subject=entry.subject, after_id=entry.id, limit=-1):
        if later.action.split(".")[0] != entry.action.split(".")[0]:
            continue
        if entry.action.startswith("tag.") and not _same_tag(after, _told(later.after)):
            continue
        return True
    return False


def _same_tag(one: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
    return (one.get("vocabulary"), one.get("term")) == (other.get("vocabulary"), other.get("term"))


def _told(text: str | None) -> dict[str, Any]:
    told: dict[str, Any] = json.loads(text) if text else {}
    return told


def _undo_tag(catalogue: Catalogue, actor: Actor, entry: Entry) -> None:
    told = _told(entry.after)
    document_id = entry.subject.partition(":")[2]
    tagging_decisions.retract(catalogue, actor, document_id, told["vocabulary"], told["term"])


def _undo_fields(catalogue: Catalogue, actor: Actor, entry: Entry) -> None:
    held = catalogue.document(entry.subject.partition(":")[2], pending=True)
    states = {
        name: (tuple(value) if name in LIST_FIELDS else value, origin)
        for name, (value, origin) in _told(entry.before).items()
    }
    write_fields(catalogue, actor, "document.undo", held, states)


def _undo_outcome(catalogue: Catalogue, actor: Actor, entry: Entry) -> None:
    before = Outcome(**_told(entry.before))
    curating.reopen_outcome(catalogue, actor, entry.subject.partition(":")[2], before)


def _undo_work(catalogue: Catalogue, actor: Actor, entry: Entry) -> None:
    told = _told(entry.after)
    before = Relation(**_told(entry.before)) if entry.before else None
    curating.put_relation_back(catalogue, actor, told["first"], told["second"], before)


def _undo_contribution(catalogue: Catalogue, actor: Actor, entry: Entry) -> None:
    reason = _told(entry.before).get("reason")
    contributions.reopen(catalogue, actor, entry.subject.partition(":")[2], reason)


_UNDO: Final[Mapping[str, Callable[[Catalogue, Actor, Entry], None]]] = {
    "tag.confirm": _undo_tag,
    "tag.reject": _undo_tag,
    "tag.add": _undo_tag,
    "document.correct": _undo_fields,
    "document.withdraw": _undo_fields,
    "document.restore": _undo_fields,
    "outcome.accept": _undo_outcome,
    "work.decide": _undo_work,
    "contribution.accept": _undo_contribution,
    "contribution.decline": _undo_contribution,
}
