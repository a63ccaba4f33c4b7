"""Counts beside the results: how many there would be with each value as a filter."""

from __future__ import annotations

import functools
from typing import Final

import numpy as np

from corpus.taxonomy import Taxonomy
from index.documents.arrays import Documents
from index.documents.candidates import Candidates
from index.filters import DOCUMENT_FILTERS, Filter
from index.model import Facet, FacetCount, Filters
from index.search.language import LANGUAGES
from index.search.ranking import Ranking

MOST_VALUES: Final = 12
"""How many values a facet without a fixed vocabulary shows, the most frequent first."""


def count_facets(
    holdings: Documents, taxonomy: Taxonomy, filters: Filters, candidates: Candidates
) -> tuple[Facet, ...]:
    """Count, for each value of a field, the results that a search with it would have.

    A filtered field is counted as if it were not filtered, so that its other values show how many
    results they would have instead. A field that has no value in any document has no facet.
    """
    facets = []
    for filter_ in DOCUMENT_FILTERS:
        field, selected = filter_.field, filters[filter_.field]
        if not selected and not holdings.values[field]:
            continue
        others = filters.without(field) if selected else filters
        counts = candidates.count(holdings, field, others)
        counts |= {value: counts.get(value, 0) for value in selected}
        labelled = _labelled(taxonomy, filter_, counts, selected)
        facets.append(Facet(field, filter_.label_in(taxonomy), labelled))
    return tuple(facets)


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


def count_matches(
    holdings: Documents, candidates: Candidates, ranking: Ranking, filters: Filters
) -> tuple[int, int, bool]:
    """Return how many works matched by words, how many shown ones did not, and if there are more.

    The first counts all of them, the second only those that the ranking lists.
    """
    allowed = holdings.allowed_documents(filters)
    matched = candidates.matched_works(holdings, allowed)
    shown = np.unique(holdings.work[ranking.documents])
    related = int((~matched[shown]).sum())
    return int(matched.sum()), related, candidates.count_all(holdings, allowed) > len(shown)


@functools.cache
def language_name(code: str) -> str:
    """Return the English name of a language code, or the code itself if it has none."""
    if code in LANGUAGES:
        return LANGUAGES[code]  # loading the names of all takes 30 ms
    from babel import Locale, UnknownLocaleError

    try:
        return Locale.parse(code).get_display_name("en") or code
    except (UnknownLocaleError, ValueError):
        return code
