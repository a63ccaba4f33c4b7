"""Removing a document for good: its record, texts, versions and stored files.

Withdrawing keeps a document readable under its address. Removing is for those that may not be kept,
because a court, a rights holder or a person has asked. What was removed is not taken in again.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from corpus.catalogue.catalogue import Catalogue, now
from corpus.catalogue.originals import Originals
from corpus.documents.outcomes import record_outcome
from corpus.errors import NotUndecided
from corpus.model import Document, Outcome
from corpus.people.actors import Actor
from corpus.people.log import log_change

_REMOVED: Final = "removed"
_ALLOWED: Final = "allowed-again"
_SHA256: Final = re.compile("[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class Removed:
    """What was removed, and what still names it.

    Attributes:
        document: the document as it was.
        passages: how many passages it had.
        files: the SHA-256 of the stored files that were deleted.
        lists: the lists with an entry for it, which keep their notes and pinned quotes.
    """

    document: Document
    passages: int
    files: tuple[str, ...]
    lists: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Removals:
    """The sources and the SHA-256 of files that are not taken in again, each with the reason."""

    reasons: dict[str, str]

    def refuse(self, source: str, sha256: str | None = None) -> Outcome | None:
        """Return the outcome of a source that was removed, or of one with the same bytes."""
        if source in self.reasons:  # keeps its code, by which it is listed
            return Outcome(source, "rejected", self.reasons[source], _REMOVED)
        reason = self.reasons.get(sha256 or "")
        return Outcome(source, "rejected", reason, "was-removed") if reason else None


def remove_document(
    catalogue: Catalogue, originals: Originals, actor: Actor, document_id: str, reason: str
) -> Removed:
    """Remove a document with everything made from it, and the files that no other document needs.

    The bytes in the catalogue are overwritten. The log keeps what people changed, and the reason.

    Raises:
        DocumentNotFound
    """
    catalogue.db.execute("pragma secure_delete = on")
    with catalogue.transaction():
        document = catalogue.document(document_id, pending=True)
        files, lists = _files_of(catalogue, document), _lists_naming(catalogue, document_id)
        (count,) = catalogue.rows(
            "select count(*) from passage where document_id = ?", [document_id]
        )[0]
        catalogue.delete_document(document_id)
        catalogue.db.execute("insert into passage_fts(passage_fts) values ('optimize')")
        catalogue.db.execute("delete from fetch where source = ?", [document.source])
        said = f"It was removed for good on {now()[:10]} and is not taken in again."
        for sha256 in files or (None,):
            record_outcome(
                catalogue, Outcome(document.source, "rejected", said, _REMOVED, None, sha256)
            )
        log_change(
            catalogue, actor, "document.remove", f"document:{document_id}",
            before={"source": document.source}, after={"reason": reason},
        )  # fmt: skip
    for sha256 in files:
        originals.path(sha256).unlink(missing_ok=True)
    catalogue.db.execute("pragma wal_checkpoint(truncate)").fetchall()
    return Removed(document, count, files, lists)


def allow_again(catalogue: Catalogue, actor: Actor, source: str) -> None:
    """Let a source that was removed be taken in again.

    Raises:
        NotUndecided: nothing from this source was removed, or it is allowed already.
    """
    with catalogue.transaction():
        if source not in read_removals(catalogue).reasons:
            raise NotUndecided(
                f"Nothing from {source} was removed, or it is allowed again already."
            )
        said = "It was removed, and may be taken in again."
        record_outcome(catalogue, Outcome(source, "rejected", said, _ALLOWED))
        log_change(catalogue, actor, "document.allow", f"source:{source}")


def read_removals(catalogue: Catalogue) -> Removals:
    """Return what is not taken in again."""
    rows = catalogue.rows(
        """
        select source, sha256, reason from outcome as removed where code = ? and not exists (
            select 1 from outcome where source = removed.source and id > removed.id and code = ?
        )
        """,
        [_REMOVED, _ALLOWED],
    )
    return Removals({key: reason for *keys, reason in rows for key in keys if key})


def delete_copies(catalogue: Catalogue, copies: Originals) -> None:
    """Delete the files of removed documents from a backup's originals."""
    for key in read_removals(catalogue).reasons:
        if _SHA256.fullmatch(key):
            copies.path(key).unlink(missing_ok=True)


def _files_of(catalogue: Catalogue, document: Document) -> tuple[str, ...]:
    """Return the SHA-256 of the files of all its versions that no other document needs."""
    rows = catalogue.rows(
        """
        with file (sha256, document_id) as (
            select sha256, id from document
            union select sha256, document_id from outcome where sha256 is not null
        )
        select sha256 from file where document_id = :id and sha256 not in (
            select file.sha256 from file join document on document.id = file.document_id
            where document.id <> :id
        )
        order by sha256
        """,
        {"id": document.id},
    )
    return tuple(row[0] for row in rows)


def _lists_naming(catalogue: Catalogue, document_id: str) -> tuple[str, ...]:
    rows: Sequence[tuple[str]] = catalogue.rows(
        """
        select slug from list_revision where instr(selection, :id)
        union select slug from list_version where instr(selection, :id) order by slug
        """,
        {"id": f'"{document_id}"'},
    )
    return tuple(row[0] for row in rows)
