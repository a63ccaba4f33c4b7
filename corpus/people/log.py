"""The audit log: who changed what, when, each entry chained to the one before by its hash.

A changed, removed or reordered entry breaks the chain from there on. The chain cannot show that the
end of the log was cut off or that the whole log was rewritten: compare its newest hash with that of
a backup.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import astuple, dataclass
from typing import Any, Final

from corpus.catalogue.catalogue import Catalogue, now
from corpus.people.actors import Actor

FIRST: Final = "0" * 64
"""The hash that the first entry is chained to."""

Value = Mapping[str, Any] | None


@dataclass(frozen=True, slots=True)
class Entry:
    """One change. ``before`` and ``after`` are JSON, ``None`` if there was or is no value."""

    id: int
    at: str
    actor: str
    action: str
    subject: str
    before: str | None
    after: str | None
    request_id: str | None
    previous_hash: str
    hash: str


def log_change(
    catalogue: Catalogue,
    actor: Actor,
    action: str,
    subject: str,
    *,
    before: Value = None,
    after: Value = None,
) -> None:
    """Append an entry; call inside the ``transaction()`` of the change it describes.

    Args:
        catalogue: where the change is made.
        actor: who makes it.
        action: what was done, such as ``tag.confirm`` or ``list.publish``.
        subject: what it was done to, such as ``document:3f2a9c0d1e4b5a67``.
        before: the old value; never a key, a password or a search.
        after: the new value.
    """
    last = catalogue.rows("select id, hash from log_entry order by id desc limit 1")
    number, previous = (last[0][0] + 1, last[0][1]) if last else (1, FIRST)
    fields = (
        number, now(), actor.name, action, subject, _json(before), _json(after), actor.request_id,
        previous,
    )  # fmt: skip
    catalogue.db.execute(
        "insert into log_entry values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", [*fields, _hash(fields)]
    )


def read_log(
    catalogue: Catalogue, *, subject: str | None = None, before_id: int | None = None,
    after_id: int = 0, limit: int = 100,
) -> list[Entry]:  # fmt: skip
    """Return entries, newest first, of one subject or all; a ``limit`` of -1 means no limit."""
    rows = catalogue.rows(
        """
        select * from log_entry
        where (:subject is null or subject = :subject) and (:before is null or id < :before)
        and id > :after
        order by id desc limit :limit
        """,
        {"subject": subject, "before": before_id, "after": after_id, "limit": limit},
    )
    return [Entry(*row) for row in rows]


def broken_links(catalogue: Catalogue) -> Iterator[str]:
    """Describe each entry that was changed, is missing, or is out of order."""
    expected, number = FIRST, 0
    for row in catalogue.rows("select * from log_entry order by id"):
        entry = Entry(*row)
        if entry.id != number + 1:
            yield f"log entry {number + 1} is missing"
        if entry.previous_hash != expected:
            yield f"log entry {entry.id} does not follow the one before it"
        if _hash(astuple(entry)[:-1]) != entry.hash:
            yield f"log entry {entry.id} was changed after it was written"
        expected, number = entry.hash, entry.id


def _json(value: Value) -> str | None:
    return None if value is None else json.dumps(value, ensure_ascii=False, sort_keys=True)


def _hash(fields: tuple[Any, ...]) -> str:
    return hashlib.sha256(json.dumps(fields, ensure_ascii=False).encode()).hexdigest()
