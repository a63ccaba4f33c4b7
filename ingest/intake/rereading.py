"""Read kept originals again with today's reading: each document whole, in one transaction.

Text, passages, roles, printed pages and what the pages say of the record follow the new reading.
What people, feeds and manifests said stays, as do a document's id, its times and its decisions.
"""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Generator, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, fields, replace
from pathlib import PurePosixPath
from typing import Final, Literal
from urllib.parse import unquote, urlsplit

from corpus.catalogue.catalogue import Catalogue, now
from corpus.catalogue.originals import Originals
from corpus.documents import outcomes
from corpus.documents.corrections import with_corrections
from corpus.documents.evidence import evidence_of
from corpus.documents.fetches import Fetch, fetch_of
from corpus.documents.readings import mark_read, readings_of
from corpus.errors import DocumentNotFound, OriginalDamaged, SourceRejected
from corpus.model import Document, Outcome
from ingest.deciding import Known, explain, kind_of
from ingest.extract import suffix_of
from ingest.extract.record import MEDIA_TYPE as RECORD
from ingest.extract.record import ORIGIN
from ingest.intake.comparing import Content, describe_changes
from ingest.intake.storing import passages_of, store_prepared
from ingest.isolation.pool import Job, Pool
from ingest.isolation.workers import Workers
from ingest.model import READING, Fetched, Hints, Limits, Prepared

_GIVEN: Final = ("feed", "manifest")
"""Origins that came with the bytes and are not in them."""
_CHARSET: Final = re.compile(r"(\S+) \(declared by the server")
_BY_OCR: Final = "Read by OCR ("
_DOUBTS: Final = frozenset(("partial", "needs_review"))

RereadKind = Literal["changed", "unchanged", "no original", "failed"]


@dataclass(frozen=True, slots=True)
class Reread:
    """What became of one document: ``reason`` says what changed, or why it could not be read."""

    document_id: str
    title: str
    kind: RereadKind
    reason: str


def due_for_reading(
    catalogue: Catalogue, document_ids: Sequence[str] = (), *, again: bool = False
) -> list[str]:
    """Return the ids of the documents to read: those an earlier version read.

    Args:
        catalogue: where they are stored.
        document_ids: only these; all documents if empty.
        again: whether to read them whatever version read them.

    Raises:
        DocumentNotFound
    """
    versions = readings_of(catalogue)
    for document_id in document_ids:
        if document_id not in versions:
            raise DocumentNotFound(document_id)
    return [d for d in document_ids or versions if again or versions[d] < READING]


def reread_documents(
    catalogue: Catalogue,
    originals: Originals,
    document_ids: Sequence[str],
    *,
    limits: Limits = Limits(),  # noqa: B008 (frozen)
    workers: int | None = None,
    pool: Pool | None = None,
    dry_run: bool = False,
) -> Generator[Reread]:
    """Yield what becomes of each document, in their order, stored by the time it is yielded.

    A document that cannot be read keeps what was read before. Run it again after an interruption:
    ``due_for_reading`` leaves out what is done.

    Args:
        catalogue: where the documents are stored.
        originals: the bytes they were made from.
        document_ids: which documents.
        limits: how much one document may use; ``ocr`` must be set to read again what OCR read.
        workers: how many processes read; ``None`` means one per processor, 0 this process.
        pool: who reads, in place of processes of this machine; it has its own limits.
        dry_run: whether to change nothing and only say what would change.
    """
    with nullcontext(pool) if pool else Workers(limits, workers) as chosen:
        waiting: deque[_Begun] = deque()
        for document_id in document_ids:
            waiting.append(_begin(catalogue, originals, chosen, limits, document_id))
            while waiting and (chosen.is_full or _is_ready(chosen, waiting[0])):
                yield _conclude(catalogue, chosen, waiting.popleft(), dry_run=dry_run)
        while waiting:
            yield _conclude(catalogue, chosen, waiting.popleft(), dry_run=dry_run)


@dataclass(frozen=True, slots=True)
class _Begun:
    document: Document
    job: Job | None = None
    refused: Reread | None = None


def _is_ready(pool: Pool, begun: _Begun) -> bool:
    return begun.job is None or pool.is_done(begun.job)


def _begin(
    catalogue: Catalogue, originals: Originals, pool: Pool, limits: Limits, document_id: str
) -> _Begun:
    document = catalogue.document(document_id, pending=True)
    if not originals.path(document.sha256).exists():
        reason = "Its original is not kept. Add its source again."
        return _Begun(document, refused=_said(document, "no original", reason))
    try:
        data = originals.read(document.sha256)
    except OriginalDamaged as error:
        return _Begun(document, refused=_said(document, "failed", f"{error} {_STAYS}"))
    if not limits.ocr and _was_read_by_ocr(catalogue, document):
        reason = f"OCR read some of its pages. Read it with --ocr. {_STAYS}"
        return _Begun(document, refused=_said(document, "failed", reason))
    return _Begun(document, pool.submit(fetched_again(catalogue, document, data)))


_STAYS: Final = "What was read before stays."


def _said(document: Document, kind: RereadKind, reason: str) -> Reread:
    return Reread(document.id, document.title, kind, reason)


def _was_read_by_ocr(catalogue: Catalogue, document: Document) -> bool:
    sql = "select 1 from outcome where source = ? and sha256 = ? and instr(reason, ?) limit 1"
    return bool(catalogue.rows(sql, [document.source, document.sha256, _BY_OCR]))


def _conclude(catalogue: Catalogue, pool: Pool, begun: _Begun, *, dry_run: bool) -> Reread:
    if begun.refused or begun.job is None:
        return begun.refused or _said(begun.document, "failed", _STAYS)
    try:
        prepared = pool.result(begun.job)
    except SourceRejected as error:
        return _said(begun.document, "failed", f"{error.reason} {_STAYS}")
    if dry_run:
        return _replace(catalogue, begun.document, prepared, dry_run=True)
    with catalogue.transaction():
        # Another process may have changed it since: what it was read from decides.
        current = catalogue.documents([begun.document.id], pending=True).get(begun.document.id)
        if current is None or current.sha256 != begun.document.sha256:
            return _said(begun.document, "unchanged", "It was replaced or removed meanwhile.")
        return _replace(catalogue, current, prepared, dry_run=False)


def _replace(
    catalogue: Catalogue, stored: Document, prepared: Prepared, *, dry_run: bool
) -> Reread:
    before = Content(
        stored,
        catalogue.text(stored.id, pending=True),
        tuple(catalogue.pages(stored.id)),
        tuple(catalogue.passages(stored.id, pending=True)),
        evidence_of(catalogue, [stored.id]).get(stored.id, ()),
    )
    after = Content(
        as_read_again(prepared, stored),
        prepared.text,
        prepared.pages,
        tuple(passages_of(stored.id, prepared.cuts)),
        tuple(sorted(prepared.evidence, key=lambda e: e.field)),
    )
    changes = describe_changes(before, after)
    if changes and not dry_run:
        document = replace(after.document, updated_at=now())
        store_prepared(catalogue, document, prepared)
        _note_outcome(catalogue, document, prepared)
    elif not dry_run:
        mark_read(catalogue, stored.id, READING)
    if not changes:
        return _said(stored, "unchanged", "It reads as before.")
    return _said(after.document, "changed", f"{', '.join(changes)}.")


def fetched_again(catalogue: Catalogue, document: Document, data: bytes) -> Fetched:
    """Return a document's bytes with all that came with them when they were taken in.

    The name is in the source. What a feed or a manifest said is in the record, with its origin. The
    type that a server declared is in the record, the charset beside the last fetch.
    """
    from_file = document.media_type != RECORD  # then a record was given with it
    hints = tuple(_given(document, origin) for origin in (*_GIVEN, *([ORIGIN] * from_file)))
    parts = urlsplit(document.source)
    if document.media_type == RECORD:
        return Fetched(document.source, data, document.title, RECORD, hints=hints)
    if parts.scheme not in ("http", "https"):
        name = PurePosixPath(unquote(parts.path)).name
        if parts.fragment:  # the path is the bibliography's, not that of the attached file
            name = f"attachment{suffix_of(document.media_type)}"
        return Fetched(document.source, data, name, hints=hints)
    fetch = fetch_of(catalogue, document.source) or Fetch(document.source)
    landed = fetch.canonical_url or document.source
    said = _CHARSET.match(fetch.encoding or "")
    declared = f"{document.media_type}; charset={said[1]}" if said else document.media_type
    last = urlsplit(landed)
    name = PurePosixPath(last.path).name or last.hostname or ""
    return Fetched(document.source, data, name, declared, landed, hints=hints)


def _given(document: Document, origin: str) -> Hints:
    """Return what a feed or manifest said, as far as the record has it."""
    known = {f.name for f in fields(Hints)}
    origins = document.metadata_origins
    told = {n for n, said in origins.items() if n in known and said.partition(" (")[0] == origin}
    kind = re.search(r"\((.+)\)$", origins["url"]) if "url" in told else None
    values = {name: getattr(document, name) for name in told}
    return Hints(origin, url_kind=kind[1] if kind else None, **values)


def as_read_again(prepared: Prepared, stored: Document) -> Document:
    """Return the record of a new reading with what does not come from reading."""
    document = replace(
        prepared.document,
        id=stored.id,
        near_duplicate_of=stored.near_duplicate_of,
        withdrawn_at=stored.withdrawn_at,
        withdrawn_reason=stored.withdrawn_reason,
        pending_since=stored.pending_since,
        added_at=stored.added_at,
        updated_at=stored.updated_at,
    )
    return with_corrections(document, stored)


def _note_outcome(catalogue: Catalogue, document: Document, prepared: Prepared) -> None:
    """Record an outcome if the new reading raises or settles a doubt; an old doubt stands."""
    kind = kind_of(prepared, "updated")
    latest = outcomes.latest_outcome_of(catalogue, document.source)
    doubted = latest is not None and not _DOUBTS.isdisjoint((latest.kind, latest.code))
    if kind == "updated" and not doubted:
        return
    sql = "select kind from outcome where source = ? and sha256 = ?"
    if kind != "updated" and (kind,) in catalogue.rows(sql, [document.source, document.sha256]):
        return
    reason = explain("updated", Known(own=document), prepared, document.id)
    outcomes.record_outcome(
        catalogue,
        Outcome(document.source, kind, reason, None, document.id, document.sha256),
    )
