"""The schema of people, and of what they show to be let in. Of secrets only hashes are kept.

None of these tables raises the catalogue's revision: they change nothing readers are answered.
"""

from __future__ import annotations

from typing import Final

from sqlite_utils import Database

from corpus.migrations import record as _record  # noqa: F401  comes first
from corpus.migrations.running import catalogue_migrations, run

_ROLES: Final = "('reader', 'member', 'curator', 'admin')"
_PEOPLE: Final = f"""
create table person (
    id text primary key,
    name text not null unique collate nocase,
    role text not null check (role in {_ROLES}),
    created_at text not null,
    disabled_at text
) strict;;
create table api_key (
    id text primary key,
    person_id text not null references person(id),
    hash text not null unique,
    label text not null,
    role text not null check (role in {_ROLES}),
    created_at text not null,
    expires_at text,
    revoked_at text,
    last_used_on text
) strict;;
create index api_key_person on api_key(person_id);;
create table sign_in_link (
    id text primary key,
    person_id text not null references person(id),
    hash text not null unique,
    created_at text not null,
    expires_at text not null,
    used_at text
) strict;;
create table session (
    id text primary key,
    person_id text not null references person(id),
    hash text not null unique,
    role text not null check (role in {_ROLES}),
    key_id text references api_key(id),
    created_at text not null,
    expires_at text not null
) strict;;
create index session_person on session(person_id)
"""


@catalogue_migrations()
def people(db: Database) -> None:
    """Persons with their role, their API keys, their one-time links and their sessions."""
    run(db, _PEOPLE)
