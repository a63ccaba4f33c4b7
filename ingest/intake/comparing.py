"""What a new reading of a document changes, in words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from corpus.model import RECORD_FIELDS, Document, Page, Passage, RecordEvidence

NOWHERE_SEEN: Final = "where the record was read"
"""What differs if text, pages and record are the same."""


@dataclass(frozen=True, slots=True)
class Content:
    """All that reading decides about a document."""

    document: Document
    text: str
    pages: tuple[Page, ...]
    passages: tuple[Passage, ...]
    evidence: tuple[RecordEvidence, ...]


def describe_changes(before: Content, after: Content) -> list[str]:
    """Return in words what a new reading changes; pure."""
    changed = ["text"] if before.text != after.text else []
    changed += _passages_changed(before.passages, after.passages)
    if _numbers(before) != _numbers(after):
        changed.append("page numbers")
    names = [
        f.label for f in RECORD_FIELDS
        if getattr(before.document, f.name) != getattr(after.document, f.name)
    ]  # fmt: skip
    changed += [f"record: {', '.join(names)}"] if names else []
    if not changed and before != after:
        changed.append(NOWHERE_SEEN)
    return changed


def _numbers(content: Content) -> tuple[object, ...]:
    return content.document.folios, [(p.number, p.label) for p in content.pages]


def _passages_changed(before: Sequence[Passage], after: Sequence[Passage]) -> list[str]:
    old, new = ({p.id: p for p in passages} for passages in (before, after))
    added, gone = len(new.keys() - old.keys()), len(old.keys() - new.keys())
    roles = sum(old[i].role != new[i].role for i in new.keys() & old.keys())
    changed = [f"passages ({added:,} new, {gone:,} gone)"] if added or gone else []
    return changed + ([f"roles of {roles:,} passage{'s'[: roles > 1]}"] if roles else [])
