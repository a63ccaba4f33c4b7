"""The wording of each kind of item: the question, and what confirming and rejecting do."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal

from corpus.review.about_contributions import ContributionItem
from corpus.review.about_outcomes import OutcomeItem
from corpus.review.about_records import RecordItem
from corpus.review.about_tags import TagItem
from corpus.review.about_works import WorkItem
from corpus.review.items import Item
from corpus.taxonomy import Taxonomy
from search_api.answers.labels import FIELD_NAMES, likelihood_in_words
from search_api.answers.presenting import RELATIONS
from search_api.web.languages import gettext, label_of


@dataclass(frozen=True, slots=True)
class Choices:
    """The wording of an item.

    Attributes:
        question: what is asked.
        confirm: what confirming does.
        reject: what rejecting does; ``None`` if it is not possible.
        note: the label of the field for a note; ``None`` if there is none.
        reject_needs_note: whether rejecting needs a reason.
        key: the key that confirms: ``c``, or ``n`` where confirming says that it is not known.
        likelihood: how likely the program finds what it proposes, in words; "" if it does not say.
    """

    question: str
    confirm: str
    reject: str | None
    note: str | None = "Note (optional)"
    reject_needs_note: bool = False
    key: Literal["c", "n"] = "c"
    likelihood: str = ""


def choices_for(taxonomy: Taxonomy, item: Item) -> Choices:
    """Return the wording of an item."""
    return WORDS[item.kind](taxonomy, item)


def _contribution(_taxonomy: Taxonomy, _item: ContributionItem) -> Choices:
    return Choices(
        gettext("Does this contribution belong here?"),
        gettext("Accept it: everybody will see it"),
        gettext("Decline it, with a reason for the member"),
        note=gettext("Note (required to decline; the member will read it)"),
        reject_needs_note=True,
    )


def _outcome(_taxonomy: Taxonomy, _item: OutcomeItem) -> Choices:
    return Choices(
        gettext("Is its text good enough to search and quote?"),
        gettext("Accept the document as it is"),
        gettext("Withdraw the document from search"),
    )


def _tag(taxonomy: Taxonomy, item: TagItem) -> Choices:
    label = label_of(taxonomy, taxonomy.label(item.vocabulary, item.term))
    name = label_of(taxonomy, taxonomy.short_label(item.vocabulary))
    score = item.tag_score
    return Choices(
        gettext("%(vocabulary)s: does “%(term)s” fit?", vocabulary=name, term=label),
        gettext("Confirm the tag"),
        gettext("Reject the tag"),
        likelihood="" if score is None else likelihood_in_words(score, item.threshold),
    )


def _work(_taxonomy: Taxonomy, item: WorkItem) -> Choices:
    name = gettext(RELATIONS.get(item.relation, item.relation))
    return Choices(
        gettext("Are these two the %(relation)s?", relation=name),
        gettext("They are the %(relation)s", relation=name),
        gettext("They are different"),
    )


def _record(_taxonomy: Taxonomy, item: RecordItem) -> Choices:
    names = ", ".join(gettext(FIELD_NAMES[name]) for name in item.fields)
    kept = "title" in item.fields
    confirm = (
        gettext("It cannot be known: leave it as it is")
        if kept
        else gettext("It cannot be known: leave it empty")
    )
    return Choices(
        gettext("What is its %(fields)s?", fields=names), confirm, None, note=None, key="n"
    )


WORDS: Final[Mapping[str, Callable[[Taxonomy, Any], Choices]]] = {
    ContributionItem.kind: _contribution,
    OutcomeItem.kind: _outcome,
    TagItem.kind: _tag,
    WorkItem.kind: _work,
    RecordItem.kind: _record,
}
