"""The sides of the map: their rows or columns, and which documents each of them has."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

import numpy as np

from corpus.errors import QueryInvalid
from corpus.taxonomy import Taxonomy
from index.documents.arrays import Documents
from index.documents.values import Mask, Rows
from index.filters import Filter
from index.model import Filters
from index.search.crossing import Lines
from index.search.facets import language_name
from search_api.mapping.names import BY_FILTER, BY_YEAR
from search_api.search.filters import filter_pairs

MOST_LINES: Final = 60
"""How many lines an axis has at most; of countries and publishers the most frequent."""

Pairs = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Line:
    """A row or a column: its value and label, and the filters that browse it."""

    value: str
    label: str
    pairs: Pairs


@dataclass(frozen=True, slots=True)
class Axis:
    """One side of the map.

    Attributes:
        name: a parameter of a filter, ``year`` or ``decade``.
        label: its heading.
        lines: what it shows, in order.
        documents: which documents each line has.
        stated: (m,) bool, the documents that have any value, also one that is not shown.
        left_out: how many values are not shown, as there are too many.
    """

    name: str
    label: str
    lines: tuple[Line, ...]
    documents: Lines
    stated: Mask
    left_out: int


def has_lines(taxonomy: Taxonomy, name: str) -> bool:
    """Say whether an axis may have lines: a network's vocabulary can be empty."""
    chosen = BY_FILTER.get(name)
    return not (chosen and chosen.vocabulary) or bool(chosen.known_in(taxonomy))


def label_of(taxonomy: Taxonomy, name: str) -> str:
    """Return the heading of an axis."""
    return name.capitalize() if name in BY_YEAR else BY_FILTER[name].label_in(taxonomy)


def check_axes(rows: str, columns: str) -> None:
    """Check that two axes cross.

    Raises:
        QueryInvalid: they are one, or both are by time.
    """
    if rows == columns or {rows, columns} <= BY_YEAR.keys():
        raise QueryInvalid(
            f"A map needs two different sides, not {rows} and {columns}. Choose another for one."
        )


def axis_of(taxonomy: Taxonomy, holdings: Documents, name: str, filters: Filters) -> Axis:
    """Return an axis with every value, also those that no document has under the filters.

    A filter by the axis' own field says which lines there are.
    """
    if name in BY_YEAR:
        return _by_year(holdings, name, filters)
    return _by_value(taxonomy, holdings, BY_FILTER[name], filters)


def without_axes(filters: Filters, *names: str) -> list[tuple[str, str]]:
    """Return the filters as pairs for an address, without those that a line of the axes sets."""
    own = {*names}
    if own & BY_YEAR.keys():
        own |= {"year_from", "year_to", "include_undated"}
    return [pair for pair in filter_pairs(filters) if pair[0] not in own]


def _by_value(taxonomy: Taxonomy, holdings: Documents, filter_: Filter, filters: Filters) -> Axis:
    values = holdings.values[filter_.field]
    shown: Iterable[str]
    if filter_.vocabulary:
        shown = taxonomy.vocabulary(filter_.vocabulary).terms
    else:
        shown = sorted(values, key=lambda value: (-len(values[value]), value))
    wanted = filters[filter_.field]
    every = [value for value in shown if value in wanted] if wanted else list(shown)
    kept = every[:MOST_LINES]
    stated = np.zeros(len(holdings.document_ids), dtype=bool)
    stated[values.rows] = True
    return Axis(
        name=filter_.parameter,
        label=filter_.label_in(taxonomy),
        lines=tuple(
            Line(value, _label(taxonomy, filter_, value), ((filter_.parameter, value),))
            for value in kept
        ),
        documents=Lines.of(_rows(values.get(value)) for value in kept),
        stated=stated,
        left_out=len(every) - len(kept),
    )


def _rows(rows: Rows | None) -> Rows:
    return np.empty(0, np.int64) if rows is None else rows


def _label(taxonomy: Taxonomy, filter_: Filter, value: str) -> str:
    if filter_.vocabulary:
        return taxonomy.vocabulary(filter_.vocabulary).terms[value].short
    return language_name(value) if filter_.record == "language" else value


def _by_year(holdings: Documents, name: str, filters: Filters) -> Axis:
    step, years = BY_YEAR[name], holdings.years
    dated = years[years > 0]
    if len(dated):
        first = max(filters.year_from or 0, int(dated.min()))
        last = min(filters.year_to or 9999, int(dated.max()))
    else:
        first, last = 1, 0
    spans = [
        (max(start, first), min(start + step - 1, last))
        for start in range(first - first % step, last + 1, step)
    ]
    kept = spans[-MOST_LINES:]
    return Axis(
        name=name,
        label=name.capitalize(),
        lines=tuple(
            Line(
                str(start),
                str(start) if start == end else f"{start}–{end}",
                (("year_from", str(start)), ("year_to", str(end))),
            )
            for start, end in kept
        ),
        documents=Lines.of(
            np.flatnonzero((years >= start) & (years <= end)) for start, end in kept
        ),
        stated=years > 0,
        left_out=len(spans) - len(kept),
    )
