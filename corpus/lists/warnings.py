"""What a curator should check in a resource list: removed or replaced documents, dead links."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from corpus.catalogue.catalogue import Catalogue
from corpus.documents.links import BROKEN, link_checks
from corpus.documents.works import read_relations
from corpus.model import Document, Entry

WarningKind = Literal["gone", "withdrawn", "superseded", "link", "passage"]


@dataclass(frozen=True, slots=True)
class EntryWarning:
    """Why an entry may be out of date, in words; ``document_id`` is its likely replacement."""

    entry_id: str
    kind: WarningKind
    text: str
    document_id: str | None = None


def warnings_of(catalogue: Catalogue, entries: Iterable[Entry]) -> list[EntryWarning]:
    """Return the warnings about entries, in their order."""
    listed = list(entries)
    stored = catalogue.documents(e.document_id for e in listed if e.document_id)
    passages = catalogue.passages_by_id(e.pin.passage_id for e in listed if e.pin)
    urls = {e.id: _address(e, stored) for e in listed}
    checks = link_checks(catalogue, (url for url in urls.values() if url))
    warnings: list[EntryWarning] = []
    for entry in listed:
        document = stored.get(entry.document_id or "")
        if document is not None:
            warnings += _about_document(catalogue, entry, document)
        elif entry.document_id:
            warnings.append(_warning(entry, "gone", "The document is no longer in the repository."))
        if document is not None and entry.pin and entry.pin.passage_id not in passages:
            text = "The document has changed and no longer contains the pinned passage."
            warnings.append(_warning(entry, "passage", text))
        check = checks.get(urls[entry.id] or "")
        if check is not None and check.state in BROKEN:
            since = (check.failing_since or check.checked_at)[:10]
            last = check.checked_at[:10]
            text = f"The link has failed since {since} (last check {last}): {check.reason}"
            warnings.append(_warning(entry, "link", text))
    return warnings


def _address(entry: Entry, stored: dict[str, Document]) -> str | None:
    document = stored.get(entry.document_id or "")
    return (document.url if document else None) or entry.url


def _about_document(catalogue: Catalogue, entry: Entry, document: Document) -> list[EntryWarning]:
    warnings = []
    if document.withdrawn_at:
        why = f": {document.withdrawn_reason}" if document.withdrawn_reason else "."
        text = f"It was withdrawn at its source on {document.withdrawn_at[:10]}{why}"
        warnings.append(_warning(entry, "withdrawn", text))
    versions = {
        ({r.first, r.second} - {document.id}).pop(): r
        for r in read_relations(catalogue, of=document.id)
        if r.kind == "new-version"
    }
    for other in catalogue.documents(versions).values():
        if is_newer(other, document):
            sure = "There is" if versions[other.id].origin == "confirmed" else "There may be"
            text = f"{sure} a newer version: {other.title}"
            warnings.append(_warning(entry, "superseded", text, other.id))
    return warnings


def is_newer(one: Document, other: Document) -> bool:
    """Whether ``one`` is the newer of two versions.

    Decided by the date or year each states; if one states none, by when it was added.
    """
    if one.year and other.year and one.year != other.year:
        return one.year > other.year
    if one.published and other.published and one.published != other.published:
        return one.published > other.published
    return (one.added_at, one.id) > (other.added_at, other.id)


def _warning(
    entry: Entry, warning: WarningKind, text: str, document_id: str | None = None
) -> EntryWarning:
    return EntryWarning(entry.id, warning, text, document_id)
