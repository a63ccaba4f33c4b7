"""What can happen to a catalogue's file: each damage is done to a sound copy."""

from __future__ import annotations

import contextlib
import random
import shutil
import sqlite3
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

PAGE = 4096


@dataclass(frozen=True, slots=True)
class CatalogueDamage:
    """A way to damage the file at a path."""

    name: str
    do: Callable[[Path], object]


def _cut(size: int) -> Callable[[Path], object]:
    def do(path: Path) -> None:
        with path.open("r+b") as file:
            file.truncate(size if size >= 0 else path.stat().st_size + size)

    return do


def _half(path: Path) -> None:
    _cut(path.stat().st_size // 2 // PAGE * PAGE)(path)


def _root(path: Path, name: str) -> int:
    with contextlib.closing(sqlite3.connect(path)) as db:
        sql = "select rootpage from sqlite_master where name = ?"
        return int(db.execute(sql, [name]).fetchone()[0])


def _noise(name: str, *, start: int = 0, length: int = PAGE) -> Callable[[Path], object]:
    def do(path: Path) -> None:
        with path.open("r+b") as file:
            file.seek((_root(path, name) - 1) * PAGE + start)
            file.write(random.Random(name).randbytes(length))

    return do


def _flip(name: str, offset: int, bit: int = 0) -> Callable[[Path], object]:
    """Flip one bit of the header of a table's or index's first page."""

    def do(path: Path) -> None:
        at = (_root(path, name) - 1) * PAGE + offset
        data = bytearray(path.read_bytes())
        data[at] ^= 1 << bit
        path.write_bytes(data)

    return do


def _overwrite(at: int, data: bytes) -> Callable[[Path], object]:
    def do(path: Path) -> None:
        with path.open("r+b") as file:
            file.seek(at)
            file.write(data)

    return do


def _swap(one: str, other: str) -> Callable[[Path], object]:
    def do(path: Path) -> None:
        data = bytearray(path.read_bytes())
        first, second = ((_root(path, name) - 1) * PAGE for name in (one, other))
        data[first : first + PAGE], data[second : second + PAGE] = (
            data[second : second + PAGE],
            data[first : first + PAGE],
        )
        path.write_bytes(data)

    return do


def _run(*statements: str) -> Callable[[Path], object]:
    def do(path: Path) -> None:
        with contextlib.closing(sqlite3.connect(path, isolation_level=None)) as db:
            db.execute("pragma foreign_keys = off")
            for statement in statements:
                db.execute(statement)

    return do


def _folder(path: Path) -> None:
    path.unlink()
    path.mkdir()


def _foreign(path: Path) -> None:
    path.unlink()
    _run("create table song (title text)", "pragma application_id = 7")(path)


def _of_nobody(path: Path) -> None:
    path.unlink()
    _run("create table song (title text)")(path)


def _older_half(path: Path) -> None:
    """Put the second half of an older state of the file after the first half of this one."""
    older = path.with_name("older")
    shutil.copy(path, older)
    _run("delete from passage where position > 0", "vacuum")(older)
    middle = older.stat().st_size // 2 // PAGE * PAGE
    path.write_bytes(path.read_bytes()[:middle] + older.read_bytes()[middle:])
    older.unlink()


_LOST_SCHEMA = (
    "drop table document",
    "drop table passage",
    "drop table page",
    "drop table tag",
    "drop table outcome",
    "drop table revision",
    "drop table log_entry",
    "drop table resource_list",
    "drop table passage_fts",
    "drop table passage_fts_data",
    "drop table passage_fts_config",
    "drop trigger passage_added",
    "drop trigger passage_removed",
    "drop trigger document_retitled",
    "drop trigger document_update_revision",
    "drop index tag_term",
    "alter table document drop column note",
)
DAMAGES = (
    CatalogueDamage("emptied", _cut(0)),
    CatalogueDamage("cut to 100 bytes", _cut(100)),
    CatalogueDamage("cut in half", _half),
    CatalogueDamage("last page lost", _cut(-PAGE)),
    CatalogueDamage("deleted", Path.unlink),
    CatalogueDamage("a folder in its place", _folder),
    CatalogueDamage("another program's database", _foreign),
    CatalogueDamage("a database of nobody", _of_nobody),
    CatalogueDamage("a text in its place", lambda path: path.write_text("Not a database. " * 999)),
    CatalogueDamage("noise in its place", _overwrite(0, random.Random(1).randbytes(40 * PAGE))),
    CatalogueDamage("half of an older state", _older_half),
    CatalogueDamage("newer schema", _run("pragma user_version = 9999")),
    CatalogueDamage("another application id", _run("pragma application_id = 9")),
    CatalogueDamage("noise in the header", _overwrite(16, random.Random(2).randbytes(84))),
    CatalogueDamage("noise in the schema", _overwrite(100, random.Random(3).randbytes(3000))),
    CatalogueDamage("flipped page size", _overwrite(16, b"\x20")),
    CatalogueDamage("noise in documents", _noise("document")),
    CatalogueDamage("noise in passages", _noise("passage")),
    CatalogueDamage("noise in pages", _noise("page")),
    CatalogueDamage("noise in tags", _noise("tag")),
    CatalogueDamage("noise in the revision", _noise("revision")),
    CatalogueDamage("noise in the words", _noise("passage_fts_data")),
    CatalogueDamage("noise in an index", _noise("tag_term", start=8, length=200)),
    CatalogueDamage("flipped type of a page of documents", _flip("document", 0, 3)),
    CatalogueDamage("flipped number of outcomes", _flip("outcome", 4)),
    CatalogueDamage("flipped pointer of tags", _flip("tag", 9, 2)),
    CatalogueDamage("flipped child of passages", _flip("passage", 11)),
    CatalogueDamage("documents and passages swapped", _swap("document", "passage")),
    CatalogueDamage("outcomes and log swapped", _swap("outcome", "log_entry")),
    CatalogueDamage("indexes swapped", _swap("outcome_source", "outcome_kind")),
    CatalogueDamage(
        "words emptied", _run("insert into passage_fts(passage_fts) values('delete-all')")
    ),
    CatalogueDamage("words cut", _run("update passage_fts_data set block = x'00' where id > 10")),
    CatalogueDamage(
        "a passage without words",
        _run("delete from passage_fts_docsize where id in (select min(id) from passage)"),
    ),
    CatalogueDamage(
        "a title that is no text",
        _run("drop trigger document_retitled", "update document set title = cast(x'ff41' as text)"),
    ),
    CatalogueDamage("authors that are no JSON", _run("update document set authors = '[\"A'")),
    *(CatalogueDamage(statement, _run(statement)) for statement in _LOST_SCHEMA),
)
