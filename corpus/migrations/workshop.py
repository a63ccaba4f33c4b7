"""The schema of the menu and the checklist, and of searches without a good result."""

from __future__ import annotations

from sqlite_utils import Database

from corpus.migrations.running import catalogue_migrations, count_changes, run


@catalogue_migrations()
def factor_passages(db: Database) -> None:
    """Sentences that speak of an influencing factor, as something that helps or hinders.

    A decision is about a sentence, so its key is the sentence: it outlives another cut of the
    text. ``factor_reading`` says what a document was read with, so that none is read twice.
    """
    run(
        db,
        """
        create table factor_passage (
            document_id text not null references document(id) on delete cascade,
            factor text not null,
            quote text not null,
            passage_id integer references passage(id) on delete set null,
            page integer not null,
            page_end integer not null,
            polarity text not null check (polarity in ('driver', 'constraint')),
            origin text not null check (origin in ('suggested', 'confirmed', 'rejected')),
            score real check (score between 0 and 1),
            model text,
            decided_by text,
            decided_at text not null,
            note text,
            primary key (document_id, factor, quote)
        ) strict;;
        create index factor_passage_factor on factor_passage(factor, origin);;
        create index factor_passage_passage on factor_passage(passage_id);;
        create table factor_reading (
            document_id text primary key references document(id) on delete cascade,
            fingerprint text not null
        ) strict
        """,
    )
    count_changes(db, "factor_passage")


@catalogue_migrations()
def demand(db: Database) -> None:
    """Searches that found little: words, language and day; no person, no address, no time of day.

    Without rowids, which would keep the order the searches came in. What readers see does not
    change with it, so it does not raise the revision.
    """
    run(
        db,
        """
        create table demand (
            query text not null,
            language text not null,
            day text not null,
            searches integer not null check (searches > 0),
            primary key (query, language, day)
        ) strict, without rowid;;
        create index demand_day on demand(day);;
        create table demand_dismissed (
            query text primary key,
            day text not null
        ) strict, without rowid
        """,
    )
