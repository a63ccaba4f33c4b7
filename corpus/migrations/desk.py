"""The schema of the curators' desk: who did what, and what they made."""

from __future__ import annotations

from sqlite_utils import Database

from corpus.migrations import record as _record  # noqa: F401  comes first
from corpus.migrations.running import catalogue_migrations, run


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
