"""A bibliographic record (CSL-JSON, as ``ingest.records`` writes it): its abstract is its text."""

from __future__ import annotations

import json
from typing import Final

from corpus.errors import SourceRejected
from ingest.extract.decode import decode_bytes
from ingest.model import Block, Extracted, ExtractedPage, Fetched, Hints, Limits
from ingest.records import csl

MEDIA_TYPE: Final = csl.MEDIA_TYPE
ORIGIN: Final = "record"
"""The origin of what a record says, of itself or of a file attached to it."""
SUFFIXES: Final = ("json",)
_KINDS: Final = {
    "article-journal": "journal-article", "report": "report", "post-weblog": "blog",
    "webpage": "web-page", "dataset": "dataset-instrument", "speech": "presentation",
}  # fmt: skip


def extract(fetched: Fetched, limits: Limits) -> Extracted:
    """Return the abstract of a record as one page, and the record's metadata as hints.

    Raises:
        SourceRejected: ``unreadable``, ``no-title`` or ``too-large``.
    """
    record = read_record(fetched.data)
    if not csl.title_of(record):
        raise SourceRejected("no-title", "The record has no title. Add one and import it again.")
    abstract = record.get("abstract", "")
    if len(abstract) > limits.max_chars:
        raise SourceRejected("too-large", f"Its abstract is over {limits.max_chars:,} characters.")
    paragraphs = abstract.split("\n\n") if abstract else [record["title"]]
    return Extracted(
        pages=(ExtractedPage(1, tuple(Block(p) for p in paragraphs)),),
        hints=(record_hints(record),),
        doubts=() if abstract else ("It has no abstract, so only its title can be searched.",),
    )


def read_record(data: bytes) -> csl.Record:
    """Return the record that a file holds.

    Raises:
        SourceRejected: ``unreadable``.
    """
    try:
        parsed = json.loads(decode_bytes(data).text)
    except (ValueError, RecursionError) as error:
        raise SourceRejected("unreadable", "The record is not valid JSON.") from error
    if isinstance(parsed, list) and len(parsed) == 1:
        parsed = parsed[0]
    if not isinstance(parsed, dict):
        raise SourceRejected("unreadable", "It must contain exactly one record.")
    return csl.normalise_record(parsed)


def record_hints(record: csl.Record) -> Hints:
    """Return what a record says, as hints with the origin ``ORIGIN``."""
    issued = record.get("issued", {}).get("date-parts", [[]])[0]
    container, is_article = record.get("container-title"), record["type"].startswith("article")
    house = record.get("publisher") or (None if is_article else container)
    return Hints(
        ORIGIN,
        title=record["title"],
        authors=tuple(map(csl.display_name, csl.names_of(record))),
        publishers=tuple(filter(None, map(str.strip, (house or "").split("; ")))),
        year=csl.year_of(record),
        published="-".join(f"{part:02d}" for part in issued) if len(issued) > 1 else None,
        kind=_KINDS.get(record["type"]),
        language=record.get("language"),
        url=record.get("URL"),
        doi=record.get("DOI"),
        isbn=record.get("ISBN"),
        journal=container if is_article else None,
        volume=record.get("volume"),
        issue=record.get("issue"),
        page_range=record.get("page"),
        series=record.get("collection-title"),
        licence=record.get("license"),
        summary=record.get("abstract"),
    )
