"""The set the migrations are registered in, and how one runs its statements."""

from __future__ import annotations

from sqlite_utils import Database
from sqlite_utils.migrations import Migrations

catalogue_migrations = Migrations("catalogue")


def run(db: Database, statements: str) -> None:
    """Execute statements separated by ``;;`` inside the migration's transaction.

    ``sqlite3``'s ``executescript`` would commit that transaction first.
    """
    for statement in statements.split(";;"):
        if statement.strip():
            db.execute(statement)


def count_changes(db: Database, table: str) -> None:
    """Let every change of a table raise the catalogue's revision: what readers see may differ."""
    for event in ("insert", "update", "delete"):
        db.execute(
            f"""
            create trigger {table}_{event}_revision after {event} on {table} begin
                update revision set value = value + 1 where id = 1;
            end
            """
        )
