"""What a resource list is exported from; ``search_api.exports.formats`` says in which formats."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from corpus.catalogue.catalogue import Catalogue
from corpus.lists.as_json import ListFile
from corpus.model import Document, Entry, Selection
from search_api.answers.citations import page_label
from search_api.answers.records import record_of_entry, stored_record
from search_api.exports.formats import ListExport
from search_api.exports.taking import Collector, Quote, Reference, References, made_today


def list_export(
    catalogue: Catalogue,
    collector: Collector,
    slug: str,
    *,
    file: Callable[[], ListFile],
    selection: Callable[[], Selection],
) -> ListExport:
    """Return what the formats write a list from.

    Args:
        catalogue: where the documents of its entries are.
        collector: what makes references from documents.
        slug: the address of the list.
        file: gives the list with its history.
        selection: gives the entries to show; of a smart list, what it finds now.
    """
    return ListExport(
        file,
        selection,
        lambda: references_of_list(catalogue, collector, slug, selection()),
        made_today(collector.taxonomy),
    )


def references_of_list(
    catalogue: Catalogue, collector: Collector, slug: str, selection: Selection
) -> References:
    """Return the entries of a list as references; entries without a document have no link here."""
    entries = selection.entries
    documents = catalogue.documents(e.document_id for e in entries if e.document_id)
    return References(
        title=selection.title,
        address=f"{collector.base}/lists/{slug}",
        about=(selection.summary,) if selection.summary else (),
        items=tuple(_reference(collector, e, documents.get(e.document_id or "")) for e in entries),
        made=made_today(collector.taxonomy),
    )


def _reference(collector: Collector, entry: Entry, document: Document | None) -> Reference:
    stored = stored_record(collector.originals, document) if document else None
    record = record_of_entry(entry, document, stored)
    quote = None
    if entry.pin and entry.pin.quote:
        quote = Quote(entry.pin.quote, page_label(document, entry.pin.page) if document else None)
    if document is None:
        return Reference(record, entry.citation or entry.title, note=entry.note, quote=quote)
    whole = collector.reference(document, quote=quote)
    return replace(whole, record=record, note=entry.note)
