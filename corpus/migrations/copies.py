"""The schema of what tells one state of the catalogue from all others, also on another machine."""

from __future__ import annotations

from sqlite_utils import Database

from corpus.migrations.running import catalogue_migrations, run


@catalogue_migrations()
def drawn_states(db: Database) -> None:
    """A state drawn with each revision, and with each outcome, for those raise no revision."""
    run(db, "alter table revision add column state blob not null default x''")
    draw = "update revision set state = randomblob(12) where id = 1"
    for name, event in (
        ("revision", "update of value on revision"),
        ("outcome", "insert on outcome"),
    ):
        run(db, f"create trigger {name}_state after {event} begin {draw}; end")
    run(db, draw)


@catalogue_migrations()
def known_states(db: Database) -> None:
    """The states that files of the index were made of. No reader sees them: no revision is raised.

    A catalogue has those of its own past only, so a file that was made of another catalogue, or
    after the backup from which this one was restored, is known by its state.
    """
    run(db, "create table known_state (state text primary key, revision integer not null) strict")
