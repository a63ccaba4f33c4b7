"""The schema of webhooks: where new documents are posted, which were, and what became of it."""

from __future__ import annotations

from sqlite_utils import Database

from corpus.migrations.running import catalogue_migrations, run


@catalogue_migrations()
def webhooks(db: Database) -> None:
    """Webhooks, the documents each knows or waits for, and every attempt to post.

    The secret is stored as it is: it signs what is posted. Nothing here is for readers, so no row
    raises the revision.
    """
    run(
        db,
        """
        create table webhook (
            id text primary key,
            url text not null unique,
            secret text not null,
            created_by text not null,
            created_at text not null
        ) strict;;
        create table webhook_document (
            webhook_id text not null references webhook(id) on delete cascade,
            document_id text not null,
            state text not null check (state in ('known', 'waiting', 'posted', 'given_up')),
            tries integer not null default 0,
            primary key (webhook_id, document_id)
        ) strict, without rowid;;
        create table webhook_attempt (
            id integer primary key,
            webhook_id text not null references webhook(id) on delete cascade,
            at text not null,
            documents integer not null,
            outcome text not null check (outcome in ('posted', 'failed', 'given_up')),
            reason text not null
        ) strict;;
        create index webhook_attempt_webhook on webhook_attempt(webhook_id, id)
        """,
    )
