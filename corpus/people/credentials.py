"""How people sign in: API keys and one-time links; only a hash of each is stored.

Every secret is 256 bits from the system's random source, so it cannot be guessed from its SHA-256
and needs no salt or slow hash (NIST SP 800-63B, 5.1.1.2 requires those for secrets people choose).
"""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

from corpus.catalogue.catalogue import Catalogue, now
from corpus.errors import (
    CatalogueBusy,
    CatalogueDamaged,
    CatalogueUnwritable,
    KeyNotFound,
    NotPermitted,
    NotSignedIn,
)
from corpus.errors.said import say
from corpus.people.actors import ROLES, Actor, Role
from corpus.people.log import log_change
from corpus.people.people import Person

KEY_PREFIX: Final = "salex_"
"""Lets people, and programs that scan for leaked secrets, recognise a key."""
_SECRET_BYTES: Final = 32
MAX_LABEL_CHARACTERS: Final = 80


@dataclass(frozen=True, slots=True)
class ApiKey:
    """An API key without its secret.

    Attributes:
        id: identifies the key; it grants nothing.
        role: its scope; the key never allows more, whatever its person may do.
        expires_at: when it expires; ``None`` for never.
        last_used_on: a day only; a time would record somebody's working hours.
    """

    id: str
    person_id: str
    label: str
    role: Role
    created_at: str
    expires_at: str | None
    revoked_at: str | None
    last_used_on: str | None


_KEY_COLUMNS: Final = "id, person_id, label, role, created_at, expires_at, revoked_at, last_used_on"


@dataclass(frozen=True, slots=True)
class Admitted:
    """Somebody signed in by a key or a session. ``actor.role`` is the lowest role that applies."""

    actor: Actor
    key_id: str | None
    session_id: str | None


def in_future(*, days: int = 0, minutes: int = 0) -> str:
    """Return a time in the future, as the catalogue writes times."""
    at = datetime.now(UTC) + timedelta(days=days, minutes=minutes)
    return at.isoformat(timespec="seconds").replace("+00:00", "Z")


# Keys ------------------------------------------------------------------------------------------


def add_key(
    catalogue: Catalogue, actor: Actor, person: Person, *, label: str, role: Role,
    expires_at: str | None,
) -> tuple[ApiKey, str]:  # fmt: skip
    """Create a key; return it with its secret, which is not stored; inside ``transaction()``.

    Raises:
        NotPermitted: ``role`` is higher than the person's, or the person is disabled.
    """
    if ROLES.index(role) > ROLES.index(person.role):
        raise NotPermitted(
            f"{person.name} has the role {person.role}, so their key cannot act as {role}. Choose "
            f"{person.role} or a lower role."
        )
    _refuse_disabled(person)
    secret = KEY_PREFIX + new_secret()
    label = " ".join(label.split())[:MAX_LABEL_CHARACTERS] or "no label"
    key = ApiKey(secrets.token_hex(4), person.id, label, role, now(), expires_at, None, None)
    catalogue.db.execute(
        f"""
        insert into api_key (hash, {_KEY_COLUMNS}) values (?, ?, ?, ?, ?, ?, ?, ?, ?)
        """,
        [
            hash_of(secret), key.id, key.person_id, key.label, key.role, key.created_at,
            key.expires_at, None, None,
        ],
    )  # fmt: skip
    after = {"person": person.name, "label": label, "role": role, "expires_at": expires_at}
    log_change(catalogue, actor, "key.add", f"key:{key.id}", after=after)
    return key, secret


def read_keys(catalogue: Catalogue, *, person_id: str | None = None) -> list[ApiKey]:
    """Return all keys or one person's, newest first, including revoked ones."""
    rows = catalogue.rows(
        f"""
        select {_KEY_COLUMNS} from api_key where :person is null or person_id = :person
        order by created_at desc, rowid desc
        """,
        {"person": person_id},
    )
    return [ApiKey(*row) for row in rows]


def revoke_key(
    catalogue: Catalogue, actor: Actor, key_id: str, *, person_id: str | None = None
) -> None:
    """Revoke a key and end the sessions opened with it; call inside ``transaction()``.

    Args:
        catalogue: where the key is stored.
        actor: who revokes it.
        key_id: the key; revoking it again changes nothing.
        person_id: whose key it must be; ``None`` for anybody's.

    Raises:
        KeyNotFound
    """
    matches = [key for key in read_keys(catalogue, person_id=person_id) if key.id == key_id]
    if not matches:
        raise KeyNotFound(f"There is no key {key_id!r}. See the ids with: salex key list")
    if matches[0].revoked_at:
        return
    at = now()
    catalogue.db.execute("update api_key set revoked_at = ? where id = ?", [at, key_id])
    catalogue.db.execute("delete from session where key_id = ?", [key_id])
    log_change(
        catalogue, actor, "key.revoke", f"key:{key_id}", before={"revoked_at": None},
        after={"revoked_at": at},
    )  # fmt: skip


def admit_key(catalogue: Catalogue, secret: str, *, request_id: str | None = None) -> Admitted:
    """Return whom a key signs in, and note the day of use.

    Raises:
        NotSignedIn: it is unknown, expired or revoked, or its person is disabled. The message does
            not say which, so that whoever found a key learns nothing.
    """
    rows = catalogue.rows(
        """
        select k.id, k.role, k.last_used_on, p.id, p.name, p.role
        from api_key k join person p on p.id = k.person_id
        where k.hash = ? and k.revoked_at is null and p.disabled_at is null
        and (k.expires_at is null or k.expires_at > ?)
        """,
        [hash_of(secret), now()],
    )
    if not rows:
        raise NotSignedIn(say("This API key is unknown, expired or revoked. Ask for a new one."))
    key_id, scope, last_used_on, person_id, name, role = rows[0]
    _note_day(catalogue, key_id, last_used_on)
    return Admitted(Actor(name, least_role(scope, role), person_id, request_id), key_id, None)


def _note_day(catalogue: Catalogue, key_id: str, last_used_on: str | None) -> None:
    """Note the day of use once a day; if it cannot be written now, a later request does."""
    today = now()[:10]
    if last_used_on == today:
        return
    timeout_ms = catalogue.rows("pragma busy_timeout")[0][0]
    catalogue.db.execute("pragma busy_timeout = 0")
    try:
        catalogue.db.execute("update api_key set last_used_on = ? where id = ?", [today, key_id])
    except (CatalogueBusy, CatalogueDamaged, CatalogueUnwritable):
        pass  # reading goes on
    finally:
        catalogue.db.execute(f"pragma busy_timeout = {timeout_ms}")


# One-time links --------------------------------------------------------------------------------


def add_link(catalogue: Catalogue, actor: Actor, person: Person, *, minutes: int) -> str:
    """Create a link that signs somebody in once; return its secret; inside ``transaction()``.

    Raises:
        NotPermitted: the person is disabled.
    """
    _refuse_disabled(person)
    secret, expires_at = new_secret(), in_future(minutes=minutes)
    catalogue.db.execute(
        "insert into sign_in_link values (?, ?, ?, ?, ?, null)",
        [secrets.token_hex(8), person.id, hash_of(secret), now(), expires_at],
    )
    after = {"expires_at": expires_at}
    log_change(catalogue, actor, "person.link", f"person:{person.id}", after=after)
    return secret


def use_link(catalogue: Catalogue, secret: str) -> str:
    """Use up a link and return its person's id; call inside ``transaction()``.

    Raises:
        NotSignedIn: it is unknown, used or expired, or its person is disabled.
    """
    used = catalogue.rows(
        """
        update sign_in_link set used_at = :now
        where hash = :hash and used_at is null and expires_at > :now
        and person_id in (select id from person where disabled_at is null)
        returning person_id
        """,
        {"hash": hash_of(secret), "now": now()},
    )
    if not used:
        raise NotSignedIn(say("This link was already used or has expired. Ask for a new one."))
    return str(used[0][0])


def hash_of(secret: str) -> str:
    """Return the hash that is stored of a secret."""
    return hashlib.sha256(secret.encode()).hexdigest()


def new_secret() -> str:
    """Return 256 random bits as 43 characters."""
    return secrets.token_urlsafe(_SECRET_BYTES)


def least_role(*roles: Role) -> Role:
    """Return the role that allows the least."""
    return min(roles, key=ROLES.index)


def _refuse_disabled(person: Person) -> None:
    if person.disabled_at:
        raise NotPermitted(
            f"{person.name} has been disabled since {person.disabled_at[:10]}. Enable them again "
            "with: salex user disable --undo"
        )
