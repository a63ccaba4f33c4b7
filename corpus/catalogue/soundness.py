"""Whether a catalogue's file is sound: its identity, schema, structure and keyword index.

Everything here reads only. FTS5's own ``integrity-check`` is an INSERT, which takes the write lock
and fails on a read-only folder, so what it would count is counted here from the keyword index.
"""

from __future__ import annotations

import functools
import hashlib
import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from sqlite_utils import Database

from corpus.errors import CatalogueDamaged, KeywordIndexDamaged
from corpus.migrations import APPLICATION_ID, VERSION, catalogue_migrations

SMALL_BYTES: Final = 32 << 20
"""Up to here every index is compared with its table; above, only the structure is checked."""
_MOST_FAULTS: Final = 20
_DAMAGED: Final = (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_FORMAT)
_UNDECODABLE: Final = "Could not decode to UTF-8"
_WORDS: Final = "passage_fts"
SCHEMA_DIGEST: Final = "49a8a3648adbb6d6230f1a482d2a4c78"
"""Of what the migrations make, which takes 25 ms: most catalogues are as they should be.
A migration changes it; a test says so, and what it is."""
WAY_BACK: Final = "Nothing is written to it. Restore a backup with: salex restore FOLDER --force"
WAY_BACK_OF_WORDS: Final = (
    "The documents are not affected. Rebuild the keyword index with: salex index --rebuild-words"
)


@dataclass(frozen=True, slots=True)
class Damage:
    """What is wrong with a catalogue.

    Attributes:
        faults: what was found, in words, without paths.
        of_words: only the keyword index is damaged, which can be rebuilt from the passages.
    """

    faults: tuple[str, ...]
    of_words: bool = False

    @property
    def reason(self) -> str:
        """The first fault, and how many there are."""
        more = f" and {len(self.faults) - 1} more faults" if len(self.faults) > 1 else ""
        return self.faults[0].rstrip(".") + more

    @property
    def way_back(self) -> str:
        """What to do about it."""
        return WAY_BACK_OF_WORDS if self.of_words else WAY_BACK

    def error(self, path: Path) -> CatalogueDamaged:
        """Return the error that refuses to use the file."""
        if self.of_words:
            return KeywordIndexDamaged(
                f"The keyword index in {path} is damaged ({self.reason}). {self.way_back}"
            )
        return CatalogueDamaged(f"{path} is damaged ({self.reason}). {self.way_back}")


def is_damage(error: sqlite3.Error) -> bool:
    """Whether SQLite says that a file is damaged, or is no database."""
    code = getattr(error, "sqlite_errorcode", 0) & 0xFF  # without what SQLite adds to a code
    return code in _DAMAGED or (not code and _UNDECODABLE in str(error))


def find_damage(connection: sqlite3.Connection, path: Path, *, version: int) -> Damage | None:
    """Check a file that is a catalogue of schema ``version``; of an old schema less is known.

    Raises:
        sqlite3.Error: the check could not be done, for a reason that is no damage.
    """
    try:
        faults = _identity_faults(connection)
        schema = schema_faults(connection) if version == VERSION else []
        faults += [fault for fault in schema if _WORDS not in fault]
        faults += _structure_faults(connection, path)
        words = [fault for fault in schema if _WORDS in fault]
        if version == VERSION and not words and not faults:
            words = _word_faults(connection)
    except sqlite3.DatabaseError as error:
        if not is_damage(error):
            raise
        return Damage((str(error),))
    if faults or words:
        return Damage((*faults, *words)[:_MOST_FAULTS], of_words=not faults)
    return None


def _identity_faults(connection: sqlite3.Connection) -> list[str]:
    found = connection.execute("pragma application_id").fetchone()[0]
    return [] if found in (0, APPLICATION_ID) else [f"its application id is {found}"]


def _structure_faults(connection: sqlite3.Connection, path: Path) -> list[str]:
    small = path.stat().st_size <= SMALL_BYTES
    check = "integrity_check" if small else "quick_check"
    rows = connection.execute(f"pragma {check}({_MOST_FAULTS})").fetchall()
    return [" ".join(str(row[0]).split()) for row in rows if row[0] != "ok"]


def schema_faults(connection: sqlite3.Connection | sqlite3.Cursor) -> list[str]:
    """Return what the schema lacks: tables, their columns, indexes and triggers."""
    found = _objects(connection)
    if digest_schema(found) == SCHEMA_DIGEST:
        return []
    expected = expected_objects()
    faults = [
        f"the {kind} {name}{_on(expected, kind, name)} is missing"
        for kind, name in sorted(expected.keys() - found.keys(), key=_tables_first)
    ]
    for kind, name in sorted(expected.keys() & found.keys()):
        lost = expected[kind, name].columns - found[kind, name].columns
        if lost:
            faults.append(f"the table {name} has no column {', '.join(sorted(lost))}")
    return faults


def _tables_first(key: tuple[str, str]) -> tuple[bool, str, str]:
    return (key[0] != "table", *key)


def _on(expected: dict[tuple[str, str], SchemaObject], kind: str, name: str) -> str:
    """Say of a trigger that keeps the keyword index in step that it does."""
    keeps_words = kind == "trigger" and _WORDS in expected[kind, name].sql
    return f" of {_WORDS}" if keeps_words else ""


@dataclass(frozen=True, slots=True)
class SchemaObject:
    """One object of the schema: the SQL that makes it, and the columns of a table."""

    sql: str
    columns: frozenset[str]


def digest_schema(objects: Mapping[tuple[str, str], SchemaObject]) -> str:
    """Return a digest of the kinds, names and columns of a schema's objects."""
    lines = sorted((kind, name, *sorted(own.columns)) for (kind, name), own in objects.items())
    return hashlib.blake2b(repr(lines).encode(), digest_size=16).hexdigest()


@functools.cache
def expected_objects() -> dict[tuple[str, str], SchemaObject]:
    """Return what the migrations make, by kind and name."""
    database = Database(memory=True, execute_plugins=False)
    try:
        catalogue_migrations.apply(database)
        return _objects(database.conn)
    finally:
        database.close()


def _objects(
    connection: sqlite3.Connection | sqlite3.Cursor,
) -> dict[tuple[str, str], SchemaObject]:
    made = connection.execute(
        "select type, name, sql from sqlite_master where name not like 'sqlite_%'"
    ).fetchall()
    columns: dict[str, set[str]] = {}
    for table, column in connection.execute(
        """
        select m.name, c.name from sqlite_master m join pragma_table_info(m.name) c
        where m.type = 'table' and m.sql not like 'create virtual%'
        """
    ).fetchall():
        columns.setdefault(table, set()).add(column)
    return {
        (kind, name): SchemaObject(sql or "", frozenset(columns.get(name, ())))
        for kind, name, sql in made
    }


def _word_faults(connection: sqlite3.Connection) -> list[str]:
    """Count the words of the keyword index against its own totals, and its rows and passages."""
    connection.execute(f"create virtual table temp.words using fts5vocab(main, {_WORDS}, row)")
    try:
        counted = connection.execute("select coalesce(sum(cnt), 0) from temp.words").fetchone()[0]
        totals = connection.execute(f"select block from {_WORDS}_data where id = 1").fetchone()
        apart = connection.execute(
            f"""
            select (select count(*) from passage where id not in (select id from {_WORDS}_docsize)),
                   (select count(*) from {_WORDS}_docsize where id not in (select id from passage))
            """
        ).fetchone()
    except sqlite3.DatabaseError as error:
        if is_damage(error) or error.sqlite_errorcode == sqlite3.SQLITE_ERROR:
            return [f"{_WORDS} cannot be read: {error}"]
        raise
    faults = []
    if totals is None or counted != sum(read_varints(totals[0])[1:]):
        faults.append(f"{_WORDS} lacks words that it counted")
    if any(apart):
        faults.append(f"{_WORDS} lacks {apart[0]} passages and has {apart[1]} that do not exist")
    return faults


def read_varints(block: bytes) -> list[int]:
    """Read SQLite's variable-length integers: here the number of rows, then words by column."""
    numbers, value = [], 0
    for byte in block:
        value = (value << 7) | (byte & 0x7F)
        if not byte & 0x80:
            numbers.append(value)
            value = 0
    return numbers
