"""A document as a CSL-JSON record, from which every bibliography is written.

A document that was added as a record is exported as that record, which may say more than the
catalogue does. Facts from elsewhere, such as corrections, replace its fields.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Any, Final

from corpus.catalogue.originals import Originals
from corpus.errors import OriginalDamaged, SourceRejected
from corpus.model import Document, Entry
from ingest.records import csl
from ingest.records.csl import Record
from search_api.answers.citations import original_url

_TYPES: Final = {
    "journal-article": "article-journal",
    "report": "report",
    "blog": "post-weblog",
    "web-page": "webpage",
    "dataset-instrument": "dataset",
    "presentation": "speech",
}
_ET_AL: Final = re.compile(r"(?:^|[\s,;]+)et\.?\s+al\b\.?\s*$", re.I)
_JOURNAL: Final = re.compile(
    r"\b(?:journal|revista|revue|zeitschrift|annals|quarterly)\b|\b(?:review|archives)$", re.I
)
_WITH_HOUSE: Final = re.compile(
    r"(.+?) \((BMC|Elsevier|Emerald|Frontiers|Karger|MDPI|PLOS|Routledge|SAGE|Springer|Taylor & "
    r"Francis|Wiley|\w+ University Press)\)",
    re.I,
)
"""A journal with its publisher, as in "Child Development (Wiley)"."""


def stored_record(originals: Originals, document: Document) -> Record | None:
    """Return the record from which a document was added; ``None`` if it was another format."""
    if document.media_type != csl.MEDIA_TYPE:
        return None
    from ingest.extract.record import read_record  # with it come the extractors of all formats

    try:
        return read_record(originals.read(document.sha256))
    except (OriginalDamaged, SourceRejected):  # the catalogue has the main fields
        return None


def record_of(document: Document, stored: Record | None = None) -> Record:
    """Return a document as a bibliographic record.

    Args:
        document: the document in the catalogue.
        stored: the record from which it was added, if it was one.
    """
    record: dict[str, Any] = dict(stored or {})
    for name, fields in _fields_of(document).items():
        if stored is None or document.metadata_origins.get(name, "record") != "record":
            record |= fields
    record["author"] = _without_et_al(record.get("author", ()))
    record["note"] = _joined(document.note, record.get("note"))
    return csl.normalise_record(record)


def record_of_entry(
    entry: Entry, document: Document | None, stored: Record | None = None
) -> Record:
    """Return an entry as a record, from its document or else from the entry's own fields."""
    if document is None:
        # Who wrote it, and when, is in the citation alone.
        cited = entry.citation if entry.citation != entry.title else None
        note = _joined(entry.note, cited)
        record: dict[str, Any] = {"title": entry.title, "URL": entry.url, "note": note}
        return csl.normalise_record(record)
    record = record_of(document, stored)
    own_title = {} if entry.title == document.title else {"title": entry.title}
    own_url = {"URL": entry.url} if entry.url else {}
    return csl.normalise_record(
        record | own_title | own_url | {"note": _joined(entry.note, record.get("note"))}
    )


def _fields_of(document: Document) -> dict[str, dict[str, Any]]:
    """Return the catalogue's facts as CSL fields, by the field of the document."""
    journal, houses = _journal_of(document)
    people = (_ET_AL.sub("", author) for author in document.authors)
    year = str(document.year or "")
    dated = document.published if (document.published or "").startswith(year) else None
    issued = {"issued": dated or document.year}
    return {
        "title": {"title": document.title},
        "authors": {
            "author": [csl.parse_name(person, is_person=True) for person in people if person]
        },
        "publishers": {"publisher": "; ".join(houses)}
        | ({"container-title": journal} if journal else {}),
        "journal": {"container-title": document.journal} if document.journal else {},
        "year": issued,
        "published": issued,
        "kind": {"type": _TYPES.get(document.kind or "", "document")},
        "language": {"language": document.language},
        "url": {"URL": original_url(document)},
        "doi": {"DOI": document.doi},
        "isbn": {"ISBN": document.isbn},
        "volume": {"volume": document.volume},
        "issue": {"issue": document.issue},
        "page_range": {"page": document.page_range},
        "series": {"collection-title": document.series},
    }


def _journal_of(document: Document) -> tuple[str, list[str]]:
    """Return an article's journal, if its publishers name one, and the other publishers.

    Sources that have no field for the journal name it as the publisher.
    """
    houses = list(document.publishers)
    if document.journal:
        return document.journal, [house for house in houses if house != document.journal]
    if document.kind != "journal-article":
        return "", houses
    for place, publisher in enumerate(houses):
        both = _WITH_HOUSE.fullmatch(publisher)
        if both:
            return both[1], [*houses[:place], both[2], *houses[place + 1 :]]
        if _JOURNAL.search(publisher):
            return publisher, [*houses[:place], *houses[place + 1 :]]
    return "", houses


def _without_et_al(names: Sequence[Any]) -> list[Any]:
    """Return names without "et al.", which is not a name; records have no field for it."""
    kept = []
    for name in names:
        spoken = csl.display_name(name) if name else ""
        bare = _ET_AL.sub("", spoken)
        if bare:
            kept.append(name if bare == spoken else csl.parse_name(bare))
    return kept


def _joined(*notes: str | None) -> str:
    """Return notes joined, with each paragraph once."""
    paragraphs: Iterable[str] = (
        p.strip() for note in notes for p in re.split(r"\n\s*\n", note or "")
    )
    return "\n\n".join(dict.fromkeys(p for p in paragraphs if p))
