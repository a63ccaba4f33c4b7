"""Stores vectors by (model digest, passage id), so that nothing is encoded twice.

Kept apart from the FAISS file: losing that costs seconds, losing this costs an encoding of
everything. Both are derived; the catalogue is the record. Each vector has a checksum of itself and
of what it belongs to, so that one that changed on disk, or changed places, is noticed.
"""

from __future__ import annotations

import hashlib
import json
import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any, Final, Self

import numpy as np
import numpy.typing as npt

from corpus.catalogue.refusals import explain_refusal, primary_code
from corpus.errors import IndexDamaged, IndexTooNew, IndexUnwritable

BUSY_TIMEOUT_S: Final = 30.0
FORMAT: Final = 1
"""The file's ``user_version``: from 1 on every vector has a checksum."""
_COLUMNS: Final = {"model", "passage_id", "input_key", "vector", "digest"}
_OF_THIS_PROCESS: Final = (sqlite3.SQLITE_INTERRUPT, sqlite3.SQLITE_NOMEM)
"""What SQLite says of a sound file that the machine does not refuse either."""
_SOME: Final = "passage_id in (select value from json_each(?))"

Ids = npt.NDArray[np.int64]
Matrix = npt.NDArray[np.float32]
Row = tuple[Any, Any, Any, Any]
"""(passage id, input key, vector, checksum), whatever is on disk."""
Key = tuple[int, int]
"""(passage id, input key): the passage, and the words the encoder read for it."""


class VectorStore:
    """An SQLite file of float32 vectors. Use it as a context manager.

    Every method raises ``IndexDamaged`` when the file cannot be read as what it is, and
    ``IndexUnwritable`` when a lock, a permission or the disk is in the way.
    """

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self._path = path
        if path.exists() and not path.is_file():
            raise IndexDamaged(f"{path} is not a file. Run: salex index")
        with self._translating():
            self._connection = sqlite3.connect(path, isolation_level=None, timeout=BUSY_TIMEOUT_S)
            try:
                self._set_up()
            except BaseException:
                self._connection.close()
                raise

    def _set_up(self) -> None:
        if self._version() > FORMAT:
            raise IndexTooNew(
                f"{self._path} was written by a later release. Upgrade this program, or move the "
                "file elsewhere and run: salex index"
            )
        self._connection.execute("pragma journal_mode = wal")
        columns = self._columns()
        if not columns:
            self._create()
        elif columns == _COLUMNS - {"digest"}:
            self._connection.execute("alter table vector add column digest blob")
        elif columns != _COLUMNS:
            raise IndexDamaged(f"{self._path} is not a store of vectors. Run: salex index")

    def _create(self) -> None:
        with self._transaction():
            self._connection.execute(
                """
                create table if not exists vector (
                    model text not null,
                    passage_id integer not null,
                    input_key integer not null,
                    vector blob not null,
                    digest blob,
                    primary key (model, passage_id)
                ) strict, without rowid
                """
            )
            self._connection.execute(f"pragma user_version = {FORMAT}")

    def _columns(self) -> set[str]:
        return {row[1] for row in self._connection.execute("pragma table_info(vector)")}

    def _version(self) -> int:
        return int(self._connection.execute("pragma user_version").fetchone()[0])

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exception: object) -> None:
        self._connection.close()

    @contextmanager
    def _translating(self) -> Iterator[None]:
        try:
            yield
        except sqlite3.DatabaseError as error:
            refusal = explain_refusal(error, self._path)
            if refusal:
                raise IndexUnwritable(refusal) from error
            if primary_code(error) in _OF_THIS_PROCESS:
                raise
            raise IndexDamaged(
                f"{self._path} cannot be read ({error}). Run: salex index --check"
            ) from error

    @contextmanager
    def _transaction(self) -> Iterator[None]:
        """Keep what is written inside as a whole; left to SQLite to take back when it fails."""
        with self._translating():
            self._connection.execute("begin immediate")
            try:
                yield
            except BaseException:
                if self._connection.in_transaction:
                    self._connection.execute("rollback")
                raise
            self._connection.execute("commit")

    def keys(self, model: str, ids: Iterable[int] | None = None) -> set[Key]:
        """Return the keys of all vectors stored for a model, or of those of some passages."""
        return set(self._select("passage_id, input_key", model, ids))

    def put(self, model: str, vectors: Mapping[Key, npt.NDArray[np.float32]]) -> None:
        """Keep vectors with their checksums, in one transaction."""
        rows = []
        for (passage, key), row in vectors.items():
            data = np.asarray(row, "<f4").tobytes()
            rows.append((model, passage, key, data, _digest(model, passage, key, data)))
        with self._transaction():
            self._connection.executemany(
                "insert or replace into vector (model, passage_id, input_key, vector, digest) "
                "values (?, ?, ?, ?, ?)",
                rows,
            )

    def read(self, model: str, ids: Iterable[int] | None = None) -> tuple[Ids, Matrix]:
        """Return ids (n,) int64 in ascending order and their vectors (n, dimensions) float32.

        Args:
            model: the digest of the encoder.
            ids: the passages; ``None`` for all.

        Raises:
            IndexDamaged: a vector does not match its checksum, or the file cannot be read.
        """
        found, vectors, wrong = self.read_sound(model, ids)
        if wrong:
            raise IndexDamaged(
                f"Vectors in {self._path} that changed on disk: {len(wrong)}. "
                "Run: salex index --check"
            )
        return found, vectors

    def read_sound(
        self, model: str, ids: Iterable[int] | None = None
    ) -> tuple[Ids, Matrix, list[int]]:
        """Return the same of the vectors that match their checksums, and the ids of the others."""
        rows = self._rows(model, ids)
        wrong = self._damaged_among(model, rows)
        if wrong:
            left_out = set(wrong)
            rows = [row for row in rows if row[0] not in left_out]
        found = np.fromiter((row[0] for row in rows), np.int64, len(rows))
        data = np.frombuffer(b"".join(row[2] for row in rows), "<f4").astype(np.float32, copy=False)
        return found, data.reshape(len(rows), -1) if rows else data.reshape(0, 0), wrong

    def find_damaged(self, model: str, ids: Iterable[int] | None = None) -> list[int]:
        """Return the ids of the passages whose vectors do not match their checksums."""
        return self._damaged_among(model, self._rows(model, ids))

    def _damaged_among(self, model: str, rows: Iterable[Row]) -> list[int]:
        with self._translating():
            may_lack = self._version() < FORMAT
        return [
            passage
            for passage, key, data, digest in rows
            if not (digest is None and may_lack)
            and (not isinstance(data, bytes) or digest != _digest(model, passage, key, data))
        ]

    def take_over(self) -> int:
        """Give checksums to the vectors of a file from before there were any; return how many.

        It happens once. A vector that cannot be one, by its length, is dropped and encoded again.
        """
        with self._translating():
            if self._version() >= FORMAT:
                return 0
        sql = "select model, passage_id, input_key, vector from vector where digest is null"
        taken = 0
        with self._transaction():
            for model, passage, key, data in self._connection.execute(sql).fetchall():
                of = [model, passage]
                if _is_unit(data):
                    digest = _digest(model, passage, key, data)
                    self._execute("update vector set digest = ?", [digest, *of])
                    taken += 1
                else:
                    self._execute("delete from vector", of)
            self._connection.execute(f"pragma user_version = {FORMAT}")
        return taken

    def _execute(self, statement: str, parameters: list[Any]) -> None:
        self._connection.execute(f"{statement} where model = ? and passage_id = ?", parameters)

    def _rows(self, model: str, ids: Iterable[int] | None) -> list[Row]:
        """Return (passage id, input key, vector, checksum) of a model, as they are on disk."""
        return self._select("passage_id, input_key, vector, digest", model, ids)

    def _select(self, columns: str, model: str, ids: Iterable[int] | None) -> list[Any]:
        some = "" if ids is None else f"and {_SOME}"
        given = [model] if ids is None else [model, json.dumps([int(i) for i in ids])]
        sql = f"select {columns} from vector where model = ? {some} order by passage_id"
        with self._translating():
            return self._connection.execute(sql, given).fetchall()

    def forget(self, model: str, passage_ids: Iterable[int]) -> None:
        """Drop the vectors of passages."""
        with self._transaction():
            self._connection.executemany(
                "delete from vector where model = ? and passage_id = ?",
                [(model, passage) for passage in passage_ids],
            )


def fault_of_copy(path: Path) -> str | None:
    """Say which vectors of a store changed on disk; ``None`` if none did. Nothing is written."""
    uri = f"{path.absolute().as_uri()}?mode=ro&immutable=1"  # a copy that nobody else has open
    try:
        with closing(sqlite3.connect(uri, uri=True)) as connection:
            may_lack = connection.execute("pragma user_version").fetchone()[0] < FORMAT
            rows = connection.execute(
                "select model, passage_id, input_key, vector, digest from vector"
            )
            changed = sum(
                digest != _digest(*row) and not (digest is None and may_lack)
                for *row, digest in rows
            )
    except sqlite3.DatabaseError as error:
        if explain_refusal(error, path):
            raise
        return f"{path.name} is not a store of vectors ({error}). Mend it with: salex index"
    if not changed:
        return None
    return (
        f"{path.name} has {changed} vectors that changed on disk. They were copied as they are. "
        "Mend it with: salex index --check"
    )


def _digest(model: str, passage: int, key: int, data: Any) -> bytes:
    digest = hashlib.blake2b(f"{model}/{passage}/{key}/".encode(), digest_size=16)
    digest.update(data if isinstance(data, bytes) else repr(data).encode())
    return digest.digest()


def _is_unit(data: Any) -> bool:
    if not isinstance(data, bytes) or len(data) % 4:
        return False
    return bool(np.isclose(np.linalg.norm(np.frombuffer(data, "<f4")), 1.0, atol=1e-3))
