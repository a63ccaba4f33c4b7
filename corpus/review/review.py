"""The review queue: what people still have to decide, ordered by what helps most.

Read from the catalogue each time; what is decided is not in it any more. An item's score is the
weight of its kind times how much deciding it would tell (0 to 1), and says so in words.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Literal

from corpus.catalogue.catalogue import Catalogue
from corpus.documents import outcomes
from corpus.documents.corrections import CURATOR
from corpus.documents.works import RelationKind, read_relations
from corpus.model import Document, Outcome, Tag
from corpus.review.contributions import contributions
from corpus.review.curating import is_doubtful
from corpus.tags.tags import tags_of

ItemKind = Literal["contribution", "outcome", "tag", "work", "metadata"]
ITEM_KINDS: Final[tuple[ItemKind, ...]] = ("contribution", "outcome", "tag", "work", "metadata")

WEIGHTS: Final[Mapping[ItemKind, float]] = {
    "contribution": 1.0,
    "outcome": 0.9,
    "tag": 0.8,
    "work": 0.7,
    "metadata": 0.5,
}
"""A member waits for an answer; a text with holes spoils all that is made of it; a decided tag
teaches the tagger; two forms of a work share a place in the results; a missing year hides one
document from one filter."""
OUTCOME_VALUES: Final[Mapping[str, float]] = {"partial": 1.0, "needs_review": 0.8}
"""What is lost is certain, a doubt may be unfounded."""
FIELD_VALUES: Final[Mapping[str, float]] = {
    "title": 0.3,
    "year": 0.25,
    "publishers": 0.2,
    "kind": 0.15,
    "language": 0.1,
}
"""They add up to 1. A title counts as missing where only the file's name suggests one."""
UNCERTAIN: Final = 0.7
"""Share of a tag's value that is its uncertainty; the rest is how few decisions its term has."""
FEW: Final = 10
"""Decisions with which a term needs more of them half as much as with none."""
THRESHOLD: Final = 0.5
"""Where a term's own is not known: no learned tagger is in use."""

Thresholds = Mapping[tuple[str, str], float]
"""By vocabulary and term, the score from which a tag is suggested."""


@dataclass(frozen=True, slots=True)
class Item:
    """One thing to decide.

    Attributes:
        id: names what is to be decided; it stays the same while that stays undecided.
        kind: what sort of decision it is.
        score: how much deciding helps, 0 to 1.
        document_id: what it is about.
        why: why it is here, in words.
        state: changes with what would be decided on; a decision says which state it saw.
        since: of a contribution, when it came: of two alike the earlier is decided first.
        vocabulary, term: of a tag.
        other_id, relation: of two documents that may be forms of one work.
        fields: that are missing from the record.
        contribution_id: of a contribution.
        passage_id, page, quote: the evidence, where there is a passage.
    """

    id: str
    kind: ItemKind
    score: float
    document_id: str
    why: str
    state: str = ""
    since: str = ""
    vocabulary: str | None = None
    term: str | None = None
    other_id: str | None = None
    relation: RelationKind | None = None
    fields: tuple[str, ...] = ()
    contribution_id: str | None = None
    passage_id: int | None = None
    page: int | None = None
    quote: str | None = None


def queue(catalogue: Catalogue, thresholds: Thresholds | None = None) -> list[Item]:
    """Return everything there is to decide, what helps most first.

    The tags of a document follow each other at the place of its best, so that it is read once. The
    order depends on the catalogue alone.

    Args:
        catalogue: what is held.
        thresholds: of the tagger's terms; ``THRESHOLD`` where one is not given.
    """
    held = {d.id: d for d in catalogue.all_documents() if d.withdrawn_at is None}
    items = [
        *_contributions(catalogue),
        *_outcomes(catalogue, held),
        *_tags(catalogue, held, thresholds or {}),
        *_works(catalogue, held),
        *_metadata(held.values()),
    ]
    best: dict[tuple[str, str], float] = {}
    for item in items:
        group = _group(item)
        best[group] = max(best.get(group, 0.0), item.score)
    items.sort(key=lambda i: (-best[_group(i)], i.since, _group(i), -i.score, i.id))
    return items


def counts(items: Sequence[Item]) -> dict[ItemKind, int]:
    """Return how many items of each kind there are."""
    found = Counter(item.kind for item in items)
    return {kind: found[kind] for kind in ITEM_KINDS}


def _group(item: Item) -> tuple[str, str]:
    return (item.kind, item.document_id if item.kind == "tag" else item.id)


def _contributions(catalogue: Catalogue) -> Iterator[Item]:
    for c in contributions(catalogue, "waiting"):
        note = f" “{c.note}”" if c.note else ""
        yield Item(
            id=f"contribution:{c.id}",
            kind="contribution",
            score=WEIGHTS["contribution"],
            document_id=c.document_id or "",
            why=f"{c.contributor} contributed it on {c.received_at[:10]}.{note} {c.reason or ''}",
            state=_state(c.state, c.received_at, c.document_id),
            since=c.received_at,
            contribution_id=c.id,
        )


def _outcomes(catalogue: Catalogue, held: Mapping[str, Document]) -> Iterator[Item]:
    for outcome in outcomes.latest_outcomes(catalogue, ("partial", "needs_review", "unchanged")):
        if outcome.document_id in held and is_doubtful(outcome):
            yield _outcome(outcome)


def _outcome(outcome: Outcome) -> Item:
    kind = outcome.kind if outcome.kind in OUTCOME_VALUES else outcome.code or ""
    assert outcome.document_id is not None
    return Item(
        id=f"outcome:{outcome.document_id}",
        kind="outcome",
        score=round(WEIGHTS["outcome"] * OUTCOME_VALUES[kind], 4),
        document_id=outcome.document_id,
        why=outcome.reason,
        state=_state(kind, outcome.sha256, outcome.at),
    )


def _tags(
    catalogue: Catalogue, held: Mapping[str, Document], thresholds: Thresholds
) -> Iterator[Item]:
    decided: Counter[tuple[str, str]] = Counter()
    suggested: list[Tag] = []
    for tags in tags_of(catalogue, held).values():
        for tag in tags:
            if tag.origin == "suggested":
                suggested.append(tag)
            else:
                decided[tag.vocabulary, tag.term] += 1
    for tag in suggested:
        key = (tag.vocabulary, tag.term)
        yield _tag(tag, thresholds.get(key), decided[key])


def _tag(tag: Tag, own_threshold: float | None, decided: int) -> Item:
    threshold = THRESHOLD if own_threshold is None else own_threshold
    score = threshold if tag.score is None else tag.score
    uncertain = uncertainty(score, threshold)
    scarce = FEW / (FEW + decided)
    value = UNCERTAIN * uncertain + (1 - UNCERTAIN) * scarce
    return Item(
        id=f"tag:{tag.document_id}:{tag.vocabulary}:{tag.term}",
        kind="tag",
        score=round(WEIGHTS["tag"] * value, 4),
        document_id=tag.document_id,
        why=f"Suggested with {score:.2f}, {_limit(own_threshold)}; "
        f"{decided} {'decision was' if decided == 1 else 'decisions were'} made about the term.",
        state=_state(tag.origin, tag.score, tag.model, tag.passage_id, tag.decided_at),
        vocabulary=tag.vocabulary,
        term=tag.term,
        passage_id=tag.passage_id,
        page=tag.page,
        quote=tag.quote,
    )


def _limit(threshold: float | None) -> str:
    if threshold is None:
        return f"compared with {THRESHOLD} while no learned tagger says where the term begins"
    return f"the term's threshold is {threshold:.2f}"


def uncertainty(score: float, threshold: float) -> float:
    """Return 1 at the threshold, falling to 0 at the farther end of 0..1."""
    return 1 - abs(score - threshold) / max(threshold, 1 - threshold)


def _works(catalogue: Catalogue, held: Mapping[str, Document]) -> Iterator[Item]:
    for r in read_relations(catalogue, origin="proposed"):
        if r.first in held and r.second in held:
            yield Item(
                id=f"work:{r.first}:{r.second}",
                kind="work",
                score=round(WEIGHTS["work"] * (0.5 if r.score is None else r.score), 4),
                document_id=r.first,
                why=r.evidence,
                state=_state(r.origin, r.kind, r.score),
                other_id=r.second,
                relation=r.kind,
            )


def missing_fields(document: Document) -> tuple[str, ...]:
    """Return the fields of a record that nobody has stated; a curator's "not known" counts."""
    origins = document.metadata_origins
    return tuple(
        name
        for name in FIELD_VALUES
        if origins.get(name) != CURATOR
        and (not getattr(document, name) if name != "title" else origins.get(name) == "file name")
    )


def _metadata(documents: Iterable[Document]) -> Iterator[Item]:
    for document in documents:
        missing = missing_fields(document)
        if missing:
            value = sum(FIELD_VALUES[name] for name in missing)
            yield Item(
                id=f"metadata:{document.id}",
                kind="metadata",
                score=round(WEIGHTS["metadata"] * value, 4),
                document_id=document.id,
                why=f"Not known: {', '.join(missing)}.",
                state=_state(*missing),
                fields=missing,
            )


def item(items: Sequence[Item], item_id: str) -> Item | None:
    """Return the item with this id, if it is still to be decided."""
    return next((i for i in items if i.id == item_id), None)


def _state(*parts: object) -> str:
    return hashlib.blake2b(repr(parts).encode(), digest_size=8).hexdigest()
