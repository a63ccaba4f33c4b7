"""Where the fields of a record were read, and values that are only suggested."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Final

from corpus.catalogue.catalogue import Catalogue
from corpus.documents.corrections import CURATOR
from corpus.model import Document, RecordEvidence

READ: Final = "page"
"""The origin of a field that was read on a page."""
FILE_NAME: Final = "file name"
"""The origin of a title that only the name of the file suggests."""


def store_evidence(
    catalogue: Catalogue, document_id: str, evidence: Sequence[RecordEvidence]
) -> None:
    """Replace what is stored of a document; call inside ``transaction()``."""
    catalogue.db.execute("delete from record_evidence where document_id = ?", [document_id])
    catalogue.db.conn.executemany(
        """
        insert into record_evidence (document_id, field, page, quote, confidence, value)
        values (?, ?, ?, ?, ?, ?)
        """,
        [
            (document_id, e.field, e.page, e.quote, e.confidence, _written(e.value))
            for e in evidence
        ],
    )


def _written(value: object) -> str | None:
    return None if value is None else json.dumps(value, ensure_ascii=False)


def evidence_of(
    catalogue: Catalogue, document_ids: Iterable[str], *, suggested: bool = False
) -> dict[str, tuple[RecordEvidence, ...]]:
    """Return the evidence of documents by id, ordered by field; only suggestions if asked to."""
    rows = catalogue.rows(
        """
        select document_id, field, page, quote, confidence, value from record_evidence
        where document_id in (select value from json_each(:ids))
        and (value is not null or not :suggested)
        order by document_id, field
        """,
        {"ids": json.dumps(list(document_ids)), "suggested": suggested},
    )
    found: defaultdict[str, list[RecordEvidence]] = defaultdict(list)
    for document_id, name, page, quote, confidence, written in rows:
        value = None if written is None else json.loads(written)
        value = tuple(value) if isinstance(value, list) else value
        found[document_id].append(RecordEvidence(name, page, quote, confidence, value))
    return {document_id: tuple(items) for document_id, items in found.items()}


def read_there(document: Document, evidence: Iterable[RecordEvidence]) -> list[RecordEvidence]:
    """Return the evidence that still bears on a document's record.

    A field that a curator corrected has other evidence, and nothing is suggested for a field that
    has a value or that a curator looked at.
    """
    return [one for one in evidence if _still_bears(document, one)]


def _still_bears(document: Document, one: RecordEvidence) -> bool:
    if one.value is not None:
        return is_unstated(document, one.field)
    return document.metadata_origins.get(one.field) == READ


def is_unstated(document: Document, name: str) -> bool:
    """Whether nobody has stated a field of a record; a curator's "not known" counts as stated."""
    origin = document.metadata_origins.get(name)
    return origin == FILE_NAME or (origin != CURATOR and not getattr(document, name))
