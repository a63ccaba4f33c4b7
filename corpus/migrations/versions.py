"""The schema of earlier versions of documents, kept so that what was cited can be read again."""

from __future__ import annotations

from sqlite_utils import Database

from corpus.migrations.running import catalogue_migrations, run


@catalogue_migrations()
def document_versions(db: Database) -> None:
    """What a document was before each change of its text or record; the newest is the document.

    ``content`` is compressed and in base64; it is null where text, pages and passages were the same
    in the next version.
    """
    run(
        db,
        """
        create table document_version (
            document_id text not null references document(id) on delete cascade,
            number integer not null check (number > 0),
            record text not null,
            content text,
            ended_at text not null,
            ended_because text not null
                check (ended_because in ('source', 'reading', 'correction')),
            changes text not null,
            primary key (document_id, number)
        ) strict
        """,
    )
