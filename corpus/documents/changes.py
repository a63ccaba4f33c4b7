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


def last_change(catalogue: Catalogue) -> str | None:
    """Return when anything that readers see may have changed last (ISO 8601, UTC).

    Documents and tags say it themselves, outcomes tell of each input, and the log of what people
    did, so it may be later than the change, but never earlier. ``None`` in an empty catalogue.
    """
    rows = catalogue.rows(
        """
        select max(at) from (
            select max(updated_at) as at from document
            union all select max(withdrawn_at) from document
            union all select max(decided_at) from tag
            union all select at from outcome where id = (select max(id) from outcome)
            union all select at from log_entry where id = (select max(id) from log_entry)
        )
        """
    )
    return str(rows[0][0]) if rows[0][0] else None
