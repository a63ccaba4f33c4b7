"""Deciding about tags: each decision teaches the tagger."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, Final

from corpus.catalogue.catalogue import Catalogue
from corpus.model import Tag
from corpus.people.actors import Actor
from corpus.people.log import Entry
from corpus.review.items import (
    Decision,
    Item,
    Kind,
    Queued,
    Scope,
    digest_state,
    read_told,
    subject_id,
)
from corpus.tags.deciding import TagOpinion, decide_tag, retract
from corpus.tags.tags import count_decisions, tags_of

WEIGHT: Final = 0.8
UNCERTAIN: Final = 0.7
"""Share of a tag's value that is its uncertainty; the rest is how few decisions its term has."""
FEW: Final = 10
"""Decisions with which a term needs more of them half as much as with none."""
THRESHOLD: Final = 0.5
"""Where a term's own is not known: no learned tagger is in use."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TagItem(Item):
    """A suggested tag, with the passage that argues for it.

    Attributes:
        vocabulary, term: what is suggested.
        tag_score: how sure the program is, 0 to 1; ``None`` if a rule suggests the tag.
        threshold: the score from which the program would give the term by itself.
    """

    kind: ClassVar[str] = "tag"

    vocabulary: str
    term: str
    tag_score: float | None = None
    threshold: float = THRESHOLD

    @property
    def group(self) -> tuple[str, str]:
        """Return its document: the tags of a document are decided together, so it is read once."""
        return (self.kind, self.document_id)


def _items(scope: Scope) -> Iterator[TagItem]:
    decided = count_decisions(scope.catalogue)
    for tags in tags_of(scope.catalogue, scope.documents).values():
        for tag in tags:
            if tag.origin == "suggested":
                key = (tag.vocabulary, tag.term)
                yield _item(tag, scope.thresholds.get(key), decided.get(key, 0))


def _item(tag: Tag, own_threshold: float | None, decided: int) -> TagItem:
    threshold = THRESHOLD if own_threshold is None else own_threshold
    score = threshold if tag.score is None else tag.score
    scarce = FEW / (FEW + decided)
    value = UNCERTAIN * uncertainty(score, threshold) + (1 - UNCERTAIN) * scarce
    return TagItem(
        id=f"{TagItem.kind}:{tag.document_id}:{tag.vocabulary}:{tag.term}",
        score=round(WEIGHT * value, 4),
        document_id=tag.document_id,
        why=f"{_why(tag, score, own_threshold)} "
        f"{decided} {'decision' if decided == 1 else 'decisions'} about this term so far.",
        state=digest_state(tag.origin, tag.score, tag.model, tag.passage_id, tag.decided_at),
        vocabulary=tag.vocabulary,
        term=tag.term,
        tag_score=None if tag.note else tag.score,
        threshold=threshold,
        passage_id=tag.passage_id,
        page=tag.page,
        quote=tag.quote,
    )


def _why(tag: Tag, score: float, threshold: float | None) -> str:
    """Return why a tag is suggested: the rule that it comes from, or its score."""
    if tag.note:
        return f"{tag.note} A rule suggests it;"
    return f"Suggested with a score of {score:.2f}; {_limit(threshold)};"


def _limit(threshold: float | None) -> str:
    if threshold is None:
        return f"the threshold is {THRESHOLD} until a tagger has been trained"
    return f"the term's threshold is {threshold:.2f}"


def uncertainty(score: float, threshold: float) -> float:
    """Return 1 at the threshold, falling to 0 at the farther end of 0..1."""
    return 1 - abs(score - threshold) / max(threshold, 1 - threshold)


def _confirm(made: Decision, item: TagItem) -> None:
    _decide(made, item, TagOpinion("confirmed", note=made.note))


def _reject(made: Decision, item: TagItem) -> None:
    _decide(made, item, TagOpinion("rejected", note=made.note))


def _decide(made: Decision, item: TagItem, opinion: TagOpinion) -> None:
    decide_tag(
        made.catalogue,
        made.actor,
        made.taxonomy,
        item.document_id,
        vocabulary=item.vocabulary,
        term=item.term,
        opinion=opinion,
    )


def _undo(catalogue: Catalogue, actor: Actor, entry: Entry) -> None:
    told = read_told(entry.after)
    retract(catalogue, actor, subject_id(entry), told["vocabulary"], told["term"])


def _about(told: Mapping[str, Any]) -> object:
    return (told.get("vocabulary"), told.get("term"))


TAGS: Final = Kind(
    name=TagItem.kind,
    label="Tags",
    actions={
        "tag.confirm": "The tag was confirmed.",
        "tag.reject": "The tag was rejected.",
        "tag.add": "The tag was added.",
    },
    undo=_undo,
    queued=Queued(WEIGHT, _items, _confirm, _reject),
    about=_about,
)
