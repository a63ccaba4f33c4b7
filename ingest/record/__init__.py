"""Reads the bibliographic record from a document's own first and last pages."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any, Final

from corpus.model import Page, RecordEvidence
from ingest.metadata import FILE_NAME
from ingest.model import Hints
from ingest.record.bodies import read_publishers
from ingest.record.casing import in_text_case
from ingest.record.cited import Cited, divide_at_title, is_of_document, read_citation
from ingest.record.dates import read_dates
from ingest.record.finding import Finding
from ingest.record.forms import read_kind
from ingest.record.front import Front, Medium, front_of
from ingest.record.initials import with_initial
from ingest.record.measured import is_sure, is_worth_telling, measured
from ingest.record.people import read_authors
from ingest.record.places import read_countries
from ingest.record.printed import as_cited
from ingest.record.quotes import quote_on_page
from ingest.record.rights import read_doi, read_licence
from ingest.record.serials import divide_series, read_isbn, read_journal, read_series
from ingest.record.title_choice import choose_title
from ingest.record.titles import read_title

__all__ = [
    "Finding",
    "Front",
    "Medium",
    "evidence_for",
    "find_record",
    "front_of",
    "hints_of",
    "is_sure",
    "read_record",
]
ORIGIN: Final = "page"
IN_TITLE: Final = 0.75
"""How sure a series is that the title names."""


def read_record(front: Front) -> tuple[Finding, ...]:
    """Return what the document states about itself, at most one value for each field."""
    return tuple(filter(is_worth_telling, find_record(front)))


def find_record(front: Front) -> tuple[Finding, ...]:
    """Return what is found for each field, values whose rule was mostly wrong among them."""
    cited = read_citation(front)
    title, named = find_title(front, cited)
    series = read_series(front)
    if title and named and not series:
        series = Finding("series", named, IN_TITLE, title.page, title.quote)
    if cited and title:
        own = is_of_document(cited, str(title.value), front)
        cited = divide_at_title(cited, str(title.value)) if own else None
    doi, isbn = read_doi(front, cited), read_isbn(front)
    journal = tuple(read_journal(front, cited))
    authors = measured(read_authors(front, cited, title))
    known = [one for one in (doi, isbn, series, authors, *journal) if one]
    publishers = measured(read_publishers(front, cited, title, known))
    found = (
        title,
        authors,
        publishers,
        read_countries(front, title, publishers),
        *read_dates(front, cited, str(title.value) if title else None),
        read_kind(front, title, next((one for one in journal if one.field == "volume"), None)),
        doi,
        isbn,
        *journal,
        series,
        read_licence(front),
    )
    told = ("title", "authors", "publishers")  # which the others rest on
    rated = (one if one is None or one.field in told else measured(one) for one in found)
    return tuple(filter(None, rated))


def find_title(front: Front, cited: Cited | None) -> tuple[Finding | None, str | None]:
    """Return the title, and the series that it names beside it."""
    read, series = by_rules(front, cited)
    chosen = choose_title(front, read, cited)
    if chosen is None or (read and chosen.value == read.value):
        return measured(chosen), series
    finished, series = _finished(front, chosen)
    return measured(finished), series


def by_rules(front: Front, cited: Cited | None) -> tuple[Finding | None, str | None]:
    """Return the title as the rules read it, and the series that it names."""
    read = read_title(front, cited)
    return _finished(front, read) if read else (None, None)


def _finished(front: Front, title: Finding) -> tuple[Finding, str | None]:
    """Return a title as a citation has it, and the series that is parted from it."""
    title = with_initial(front, title)
    value = as_cited(in_text_case(str(title.value), front.text), front)
    value, series = divide_series(value)
    return replace(title, value=value), series


def hints_of(found: Sequence[Finding]) -> Hints:
    """Return the values that are sure enough to be recorded."""
    return Hints(ORIGIN, **{f.field: f.value for f in found if is_sure(f)})  # type: ignore[arg-type]


def evidence_for(
    found: Sequence[Finding],
    values: Mapping[str, Any],
    origins: Mapping[str, str],
    text: str,
    pages: Sequence[Page],
) -> Iterator[RecordEvidence]:
    """Yield where each field was read, and what is only suggested for fields nobody states.

    Args:
        found: what was read.
        values: the fields of the document.
        origins: where they came from.
        text: the document's text.
        pages: its pages, as slices of the text.
    """
    for one in found:
        sure = is_sure(one)
        named = one.field in values and origins.get(one.field) != FILE_NAME
        if (origins.get(one.field) != ORIGIN) if sure else named:
            continue  # somebody else states it
        quote = quote_on_page(text, pages, one.page, one.quote)
        page = one.page if quote else None
        suggested = None if sure else one.value
        yield RecordEvidence(one.field, page, quote, round(one.confidence, 2), suggested)
