"""Counts beside the results: how many of the ranked documents carry each value."""

from __future__ import annotations

import functools
from collections.abc import Callable
from dataclasses import replace
from typing import Any, Final

import numpy as np

from corpus.taxonomy import Taxonomy
from index.model import Facet, FacetCount, Filters
from index.search.holdings import VALUE_FIELDS, Holdings, Rows

LABELS: Final = {
    "stages": "Evidence stage",
    "topics": "Topic",
    "kinds": "Kind",
    "languages": "Language",
    "countries": "Country or region",
    "publishers": "Publisher",
}
MOST_VALUES: Final = 12
"""Values shown of a facet without a fixed vocabulary, the most frequent first."""

RankedRows = Callable[[Filters], Rows]
"""Document rows ranked under the given filters."""


def count_facets(
    holdings: Holdings, taxonomy: Taxonomy, filters: Filters, ranked: RankedRows
) -> tuple[Facet, ...]:
    """Count each field's values over the ranked documents.

    A field that is filtered by is counted as if it were not, so that its other values still show
    what choosing them as well would bring.
    """
    facets = []
    for field in VALUE_FIELDS:
        selected = getattr(filters, field)
        rows = ranked(_without(filters, field) if selected else filters)
        counts = _counts(holdings, field, rows, selected)
        facets.append(Facet(field, LABELS[field], _labelled(taxonomy, field, counts, selected)))
    return tuple(facets)


def _without(filters: Filters, field: str) -> Filters:
    changes: dict[str, Any] = {field: ()}
    return replace(filters, **changes)


def _counts(
    holdings: Holdings, field: str, rows: Rows, selected: tuple[str, ...]
) -> dict[str, int]:
    among = np.zeros(len(holdings.document_ids), dtype=bool)
    among[rows] = True
    counts = {value: int(among[found].sum()) for value, found in holdings.values[field].items()}
    return {value: n for value, n in counts.items() if n} | {
        value: counts.get(value, 0) for value in selected
    }


def _labelled(
    taxonomy: Taxonomy, field: str, counts: dict[str, int], selected: tuple[str, ...]
) -> tuple[FacetCount, ...]:
    if field in taxonomy.vocabularies and field != "kinds":
        order = [term for term in taxonomy.vocabulary(field).terms if term in counts]
        order += sorted(set(counts) - set(order))
    else:
        order = sorted(counts, key=lambda value: (value not in selected, -counts[value], value))
        order = order[: max(MOST_VALUES, len(selected))]
    return tuple(
        FacetCount(value, _label(taxonomy, field, value), counts[value], value in selected)
        for value in order
    )


def _label(taxonomy: Taxonomy, field: str, value: str) -> str:
    if field in taxonomy.vocabularies:
        return taxonomy.label(field, value)
    return language_name(value) if field == "languages" else value


@functools.cache
def language_name(code: str) -> str:
    """Return the English name of a language code, or the code itself when it has none."""
    from babel import Locale, UnknownLocaleError

    try:
        return Locale.parse(code).get_display_name("en") or code
    except (UnknownLocaleError, ValueError):
        return code
