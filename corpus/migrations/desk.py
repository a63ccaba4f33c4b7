"""The schema of the curators' desk: who did what, and what they made."""

from __future__ import annotations

from sqlite_utils import Database

from corpus.migrations import record as _record  # noqa: F401  comes first
from corpus.migrations.running import catalogue_migrations, count_changes, run


@catalogue_migrations()
def audit_log(db: Database) -> None:
    """Who changed what, in a chain of hashes; rows are never changed or removed."""
    run(
        db,
        """
        create table log_entry (
            id integer primary key,
            at text not null,
            actor text not null,
            action text not null,
            subject text not null,
            before text,
            after text,
            request_id text,
            previous_hash text not null,
            hash text not null
        ) strict;;
        create index log_subject on log_entry(subject, id);;
        create trigger log_entry_unchanged before update on log_entry begin
            select raise(abort, 'the log is append-only');
        end;;
        create trigger log_entry_kept before delete on log_entry begin
            select raise(abort, 'the log is append-only');
        end
        """,
    )


@catalogue_migrations()
def contributions(db: Database) -> None:
    """What members contributed and what became of it; documents that wait for a curator.

    The index keeps the question "which documents wait" from reading every document's text.
    """
    run(
        db,
        """
        alter table document add column pending_since text;;
        create index document_pending on document(id) where pending_since is not null;;
        create table contribution (
            id text primary key,
            source text not null,
            name text not null,
            note text,
            person_id text,
            contributor text not null,
            received_at text not null,
            state text not null check (state in
                ('received', 'waiting', 'accepted', 'declined', 'held', 'failed')),
            reason text,
            document_id text,
            decided_by text,
            decided_at text
        ) strict;;
        create index contribution_person on contribution(person_id, received_at);;
        create index contribution_document on contribution(document_id);;
        create trigger outcome_told_revision after insert on outcome
        when new.kind <> 'unchanged' or new.code is not null begin
            update revision set value = value + 1 where id = 1;
        end
        """,
    )
    count_changes(db, "contribution")
