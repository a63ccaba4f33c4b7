"""The review queue as pages and API show it: each item with question, documents and evidence."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any, Final

from corpus.catalogue.catalogue import Catalogue
from corpus.model import Document
from corpus.review.items import Item
from corpus.review.queue import read_queue
from index.tagging.thresholds import thresholds_in_use
from search_api.answers.citations import page_label, stated_page
from search_api.answers.presenting import Presenter
from search_api.review import shapes as d
from search_api.review.words import choices_for
from search_api.service.service import Service

_MEMBERS: Final[Mapping[str, Any]] = {
    "vocabulary": None,
    "term": None,
    "tag_score": None,
    "threshold": None,
    "other_id": None,
    "relation": None,
    "fields": (),
    "suggested": (),
    "contribution_id": None,
}
"""Members that only some kinds of item have, with their values for the others."""


def queue_of(catalogue: Catalogue) -> list[Item]:
    """Return the review queue, with the thresholds of the tagger in use."""
    return read_queue(catalogue, thresholds_in_use(catalogue))


def row_of(item: Item) -> dict[str, Any]:
    """Return an item as a row with the same members for every kind."""
    return {"kind": item.kind, **_MEMBERS, **asdict(item)}


def present_items(
    service: Service, catalogue: Catalogue, items: Sequence[Item]
) -> list[d.ReviewItem]:
    """Return items with their questions, documents, evidence and links."""
    ids = {document_id for item in items for document_id in item.document_ids}
    documents = catalogue.documents(ids, pending=True)
    return [
        _present(service, catalogue, item, documents)
        for item in items
        if item.document_id in documents
    ]


def _present(
    service: Service, catalogue: Catalogue, item: Item, documents: Mapping[str, Document]
) -> d.ReviewItem:
    document = documents[item.document_id]
    other = next((documents[o] for o in item.document_ids[1:] if o in documents), None)
    words, row = choices_for(service.taxonomy, item), row_of(item)
    contribution_id = row["contribution_id"]
    return d.ReviewItem(
        id=item.id,
        kind=item.kind,
        score=item.score,
        question=words.question,
        why=item.why.strip(),
        confirm=words.confirm,
        reject=words.reject,
        state=item.state,
        document=_subject(service, document, contribution_id),
        other=_subject(service, other) if other else None,
        vocabulary=row["vocabulary"],
        term=row["term"],
        fields=list(row["fields"]),
        contribution_id=contribution_id,
        evidence=_evidence(service, catalogue, item, document),
    )


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
    """Return the item's passage, or else the document's first."""
    quote, page, passage_id = item.quote, item.page, item.passage_id
    if quote is None:
        first = catalogue.first_passage(document.id, pending=True)
        if first:
            quote, page, passage_id = first.text, first.page, first.id
    link = Presenter(service).passage_link(document.id, passage_id) if passage_id else None
    return d.Evidence(
        quote=quote,
        page=stated_page(document, page),
        page_label=page_label(document, page),
        passage_id=str(passage_id) if passage_id else None,
        link=None if document.pending_since else link,
    )
