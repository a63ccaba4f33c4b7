"""How documents relate: relations proposed by the program and decided by people.

A *work* is what a report, its slides, its blog post and its translation share. Nothing is merged
without a person: works are made of confirmed relations only, and each decision can be undone.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, fields, replace
from typing import Final, Literal

from corpus.catalogue.catalogue import Catalogue, now
from corpus.errors import RelationNotFound

RelationType = Literal["same-file", "new-version", "same-work", "different"]
RELATION_TYPES: Final[tuple[RelationType, ...]] = (
    "same-file", "new-version", "same-work", "different",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Relation:
    """How two documents relate; ``first`` sorts before ``second``.

    ``evidence`` says in words why it was proposed; ``proposed_kind`` stays when a person decides
    otherwise, so that undoing the decision restores the proposal.
    """

    first: str
    second: str
    kind: RelationType
    origin: Literal["proposed", "confirmed"]
    evidence: str
    score: float | None = None
    proposed_kind: RelationType | None = None
    decided_by: str | None = None
    decided_at: str = ""
    note: str | None = None


_COLUMNS: Final = ", ".join(f.name for f in fields(Relation))
_VALUES: Final = ", ".join(f":{f.name}" for f in fields(Relation))


def propose_relation(catalogue: Catalogue, relation: Relation) -> bool:
    """Store a proposal unless the two are already related; return whether it was stored.

    Call inside ``transaction()``. A person's decision, "different" included, is never replaced.
    """
    ordered = _ordered(relation)
    cursor = catalogue.db.execute(
        f"""
        insert into relation ({_COLUMNS}) values ({_VALUES})
        on conflict (first, second) do nothing
        """,
        asdict(
            replace(
                ordered,
                origin="proposed",
                proposed_kind=relation.kind,
                decided_at=relation.decided_at or now(),
            )
        ),
    )
    return bool(cursor.rowcount)


def decide_relation(
    catalogue: Catalogue,
    one: str,
    other: str,
    relation: RelationType,
    *,
    by: str,
    note: str | None = None,
) -> None:
    """Store a person's decision on how two documents relate; call inside ``transaction()``.

    Raises:
        DocumentNotFound: one of them does not exist.
        ValueError: they are the same document.
    """
    for document_id in (one, other):
        catalogue.document(document_id)
    if one == other:
        raise ValueError("a document is not related to itself")
    first, second = sorted((one, other))
    catalogue.db.execute(
        """
        insert into relation (first, second, kind, origin, evidence, decided_by, decided_at, note)
        values (:first, :second, :kind, 'confirmed', 'a person said so', :by, :at, :note)
        on conflict (first, second) do update set
            kind = excluded.kind, origin = 'confirmed', decided_by = excluded.decided_by,
            decided_at = excluded.decided_at, note = excluded.note
        """,
        {"first": first, "second": second, "kind": relation, "by": by, "at": now(), "note": note},
    )


def undo_relation(catalogue: Catalogue, one: str, other: str) -> None:
    """Undo a decision; an earlier proposal is restored.

    Call inside ``transaction()``.

    Raises:
        RelationNotFound: nothing was decided about the two.
    """
    first, second = sorted((one, other))
    cursor = catalogue.db.execute(
        """
        update relation set kind = coalesce(proposed_kind, kind), origin = 'proposed',
            decided_by = null, note = null
        where first = ? and second = ? and origin = 'confirmed'
        """,
        [first, second],
    )
    if not cursor.rowcount:
        raise RelationNotFound(
            f"Nothing was decided about {first} and {second}. See what was: salex works"
        )
    catalogue.db.execute(
        """
        delete from relation
        where first = ? and second = ? and origin = 'proposed' and proposed_kind is null
        """,
        [first, second],
    )


def put_back(catalogue: Catalogue, relation: Relation) -> None:
    """Write a relation's row exactly as given; call inside ``transaction()``."""
    catalogue.db.execute(
        f"insert or replace into relation ({_COLUMNS}) values ({_VALUES})", asdict(relation)
    )


def read_relations(
    catalogue: Catalogue, *, of: str | None = None, origin: str | None = None
) -> list[Relation]:
    """Return relations, highest score first: all, those of a document, or those of one origin."""
    # Use the index of each end: a condition that is also true without ``of`` scans the table.
    ends = "true" if of is None else "(first = :of or second = :of)"
    rows = catalogue.rows(
        f"""
        select {_COLUMNS} from relation
        where {ends} and (:origin is null or origin = :origin)
        order by score desc, first, second
        """,
        {"of": of, "origin": origin},
    )
    return [Relation(*row) for row in rows]


def withdraw_proposals(catalogue: Catalogue, keep: Iterable[tuple[str, str]]) -> int:
    """Remove the proposals that are not in ``keep``; call inside ``transaction()``."""
    kept = {tuple(sorted(pair)) for pair in keep}
    stale = [
        (r.first, r.second)
        for r in read_relations(catalogue, origin="proposed")
        if (r.first, r.second) not in kept
    ]
    catalogue.db.conn.executemany("delete from relation where first = ? and second = ?", stale)
    return len(stale)


def works_of_documents(catalogue: Catalogue) -> Mapping[str, str]:
    """Map each document that shares a work with another to the work's id.

    A work's id is the first of its documents' ids. Relations confirmed as anything but
    "different" join; joining is transitive.
    """
    parent: dict[str, str] = {}

    def root(document_id: str) -> str:
        while parent.setdefault(document_id, document_id) != document_id:
            document_id = parent[document_id]
        return document_id

    rows = catalogue.rows(
        "select first, second from relation where origin = 'confirmed' and kind <> 'different'"
    )
    for first, second in rows:
        low, high = sorted((root(first), root(second)))
        parent[high] = low
    return {document_id: root(document_id) for document_id in list(parent)}


def forms_of(catalogue: Catalogue, document_id: str) -> list[str]:
    """Return the ids of the other documents of the same work."""
    work_of = works_of_documents(catalogue)
    work = work_of.get(document_id)
    return sorted(d for d, w in work_of.items() if w == work and d != document_id) if work else []


def _ordered(relation: Relation) -> Relation:
    first, second = sorted((relation.first, relation.second))
    return replace(relation, first=first, second=second)
