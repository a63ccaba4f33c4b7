"""Fields of the record that say in which journal or series a document appeared, and its ISBN."""

from __future__ import annotations

from sqlite_utils import Database

from corpus.migrations.running import catalogue_migrations, run


@catalogue_migrations()
def journal_and_series(db: Database) -> None:
    """What was read before has none of them until it is read again."""
    for name in ("isbn", "journal", "volume", "issue", "page_range", "series"):
        run(db, f"alter table document add column {name} text")
