"""The catalogue: ``connect()`` and the SQL for documents, pages and passages.

Tags are in ``corpus.tags``, outcomes in ``corpus.documents``, checks in ``corpus.promises``.
"""

from __future__ import annotations

import contextlib
import json
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from datetime import UTC, datetime
from operator import attrgetter
from pathlib import Path
from typing import Any, Final, Literal, Self

from sqlite_utils import Database

from corpus.catalogue.condition import note_damage
from corpus.catalogue.door import refuse_writing
from corpus.catalogue.failpoints import failpoint
from corpus.catalogue.opening import open_connection
from corpus.errors import DocumentNotFound
from corpus.model import LIST_FIELDS, Document, Page, Passage

_COLUMNS: Final = tuple(f.name for f in fields(Document))
_OF_PASSAGE: Final = tuple(f.name for f in fields(Passage))
_PASSAGE_COLUMNS: Final = ", ".join(f'"{name}"' for name in _OF_PASSAGE)
_values_of = attrgetter(*_OF_PASSAGE)
_SEEN: Final = "document_id not in (select id from document where pending_since is not null)"
"""Leaves out documents that wait for a curator."""


@dataclass(frozen=True, slots=True)
class PassageInput:
    """What the encoder reads for one passage."""

    id: int
    document_id: str
    title: str
    heading: str | None
    text: str


def connect(path: Path, *, create: bool = False) -> Catalogue:
    """Open the catalogue at ``path``; nothing else opens its SQLite file.

    Write-ahead log, full synchronisation, foreign keys, recursive triggers (so that a REPLACE fires
    the triggers that keep FTS5 in step) and a busy timeout. A thread other than the one that opened
    the connection may use it, but only one thread at a time: a server opens one per request.
    Its errors are translated (``door``), and a damaged catalogue can be read alone.

    Args:
        path: the SQLite file.
        create: create the file if it is missing.

    Raises:
        CatalogueMissing, CatalogueBusy, CatalogueDamaged, CatalogueTooNew, CatalogueUnwritable
    """
    connection = open_connection(path, create=create)
    return Catalogue(path, Database(connection, execute_plugins=False))


def now() -> str:
    """Return the current time as the catalogue writes it: UTC, ISO 8601, whole seconds."""
    return datetime.now(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")


class Catalogue:
    """An open catalogue. Close it, or use it as a context manager."""

    def __init__(self, path: Path, db: Database) -> None:
        self.path = path
        self.db = db

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exception: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the connection; the catalogue cannot be used afterwards."""
        self.db.close()

    @contextlib.contextmanager
    def transaction(self) -> Iterator[None]:
        """Take the write lock; everything inside is committed together or not at all.

        Inside another transaction, it becomes part of that one.

        Raises:
            CatalogueBusy: another process kept the lock longer than the busy timeout.
            CatalogueDamaged, CatalogueIsCopy: nothing is written to a damaged one, or to a copy.
        """
        if self.db.conn.in_transaction:
            yield
            return
        refuse_writing(self.path)
        self.db.execute("begin immediate")
        failpoint("begun")
        try:
            yield
        except BaseException:
            self.db.rollback()
            raise
        failpoint("before commit")
        self.db.execute("commit")
        failpoint("after commit")

    def rows(self, sql: str, parameters: Mapping[str, Any] | Sequence[Any] = ()) -> list[Any]:
        """Return all rows of a query as tuples; the read transaction ends with the call."""
        return self.db.conn.execute(sql, parameters).fetchall()

    def revision(self) -> int:
        """Return a number that grows with every change a reader could see."""
        return int(self.rows("select value from revision")[0][0])

    def count_rows(
        self, *names: Literal["document", "page", "passage", "tag", "outcome"]
    ) -> dict[str, int]:
        """Return how many documents, pages, passages, tags and outcomes there are, or some."""
        counted = {"document": "pending_since is null", "outcome": "true"}
        names = names or ("document", "page", "passage", "tag", "outcome")
        sql = "select count(*) from {} where {}"
        return {n: self.rows(sql.format(n, counted.get(n, _SEEN)))[0][0] for n in names}

    # Documents -----------------------------------------------------------------------------
    #
    # A document with ``pending_since`` was contributed, and no curator has accepted it yet. Without
    # ``pending=True``, neither its record nor its passages are returned.

    def document(self, document_id: str, *, pending: bool = False) -> Document:
        """Return one document.

        Raises:
            DocumentNotFound
        """
        documents = self.documents([document_id], pending=pending)
        if not documents:
            raise DocumentNotFound(document_id)
        return documents[document_id]

    def documents(self, ids: Iterable[str], *, pending: bool = False) -> dict[str, Document]:
        """Return the documents with these ids by id; unknown ids are left out."""
        where = "id in (select value from json_each(?))"
        return {d.id: d for d in self._documents(where, ids, pending=pending)}

    def all_documents(self, *, pending: bool = False) -> Iterator[Document]:
        """Yield every document, ordered by id."""
        where = "(1 = 1 or id in (select value from json_each(?)))"
        yield from self._documents(where, (), pending=pending)

    def _documents(self, where: str, ids: Iterable[str], *, pending: bool) -> Iterator[Document]:
        seen = "true" if pending else "pending_since is null"
        columns = ", ".join(_COLUMNS)
        sql = f"select {columns} from document where {where} and {seen} order by id"
        for row in self.rows(sql, [json.dumps(list(ids))]):
            try:
                document = _document(row)
            except ValueError as error:
                damage = note_damage(self.path, f"the record of {row[0]} cannot be read: {error}")
                raise damage.error(self.path) from error
            yield document

    def id_of_source(self, source: str) -> str | None:
        """Return the id of the document taken from ``source``, pending or not."""
        return self._first("select id from document where source = ?", source)

    def id_of_sha256(self, sha256: str, *, pending: bool = False) -> str | None:
        """Return the id of the earliest document made from these bytes."""
        seen = "true" if pending else "pending_since is null"
        return self._first(
            f"select id from document where sha256 = ? and {seen} order by added_at, id limit 1",
            sha256,
        )

    def _first(self, sql: str, value: str) -> str | None:
        rows = self.rows(sql, [value])
        return str(rows[0][0]) if rows else None

    def store_document(
        self,
        document: Document,
        text: str,
        *,
        pages: Sequence[Page],
        passages: Sequence[Passage],
        simhash: int | None = None,
        reading: int = 0,
    ) -> None:
        """Insert the document or replace its content; call inside ``transaction()``.

        Tags are not changed, and passages with unchanged text keep their rows, so a tag still
        points at its passage for as long as that passage exists. ``reading`` is the version that
        read it (see ``corpus.documents.readings``).
        """
        row = _row(document) | {"text": text, "simhash": simhash, "reading": reading}
        self.db.table("document").upsert(row, pk="id")
        failpoint("document row")
        self.db.execute("delete from page where document_id = ?", [document.id])
        self.db.conn.executemany(
            "insert into page values (?, ?, ?, ?, ?)",
            [(document.id, p.number, p.start, p.end, p.label) for p in pages],
        )
        failpoint("pages")
        self._replace_passages(document, passages)
        failpoint("passages")

    def _replace_passages(self, document: Document, passages: Sequence[Passage]) -> None:
        kept = json.dumps([str(p.id) for p in passages])
        self.db.execute(
            """
            delete from passage where document_id = ?
            and id not in (select cast(value as integer) from json_each(?))
            """,
            [document.id, kept],
        )
        # Positions are unique within a document: move the remaining ones out of the way first.
        self.db.execute(
            "update passage set position = -1 - position where document_id = ?", [document.id]
        )
        self.db.conn.executemany(
            f"""
            insert into passage ({_PASSAGE_COLUMNS}, title) values ({"?, " * len(_OF_PASSAGE)} ?)
            on conflict (id) do update set
                position = excluded.position, page = excluded.page,
                page_end = excluded.page_end, heading = excluded.heading,
                start = excluded.start, "end" = excluded."end", role = excluded.role
            """,
            [(*_values_of(p), document.title) for p in passages],
        )

    def delete_document(self, document_id: str) -> None:
        """Remove a document with its passages and tags; call inside ``transaction()``."""
        self.document(document_id, pending=True)
        self.db.execute("delete from document where id = ?", [document_id])

    def withdraw_document(self, document_id: str, reason: str) -> None:
        """Mark a document as withdrawn at its source; call inside ``transaction()``.

        It stays in the repository with its tags, but search leaves it out. Storing it again
        restores it.
        """
        self.document(document_id, pending=True)
        self.db.execute(
            "update document set withdrawn_at = ?, withdrawn_reason = ? where id = ?",
            [now(), reason, document_id],
        )

    def text(self, document_id: str, *, pending: bool = False) -> str:
        """Return the whole text of a document."""
        self.document(document_id, pending=pending)
        return self._first("select text from document where id = ?", document_id) or ""

    def simhashes(self) -> list[tuple[str, int]]:
        """Return (document id, simhash) for every document that has one."""
        where = "simhash is not null and pending_since is null"
        return self.rows(f"select id, simhash from document where {where} order by id")

    # Pages and passages --------------------------------------------------------------------

    def pages(self, document_id: str) -> list[Page]:
        """Return the pages of a document in order."""
        sql = 'select number, start, "end", label from page where document_id = ? order by number'
        return [Page(*row) for row in self.rows(sql, [document_id])]

    def passages(self, document_id: str, *, pending: bool = False) -> list[Passage]:
        """Return the passages of a document in reading order."""
        where = f"document_id = ? and {'true' if pending else _SEEN}"
        sql = f"select {_PASSAGE_COLUMNS} from passage where {where} order by position"
        return [Passage(*row) for row in self.rows(sql, [document_id])]

    def first_passage(self, document_id: str, *, pending: bool = False) -> Passage | None:
        """Return the passage a document begins with."""
        where = f"document_id = ? and {'true' if pending else _SEEN}"
        sql = f"select {_PASSAGE_COLUMNS} from passage where {where} order by position limit 1"
        rows = self.rows(sql, [document_id])
        return Passage(*rows[0]) if rows else None

    def count_passages(self, document_id: str) -> int:
        """Return how many passages a document has."""
        sql = f"select count(*) from passage where document_id = ? and {_SEEN}"
        return int(self.rows(sql, [document_id])[0][0])

    def passages_by_id(self, ids: Iterable[int]) -> dict[int, Passage]:
        """Return the passages with these ids by id; unknown ids are left out."""
        sql = f"""
            select {_PASSAGE_COLUMNS} from passage
            where id in (select cast(value as integer) from json_each(?)) and {_SEEN}
        """
        rows = self.rows(sql, [json.dumps([str(i) for i in ids])])
        return {row[0]: Passage(*row) for row in rows}

    def passage_owners(self) -> list[tuple[int, str]]:
        """Return (passage id, document id) for every passage, ordered by passage id."""
        return self.rows(f"select id, document_id from passage where {_SEEN} order by id")

    def passage_roles(
        self, document_ids: Collection[str] | None = None
    ) -> list[tuple[int, str, str]]:
        """Return (passage id, document id, role) of all passages or those of some documents.

        They are ordered by passage id.
        """
        some = "document_id in (select value from json_each(?))"
        where = _SEEN if document_ids is None else f"{_SEEN} and {some}"
        parameters = [] if document_ids is None else [json.dumps(list(document_ids))]
        return self.rows(
            f"select id, document_id, role from passage where {where} order by id", parameters
        )

    def passage_inputs(self, ids: Iterable[int] | None = None) -> list[PassageInput]:
        """Return what the encoder reads for all or some passages, by document and position."""
        some = "" if ids is None else "and id in (select value from json_each(?))"
        sql = f"select id, document_id, title, heading, text from passage where {_SEEN} {some}"
        given = [] if ids is None else [json.dumps(list(ids))]
        rows = self.rows(f"{sql} order by document_id, position", given)
        return [PassageInput(*row) for row in rows]


def _row(document: Document) -> dict[str, Any]:
    row = asdict(document)
    for name in LIST_FIELDS:
        row[name] = json.dumps(list(row[name]), ensure_ascii=False)
    row["metadata_origins"] = json.dumps(dict(document.metadata_origins), ensure_ascii=False)
    row["digest"] = int(document.digest)
    row["folios"] = json.dumps(document.folios)
    return row


def _document(row: Sequence[Any]) -> Document:
    values = dict(zip(_COLUMNS, row, strict=True))
    for name in LIST_FIELDS:
        if values[name] != "[]":  # most are, and decoding them was a third of reading a document
            values[name] = tuple(json.loads(values[name]))
        else:
            values[name] = ()
    for name in ("metadata_origins", "folios"):
        values[name] = json.loads(values[name])
    values["digest"] = bool(values["digest"])
    values["folios"] = tuple((first, last, label) for first, last, label in values["folios"])
    return Document(**values)
