"""Rows of the catalogue written out to be kept, and a catalogue made again from such rows.

Tables are named here once, by what may leave the repository. What is derived from other rows (the
keyword index, the log of changes for readers) is made again by triggers.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

from corpus.catalogue.catalogue import Catalogue
from corpus.errors import FrozenInvalid

Row = dict[str, Any]
Named = tuple[str, Row]
"""A row, after the name of its table."""

_SEEN: Final = "document_id in (select id from document where pending_since is null)"
_NEWEST: Final = "(select max(number) from list_version where slug = version.slug)"
_KEPT: Final = """
    case when json_extract(selection, '$.query') is null then selection
    else json_set(selection, '$.sections', json('[]')) end
"""
"""The results of a smart list are only in its versions."""
PUBLIC: Final[Mapping[str, str]] = {
    "document": "select * from document where pending_since is null order by id",
    "page": f"select * from page where {_SEEN} order by document_id, number",
    "passage": f"select * from passage where {_SEEN} order by document_id, position",
    "tag": f"select * from tag where {_SEEN} order by document_id, vocabulary, term",
    "relation": """
        select * from relation
        where first in (select id from document where pending_since is null)
        and second in (select id from document where pending_since is null)
        order by first, second
    """,
    "record_evidence": f"""
        select * from record_evidence where {_SEEN} order by document_id, field
    """,
    "factor_passage": f"""
        select * from factor_passage where {_SEEN} order by document_id, factor, quote
    """,
    "tag_reading": f"select * from tag_reading where {_SEEN} order by document_id",
    "factor_reading": f"select * from factor_reading where {_SEEN} order by document_id",
    "passage_score": f"""
        select * from passage_score where passage_id in (select id from passage where {_SEEN})
        order by passage_id, vocabulary, term
    """,
    # A draft is seen by curators alone: what was published last becomes the first revision.
    "resource_list": """
        select slug, 1 as revision, created_by, created_at, archived_at from resource_list
        where slug in (select slug from list_version) order by slug
    """,
    "list_revision": f"""
        select slug, 1 as number, {_KEPT} as selection, published_by as saved_by,
            published_at as saved_at
        from list_version as version where number = {_NEWEST} order by slug
    """,
    "list_version": "select * from list_version order by slug, number",
    # Who asked for what, and the search that a question was made of, are for curators.
    "learning_question": """
        select id, topic, text, language, filters, state, '' as added_by, added_at, null as wanted
        from learning_question order by id
    """,
    # Who is in a group is for its members; what a public group gathered is for all, until it is
    # archived.
    "network_group": """
        select slug, name, purpose, visibility, notes, '' as created_by, created_at, archived_at
        from network_group where visibility = 'public' and archived_at is null order by slug
    """,
    "group_item": """
        select id, slug, kind, value, '' as added_by, added_at from group_item
        where slug in (
            select slug from network_group where visibility = 'public' and archived_at is null
        )
        and kind <> 'contribution'
        and (kind <> 'list' or value in (select slug from list_version))
        and (kind <> 'document'
            or value in (select id from document where pending_since is null))
        order by slug, id
    """,
    "publication": """
        select * from publication
        where document_id in (select id from document where pending_since is null)
        order by document_id
    """,
    "judgement": f"select * from judgement where {_SEEN} order by query_id, document_id",
}
"""What anybody may have, and how it is selected."""
NEVER: Final = frozenset(
    ("person", "api_key", "sign_in_link", "session", "follow", "known_match", "mailbox",
     "group_person", "webhook", "webhook_document", "webhook_attempt",
     "revision", "known_state", "document_change",
     "_sqlite_migrations", "sqlite_sequence", "sqlite_stat1")
)  # fmt: skip
"""People, keys, what is theirs alone, webhooks, and what every catalogue has of its own."""
_WITHOUT_PERSON: Final = {"contribution": "person_id", "group_proposal": "person_id"}
_FILLED: Final = frozenset(("publication", "datestamp"))
"""Tables in which triggers put rows that are then replaced."""
_EXACT: Final = 2**53
"""Programs that read JSON numbers as floats change integers beyond this: they become text."""


def select_public(catalogue: Catalogue, *tables: str) -> Iterator[Named]:
    """Yield every row that anybody may have; the caller keeps a read transaction open.

    Args:
        catalogue: the catalogue.
        tables: some of ``PUBLIC``; by default all.
    """
    for table in tables or PUBLIC:
        yield from _select(catalogue, table, PUBLIC[table])


def select_everything(catalogue: Catalogue) -> Iterator[Named]:
    """Yield every row but people, keys and sessions; the caller keeps a read transaction open."""
    for table in list_tables(catalogue):
        if table in NEVER:
            continue
        for name, row in _select(catalogue, table, f'select * from "{table}"'):
            if table in _WITHOUT_PERSON:
                row[_WITHOUT_PERSON[table]] = None
            yield name, row


def list_tables(catalogue: Catalogue) -> list[str]:
    """Return the names of the tables, without those that belong to the keyword index."""
    rows = catalogue.rows(
        "select name from sqlite_master where type = 'table' and name not glob 'passage_fts*' "
        "order by rowid"
    )
    return [row[0] for row in rows]


def _select(catalogue: Catalogue, table: str, sql: str) -> Iterator[Named]:
    cursor = catalogue.db.conn.execute(sql)
    names = [column[0] for column in cursor.description]
    for row in cursor:
        yield table, dict(zip(names, row, strict=True))


def write_line(table: str, row: Mapping[str, Any]) -> str:
    """Return a row as one line of JSON."""
    values = {
        name: str(value) if isinstance(value, int) and abs(value) > _EXACT else value
        for name, value in row.items()
    }
    return json.dumps({"table": table, "row": values}, ensure_ascii=False, sort_keys=True) + "\n"


def read_line(line: str) -> Named:
    """Return the row that ``write_line`` wrote.

    Raises:
        FrozenInvalid: it is no such line.
    """
    try:
        read = json.loads(line)
        table, row = read["table"], read["row"]
    except (ValueError, KeyError, TypeError) as error:
        raise FrozenInvalid(
            f"A line is not a row of a catalogue: {line[:80]!r} ({error})"
        ) from error
    if not isinstance(table, str) or not isinstance(row, dict):
        raise FrozenInvalid(f"A line is not a row of a catalogue: {line[:80]!r}")
    return table, row


def store_rows(catalogue: Catalogue, rows: Iterable[Named]) -> dict[str, int]:
    """Insert rows and return how many by table; call inside ``transaction()``.

    Columns that this release added have their defaults. References between rows are checked when
    the transaction ends.

    Raises:
        FrozenInvalid: a table or column is unknown, or the schema refuses a row.
    """
    catalogue.db.execute("pragma defer_foreign_keys = on")
    known = {
        table: {column[1] for column in catalogue.rows(f'pragma table_info("{table}")')}
        for table in list_tables(catalogue)
        if table not in NEVER
    }
    counts: dict[str, int] = {}
    for table, row in rows:
        if table not in known or not row or not set(row) <= known[table]:
            strange = sorted(set(row) - known.get(table, set()))
            raise FrozenInvalid(
                f"This release has no table {table!r} with {', '.join(strange) or 'such a row'}. "
                "A later release may have written it: upgrade this program."
            )
        verb = "replace" if table in _FILLED else "insert"
        columns = ", ".join(f'"{name}"' for name in row)
        marks = ", ".join("?" for _ in row)
        try:
            catalogue.db.conn.execute(
                f'{verb} into "{table}" ({columns}) values ({marks})', list(row.values())
            )
        except sqlite3.IntegrityError as error:
            raise FrozenInvalid(f"A row of {table} cannot be stored: {error}") from error
        counts[table] = counts.get(table, 0) + 1
    return counts
