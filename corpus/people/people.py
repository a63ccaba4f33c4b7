"""People: who they are and what they may do. What they show to be let in is in ``credentials``.

A person is never removed: the log and decisions name them. Disabled, they are let in no more.
"""

from __future__ import annotations

import re
import secrets
from dataclasses import dataclass
from typing import Final

from corpus.catalogue.catalogue import Catalogue, now
from corpus.errors import NameUnusable, PersonNotFound
from corpus.people.actors import ROLES, Actor, Role
from corpus.people.log import log_change

_NAME: Final = re.compile(r"[^\W_](?:[\w .,'’@-]{0,58}[\w.])?")
"""Letters of any script, digits and what names hold; nothing that could pass for markup."""
RESERVED: Final = frozenset({"anonymous", "starter", "tagger"})
"""Names that decisions and the log give to nobody."""


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who may be let in.

    Attributes:
        name: as decisions and the log show it; unique, whatever its case.
        role: the most they may do.
        disabled_at: since when they are let in no more.
    """

    id: str
    name: str
    role: Role
    created_at: str
    disabled_at: str | None


_COLUMNS: Final = "id, name, role, created_at, disabled_at"


def add_person(catalogue: Catalogue, actor: Actor, name: str, role: Role) -> Person:
    """Add somebody; call inside ``transaction()``.

    Raises:
        NameUnusable: somebody has that name, or it is none.
    """
    name = " ".join(name.split())
    if not _NAME.fullmatch(name) or name.lower() in RESERVED:
        raise NameUnusable(
            f"{name!r} cannot be a person's name here. Use 1 to 60 letters, digits, spaces and "
            "any of . , ' @ -"
        )
    if catalogue.rows("select 1 from person where name = ?", [name]):
        raise NameUnusable(f"There is a person named {name!r} already. Choose another name.")
    person = Person(secrets.token_hex(8), name, _known(role), now(), None)
    catalogue.db.execute(
        "insert into person values (?, ?, ?, ?, ?)",
        [person.id, person.name, person.role, person.created_at, person.disabled_at],
    )
    after = {"name": name, "role": role}
    log_change(catalogue, actor, "person.add", f"person:{person.id}", after=after)
    return person


def read_people(catalogue: Catalogue) -> list[Person]:
    """Return everybody, by name."""
    return [Person(*row) for row in catalogue.rows(f"select {_COLUMNS} from person order by name")]


def person_named(catalogue: Catalogue, name: str) -> Person:
    """Return the person of this name or id, whatever the name's case.

    Raises:
        PersonNotFound
    """
    rows = catalogue.rows(
        f"""
        select {_COLUMNS} from person where name = :name or id = :name
        order by id = :name desc  -- nobody gets at another's account by being named like its id
        """,
        {"name": name},
    )
    if not rows:
        raise PersonNotFound(f"Nobody is named {name!r}. See who there is with: salex user list")
    return Person(*rows[0])


def set_role(catalogue: Catalogue, actor: Actor, person: Person, role: Role) -> None:
    """Change what somebody may do, from their next request on; call inside ``transaction()``.

    A key never allows more than its person's role of the moment, so lowering the role lowers it.
    """
    catalogue.db.execute("update person set role = ? where id = ?", [_known(role), person.id])
    subject = f"person:{person.id}"
    log_change(
        catalogue, actor, "person.role", subject, before={"role": person.role}, after={"role": role}
    )


def set_disabled(catalogue: Catalogue, actor: Actor, person: Person, *, disabled: bool) -> None:
    """Shut somebody out or let them in again; call inside ``transaction()``.

    Shutting out ends their sessions and takes back their links for good; their keys work again
    once they are let in again, unless they were revoked.
    """
    at = now() if disabled else None
    catalogue.db.execute("update person set disabled_at = ? where id = ?", [at, person.id])
    if disabled:
        catalogue.db.execute("delete from session where person_id = ?", [person.id])
        catalogue.db.execute("delete from sign_in_link where person_id = ?", [person.id])
    action = "person.disable" if disabled else "person.enable"
    log_change(
        catalogue,
        actor,
        action,
        f"person:{person.id}",
        before={"disabled_at": person.disabled_at},
        after={"disabled_at": at},
    )


def _known(role: Role) -> Role:
    assert role in ROLES, role
    return role
