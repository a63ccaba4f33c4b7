"""What changed in the catalogue since a revision, so that only that is read again."""

from __future__ import annotations

from dataclasses import dataclass

from corpus.catalogue.catalogue import Catalogue


@dataclass(frozen=True, slots=True)
class Changes:
    """The documents that changed.

    Attributes:
        records: whose record, tags, passages or passage scores changed, or that are gone.
        words: those of them whose passages or title changed in their words.
        works: whether it changed which documents are of one work.
    """

    records: frozenset[str]
    words: frozenset[str]
    works: bool


def changes_since(catalogue: Catalogue, revision: int) -> Changes:
    """Return what changed after ``revision``, even if it was changed back since."""
    rows = catalogue.rows(
        "select part, document_id from document_change where revision > ?", [revision]
    )
    changed: dict[str, set[str]] = {"record": set(), "words": set(), "works": set()}
    for part, document_id in rows:
        changed[part].add(document_id)
    return Changes(
        records=frozenset(changed["record"] | changed["words"]),
        words=frozenset(changed["words"]),
        works=bool(changed["works"]),
    )
