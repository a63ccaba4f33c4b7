"""The schema of following: when documents were first published, and what people follow."""

from __future__ import annotations

from sqlite_utils import Database

from corpus.migrations.running import catalogue_migrations, run


@catalogue_migrations()
def first_publications(db: Database) -> None:
    """When a document was first to be seen; it outlives the document, so nothing is new twice.

    Documents from before are as new as their acceptance, or the day they were taken in.
    """
    added = "where not exists (select 1 from publication where document_id = new.id)"
    run(
        db,
        f"""
        create table publication (
            document_id text primary key,
            at text not null
        ) strict, without rowid;;
        insert into publication select id, coalesce(
            (select max(decided_at) from contribution
             where document_id = document.id and state = 'accepted'),
            added_at
        ) from document where pending_since is null;;
        create index publication_at on publication(at);;
        create trigger document_published after insert on document
        when new.pending_since is null begin
            insert into publication select new.id, new.added_at {added};
        end;;
        create trigger document_accepted after update of pending_since on document
        when old.pending_since is not null and new.pending_since is null begin
            insert into publication select new.id, strftime('%Y-%m-%dT%H:%M:%SZ', 'now') {added};
        end
        """,
    )


@catalogue_migrations()
def followed_questions(db: Database) -> None:
    """What people follow, which matches they know, and where they are written to.

    It is theirs alone: no row is logged, none raises the revision, and all go when a person is
    disabled. ``question`` is the address of the search without its path.
    """
    run(
        db,
        """
        create table follow (
            id text primary key,
            person_id text not null references person(id) on delete cascade,
            question text not null,
            cadence text not null check (cadence in ('none', 'daily', 'weekly')),
            created_at text not null,
            seen_at text not null,
            since_revision integer not null,
            unique (person_id, question)
        ) strict;;
        create table known_match (
            follow_id text not null references follow(id) on delete cascade,
            document_id text not null,
            seen_at text,
            mailed_at text,
            primary key (follow_id, document_id)
        ) strict, without rowid;;
        create table mailbox (
            person_id text primary key references person(id) on delete cascade,
            address text not null,
            language text not null,
            asked_at text not null,
            confirmed_at text,
            confirmation_hash text,
            stop_code text not null unique
        ) strict;;
        create trigger person_stops_following after update of disabled_at on person
        when new.disabled_at is not null begin
            delete from follow where person_id = new.id;
            delete from mailbox where person_id = new.id;
        end
        """,
    )
