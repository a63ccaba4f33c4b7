"""The schema of the network's groups."""

from __future__ import annotations

from sqlite_utils import Database

from corpus.migrations.running import catalogue_migrations, count_changes, run


@catalogue_migrations()
def groups(db: Database) -> None:
    """Groups, the people in them, and what they gathered.

    ``value`` of an item is an id, an address or a text, by its kind.
    """
    run(
        db,
        """
        create table network_group (
            slug text primary key,
            name text not null,
            purpose text not null,
            visibility text not null check (visibility in ('public', 'members')),
            notes text not null,
            created_by text not null,
            created_at text not null,
            archived_at text
        ) strict;;
        create table group_person (
            slug text not null references network_group(slug) on delete cascade,
            person_id text not null references person(id) on delete cascade,
            role text not null check (role in ('member', 'lead')),
            added_by text not null,
            added_at text not null,
            primary key (slug, person_id)
        ) strict, without rowid;;
        create index group_person_person on group_person(person_id);;
        create table group_item (
            id text primary key,
            slug text not null references network_group(slug) on delete cascade,
            kind text not null
                check (kind in ('question', 'own_question', 'list', 'document', 'contribution')),
            value text not null,
            added_by text not null,
            added_at text not null,
            unique (slug, kind, value)
        ) strict
        """,
    )
    for table in ("network_group", "group_person", "group_item"):
        count_changes(db, table)


@catalogue_migrations()
def group_proposals(db: Database) -> None:
    """What members of a group propose, and what its lead decided."""
    run(
        db,
        """
        create table group_proposal (
            id text primary key,
            slug text not null references network_group(slug) on delete cascade,
            kind text not null
                check (kind in ('question', 'own_question', 'list', 'document', 'note')),
            value text not null,
            comment text,
            person_id text references person(id) on delete set null,
            proposed_by text not null,
            proposed_at text not null,
            state text not null check (state in ('waiting', 'accepted', 'declined')),
            reason text,
            decided_by text,
            decided_at text
        ) strict;;
        create index group_proposal_slug on group_proposal(slug, state);;
        create index group_proposal_person on group_proposal(person_id)
        """,
    )
    count_changes(db, "group_proposal")
