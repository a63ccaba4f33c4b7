"""The schema of judgements about hits, and of the runs that measure searches against them."""

from __future__ import annotations

from sqlite_utils import Database

from corpus.migrations.running import catalogue_migrations, run


@catalogue_migrations()
def judgements(db: Database) -> None:
    """Which documents answer a query, as curators marked them, and the measured runs.

    What readers see does not change with them, so they do not raise the revision. ``query_id`` is a
    digest of ``normalised``, so that the log can name a query without its words.
    """
    run(
        db,
        """
        create table judgement (
            query_id text not null,
            query text not null,
            normalised text not null,
            language text not null,
            document_id text not null references document(id) on delete cascade,
            passage_id integer references passage(id) on delete set null,
            mark text not null check (mark in ('answers', 'does_not')),
            decided_by text not null,
            decided_at text not null,
            revision integer not null,
            primary key (query_id, document_id)
        ) strict, without rowid;;
        create index judgement_document on judgement(document_id);;
        create index judgement_passage on judgement(passage_id);;
        create table evaluation_run (
            id integer primary key,
            judged text not null check (judged in ('marks', 'starter')),
            made_at text not null,
            revision integer not null,
            model text not null,
            floor real check (floor between 0 and 1),
            figures text not null
        ) strict
        """,
    )
