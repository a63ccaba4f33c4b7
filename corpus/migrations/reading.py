"""What reading learns beyond the words: roles, page labels, and the evidence of a record."""

from __future__ import annotations

from sqlite_utils import Database

from corpus.migrations.running import catalogue_migrations, run


@catalogue_migrations()
def roles_and_evidence(db: Database) -> None:
    """What a passage is for, what a page is called in print, and where a field's value was read.

    What was stored before has the role ``body`` and no label until it is read again.
    """
    run(
        db,
        """
        alter table passage add column role text not null default 'body';;
        alter table page add column label text;;
        create table record_evidence (
            document_id text not null references document(id) on delete cascade,
            field text not null,
            page integer,
            quote text,
            confidence real check (confidence between 0 and 1),
            primary key (document_id, field)
        ) strict, without rowid
        """,
    )


@catalogue_migrations()
def folios_and_suggestions(db: Database) -> None:
    """The printed numbers of a document's pages as runs, and values that are only suggested."""
    run(
        db,
        """
        alter table document add column folios text not null default '[]';;
        alter table record_evidence add column value text
        """,
    )


@catalogue_migrations()
def reading_versions(db: Database) -> None:
    """Which version of the program's reading a document's text and record come from; 0 is older."""
    run(db, "alter table document add column reading integer not null default 0")
