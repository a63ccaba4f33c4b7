"""Making the keyword index again from the passages, however little is left of it."""

from __future__ import annotations

import sqlite3
from pathlib import Path

from corpus.catalogue.catalogue import connect
from corpus.catalogue.condition import check, note_sound
from corpus.catalogue.soundness import expected_objects

_WORDS = "passage_fts"


def rebuild_words(path: Path) -> int:
    """Make the keyword index and its triggers again; return how many passages are in it.

    Raises:
        CatalogueMissing, CatalogueTooNew
        CatalogueDamaged: more than the keyword index is damaged.
        CatalogueBusy, CatalogueUnwritable: it cannot be written now; nothing was changed.
    """
    with connect(path) as catalogue:
        damage = check(path)
        if damage and not damage.of_words:
            raise damage.error(path)
        catalogue.db.execute("pragma query_only = off")
        connection: sqlite3.Connection = catalogue.db.conn
        connection.execute("begin immediate")
        try:
            _drop(connection)
            _make(connection)
            connection.execute("commit")
        except BaseException:
            connection.rollback()
            raise
        note_sound(path)
        damage = check(path)
        if damage:
            raise damage.error(path)
        return int(catalogue.rows("select count(*) from passage")[0][0])


def _drop(connection: sqlite3.Connection) -> None:
    """Take the virtual table's row out of the schema: FTS5 cannot drop what it cannot open."""
    for (kind, name), made in expected_objects().items():
        if kind == "trigger" and _WORDS in made.sql:
            connection.execute(f"drop trigger if exists {name}")
    connection.execute("pragma writable_schema = on")
    connection.execute("delete from sqlite_master where name = ?", [_WORDS])
    connection.execute("pragma writable_schema = reset")
    for kind, name in expected_objects():
        if kind == "table" and name.startswith(f"{_WORDS}_"):
            connection.execute(f"drop table if exists {name}")


def _make(connection: sqlite3.Connection) -> None:
    objects = expected_objects()
    connection.execute(objects["table", _WORDS].sql)
    connection.execute(f"insert into {_WORDS}({_WORDS}) values ('rebuild')")
    for (kind, _), made in objects.items():
        if kind == "trigger" and _WORDS in made.sql:
            connection.execute(made.sql)
