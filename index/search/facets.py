"""Counts beside the results: how many of the ranked documents have each value."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Final

import numpy as np

from corpus.taxonomy import Taxonomy
from index.filters import DOCUMENT_FILTERS, Filter
from index.model import Facet, FacetCount, Filters
from index.search.holdings import Holdings
from index.search.values import Rows

MOST_VALUES: Final = 12
"""How many values a facet without a fixed vocabulary shows, the most frequent first."""

RankedRows = Callable[[Filters], Rows]
"""Document rows ranked under the given filters."""


def count_facets(
    holdings: Holdings, taxonomy: Taxonomy, filters: Filters, ranked: RankedRows
) -> tuple[Facet, ...]:
    """Count each field's values over the ranked documents.

    A filtered field is counted as if it were not filtered, so that its other values show how many
    documents they would add. A field that has no value in any document has no facet.
    """
    facets = []
    for filter_ in DOCUMENT_FILTERS:
        selected = filters[filter_.field]
        if not selected and not holdings.values[filter_.field]:
            continue
        rows = ranked(filters.without(filter_.field) if selected else filters)
        counts = _counts(holdings, filter_.field, rows, selected)
        labelled = _labelled(taxonomy, filter_, counts, selected)
        facets.append(Facet(filter_.field, filter_.label_in(taxonomy), labelled))
    return tuple(facets)


def _counts(
    holdings: Holdings, field: str, rows: Rows, selected: tuple[str, ...]
) -> dict[str, int]:
    among = np.zeros(len(holdings.document_ids), dtype=bool)
    among[rows] = True
    counts = {value: int(among[own].sum()) for value, own in holdings.values[field].items()}
    return {value: n for value, n in counts.items() if n} | {
        value: counts.get(value, 0) for value in selected
    }


def _labelled(
    taxonomy: Taxonomy, filter_: Filter, counts: dict[str, int], selected: tuple[str, ...]
) -> tuple[FacetCount, ...]:
    if filter_.vocabulary and not filter_.record:
        order = [term for term in taxonomy.vocabulary(filter_.vocabulary).terms if term in counts]
        order += sorted(set(counts) - set(order))
    else:
        order = sorted(counts, key=lambda value: (value not in selected, -counts[value], value))
        order = order[: max(MOST_VALUES, len(selected))]
    return tuple(
        FacetCount(value, _label(taxonomy, filter_, value), counts[value], value in selected)
        for value in order
    )


def _label(taxonomy: Taxonomy, filter_: Filter, value: str) -> str:
    if filter_.vocabulary:
        return taxonomy.label(filter_.vocabulary, value)
    return language_name(value) if filter_.record == "language" else value


@functools.cache
def language_name(code: str) -> str:
    """Return the English name of a language code, or the code itself if it has none."""
    from babel import Locale, UnknownLocaleError

    try:
        return Locale.parse(code).get_display_name("en") or code
    except (UnknownLocaleError, ValueError):
        return code
