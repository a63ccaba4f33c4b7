"""The schema of the change log: which documents changed, and at which revision last."""

from __future__ import annotations

from sqlite_utils import Database

from corpus.migrations.running import catalogue_migrations, run

_RAISED = "(select value from revision)"


def _note(name: str, part: str, when: str = "true") -> str:
    return f"""
        insert into document_change (document_id, part, revision)
        select {name}, '{part}', {_RAISED} where {when}
        on conflict (document_id, part) do update set revision = excluded.revision;
    """


@catalogue_migrations()
def change_log(db: Database) -> None:
    """One row a document and part of it, so that the log does not grow with time.

    The revision is raised in the same trigger, first: SQLite does not say which of two triggers
    runs first. A change of words is noted at the revision of the document it came with.
    """
    run(
        db,
        """
        create table document_change (
            document_id text not null,
            part text not null check (part in ('record', 'words', 'works')),
            revision integer not null,
            primary key (document_id, part)
        ) strict, without rowid;;
        create index document_change_revision on document_change(revision)
        """,
    )
    for table, part, name in (
        ("document", "record", "id"),
        ("tag", "record", "document_id"),
        ("tag_reading", "record", "document_id"),
        ("relation", "works", "first"),
    ):
        for event in ("insert", "update", "delete"):
            changed = f"{'old' if event == 'delete' else 'new'}.{name}"
            notes = _note(changed, part)
            if table == "document" and event != "insert":
                retitled = "true" if event == "delete" else "old.title <> new.title"
                notes += _note(changed, "words", retitled)
            run(
                db,
                f"""
                drop trigger {table}_{event}_revision;;
                create trigger {table}_{event}_revision after {event} on {table} begin
                    update revision set value = value + 1 where id = 1;
                    {notes}
                end
                """,
            )
    _note_words(db)


def _note_words(db: Database) -> None:
    changed = "old.title <> new.title or old.heading is not new.heading or old.text <> new.text"
    for event, row, when in (
        ("insert", "new", ""),
        ("delete", "old", ""),
        ("update", "new", f"when {changed}"),
    ):
        run(
            db,
            f"""
            create trigger passage_{event}_noted after {event} on passage {when} begin
                {_note(f"{row}.document_id", "words")}
            end
            """,
        )
