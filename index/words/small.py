"""A small keyword index in memory: says what FTS5 makes of some texts, whatever the catalogue has.

Each thread keeps one. Making its tables takes .2 ms, filling them with a page of quotes .25.
"""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Final

from corpus.migrations import TOKENIZER

COLUMNS: Final = ("title", "heading", "text")

Row = tuple[int, str, str | None, str]
"""A number, and the words of each column."""


class _Kept(threading.local):
    def __init__(self) -> None:
        self.db = sqlite3.connect(":memory:", isolation_level=None)
        columns = ", ".join(COLUMNS)
        self.db.execute(f"create virtual table t using fts5({columns}, tokenize='{TOKENIZER}')")
        self.db.execute("create virtual table places using fts5vocab(t, instance)")


_kept: Final = _Kept()


@contextmanager
def small_index(rows: Iterable[Row]) -> Iterator[sqlite3.Connection]:
    """Give a connection with the table ``t`` of these rows and ``places`` of its words.

    They are empty again afterwards.
    """
    db = _kept.db
    db.execute("begin")
    try:
        db.executemany("insert into t(rowid, title, heading, text) values (?, ?, ?, ?)", rows)
        yield db
    finally:
        if db.in_transaction:
            db.execute("rollback")
