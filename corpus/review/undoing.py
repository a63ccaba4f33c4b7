"""Takes one decision back, by its log entry: exactly, or not at all if something followed it."""

from __future__ import annotations

from corpus.catalogue.catalogue import Catalogue
from corpus.errors import NotUndecided
from corpus.errors.said import say
from corpus.people.actors import Actor
from corpus.people.log import Entry, read_log
from corpus.review.items import read_told
from corpus.review.kinds import BY_ACTION


def undo(catalogue: Catalogue, actor: Actor, entry_id: int) -> Entry:
    """Take back what a log entry tells of; return that entry. The undoing is logged too.

    Raises:
        NotUndecided: there is no such entry, it cannot be undone, or something came after it.
    """
    with catalogue.transaction():
        entry = find_decision(catalogue, entry_id)
        if entry is None:
            raise NotUndecided(
                say(
                    "Entry %(entry_id)s of the log is not a decision that can be undone.",
                    entry_id=str(entry_id),
                )
            )
        if _followed(catalogue, entry):
            raise NotUndecided(
                say("Something was decided about it since. Look at it, and decide again.")
            )
        BY_ACTION[entry.action].undo(catalogue, actor, entry)
        return entry


def find_decision(catalogue: Catalogue, entry_id: int) -> Entry | None:
    """Return the log entry with this number, if it tells of a decision that can be taken back."""
    entries = read_log(catalogue, before_id=entry_id + 1, limit=1)
    return next((e for e in entries if e.id == entry_id and e.action in BY_ACTION), None)


def still_undoable(catalogue: Catalogue, actor: Actor, since: str, depth: int = 50) -> Entry | None:
    """Return the newest entry of somebody since a moment that nothing has followed."""
    for entry in read_log(catalogue, limit=depth):
        if entry.at < since:
            return None
        mine = entry.actor == actor.name and entry.action in BY_ACTION
        if mine and not _followed(catalogue, entry):
            return entry
    return None


def _followed(catalogue: Catalogue, entry: Entry) -> bool:
    """Whether something was decided since about what an entry is about."""
    about = BY_ACTION[entry.action].about
    decided = about(read_told(entry.after))
    family = entry.action.split(".")[0]
    return any(
        later.action.split(".")[0] == family and about(read_told(later.after)) == decided
        for later in read_log(catalogue, subject=entry.subject, after_id=entry.id, limit=-1)
    )
