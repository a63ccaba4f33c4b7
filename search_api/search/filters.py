"""Turn typed values into a ``Query``, for API, pages, exports and command line alike."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping
from typing import Any, Final

from corpus.errors import QueryInvalid
from corpus.taxonomy import Taxonomy
from index.filters import FILTER_OF, FILTERS, Filter
from index.model import Filters, Query
from index.search.language import LANGUAGES, UNDECIDED
from search_api.web.cursors import bound_to

MAX_QUERY_CHARACTERS: Final = 10_000
"""Longer queries are refused. Only the first ``SEARCHED_CHARACTERS`` are searched."""


def clean_text(text: str) -> str:
    """Return text without control characters or lone surrogates, in NFC.

    Line breaks and tabs become spaces, so that words stay separate.
    """
    kept = (" " if c in "\t\n\v\f\r" else c for c in text)
    return unicodedata.normalize(
        "NFC", "".join(c for c in kept if unicodedata.category(c) not in ("Cc", "Cs"))
    ).strip()


def build_filters(
    taxonomy: Taxonomy,
    asked: Mapping[str, Any],
    *,
    year_from: int | None = None,
    year_to: int | None = None,
    include_undated: bool = False,
) -> Filters:
    """Return filters whose terms exist; two years in the wrong order are swapped.

    Args:
        taxonomy: the existing terms.
        asked: the values of each filter by its parameter; other parameters are ignored.
        year_from: the first year, inclusive.
        year_to: the last year, inclusive.
        include_undated: whether a year filter keeps documents without a year.

    Raises:
        QueryInvalid: a value is not a term of its filter's vocabulary.
    """
    if year_from is not None and year_to is not None:
        year_from, year_to = min(year_from, year_to), max(year_from, year_to)
    return Filters(
        year_from=year_from,
        year_to=year_to,
        include_undated=include_undated,
        **{f.field: _values(taxonomy, f, asked.get(f.parameter) or ()) for f in FILTERS},
    )


def _values(taxonomy: Taxonomy, filter_: Filter, typed: Iterable[str]) -> tuple[str, ...]:
    values = tuple(dict.fromkeys(filter(None, map(clean_text, typed))))
    known = filter_.known_in(taxonomy)
    for value in values:
        if known and value not in known:
            raise QueryInvalid(
                f"There is no {filter_.parameter.replace('_', ' ')} {value!r}. There are: "
                f"{', '.join(known)}"
            )
    return values


def check_language(code: str | None) -> str | None:
    """Return a code of the language of a question.

    Raises:
        QueryInvalid: the second encoder does not read it.
    """
    if code and code not in (*LANGUAGES, UNDECIDED):
        raise QueryInvalid(
            f"Questions cannot be asked in {code!r}. There are: {', '.join(LANGUAGES)}, and "
            f"{UNDECIDED} if the language is not known."
        )
    return code or None


def filter_pairs(filters: Filters) -> list[tuple[str, str]]:
    """Return the filters as (parameter, value) pairs for an address."""
    pairs = [
        (FILTER_OF[field].parameter, value) for field, values in filters.chosen for value in values
    ]
    pairs += [
        (name, str(year))
        for name, year in (("year_from", filters.year_from), ("year_to", filters.year_to))
        if year is not None
    ]
    return pairs + ([("include_undated", "true")] if filters.include_undated else [])


def query_digest(query: Query) -> str:
    """Return the digest that binds a cursor to a query: of everything but the page shown."""
    more = {"sort": query.sort, "spelling": query.spelling, "language": query.language}
    changed = {name: value for name, value in more.items() if value != getattr(Query(""), name)}
    return bound_to(query.text, query.filters, query.fusion, *changed.items())
