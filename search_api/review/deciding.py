"""Decisions as pages and API make them: checked against what was seen, dispatched, shown.

The queue and each decision are the inner rooms'; here an item gets its words and links.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from corpus.catalogue.catalogue import Catalogue
from corpus.documents.corrections import correct_fields
from corpus.errors import ChangedMeanwhile, CorrectionInvalid, NotUndecided
from corpus.model import Document, Passage
from corpus.people.actors import Actor
from corpus.review import contributions, curating, review
from corpus.review.review import Item
from corpus.review.undoing import last_decision
from corpus.tags import deciding as tagging_decisions
from index.tagging.thresholds import thresholds_in_use
from search_api.answers.citations import page_label, stated_page
from search_api.answers.detail import detail_of, etag_of_document
from search_api.answers.labels import FIELD_NAMES
from search_api.answers.presenting import RELATIONS, Presenter
from search_api.review import shapes as d
from search_api.service.service import Service


@dataclass(frozen=True, slots=True)
class Choices:
    """An item in words: the question, and what confirming and rejecting it would do."""

    question: str
    confirm: str
    reject: str | None


def queue_of(catalogue: Catalogue) -> list[Item]:
    """Return the review queue, with the thresholds of the tagger in use."""
    return review.queue(catalogue, thresholds_in_use(catalogue))


def decide(
    catalogue: Catalogue,
    actor: Actor,
    *,
    item_id: str,
    state: str,
    choice: d.Choice,
    note: str | None = None,
) -> int:
    """Decide about an item of the queue as it was seen; return the number of the log entry.

    Raises:
        NotUndecided: it is not in the queue any more.
        ChangedMeanwhile: its evidence is other than what was seen.
        CorrectionInvalid: a reason is needed and missing.
    """
    with catalogue.transaction():
        item = review.item(queue_of(catalogue), item_id)
        if item is None:
            raise NotUndecided("Somebody decided this already, or it is not there any more.")
        if item.state != state:
            raise ChangedMeanwhile("What this is about changed. Look at it again, then decide.")
        (_confirm if choice == "confirm" else _reject)(catalogue, actor, item, note or None)
        entry = last_decision(catalogue, actor)
        assert entry is not None
        return entry.id


def _confirm(catalogue: Catalogue, actor: Actor, item: Item, note: str | None) -> None:
    one = item.document_id
    if item.kind == "tag":
        tagging_decisions.confirm(catalogue, actor, one, str(item.vocabulary), str(item.term), note)
    elif item.kind == "outcome":
        curating.accept_outcome(catalogue, actor, one, note)
    elif item.kind == "work":
        assert item.relation is not None
        curating.relate(catalogue, actor, one, str(item.other_id), item.relation, note)
    elif item.kind == "contribution":
        contributions.accept(catalogue, actor, str(item.contribution_id), note)
    else:
        held = catalogue.document(one)
        correct_fields(catalogue, actor, one, {name: getattr(held, name) for name in item.fields})


def _reject(catalogue: Catalogue, actor: Actor, item: Item, note: str | None) -> None:
    one = item.document_id
    if item.kind == "tag":
        tagging_decisions.reject(catalogue, actor, one, str(item.vocabulary), str(item.term), note)
    elif item.kind == "outcome":
        curating.withdraw(catalogue, actor, one, note or f"Withdrawn in review: {item.why}")
    elif item.kind == "work":
        curating.relate(catalogue, actor, one, str(item.other_id), "different", note)
    elif item.kind == "contribution":
        decline(catalogue, actor, str(item.contribution_id), note)
    else:
        raise CorrectionInvalid("decision", "can only be confirm, or a correction of the record")


def decline(
    catalogue: Catalogue, actor: Actor, contribution_id: str, reason: str | None
) -> contributions.Contribution:
    """Decline a contribution for a reason.

    Raises:
        CorrectionInvalid: there is no reason.
        ContributionNotFound, NotUndecided
    """
    if not (reason or "").strip():
        raise CorrectionInvalid("reason", "has to say why: the member reads it")
    return contributions.decline(catalogue, actor, contribution_id, str(reason).strip())


# Showing --------------------------------------------------------------------------------------


def present(service: Service, catalogue: Catalogue, items: Sequence[Item]) -> list[d.ReviewItem]:
    """Return items with their words, documents, evidence and links."""
    ids = {i.document_id for i in items} | {i.other_id for i in items if i.other_id}
    held = catalogue.documents(ids, pending=True)
    return [_present(service, catalogue, item, held) for item in items if item.document_id in held]


def _present(
    service: Service, catalogue: Catalogue, item: Item, held: Mapping[str, Document]
) -> d.ReviewItem:
    document = held[item.document_id]
    other = held.get(item.other_id or "")
    words = choices(service, item)
    return d.ReviewItem(
        id=item.id,
        kind=item.kind,
        score=item.score,
        question=words.question,
        why=item.why.strip(),
        confirm=words.confirm,
        reject=words.reject,
        state=item.state,
        document=_subject(service, document, item.contribution_id),
        other=_subject(service, other) if other else None,
        vocabulary=item.vocabulary,
        term=item.term,
        fields=list(item.fields),
        contribution_id=item.contribution_id,
        evidence=_evidence(service, catalogue, item, document),
    )


def choices(service: Service, item: Item) -> Choices:
    """Put an item into words."""
    if item.kind == "tag":
        taxonomy, vocabulary = service.taxonomy, str(item.vocabulary)
        label = taxonomy.label(vocabulary, str(item.term))
        name = taxonomy.short_label(vocabulary)
        return Choices(f"{name}: is it about “{label}”?", "Confirm the tag", "Reject the tag")
    if item.kind == "outcome":
        return Choices(
            "Is its text good enough to be found and quoted?",
            "Accept the document as it is",
            "Withdraw the document from search",
        )
    if item.kind == "work":
        assert item.relation is not None
        kind = RELATIONS.get(item.relation, item.relation)
        return Choices(f"Are these two the {kind}?", f"They are the {kind}", "They are different")
    if item.kind == "contribution":
        return Choices(
            "Does this contribution belong here?",
            "Accept it: everybody will see it",
            "Decline it, with a reason for the member",
        )
    names = ", ".join(FIELD_NAMES[name] for name in item.fields)
    kept = "title" in item.fields
    confirm = "Nobody can know: leave it as it is" if kept else "Nobody can know: leave it empty"
    return Choices(f"What is its {names}?", confirm, None)


def _subject(service: Service, document: Document, contribution_id: str | None = None) -> d.Subject:
    link = Presenter(service).page_link(document.id)
    if contribution_id:
        link = service.absolute(f"/contributions/{contribution_id}")
    return d.Subject(
        id=document.id,
        title=document.title,
        language=document.language,
        publishers=list(document.publishers) or None,
        year=document.year,
        link=link,
    )


def _evidence(service: Service, catalogue: Catalogue, item: Item, document: Document) -> d.Evidence:
    """Return the passage that argues, or where there is none the document's first."""
    quote, page, passage_id = item.quote, item.page, item.passage_id
    if quote is None:
        first = _first(catalogue, document)
        if first:
            quote, page, passage_id = first.text, first.page, first.id
    link = Presenter(service).passage_link(document.id, passage_id) if passage_id else None
    return d.Evidence(
        quote=quote,
        page=stated_page(document, page),
        page_label=page_label(document, page),
        passage_id=str(passage_id) if passage_id else None,
        link=None if item.contribution_id else link,
    )


def _first(catalogue: Catalogue, document: Document) -> Passage | None:
    return next(iter(catalogue.passages(document.id, pending=True)), None)


# A document's state ---------------------------------------------------------------------------


def current_etag(service: Service, catalogue: Catalogue, document_id: str) -> str:
    """Return the entity tag of a document's record as it is now.

    Raises:
        DocumentNotFound
    """
    return etag_of_document(service, detail_of(service, catalogue, document_id))
