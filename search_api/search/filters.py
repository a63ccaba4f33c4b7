"""From what a reader typed to a ``Query``: one way for API, pages, exports and command line."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from typing import Final

from corpus.errors import QueryInvalid
from corpus.taxonomy import Taxonomy
from index.model import Filters, Query
from search_api.web.cursors import bound_to

MAX_QUERY_CHARACTERS: Final = 10_000
FIRST_YEAR: Final = 1000
LAST_YEAR: Final = 9999

PARAMETER_OF: Final = {
    "stages": "stage",
    "topics": "topic",
    "kinds": "kind",
    "languages": "language",
    "countries": "country",
    "publishers": "publisher",
    "passage_stages": "passage_stage",
    "passage_topics": "passage_topic",
}
"""The name in an address of each filter by value: one value an appearance, so singular."""


def clean_text(text: str) -> str:
    """Return text that every part can carry: no control characters, no lone surrogates, NFC.

    Line breaks and tabs become spaces, so that the words they part stay parted.
    """
    kept = (" " if c in "\t\n\v\f\r" else c for c in text)
    return unicodedata.normalize(
        "NFC", "".join(c for c in kept if unicodedata.category(c) not in ("Cc", "Cs"))
    ).strip()


def build_filters(
    taxonomy: Taxonomy,
    *,
    stages: Iterable[str] = (),
    topics: Iterable[str] = (),
    kinds: Iterable[str] = (),
    languages: Iterable[str] = (),
    countries: Iterable[str] = (),
    publishers: Iterable[str] = (),
    passage_stages: Iterable[str] = (),
    passage_topics: Iterable[str] = (),
    year_from: int | None = None,
    year_to: int | None = None,
    include_undated: bool = False,
) -> Filters:
    """Return filters whose terms exist; years given the wrong way round are put right.

    Raises:
        QueryInvalid: a stage, topic or kind is not a term of its vocabulary.
    """
    if year_from is not None and year_to is not None:
        year_from, year_to = min(year_from, year_to), max(year_from, year_to)
    return Filters(
        stages=_terms(taxonomy, "stages", stages),
        topics=_terms(taxonomy, "topics", topics),
        kinds=_terms(taxonomy, "kinds", kinds),
        languages=_values(languages),
        countries=_values(countries),
        publishers=_values(publishers),
        passage_stages=_terms(taxonomy, "stages", passage_stages),
        passage_topics=_terms(taxonomy, "topics", passage_topics),
        year_from=year_from,
        year_to=year_to,
        include_undated=include_undated,
    )


def _values(values: Iterable[str]) -> tuple[str, ...]:
    cleaned = (clean_text(value) for value in values)
    return tuple(dict.fromkeys(value for value in cleaned if value))


def _terms(taxonomy: Taxonomy, vocabulary: str, values: Iterable[str]) -> tuple[str, ...]:
    terms = _values(values)
    known = taxonomy.vocabulary(vocabulary).terms
    for term in terms:
        if term not in known:
            raise QueryInvalid(
                f"There is no {PARAMETER_OF[vocabulary]} {term!r}. There are: {', '.join(known)}"
            )
    return terms


def filter_pairs(filters: Filters) -> list[tuple[str, str]]:
    """Return the filters as (parameter, value) pairs, as they stand in an address."""
    pairs = [
        (parameter, value)
        for field, parameter in PARAMETER_OF.items()
        for value in getattr(filters, field)
    ]
    pairs += [
        (name, str(year))
        for name, year in (("year_from", filters.year_from), ("year_to", filters.year_to))
        if year is not None
    ]
    return pairs + ([("include_undated", "true")] if filters.include_undated else [])


def query_digest(query: Query) -> str:
    """Return what binds a cursor to a query: everything but which part of the ranking is shown."""
    return bound_to(query.text, query.filters, query.fusion)
