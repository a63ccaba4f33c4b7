"""Earlier versions of documents: record, text, pages and passages, so that what was cited stays.

A version ends when the source has other bytes, the program reads them otherwise, or a curator
corrects the record. Tags and decisions about a document make no version.
"""

from __future__ import annotations

import base64
import json
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, fields
from typing import Any, Final, Literal

from corpus.catalogue.catalogue import Catalogue, now
from corpus.documents.citing import citation_problem
from corpus.errors import VersionNotFound
from corpus.model import LIST_FIELDS, Document, Page, Passage

Reason = Literal["source", "reading", "correction"]
"""What ended a version: other bytes, another reading of the same bytes, or a curator."""
_PLACES: Final = (
    "id", "position", "page", "page_end", "heading", "start", "end", "role",
)  # fmt: skip
"""What is stored of a passage; its text is a slice of the document's."""


@dataclass(frozen=True, slots=True)
class Version:
    """One state of a document.

    Attributes:
        number: from 1; the highest is the current one.
        document: the record as it was.
        since: when the document became so.
        until: when it became otherwise; ``None`` for the current version.
        because: what made this version of the one before; ``None`` for the first that is kept.
        changes: what differed from the one before, in words; empty for the first.
    """

    number: int
    document: Document
    since: str
    until: str | None
    because: Reason | None
    changes: str


@dataclass(frozen=True, slots=True)
class VersionContent:
    """The text of a version, with its pages and passages."""

    text: str
    pages: tuple[Page, ...]
    passages: tuple[Passage, ...]


def keep_version(
    catalogue: Catalogue, document: Document, because: Reason, changes: str, *, with_text: bool
) -> None:
    """Keep a document as it is stored, before it is changed; call inside ``transaction()``.

    What waits for a curator was seen by nobody, and is not kept.

    Args:
        catalogue: where it is stored.
        document: its record before the change.
        because: what the change comes from.
        changes: what will differ, in words.
        with_text: whether text, pages or passages will differ.
    """
    if document.pending_since:
        return
    catalogue.db.execute(
        """
        insert into document_version
        select :id, coalesce(max(number), 0) + 1, :record, :content, :now, :because, :changes
        from document_version where document_id = :id
        """,
        {
            "id": document.id,
            "record": json.dumps(asdict(document), ensure_ascii=False),
            "content": _packed(_current_content(catalogue, document.id)) if with_text else None,
            "now": now(),
            "because": because,
            "changes": changes,
        },
    )


def versions_of(catalogue: Catalogue, document_id: str) -> list[Version]:
    """Return all versions of a document, the first one first; the last is the current one.

    Raises:
        DocumentNotFound
    """
    current = catalogue.document(document_id)
    rows = catalogue.rows(
        "select number, record, ended_at, ended_because, changes from document_version "
        "where document_id = ? order by number",
        [document_id],
    )
    versions: list[Version] = []
    because, changes, since = None, "", None
    for number, record, ended_at, ended_because, ended_changes in rows:
        document = _document(json.loads(record))
        since = since or document.updated_at
        versions.append(Version(number, document, since, ended_at, because, changes))
        because, changes, since = ended_because, ended_changes, ended_at
    since = since or current.updated_at
    return [*versions, Version(len(rows) + 1, current, since, None, because, changes)]


def version_of(catalogue: Catalogue, document_id: str, number: int) -> tuple[Version, int]:
    """Return a version and the number of the current one.

    Raises:
        DocumentNotFound, VersionNotFound
    """
    versions = versions_of(catalogue, document_id)
    if not 1 <= number <= len(versions):
        several = len(versions) > 1
        there = f"Its versions are 1 to {len(versions)}" if several else "It has one version, 1"
        raise VersionNotFound(f"{document_id} has no version {number}. {there}.")
    return versions[number - 1], len(versions)


def content_of(catalogue: Catalogue, document_id: str, number: int) -> VersionContent:
    """Return the text of a version; for the current one or a higher number, the current text."""
    rows = catalogue.rows(
        "select content from document_version where document_id = ? and number >= ? "
        "and content is not null order by number limit 1",
        [document_id, number],
    )
    if not rows:
        return _current_content(catalogue, document_id)
    return _unpacked(document_id, rows[0][0])


def count_versions(catalogue: Catalogue) -> int:
    """Return how many earlier versions of documents are kept."""
    return int(catalogue.rows("select count(*) from document_version")[0][0])


def find_broken_versions(catalogue: Catalogue) -> Iterator[str]:
    """Describe each version that is missing, or cannot be read, or has a passage off its pages.

    Where only the record changed, the text is that of the next version and is checked there.
    """
    counted: dict[str, int] = {}
    for document_id, number, record, content in catalogue.rows(
        "select document_id, number, record, content from document_version "
        "order by document_id, number"
    ):
        counted[document_id] = counted.get(document_id, 0) + 1
        name = f"version {number} of {document_id}"
        if number != counted[document_id]:
            yield f"{name}: the version before it is missing"
            counted[document_id] = number
        try:
            document = _document(json.loads(record))
            told = None if content is None else _unpacked(document_id, content)
        except (ValueError, TypeError, KeyError, zlib.error) as error:
            yield f"{name}: it cannot be read ({type(error).__name__})"
            continue
        if told is None:
            continue
        for passage in told.passages:
            problem = citation_problem(passage, told.text, told.pages, document.page_count)
            if problem:
                yield f"{name}: passage {passage.id}: {problem}"


def _current_content(catalogue: Catalogue, document_id: str) -> VersionContent:
    return VersionContent(
        catalogue.text(document_id, pending=True),
        tuple(catalogue.pages(document_id)),
        tuple(catalogue.passages(document_id, pending=True)),
    )


def _packed(content: VersionContent) -> str:
    """Return a content as text, which every copy of the catalogue can have in it."""
    told = {
        "text": content.text,
        "pages": [[p.number, p.start, p.end, p.label] for p in content.pages],
        "passages": [[getattr(p, name) for name in _PLACES] for p in content.passages],
    }
    return base64.b64encode(zlib.compress(json.dumps(told, ensure_ascii=False).encode())).decode()


def _unpacked(document_id: str, packed: str) -> VersionContent:
    told = json.loads(zlib.decompress(base64.b64decode(packed)))
    text = told["text"]
    return VersionContent(
        text,
        tuple(Page(*page) for page in told["pages"]),
        tuple(_passage(document_id, text, places) for places in told["passages"]),
    )


def _passage(document_id: str, text: str, places: Sequence[Any]) -> Passage:
    told = dict(zip(_PLACES, places, strict=True))
    return Passage(document_id=document_id, text=text[told["start"] : told["end"]], **told)


def _document(record: dict[str, Any]) -> Document:
    """Return a record as it was; what later releases record was not known then."""
    known = {f.name for f in fields(Document)}
    values = {name: value for name, value in record.items() if name in known}
    for name in LIST_FIELDS:
        values[name] = tuple(values.get(name, ()))
    values["folios"] = tuple(tuple(run) for run in values.get("folios", ()))
    return Document(**values)
