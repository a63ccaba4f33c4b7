"""The door between SQLite and the program: what SQLite refuses leaves here as an error of ours.

Every statement of the catalogue's connection passes it. What remains an ``sqlite3`` error is a
fault of ours (a statement that cannot be right), a constraint, or a query that FTS5 cannot read.
"""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from corpus.catalogue.condition import check_again, damage_of, note_damage
from corpus.catalogue.copies import refuse_copy
from corpus.catalogue.refusals import explain_refusal, is_busy, primary_code
from corpus.catalogue.soundness import Damage, is_damage, schema_faults
from corpus.errors import CatalogueBusy, CatalogueError, CatalogueUnwritable


class CheckedCursor(sqlite3.Cursor):
    """A cursor whose errors are translated."""

    connection: CheckedConnection

    def execute(self, *args: Any) -> CheckedCursor:
        """Run a statement."""
        with self.connection.door():
            super().execute(*args)
        return self

    def executemany(self, *args: Any) -> CheckedCursor:
        """Run a statement for each set of parameters."""
        with self.connection.door():
            super().executemany(*args)
        return self

    def executescript(self, sql_script: str) -> CheckedCursor:
        """Run several statements."""
        with self.connection.door():
            super().executescript(sql_script)
        return self

    def fetchone(self) -> Any:
        """Return the next row; reading it can fail as running the statement can."""
        with self.connection.door():
            return super().fetchone()

    def fetchmany(self, size: int | None = None) -> list[Any]:
        """Return the next rows."""
        with self.connection.door():
            return super().fetchmany(self.arraysize if size is None else size)

    def fetchall(self) -> list[Any]:
        """Return all rows that are left."""
        with self.connection.door():
            return super().fetchall()

    def __next__(self) -> Any:
        with self.connection.door():
            return super().__next__()


class CheckedConnection(sqlite3.Connection):
    """A connection whose errors are translated once the catalogue at ``path`` is open."""

    path: Path | None = None
    file: tuple[int, int] | None = None
    """Which file it has open: its device and number."""

    @contextlib.contextmanager
    def door(self) -> Iterator[None]:
        """Let SQLite's errors out as ours.

        Raises:
            CatalogueBusy, CatalogueDamaged, CatalogueUnwritable
        """
        try:
            yield
        except sqlite3.Error as error:
            translated = translate(error, self.path, self) if self.path else None
            if translated is None:
                raise
            raise translated from error

    def cursor(self, factory: Any = CheckedCursor) -> Any:
        """Return a cursor whose errors are translated."""
        return super().cursor(factory)

    def execute(self, *args: Any) -> Any:
        """Run a statement. SQLite's own shortcut would go round the cursor."""
        return self.cursor().execute(*args)

    def executemany(self, *args: Any) -> Any:
        """Run a statement for each set of parameters."""
        return self.cursor().executemany(*args)

    def executescript(self, sql_script: str, /) -> Any:
        """Run several statements."""
        return self.cursor().executescript(sql_script)

    def commit(self) -> None:
        """End the transaction and keep what it did."""
        with self.door():
            super().commit()


def opened_file(connection: sqlite3.Connection) -> tuple[int, int] | None:
    """Return which file a catalogue's connection has open: its device and number."""
    return connection.file if isinstance(connection, CheckedConnection) else None


def translate(
    error: sqlite3.Error, path: Path, connection: sqlite3.Connection | None = None
) -> CatalogueError | None:
    """Return what an error of SQLite means for the catalogue; ``None`` for a fault of ours."""
    code, refusal = primary_code(error), explain_refusal(error, path)
    if refusal and is_busy(error):
        return CatalogueBusy(refusal)
    if is_damage(error) or _is_of_schema(error, code, connection):
        of_words = getattr(error, "sqlite_errorcode", 0) == sqlite3.SQLITE_CORRUPT_VTAB
        return note_damage(path, str(error), of_words=of_words).error(path)
    if code == sqlite3.SQLITE_READONLY and (damage := damage_of(path)):
        return damage.error(path)
    return CatalogueUnwritable(refusal) if refusal else None


def current_damage(path: Path) -> Damage | None:
    """Return what is wrong with a catalogue's file; the whole file is checked once a process.

    Raises:
        CatalogueBusy, CatalogueUnwritable: the check could not be done.
    """
    try:
        return check_again(path)
    except sqlite3.Error as error:
        translated = translate(error, path)
        if translated is None:
            raise
        raise translated from error


def refuse_damaged(path: Path) -> None:
    """Refuse to write to a catalogue that is damaged.

    Raises:
        CatalogueBusy, CatalogueDamaged, CatalogueUnwritable
    """
    damage = current_damage(path)
    if damage:
        raise damage.error(path)


def refuse_writing(path: Path) -> None:
    """Refuse to write to a catalogue that is a copy or damaged.

    Raises:
        CatalogueBusy, CatalogueDamaged, CatalogueIsCopy, CatalogueUnwritable
    """
    refuse_copy(path)
    refuse_damaged(path)


def _is_of_schema(error: sqlite3.Error, code: int, connection: sqlite3.Connection | None) -> bool:
    """Whether a statement failed because the schema lacks something, and not by a fault of ours."""
    if code != sqlite3.SQLITE_ERROR or connection is None or str(error).startswith("fts5:"):
        return False
    cursor = sqlite3.Connection.cursor(connection, sqlite3.Cursor)  # its errors stay as they are
    with contextlib.suppress(sqlite3.Error):
        return bool(schema_faults(cursor))
    return False
