"""Vectors kept by (model digest, passage id), so that nothing is ever encoded twice.

Kept apart from the FAISS file: losing that costs seconds, losing this costs an encoding of
everything. Both are derived; the catalogue is the record.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Self

import numpy as np
import numpy.typing as npt

from corpus.errors import IndexDamaged

Key = tuple[int, int]
"""(passage id, input key): the passage, and the words the encoder read for it."""


class VectorStore:
    """An SQLite file of float32 vectors. Use it as a context manager."""

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self._connection = sqlite3.connect(path, isolation_level=None, timeout=30)
        try:
            self._connection.execute("pragma journal_mode = wal")
            self._connection.execute(
                """
                create table if not exists vector (
                    model text not null,
                    passage_id integer not null,
                    input_key integer not null,
                    vector blob not null,
                    primary key (model, passage_id)
                ) strict, without rowid
                """
            )
        except sqlite3.DatabaseError as error:
            self._connection.close()
            raise IndexDamaged(
                f"{path} cannot be read ({error}). Delete it and run: salex index"
            ) from error

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exception: object) -> None:
        self._connection.close()

    def keys(self, model: str) -> set[Key]:
        """Return what is stored for a model."""
        sql = "select passage_id, input_key from vector where model = ?"
        return set(self._connection.execute(sql, [model]))

    def put(self, model: str, vectors: Mapping[Key, npt.NDArray[np.float32]]) -> None:
        """Keep vectors, in one transaction."""
        self._connection.execute("begin immediate")
        self._connection.executemany(
            "insert or replace into vector values (?, ?, ?, ?)",
            [
                (model, passage, key, np.asarray(row, "<f4").tobytes())
                for (passage, key), row in vectors.items()
            ],
        )
        self._connection.execute("commit")

    def read(self, model: str) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.float32]]:
        """Return ids (n,) int64 in ascending order and their vectors (n, dimensions) float32."""
        rows = self._connection.execute(
            "select passage_id, vector from vector where model = ? order by passage_id", [model]
        ).fetchall()
        ids = np.fromiter((row[0] for row in rows), np.int64, len(rows))
        data = np.frombuffer(b"".join(row[1] for row in rows), "<f4").astype(np.float32)
        return ids, data.reshape(len(rows), -1) if rows else data.reshape(0, 0)

    def forget(self, model: str, passage_ids: Iterable[int]) -> None:
        """Drop the vectors of passages that are no more."""
        self._connection.execute("begin immediate")
        self._connection.executemany(
            "delete from vector where model = ? and passage_id = ?",
            [(model, passage) for passage in passage_ids],
        )
        self._connection.execute("commit")
