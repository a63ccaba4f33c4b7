"""What members contribute: each is kept with what became of it, and waits for a curator.

The document is taken in like any other, with ``pending_since`` set: nothing shows it before a
curator accepts it. Fetching and reading are done by ``ingest.intake``; this is the record.
``corpus.review.interrupted`` ends what a kill interrupted.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Iterable
from dataclasses import asdict, dataclass, fields, replace
from datetime import UTC, datetime, timedelta
from typing import Final, Literal

from corpus.catalogue.catalogue import Catalogue, now
from corpus.documents import outcomes
from corpus.errors import (
    ContributionNotFound,
    ContributionsFull,
    CorrectionInvalid,
    NotUndecided,
)
from corpus.errors.said import say
from corpus.model import Outcome
from corpus.people.actors import Actor
from corpus.people.log import log_change

State = Literal["received", "waiting", "accepted", "declined", "held", "failed"]
MOST_WAITING: Final = 50
"""Contributions of one member that wait at once."""
LONGEST_READING: Final = timedelta(minutes=15)
"""Fetching and reading a document take at most a few minutes: after this they were interrupted."""
_TAKEN_IN: Final = ("added", "updated", "partial", "needs_review")


@dataclass(frozen=True, slots=True)
class Contribution:
    """One document that a member offered.

    ``received``: it is being read, or was interrupted; ``waiting``: for a curator; ``held``: it was
    here already; ``failed``: it could not be read. ``reason`` says so in words.
    """

    id: str
    source: str
    name: str
    note: str | None
    person_id: str | None
    contributor: str
    received_at: str
    state: State
    reason: str | None = None
    document_id: str | None = None
    decided_by: str | None = None
    decided_at: str | None = None


_COLUMNS: Final = ", ".join(f.name for f in fields(Contribution))
_VALUES: Final = ", ".join(f":{f.name}" for f in fields(Contribution))


def receive(
    catalogue: Catalogue, actor: Actor, source: str, name: str, note: str | None = None
) -> Contribution:
    """Note that a member offers a document, before it is read: a kill loses no contribution.

    Args:
        catalogue: where it is kept.
        actor: the member.
        source: an address, or ``upload:`` with the digest and name of the bytes.
        name: what to call it until its title is known.
        note: what the member says about it.

    Raises:
        ContributionsFull: ``MOST_WAITING`` of the member's wait already.
    """
    with catalogue.transaction():
        mine = of_person(catalogue, actor)
        if sum(c.state == "waiting" or is_being_read(c) for c in mine) >= MOST_WAITING:
            raise ContributionsFull(
                say(
                    "%(n)s of your contributions wait for a curator. Send more when some of them "
                    "are decided.",
                    n=MOST_WAITING,
                )
            )
        made = Contribution(
            secrets.token_hex(8), source, name, note, actor.person_id, actor.name, now(), "received"
        )
        catalogue.db.execute(
            f"insert into contribution ({_COLUMNS}) values ({_VALUES})", asdict(made)
        )
        _log(catalogue, actor, "contribution.receive", None, made)
    return made


def conclude(catalogue: Catalogue, actor: Actor, made: Contribution, of: Outcome) -> Contribution:
    """Note what became of a contribution when it was read; return it as it is now.

    Call it inside the ``transaction()`` that stores the document. What waits or was decided stays.
    """
    state: State = "held"
    with catalogue.transaction():
        before = contribution(catalogue, made.id)
        if before.state in ("waiting", "accepted", "declined"):
            return before
        if of.kind == "rejected":
            state = "failed"
        elif of.kind in _TAKEN_IN or _waits_for_nobody(catalogue, of.document_id):
            state = "waiting"
        after = replace(before, state=state, reason=of.reason, document_id=of.document_id)
        return _change(catalogue, actor, "contribution.read", before, after)


def is_being_read(made: Contribution) -> bool:
    """Whether a request may still be reading a contribution."""
    bound = datetime.now(UTC) - LONGEST_READING
    return made.state == "received" and datetime.fromisoformat(made.received_at) > bound


def accept(
    catalogue: Catalogue, actor: Actor, contribution_id: str, note: str | None = None
) -> Contribution:
    """Take a waiting contribution in: from now on everybody meets its document.

    Raises:
        ContributionNotFound
        NotUndecided: it does not wait.
    """
    with catalogue.transaction():
        before = _waiting(catalogue, contribution_id)
        _set_pending(catalogue, before.document_id, None)
        after = replace(
            before, state="accepted", reason=note or None, decided_by=actor.name, decided_at=now()
        )
        return _change(catalogue, actor, "contribution.accept", before, after)


def decline(
    catalogue: Catalogue, actor: Actor, contribution_id: str, reason: str | None
) -> Contribution:
    """Refuse a waiting contribution; the ledger and the member get the reason.

    The document stays out of sight, so that the decision can be taken back.

    Raises:
        CorrectionInvalid: there is no reason.
        ContributionNotFound
        NotUndecided: it does not wait.
    """
    reason = (reason or "").strip()
    if not reason:
        raise CorrectionInvalid("reason", say("has to say why: the member reads it"))
    with catalogue.transaction():
        before = _waiting(catalogue, contribution_id)
        after = replace(
            before, state="declined", reason=reason, decided_by=actor.name, decided_at=now()
        )
        said = f"Contributed by {before.contributor}, declined by {actor.name}: {reason}"
        outcomes.record_outcome(catalogue, Outcome(before.source, "rejected", said, "declined"))
        return _change(catalogue, actor, "contribution.decline", before, after)


def reopen(
    catalogue: Catalogue, actor: Actor, contribution_id: str, reason: str | None
) -> Contribution:
    """Take a decision back: the contribution waits again, with the reason it waited with.

    Raises:
        ContributionNotFound
        NotUndecided: nobody accepted or declined it.
    """
    with catalogue.transaction():
        before = contribution(catalogue, contribution_id)
        if before.state not in ("accepted", "declined") or before.decided_at is None:
            raise NotUndecided(
                say(
                    "Nobody decided about the contribution %(contribution_id)s.",
                    contribution_id=contribution_id,
                )
            )
        if before.state == "declined":
            _repeat_outcome(catalogue, before)
        _set_pending(catalogue, before.document_id, before.received_at)
        after = replace(before, state="waiting", reason=reason, decided_by=None, decided_at=None)
        return _change(catalogue, actor, "contribution.reopen", before, after)


def contribution(catalogue: Catalogue, contribution_id: str) -> Contribution:
    """Return one contribution.

    Raises:
        ContributionNotFound
    """
    matches = _select(catalogue, "c.id = :id", id=contribution_id)
    if not matches:
        raise ContributionNotFound(
            say(
                "No contribution has the id %(contribution_id)s.",
                contribution_id=repr(contribution_id),
            )
        )
    return matches[0]


def of_person(catalogue: Catalogue, actor: Actor) -> list[Contribution]:
    """Return what a person contributed, the newest first."""
    return _select(catalogue, "c.person_id is :person", person=actor.person_id)


def read_contributions(
    catalogue: Catalogue, state: State | None = None, *, about: Iterable[str] | None = None
) -> list[Contribution]:
    """Return what everybody contributed, the newest first.

    Args:
        catalogue: the record.
        state: of one state only.
        about: only those with these ids, or that made the documents with these ids.
    """
    if about is None:
        chosen = _select(catalogue, "true")
    else:
        ids = "(select value from json_each(:ids))"
        where = f"(c.id in {ids} or c.document_id in {ids})"
        chosen = _select(catalogue, where, ids=json.dumps(sorted(about)))
    return [c for c in chosen if state in (None, c.state)]


def _select(catalogue: Catalogue, where: str, **parameters: str | None) -> list[Contribution]:
    """Read contributions; one whose document was taken in otherwise is accepted, by nobody here."""
    columns = ", ".join(f"c.{f.name}" for f in fields(Contribution))
    rows = catalogue.rows(
        f"""
        select {columns}, document.id is not null and document.pending_since is null
        from contribution as c left join document on document.id = c.document_id
        where {where} order by c.received_at desc, c.rowid desc
        """,
        parameters,
    )
    return [_taken_in(Contribution(*row[:-1]), seen=bool(row[-1])) for row in rows]


def _taken_in(stored: Contribution, *, seen: bool) -> Contribution:
    if not (seen and stored.state in ("waiting", "declined")):
        return stored
    return replace(
        stored, state="accepted", reason="It was taken in from its source.", decided_by=None,
        decided_at=None,
    )  # fmt: skip


def _waiting(catalogue: Catalogue, contribution_id: str) -> Contribution:
    stored = contribution(catalogue, contribution_id)
    if stored.state != "waiting":
        raise NotUndecided(
            say(
                "The contribution %(contribution_id)s is %(state)s, not waiting.",
                contribution_id=contribution_id,
                state=say(stored.state),
            )
        )
    return stored


def _waits_for_nobody(catalogue: Catalogue, document_id: str | None) -> bool:
    """Whether a document is pending and no contribution of it waits: offered again, it waits.

    It was declined, or an earlier release was interrupted between storing it and saying so.
    """
    pending = catalogue.rows(
        "select 1 from document where id = ? and pending_since is not null", [document_id]
    )
    contributions = _select(catalogue, "c.document_id = :document", document=document_id)
    return bool(pending) and not any(c.state in ("waiting", "accepted") for c in contributions)


def _set_pending(catalogue: Catalogue, document_id: str | None, since: str | None) -> None:
    catalogue.db.execute("update document set pending_since = ? where id = ?", [since, document_id])


def _repeat_outcome(catalogue: Catalogue, declined: Contribution) -> None:
    """Let the ledger say again what it said before the contribution was declined."""
    rows = catalogue.rows(
        """
        select kind, reason, code, document_id, sha256 from outcome
        where source = ? and code is not 'declined' order by id desc limit 1
        """,
        [declined.source],
    )
    for result, reason, code, document_id, sha256 in rows:
        outcome = Outcome(declined.source, result, reason, code, document_id, sha256)
        outcomes.record_outcome(catalogue, outcome)


def _change(
    catalogue: Catalogue, actor: Actor, action: str, before: Contribution, after: Contribution
) -> Contribution:
    assigned = ", ".join(f"{f.name} = :{f.name}" for f in fields(Contribution))
    catalogue.db.execute(f"update contribution set {assigned} where id = :id", asdict(after))
    _log(catalogue, actor, action, before, after)
    return after


def _log(
    catalogue: Catalogue,
    actor: Actor,
    action: str,
    before: Contribution | None,
    after: Contribution,
) -> None:
    log_change(
        catalogue, actor, action, f"contribution:{after.id}",
        before=asdict(before) if before else None, after=asdict(after),
    )  # fmt: skip
