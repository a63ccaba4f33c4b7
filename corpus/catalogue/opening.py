"""Open the catalogue's file: configure it, migrate it once, and refuse other programs' files."""

from __future__ import annotations

import contextlib
import sqlite3
import time
from pathlib import Path
from typing import Final

from sqlite_utils import Database

from corpus.catalogue.condition import (
    check_at_opening,
    leave_marker,
    marker_of,
    note_sound,
)
from corpus.catalogue.copies import is_read_alone
from corpus.catalogue.door import CheckedConnection, refuse_damaged, translate
from corpus.errors import (
    CatalogueDamaged,
    CatalogueMissing,
    CatalogueTooNew,
    CatalogueUnwritable,
)
from corpus.migrations import APPLICATION_ID, VERSION, catalogue_migrations

BUSY_TIMEOUT_S: Final = 30.0
_RETRY_S: Final = 0.05


def open_connection(path: Path, *, create: bool) -> CheckedConnection:
    """Return a connection to the catalogue at ``path``, migrating it if needed.

    A damaged catalogue that can be read is opened for reading alone.

    Args:
        path: the SQLite file.
        create: make the catalogue if there is none and there never was one.

    Raises:
        CatalogueMissing, CatalogueBusy, CatalogueDamaged, CatalogueTooNew, CatalogueUnwritable
    """
    # Before the file: whoever makes a catalogue leaves the marker after it.
    was_made = marker_of(path).exists()
    if was_made and not path.is_file():
        raise _lost(path, "is not a file" if path.exists() else "is missing")
    if not create and not path.is_file():
        raise CatalogueMissing(f"There is no catalogue at {path}. Create one with: salex init")
    path.parent.mkdir(parents=True, exist_ok=True)
    connection: CheckedConnection | None = None
    try:
        connection = _connect(path)
        _refuse_strangers(connection, path)
        if not _has_tables(connection) and (was_made or not create):
            raise _lost(path, "is empty")
        _prepare(connection, path)
    except BaseException as error:
        if connection:
            connection.close()
        translated = translate(error, path) if isinstance(error, sqlite3.Error) else None
        if translated:
            raise translated from error
        raise
    connection.path = path
    return connection


def _connect(path: Path) -> CheckedConnection:
    """Open the file that is at ``path`` now, and note which one it is: a copy may be replaced."""
    uri = f"{path.absolute().as_uri()}?mode={'ro' if is_read_alone(path) else 'rwc'}"
    while True:
        before = _file_at(path)
        connection = sqlite3.connect(
            uri,
            uri=True,
            timeout=BUSY_TIMEOUT_S,
            isolation_level=None,
            check_same_thread=False,
            factory=CheckedConnection,
        )
        connection.file = _file_at(path)
        if before in (None, connection.file):
            return connection
        connection.close()


def _file_at(path: Path) -> tuple[int, int] | None:
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_dev, found.st_ino


def refuse_to_copy(path: Path) -> None:
    """Refuse a catalogue that must not replace an earlier copy: lost, strange or damaged.

    Raises:
        CatalogueMissing, CatalogueBusy, CatalogueDamaged, CatalogueTooNew, CatalogueUnwritable
    """
    if not path.is_file():
        if marker_of(path).exists():
            raise _lost(path, "is missing")
        raise CatalogueMissing(f"There is no catalogue at {path} to back up.")
    refuse_damaged(path)
    uri = f"{path.absolute().as_uri()}?mode=rw"  # "rw" creates nothing; nothing here writes
    try:
        with contextlib.closing(sqlite3.connect(uri, uri=True)) as connection:
            _refuse_strangers(connection, path)
            if not _has_tables(connection):
                raise _lost(path, "is empty")
    except sqlite3.Error as error:
        raise translate(error, path) or error from error


def _lost(path: Path, what: str) -> CatalogueDamaged:
    marker = marker_of(path)
    new = f"delete {marker}" if marker.exists() else "delete it"
    return CatalogueDamaged(
        f"{path} {what}. Restore a backup with: salex restore FOLDER --force. To begin with a "
        f"new, empty catalogue instead, {new} and run: salex init"
    )


def _has_tables(connection: sqlite3.Connection) -> bool:
    return bool(connection.execute("select count(*) from sqlite_master").fetchone()[0])


def _prepare(connection: sqlite3.Connection, path: Path) -> None:
    """Check, configure and migrate; nothing is written to a damaged file."""
    if is_read_alone(path):
        _prepare_copy(connection, path)
        return
    is_new = not _has_tables(connection)
    is_old = _pragma(connection, "user_version") < VERSION
    damage = None if is_new else check_at_opening(path, large=is_old)
    if damage:
        if is_old:
            raise damage.error(path)  # it cannot be read before it is migrated
        connection.execute("pragma query_only = on")
        return
    _set_up(connection)
    if is_old:
        _migrate(connection)
        note_sound(path)
    leave_marker(path)


def _prepare_copy(connection: sqlite3.Connection, path: Path) -> None:
    """Check a copy, and leave it exactly as it is."""
    if _pragma(connection, "user_version") < VERSION:
        raise CatalogueUnwritable(
            f"{path} is a read-only copy that an earlier release wrote. Upgrade the server that "
            "writes, and copy its catalogue again."
        )
    check_at_opening(path, large=False)
    connection.execute("pragma query_only = on")


def _refuse_strangers(connection: sqlite3.Connection, path: Path) -> None:
    """Check before changing anything, so that another program's file stays untouched."""
    version = _pragma(connection, "user_version")
    application = _pragma(connection, "application_id")
    tables = {row[0] for row in connection.execute("select name from sqlite_master")}
    if tables and application not in (0, APPLICATION_ID):
        raise CatalogueDamaged(
            f"{path} is another program's database, or its header is damaged. Choose another "
            "path, or restore a backup with: salex restore FOLDER --force"
        )
    if tables and application == 0 and "_sqlite_migrations" not in tables:
        raise CatalogueDamaged(
            f"{path} is not a catalogue. Choose another path, or restore a backup with: salex "
            "restore FOLDER --force"
        )
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
