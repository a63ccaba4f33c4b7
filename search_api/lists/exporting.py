"""What a resource list is exported from; ``search_api.exports.formats`` says in which formats."""

from __future__ import annotations

from collections.abc import Callable

from corpus.catalogue.catalogue import Catalogue
from corpus.catalogue.originals import Originals
from corpus.lists.as_json import ListFile
from corpus.model import Selection
from ingest.records.csl import Record
from search_api.exports.formats import ListExport
from search_api.exports.references import record_of_entry, stored_record


def list_export(
    catalogue: Catalogue,
    originals: Originals,
    *,
    file: Callable[[], ListFile],
    selection: Callable[[], Selection],
) -> ListExport:
    """Return what the formats write a list from.

    Args:
        catalogue: where the documents of its entries are.
        originals: where the records are that documents were taken in as.
        file: gives the list with its history.
        selection: gives the entries to show; of a smart list, what it finds now.
    """

    def records() -> list[Record]:
        entries = selection().entries
        documents = catalogue.documents(e.document_id for e in entries if e.document_id)
        records = []
        for entry in entries:
            document = documents.get(entry.document_id or "")
            stored = stored_record(originals, document) if document else None
            records.append(record_of_entry(entry, document, stored))
        return records

    return ListExport(file, selection, records)
