"""The evidence map: how many works there are by two fields, and what each cell gained."""

from __future__ import annotations

from datetime import date
from typing import Final

import numpy as np

from corpus.catalogue.catalogue import Catalogue
from corpus.documents.added import days_added
from index.documents.arrays import Documents
from index.documents.values import Mask, Rows
from index.model import Filters
from index.search.crossing import Crossed, cross
from search_api.mapping.axes import Axis, axis_of, check_axes, without_axes
from search_api.mapping.params import MapParams, address, filters_of_map
from search_api.mapping.shapes import MapAnswer, MapAxis, MapCell, MapLine
from search_api.search.presenting import filters_shape
from search_api.service.service import Service
from search_api.web.languages import gettext, label_of

LEVELS: Final = 5
BROWSED_AT: Final = "/documents"
BRIEF_AT: Final = "/brief"


def map_of(service: Service, catalogue: Catalogue, params: MapParams) -> MapAnswer:
    """Return the map of the documents that pass the filters.

    Raises:
        QueryInvalid: its two sides are one, or a filter names a term that does not exist.
    """
    check_axes(params.rows, params.columns)
    filters = filters_of_map(service, params)
    holdings = service.searcher.view(catalogue).documents
    rows, columns = (
        axis_of(service.taxonomy, holdings, name, filters) for name in (params.rows, params.columns)
    )
    allowed = holdings.allowed_documents(filters)
    now = cross(holdings, rows.documents, columns.documents, allowed)
    gained = None
    if params.since:
        before = allowed & ~_added_since(catalogue, holdings, params.since)
        gained = now.cells - cross(holdings, rows.documents, columns.documents, before).cells
    return MapAnswer(
        title=gettext(
            "%(rows)s by %(columns)s",
            rows=label_of(service.taxonomy, rows.label),
            columns=begun_small(label_of(service.taxonomy, columns.label)),
        ),
        rows=_axis_shape(holdings, rows, now.rows, allowed, filters),
        columns=_axis_shape(holdings, columns, now.columns, allowed, filters),
        cells=_cells(rows, columns, now, gained, filters),
        total=now.total,
        empty=int((now.cells == 0).sum()),
        since=params.since.isoformat() if params.since else None,
        filters=filters_shape(filters),
        revision=holdings.revision,
    )


def begun_small(label: str) -> str:
    """Return a label as it stands inside a phrase."""
    return f"{label[:1].lower()}{label[1:]}"


def _added_since(catalogue: Catalogue, holdings: Documents, since: date) -> Mask:
    added = days_added(catalogue)
    days = np.array([added.get(name, "") for name in holdings.document_ids], dtype="U10")
    new: Mask = days >= since.isoformat()
    return new


def _axis_shape(
    holdings: Documents, axis: Axis, counts: Rows, allowed: Mask, filters: Filters
) -> MapAxis:
    rest = without_axes(filters, axis.name)
    works = holdings.works_of(allowed)
    return MapAxis(
        name=axis.name,
        label=axis.label,
        lines=[
            MapLine(
                value=line.value,
                label=line.label,
                count=count,
                link=address(BROWSED_AT, rest, *line.pairs),
            )
            for line, count in zip(axis.lines, counts.tolist(), strict=True)
        ],
        left_out=axis.left_out,
        not_stated=int((works & ~holdings.works_of(allowed & axis.stated)).sum()),
    )


def _cells(
    rows: Axis, columns: Axis, now: Crossed, gained: Rows | None, filters: Filters
) -> list[list[MapCell]]:
    rest = without_axes(filters, rows.name, columns.name)
    most = int(now.cells.max(initial=0))
    return [
        [
            MapCell(
                count=count,
                gained=None if gained is None else int(gained[number, place]),
                level=-(-LEVELS * count // most) if count else 0,
                link=address(BROWSED_AT, rest, *row.pairs, *column.pairs),
                brief=address(BRIEF_AT, rest, *row.pairs, *column.pairs),
            )
            for place, (column, count) in enumerate(
                zip(columns.lines, now.cells[number].tolist(), strict=True)
            )
        ]
        for number, row in enumerate(rows.lines)
    ]
