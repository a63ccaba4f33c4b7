"""Open the catalogue's file: configure it, migrate it once, and refuse other programs' files."""

from __future__ import annotations

import sqlite3
import time
from pathlib import Path
from typing import Final

from sqlite_utils import Database

from corpus.errors import (
    CatalogueBusy,
    CatalogueDamaged,
    CatalogueError,
    CatalogueTooNew,
    CatalogueUnwritable,
)
from corpus.migrations import APPLICATION_ID, VERSION, catalogue_migrations

BUSY_TIMEOUT_S: Final = 30.0
_RETRY_S: Final = 0.05
_UNWRITABLE: Final = (sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_READONLY, sqlite3.SQLITE_FULL)


def open_connection(path: Path) -> sqlite3.Connection:
    """Return a connection to the catalogue at ``path``, creating or migrating it if needed.

    Raises:
        CatalogueBusy, CatalogueDamaged, CatalogueTooNew, CatalogueUnwritable
    """
    try:
        connection = sqlite3.connect(
            path, timeout=BUSY_TIMEOUT_S, isolation_level=None, check_same_thread=False
        )
    except sqlite3.DatabaseError as error:
        raise _translated(error, path) from error
    try:
        _refuse_strangers(connection, path)
        _set_up(connection)
        if _pragma(connection, "user_version") < VERSION:
            _migrate(connection)
    except BaseException as error:
        connection.close()
        if isinstance(error, sqlite3.DatabaseError):
            raise _translated(error, path) from error
        raise
    return connection


def _translated(error: sqlite3.DatabaseError, path: Path) -> CatalogueError:
    if error.sqlite_errorcode in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
        return CatalogueBusy(
            f"Another process is writing to {path}. Try again when it has finished."
        )
    if error.sqlite_errorcode & 0xFF in _UNWRITABLE:  # without what SQLite adds to a code
        return CatalogueUnwritable(
            f"{path} cannot be opened for writing ({error}). Check the permissions of the file and "
            "of its folder, and the space on the disk."
        )
    return CatalogueDamaged(
        f"{path} cannot be read as a catalogue ({error}). Restore it from a backup."
    )


def _refuse_strangers(connection: sqlite3.Connection, path: Path) -> None:
    """Check before changing anything, so that another program's file stays untouched."""
    version = _pragma(connection, "user_version")
    application = _pragma(connection, "application_id")
    tables = {row[0] for row in connection.execute("select name from sqlite_master")}
    if tables and application not in (0, APPLICATION_ID):
        raise CatalogueDamaged(f"{path} is another program's database. Choose another path.")
    if tables and application == 0 and "_sqlite_migrations" not in tables:
        raise CatalogueDamaged(f"{path} is not a catalogue. Choose another path.")
    if version > VERSION:
        raise CatalogueTooNew(
            f"{path} was written by a later release (schema {version}, this one knows {VERSION}). "
            "Upgrade this program."
        )


def _set_up(connection: sqlite3.Connection) -> None:
    _write_ahead(connection)
    # trusted_schema stays on: without it, SQLite rejects the triggers that keep FTS5 in step
    # ("unsafe use of virtual table").
    for pragma in (
        "synchronous = full",
        "foreign_keys = on",
        "recursive_triggers = on",
        "cell_size_check = on",
    ):
        connection.execute(f"pragma {pragma}")


def _write_ahead(connection: sqlite3.Connection) -> None:
    """Switch to the write-ahead log, waiting for others: SQLite's timeout does not apply here."""
    deadline = time.monotonic() + BUSY_TIMEOUT_S
    while connection.execute("pragma journal_mode").fetchone()[0] != "wal":
        try:
            connection.execute("pragma journal_mode = wal")
        except sqlite3.OperationalError:
            if time.monotonic() > deadline:
                raise
            time.sleep(_RETRY_S)


def _migrate(connection: sqlite3.Connection) -> None:
    """Apply the missing migrations, one process at a time."""
    connection.execute("begin immediate")
    try:
        if _pragma(connection, "user_version") < VERSION:
            catalogue_migrations.apply(Database(connection, execute_plugins=False))
            connection.execute(f"pragma application_id = {APPLICATION_ID}")
            connection.execute(f"pragma user_version = {VERSION}")
    except BaseException:
        connection.rollback()
        raise
    connection.execute("commit")


def _pragma(connection: sqlite3.Connection, name: str) -> int:
    return int(connection.execute(f"pragma {name}").fetchone()[0])
