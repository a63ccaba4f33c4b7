"""What a group gathered, and what its members propose for it: the lead decides."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields, replace
from typing import Any, Final, Literal

from corpus.catalogue.catalogue import Catalogue, now
from corpus.errors import GroupInvalid, GroupNotFound, ListNotFound, NotUndecided
from corpus.errors.said import say
from corpus.lists.lists import resource_list
from corpus.network.groups import change_group, check_standing, find_group
from corpus.network.questions import MAX_TEXT, find_question
from corpus.people.actors import Actor
from corpus.people.log import log_change

ItemKind = Literal["question", "own_question", "list", "document"]
ProposalKind = Literal["question", "own_question", "list", "document", "note"]
ProposalState = Literal["waiting", "accepted", "declined"]
ITEM_KINDS: Final[tuple[ItemKind, ...]] = ("question", "own_question", "list", "document")
PROPOSAL_KINDS: Final[tuple[ProposalKind, ...]] = (*ITEM_KINDS, "note")
MAX_COMMENT: Final = 1_000
MAX_NOTE: Final = 5_000
MOST_QUESTIONS: Final = 20
"""Each is asked again whenever somebody opens the group after a change."""
MOST_ITEMS: Final = 200
MOST_WAITING: Final = 50


@dataclass(frozen=True, slots=True)
class Item:
    """Something that a group gathered.

    ``value`` is the id of a question of the agenda, the text of a question of its own, the address
    of a list, or the id of a document or a contribution, by ``kind``.
    """

    id: str
    slug: str
    kind: str
    value: str
    added_by: str
    added_at: str


@dataclass(frozen=True, slots=True)
class Proposal:
    """What a member proposes: an item, or a note to add to the group's notes."""

    id: str
    slug: str
    kind: ProposalKind
    value: str
    comment: str | None
    person_id: str | None
    proposed_by: str
    proposed_at: str
    state: ProposalState = "waiting"
    reason: str | None = None
    decided_by: str | None = None
    decided_at: str | None = None


GONE: Final = say("The document was removed from the repository.")
"""Why a proposal of a document that was removed no longer waits."""

_ITEM: Final = ", ".join(f.name for f in fields(Item))
_PROPOSAL: Final = ", ".join(f.name for f in fields(Proposal))
_PROPOSED: Final = ", ".join(f":{f.name}" for f in fields(Proposal))


def items_of(catalogue: Catalogue, slug: str) -> list[Item]:
    """Return what a group gathered, in the order in which it came."""
    rows = catalogue.rows(
        f"select {_ITEM} from group_item where slug = ? order by added_at, rowid", [slug]
    )
    return [Item(*row) for row in rows]


def proposals_of(catalogue: Catalogue, slug: str) -> list[Proposal]:
    """Return what was proposed to a group: what waits first, then the newest.

    A document that was removed since waits no longer: nobody could accept it.
    """
    rows = catalogue.rows(
        f"""
        select {_PROPOSAL}, kind = 'document' and value not in (select id from document)
        from group_proposal where slug = ?
        order by proposed_at desc, rowid desc
        """,
        [slug],
    )
    made = [_still_there(Proposal(*row[:-1]), gone=bool(row[-1])) for row in rows]
    return sorted(made, key=lambda proposal: proposal.state != "waiting")


def _still_there(stored: Proposal, *, gone: bool) -> Proposal:
    if not gone or stored.state != "waiting":
        return stored
    return replace(stored, state="declined", reason=GONE)


def add_item(catalogue: Catalogue, actor: Actor, slug: str, kind: ItemKind, value: str) -> Item:
    """Add something to a group; what it has already stays as it is.

    Raises:
        GroupNotFound, NotPermitted, GroupInvalid
        QuestionNotFound, ListNotFound, DocumentNotFound: there is no such thing.
    """
    with catalogue.transaction():
        check_standing(catalogue, actor, slug, "lead")
        return _put(catalogue, actor, slug, kind, _checked(catalogue, kind, value))


def remove_item(catalogue: Catalogue, actor: Actor, slug: str, item_id: str) -> None:
    """Remove something from a group; the thing itself stays.

    Raises:
        GroupNotFound: or it has no such thing.
        NotPermitted, GroupInvalid
    """
    with catalogue.transaction():
        check_standing(catalogue, actor, slug, "lead")
        known = {item.id: item for item in items_of(catalogue, slug)}
        if item_id not in known:
            raise GroupNotFound(say("The group does not have this. Reload its page."))
        catalogue.db.execute("delete from group_item where id = ?", [item_id])
        before = _told(known[item_id])
        log_change(catalogue, actor, "group.remove", f"group:{slug}", before=before)


def name_group(catalogue: Catalogue, actor: Actor, slug: str, contribution_id: str) -> None:
    """Note that a contribution was made for a group; call inside ``transaction()``.

    Raises:
        GroupNotFound, NotPermitted: the contributor is not in the group.
    """
    check_standing(catalogue, actor, slug, "member")
    _put(catalogue, actor, slug, "contribution", contribution_id)


def propose(
    catalogue: Catalogue,
    actor: Actor,
    slug: str,
    kind: ProposalKind,
    value: str,
    comment: str = "",
) -> Proposal:
    """Propose something to the lead of a group.

    Raises:
        GroupNotFound, NotPermitted, GroupInvalid
        QuestionNotFound, ListNotFound, DocumentNotFound: there is no such thing.
    """
    with catalogue.transaction():
        check_standing(catalogue, actor, slug, "member")
        if len(comment.strip()) > MAX_COMMENT:
            raise GroupInvalid(
                say(
                    "A comment can have at most %(n)s characters.",
                    n=MAX_COMMENT,
                )
            )
        waiting = [p for p in proposals_of(catalogue, slug) if p.state == "waiting"]
        checked = _checked(catalogue, kind, value)
        if any((p.kind, p.value) == (kind, checked) for p in waiting):
            raise GroupInvalid(say("This was proposed already, and waits for the lead."))
        if len(waiting) >= MOST_WAITING:
            raise GroupInvalid(
                say(
                    "%(n)s proposals wait for the lead already.",
                    n=MOST_WAITING,
                )
            )
        made = Proposal(
            secrets.token_hex(6), slug, kind, checked, comment.strip() or None, actor.person_id,
            actor.name, now(),
        )  # fmt: skip
        catalogue.db.execute(
            f"insert into group_proposal ({_PROPOSAL}) values ({_PROPOSED})", asdict(made)
        )
        log_change(catalogue, actor, "group.propose", f"group:{slug}", after=_said(made))
    return made


def decide_proposal(
    catalogue: Catalogue,
    actor: Actor,
    slug: str,
    proposal_id: str,
    *,
    accept: bool,
    reason: str = "",
) -> Proposal:
    """Accept a proposal, which adds what it proposes, or decline it with a reason.

    Raises:
        GroupNotFound: or there is no such proposal.
        NotPermitted
        GroupInvalid: there is no reason to decline it, or it cannot be added.
        NotUndecided: it was decided already.
    """
    with catalogue.transaction():
        check_standing(catalogue, actor, slug, "lead")
        known = {proposal.id: proposal for proposal in proposals_of(catalogue, slug)}
        if proposal_id not in known:
            raise GroupNotFound(say("The group has no such proposal. Reload its page."))
        before = known[proposal_id]
        _check_waits(before)
        if not accept and not reason.strip():
            raise GroupInvalid(say("Say why it is declined: the member reads it."))
        if accept:
            _fulfil(catalogue, actor, before)
        after = replace(
            before, state="accepted" if accept else "declined", reason=reason.strip() or None,
            decided_by=actor.name, decided_at=now(),
        )  # fmt: skip
        catalogue.db.execute(
            """
            update group_proposal set state = :state, reason = :reason, decided_by = :decided_by,
                   decided_at = :decided_at
            where id = :id
            """,
            asdict(after),
        )
        action = "group.accept" if accept else "group.decline"
        log_change(
            catalogue, actor, action, f"group:{slug}", before=_said(before), after=_said(after)
        )
    return after


def _check_waits(proposal: Proposal) -> None:
    if proposal.state == "waiting":
        return
    if proposal.reason == GONE:
        raise NotUndecided(GONE)
    who = proposal.decided_by
    raise NotUndecided(say("%(name)s decided about this proposal already.", name=who))


def _fulfil(catalogue: Catalogue, actor: Actor, proposal: Proposal) -> None:
    if proposal.kind == "note":
        notes = find_group(catalogue, actor, proposal.slug).notes
        whole = f"{notes}\n\n{proposal.value}".strip()
        change_group(catalogue, actor, proposal.slug, notes=whole)
        return
    value = _checked(catalogue, proposal.kind, proposal.value)
    _put(catalogue, actor, proposal.slug, proposal.kind, value)


def _put(catalogue: Catalogue, actor: Actor, slug: str, kind: str, value: str) -> Item:
    items = items_of(catalogue, slug)
    same = [item for item in items if (item.kind, item.value) == (kind, value)]
    if same:
        return same[0]
    asked = [item for item in items if item.kind in ("question", "own_question")]
    if kind in ("question", "own_question") and len(asked) >= MOST_QUESTIONS:
        raise GroupInvalid(
            say(
                "A group can have at most %(n)s questions. Remove one first.",
                n=MOST_QUESTIONS,
            )
        )
    if len(items) >= MOST_ITEMS and kind != "contribution":
        raise GroupInvalid(
            say(
                "A group can have at most %(n)s questions, lists, documents and notes. "
                "Remove one first.",
                n=MOST_ITEMS,
            )
        )
    made = Item(secrets.token_hex(6), slug, kind, value, actor.name, now())
    catalogue.db.execute(
        "insert into group_item values (?, ?, ?, ?, ?, ?)", list(asdict(made).values())
    )
    log_change(catalogue, actor, "group.add", f"group:{slug}", after=_told(made))
    return made


def _checked(catalogue: Catalogue, kind: str, value: str) -> str:
    """Return a value as it is stored, if what it names exists and everybody may see it."""
    text = value.strip()
    if kind == "question":
        return find_question(catalogue, text).id
    if kind == "document":
        return catalogue.document(text).id
    if kind == "list":
        stored = resource_list(catalogue, text)
        if stored.state != "published":
            raise ListNotFound(
                say("There is no published list %(text)s. See all lists at /lists", text=repr(text))
            )
        return stored.slug
    if kind == "note":
        if not text or len(text) > MAX_NOTE:
            raise GroupInvalid(say("A note must have 1 to %(n)s characters.", n=MAX_NOTE))
        return text
    question = " ".join(text.split())
    if not any(c.isalpha() for c in question) or len(question) > MAX_TEXT:
        raise GroupInvalid(
            say(
                "A question needs words, and can have at most %(n)s characters.",
                n=MAX_TEXT,
            )
        )
    return question


def _told(item: Item) -> Mapping[str, Any]:
    return {"kind": item.kind, "value": item.value}


def _said(proposal: Proposal) -> Mapping[str, Any]:
    names = ("kind", "value", "comment", "state", "reason")
    return {"proposal": proposal.id} | {name: getattr(proposal, name) for name in names}
