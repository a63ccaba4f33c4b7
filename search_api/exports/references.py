"""A document as a CSL-JSON record, from which every bibliography is written."""

from __future__ import annotations

from typing import Final

from corpus.model import Document, Entry
from ingest.records import csl
from ingest.records.csl import Record

_TYPES: Final = {
    "journal-article": "article-journal",
    "report": "report",
    "blog": "post-weblog",
    "web-page": "webpage",
    "dataset-instrument": "dataset",
    "presentation": "speech",
}


def record_of(entry: Entry, document: Document | None) -> Record:
    """Return an entry as a bibliographic record: from its document, or from what it keeps."""
    found: dict[str, object] = {"type": "document", "title": entry.title, "URL": entry.url}
    if document is not None:
        found |= {
            "type": _TYPES.get(document.kind or "", "document"),
            "author": [csl.parse_name(author, is_person=True) for author in document.authors],
            "publisher": "; ".join(document.publishers),
            "issued": document.published or document.year,
            "language": document.language,
            "DOI": document.doi,
        }
    return csl.normalise_record(found)
