"""People: who they are and what they may do. How they sign in is in ``credentials``.

A person is never removed, because the log and decisions name them. Disabling revokes access.
"""

from __future__ import annotations

import re
import secrets
from dataclasses import dataclass
from typing import Final

from corpus.catalogue.catalogue import Catalogue, now
from corpus.errors import NameUnusable, PersonNotFound
from corpus.errors.said import say
from corpus.people.actors import ROLES, Actor, Role
from corpus.people.log import log_change

_NAME: Final = re.compile(r"[^\W_](?:[\w .,'’@-]{0,58}[\w.])?")
"""Letters of any script, digits and the punctuation of names; nothing that could be markup."""
RESERVED: Final = frozenset({"anonymous", "starter", "tagger"})
"""Names that decisions and the log use for no person."""


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who can sign in.

    Attributes:
        name: the name that decisions and the log show; unique, ignoring case.
        role: the most they may do.
        disabled_at: when access was revoked.
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
        NameUnusable: the name is taken or not valid.
    """
    name = " ".join(name.split())
    if not _NAME.fullmatch(name) or name.lower() in RESERVED:
        raise NameUnusable(
            say(
                "%(name)s cannot be used as a person's name. Use 1 to 60 letters, digits, spaces "
                "and any of . , ' @ -",
                name=repr(name),
            )
        )
    if catalogue.rows("select 1 from person where name = ?", [name]):
        raise NameUnusable(
            say("There is already a person named %(name)s. Choose another name.", name=repr(name))
        )
    person = Person(secrets.token_hex(8), name, _known(role), now(), None)
    catalogue.db.execute(
        "insert into person values (?, ?, ?, ?, ?)",
        [person.id, person.name, person.role, person.created_at, person.disabled_at],
    )
    after = {"name": name, "role": role}
    log_change(catalogue, actor, "person.add", f"person:{person.id}", after=after)
    return person


def read_people(catalogue: Catalogue) -> list[Person]:
    """Return all people, by name."""
    return [Person(*row) for row in catalogue.rows(f"select {_COLUMNS} from person order by name")]


def person_named(catalogue: Catalogue, name: str) -> Person:
    """Return the person with this name (ignoring case) or id.

    Raises:
        PersonNotFound
    """
    rows = catalogue.rows(
        f"""
        select {_COLUMNS} from person where name = :name or id = :name
        order by id = :name desc  -- a name equal to another's id gives no access to their account
        """,
        {"name": name},
    )
    if not rows:
        raise PersonNotFound(
            say(
                "There is no person named %(name)s. List people with: salex user list",
                name=repr(name),
            )
        )
    return Person(*rows[0])


def set_role(catalogue: Catalogue, actor: Actor, person: Person, role: Role) -> None:
    """Change somebody's role from their next request on; call inside ``transaction()``.

    A key never allows more than its person's current role, so lowering the role limits the key.
    """
    catalogue.db.execute("update person set role = ? where id = ?", [_known(role), person.id])
    subject = f"person:{person.id}"
    log_change(
        catalogue, actor, "person.role", subject, before={"role": person.role}, after={"role": role}
    )


def set_disabled(catalogue: Catalogue, actor: Actor, person: Person, *, disabled: bool) -> None:
    """Revoke or restore somebody's access; call inside ``transaction()``.

    Revoking ends their sessions and deletes their links, what they follow and their e-mail address
    for good; their keys work again once access is restored, unless the keys were revoked.
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
