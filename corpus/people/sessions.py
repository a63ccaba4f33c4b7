"""Sessions: people stay signed in for some days. Only a hash of a session's secret is stored."""

from __future__ import annotations

import secrets
from typing import Final

from corpus.catalogue.catalogue import Catalogue, now
from corpus.errors import NotSignedIn
from corpus.errors.said import say
from corpus.people.actors import Actor, Role
from corpus.people.credentials import (
    Admitted,
    admit_key,
    hash_of,
    in_future,
    least_role,
    new_secret,
    use_link,
)
from corpus.people.log import log_change

_ADMITTED: Final = """
    select p.name, p.role, p.id, s.role, s.key_id, s.id, s.expires_at
    from session s join person p on p.id = s.person_id
    where {where} and s.expires_at > :now and p.disabled_at is null
"""


def open_session_by_link(
    catalogue: Catalogue, secret: str, *, days: int, request_id: str | None = None
) -> str:
    """Use up a one-time link and return the secret of a new session; inside ``transaction()``.

    Raises:
        NotSignedIn: as ``use_link``.
    """
    person_id = use_link(catalogue, secret)
    ((name, role),) = catalogue.rows("select name, role from person where id = ?", [person_id])
    actor = Actor(name, role, person_id, request_id)
    return _open(catalogue, actor, scope="admin", key_id=None, expires_at=in_future(days=days))


def open_session_by_key(
    catalogue: Catalogue, secret: str, *, days: int, request_id: str | None = None
) -> str:
    """Open a session with a key; it allows no more and lasts no longer than the key.

    Return the session's secret; call inside ``transaction()``.

    Raises:
        NotSignedIn: as ``admit_key``.
    """
    admitted = admit_key(catalogue, secret, request_id=request_id)
    ((scope, key_ends),) = catalogue.rows(
        "select role, expires_at from api_key where id = ?", [admitted.key_id]
    )
    expires_at = min(filter(None, (in_future(days=days), key_ends)))
    return _open(
        catalogue, admitted.actor, scope=scope, key_id=admitted.key_id, expires_at=expires_at
    )


def _open(
    catalogue: Catalogue, actor: Actor, *, scope: Role, key_id: str | None, expires_at: str
) -> str:
    """Store a session; ``scope`` and the person's current role both limit it."""
    session_id, secret, at = secrets.token_hex(8), new_secret(), now()
    catalogue.db.execute("delete from session where expires_at <= ?", [at])
    catalogue.db.execute("delete from sign_in_link where expires_at <= ?", [at])
    catalogue.db.execute(
        """
        insert into session (id, person_id, hash, role, key_id, created_at, expires_at)
        values (?, ?, ?, ?, ?, ?, ?)
        """,
        [session_id, actor.person_id, hash_of(secret), scope, key_id, at, expires_at],
    )
    after = {"by": "link" if key_id is None else f"key:{key_id}", "expires_at": expires_at}
    log_change(catalogue, actor, "session.open", f"session:{session_id}", after=after)
    return secret


def admit_session(catalogue: Catalogue, secret: str, *, request_id: str | None = None) -> Admitted:
    """Return whom a session signs in.

    Raises:
        NotSignedIn: it is unknown, ended or expired, or its key was revoked or its person disabled.
    """
    rows = catalogue.rows(
        _ADMITTED.format(where="s.hash = :hash"), {"hash": hash_of(secret), "now": now()}
    )
    if not rows:
        raise NotSignedIn(say("This session has ended. Sign in again."))
    name, role, person_id, scope, key_id, session_id, _ = rows[0]
    return Admitted(Actor(name, least_role(scope, role), person_id, request_id), key_id, session_id)


def opened_at(catalogue: Catalogue, session_id: str) -> str:
    """Return when a session was opened.

    Raises:
        NotSignedIn: it has ended.
    """
    rows = catalogue.rows("select created_at from session where id = ?", [session_id])
    if not rows:
        raise NotSignedIn(say("This session has ended. Sign in again."))
    return str(rows[0][0])


def count_sessions(catalogue: Catalogue, person_id: str) -> int:
    """Return how many open sessions somebody has."""
    sql = _ADMITTED.format(where="s.person_id = :person")
    return len(catalogue.rows(sql, {"person": person_id, "now": now()}))


def end_session(catalogue: Catalogue, actor: Actor, session_id: str) -> None:
    """End one session; call inside ``transaction()``."""
    catalogue.db.execute("delete from session where id = ?", [session_id])
    log_change(catalogue, actor, "session.end", f"session:{session_id}")


def end_sessions(catalogue: Catalogue, actor: Actor, person_id: str) -> None:
    """End all of somebody's sessions; call inside ``transaction()``."""
    catalogue.db.execute("delete from session where person_id = ?", [person_id])
    log_change(catalogue, actor, "session.end-all", f"person:{person_id}")
