"""What curators decide about documents beside tags and fields, each with its log entry.

An outcome to be looked at is accepted, a document withdrawn or restored, two documents related.
"""

from __future__ import annotations

from dataclasses import asdict, replace
from typing import Final

from corpus.catalogue.catalogue import Catalogue, now
from corpus.documents import outcomes, works
from corpus.documents.corrections import CURATOR, write_fields
from corpus.documents.works import Relation, RelationType
from corpus.errors import NotUndecided, RelationNotFound
from corpus.errors.said import say
from corpus.model import Document, Outcome
from corpus.people.actors import Actor
from corpus.people.log import log_change

DOUBTFUL: Final = ("partial", "needs_review")
ACCEPTED: Final = "accepted"
"""The code of an outcome that says that a curator accepted the document as it is."""
_WITHDRAWAL: Final = ("withdrawn_at", "withdrawn_reason")


def doubtful_outcome(catalogue: Catalogue, document: Document) -> Outcome | None:
    """Return why a document is still to be looked at, if it is."""
    latest = outcomes.latest_outcome_of(catalogue, document.source)
    return latest if latest and is_doubtful(latest) else None


def is_doubtful(outcome: Outcome) -> bool:
    """Whether a source's newest outcome leaves something to be looked at."""
    return outcome.kind in DOUBTFUL or (outcome.kind == "unchanged" and outcome.code in DOUBTFUL)


def accept_outcome(
    catalogue: Catalogue, actor: Actor, document_id: str, note: str | None = None
) -> Outcome:
    """Accept a document whose outcome was ``partial`` or ``needs_review`` as it is.

    This holds until the source changes: what is read then is assessed again.

    Raises:
        DocumentNotFound
        NotUndecided: nothing about it is left to be looked at.
    """
    with catalogue.transaction():
        document = catalogue.document(document_id)
        before = doubtful_outcome(catalogue, document)
        if before is None:
            raise NotUndecided(
                say("Nothing about %(document_id)s waits to be looked at.", document_id=document_id)
            )
        said = f" {note.strip()}" if note and note.strip() else ""
        reason = f"Accepted as it is by {actor.name}.{said} It was: {before.reason}"
        after = replace(before, kind="unchanged", code=ACCEPTED, reason=reason, at=now())
        log_change(
            catalogue, actor, "outcome.accept", f"document:{document_id}",
            before=asdict(before), after=asdict(after),
        )  # fmt: skip
        return outcomes.record_outcome(catalogue, after)


def reopen_outcome(
    catalogue: Catalogue, actor: Actor, document_id: str, before: Outcome
) -> Outcome:
    """Take an acceptance back: the outcome it was about stands again.

    Raises:
        NotUndecided: the document was read again since, or nobody accepted it.
    """
    with catalogue.transaction():
        document = catalogue.document(document_id)
        latest = outcomes.latest_outcome_of(catalogue, document.source)
        if latest is None or latest.code != ACCEPTED:
            raise NotUndecided(
                say(
                    "%(document_id)s is no longer accepted as it was: it was read again since.",
                    document_id=document_id,
                )
            )
        after = replace(before, at=now())
        log_change(
            catalogue, actor, "outcome.reopen", f"document:{document_id}",
            before=asdict(latest), after=asdict(after),
        )  # fmt: skip
        return outcomes.record_outcome(catalogue, after)


def withdraw(catalogue: Catalogue, actor: Actor, document_id: str, reason: str) -> Document:
    """Leave a document out of searches, for a reason; its source does not bring it back.

    Raises:
        DocumentNotFound
        NotUndecided: it is withdrawn already.
    """
    with catalogue.transaction():
        document = catalogue.document(document_id)
        if document.withdrawn_at:
            raise NotUndecided(
                say("%(document_id)s is withdrawn already.", document_id=document_id)
            )
        states = {"withdrawn_at": (now(), CURATOR), "withdrawn_reason": (reason, CURATOR)}
        return write_fields(catalogue, actor, "document.withdraw", document, states)


def restore(catalogue: Catalogue, actor: Actor, document_id: str) -> Document:
    """Bring a withdrawn document back.

    Raises:
        DocumentNotFound
        NotUndecided: it is not withdrawn.
    """
    with catalogue.transaction():
        document = catalogue.document(document_id)
        if not document.withdrawn_at:
            raise NotUndecided(say("%(document_id)s is not withdrawn.", document_id=document_id))
        states = dict.fromkeys(_WITHDRAWAL, (None, None))
        return write_fields(catalogue, actor, "document.restore", document, states)


def relation_between(catalogue: Catalogue, one: str, other: str) -> Relation | None:
    """Return what two documents are to each other, decided or proposed."""
    pair = sorted((one, other))
    return next(
        (r for r in works.read_relations(catalogue, of=one) if [r.first, r.second] == pair), None
    )


def relate(
    catalogue: Catalogue,
    actor: Actor,
    one: str,
    other: str,
    relation: RelationType,
    note: str | None = None,
) -> Relation:
    """Decide what two documents are to each other.

    Raises:
        DocumentNotFound
    """
    with catalogue.transaction():
        before = relation_between(catalogue, one, other)
        works.decide_relation(catalogue, one, other, relation, by=actor.name, note=note)
        return _logged(catalogue, actor, "work.decide", one, other, before)


def unrelate(catalogue: Catalogue, actor: Actor, one: str, other: str) -> Relation | None:
    """Take the decision about two documents back; return the proposal that stands again, if any.

    Raises:
        RelationNotFound: nothing was decided about the two.
    """
    with catalogue.transaction():
        before = relation_between(catalogue, one, other)
        works.undo_relation(catalogue, one, other)
        after = relation_between(catalogue, one, other)
        _log(catalogue, actor, "work.undo", one, other, before, after)
        return after


def put_relation_back(
    catalogue: Catalogue, actor: Actor, one: str, other: str, earlier: Relation | None
) -> None:
    """Take the last decision about two documents back: they are again what they were before it.

    Raises:
        RelationNotFound: nothing was decided about the two.
    """
    with catalogue.transaction():
        before = relation_between(catalogue, one, other)
        works.undo_relation(catalogue, one, other)
        if earlier:
            works.put_back(catalogue, earlier)
        _log(catalogue, actor, "work.undo", one, other, before, earlier)


def _logged(
    catalogue: Catalogue, actor: Actor, action: str, one: str, other: str, before: Relation | None
) -> Relation:
    after = relation_between(catalogue, one, other)
    if after is None:
        raise RelationNotFound(f"Nothing was decided about {one} and {other}.")
    _log(catalogue, actor, action, one, other, before, after)
    return after


def _log(
    catalogue: Catalogue,
    actor: Actor,
    action: str,
    one: str,
    other: str,
    before: Relation | None,
    after: Relation | None,
) -> None:
    first, second = sorted((one, other))
    log_change(
        catalogue, actor, action, f"work:{first}:{second}",
        before=asdict(before) if before else None, after=asdict(after) if after else None,
    )  # fmt: skip
