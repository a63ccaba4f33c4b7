"""The page of the evidence map: a table coloured by its counts, and the form that chooses it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import HTMLResponse

from corpus.catalogue.catalogue import Catalogue
from index.filters import PASSAGE_FILTERS
from index.model import Filters
from index.model import Query as SearchQuery
from search_api.answers.holdings import facet_shape
from search_api.exports.countries_svg import draw_atlas
from search_api.exports.formats import COUNTRIES, MAPS, PLACES, TIMELINES, Format
from search_api.exports.scatter import draw_mark, draw_scatter
from search_api.exports.timeline_svg import draw_timeline
from search_api.mapping.axes import has_lines, label_of
from search_api.mapping.counting import map_of
from search_api.mapping.countries import countries_of, lay_out_countries
from search_api.mapping.laying import caption_of, notes_of
from search_api.mapping.missing import missing_of, voice_of
from search_api.mapping.names import AXES, BY_YEAR, SERIES
from search_api.mapping.params import (
    CountriesParams,
    MapParams,
    MissingParams,
    NarrowedParams,
    TimelineParams,
    address,
    filters_of_map,
    timeline_pairs,
    view_pairs,
)
from search_api.mapping.placing import (
    MOST_ON_PAGE,
    caption_of_places,
    lay_out_places,
    notes_of_places,
    places_of,
)
from search_api.mapping.routes import map_export, name_filters
from search_api.search.addresses import make_chips
from search_api.search.filters import filter_pairs
from search_api.service.service import Service
from search_api.web import languages
from search_api.web.declared import PREFIX
from search_api.web.dependencies import CatalogueDep, Freshness, ServiceDep
from search_api.web.languages import gettext
from search_api.web.rendering import render

router = APIRouter(include_in_schema=False, default_response_class=HTMLResponse)

OFTEN = (
    ("topic", "stage"),
    ("country", "topic"),
    ("evidence_type", "stage"),
    ("kind", "topic"),
    ("school_level", "topic"),
    ("decade", "topic"),
)
"""Rows and columns of the maps that the page offers as links."""


@router.get("/map")
def evidence_map(
    request: Request,
    service: ServiceDep,
    catalogue: CatalogueDep,
    params: Annotated[MapParams, Query()],
    fresh: Freshness,
) -> Response:
    """Show the map, the ways to change it, and its files."""
    answer = map_of(service, catalogue, params)
    filters = filters_of_map(service, params)
    pairs = [*view_pairs(params), *filter_pairs(filters)]
    twin = f"{PREFIX}/map"
    return render(
        request,
        "map.html",
        headers=fresh,
        map=answer,
        caption=caption_of(answer, "; ".join(name_filters(service, filters))),
        notes=notes_of(service.taxonomy, answer),
        axes=[
            (name, label_of(service.taxonomy, name))
            for name in AXES
            if has_lines(service.taxonomy, name)
        ],
        often=_offered(service, params, filters),
        since=params.since,
        **_files(MAPS, twin, pairs),
        **narrowing(service, catalogue, filters, "/map", view_pairs(params)),
    )


@router.get("/map/timeline")
def timeline(
    request: Request,
    service: ServiceDep,
    catalogue: CatalogueDep,
    params: Annotated[TimelineParams, Query()],
    fresh: Freshness,
) -> Response:
    """Show how much there is of each year, as a picture and as a table of the same counts."""
    drawn = params.as_map()
    answer = map_of(service, catalogue, drawn)
    filters = filters_of_map(service, params)
    pairs = [*timeline_pairs(params), *filter_pairs(filters)]
    twin = f"{PREFIX}/map/timeline"
    return render(
        request,
        "timeline.html",
        headers=fresh,
        map=answer,
        picture=draw_timeline(map_export(service, answer, drawn).lay_out()),
        caption=caption_of(answer, "; ".join(name_filters(service, filters))),
        notes=notes_of(service.taxonomy, answer),
        series=[
            (name, label_of(service.taxonomy, name))
            for name in SERIES
            if has_lines(service.taxonomy, name)
        ],
        steps=[(name, label_of(service.taxonomy, name)) for name in BY_YEAR],
        **_files(TIMELINES, twin, pairs),
        **narrowing(service, catalogue, filters, "/map/timeline", timeline_pairs(params)),
    )


@router.get("/map/meaning")
def meaning(
    request: Request,
    service: ServiceDep,
    catalogue: CatalogueDep,
    params: Annotated[NarrowedParams, Query()],
    fresh: Freshness,
) -> Response:
    """Show documents placed by meaning, as a picture of links and as a list by topic."""
    answer = places_of(service, catalogue, params, MOST_ON_PAGE)
    filters = filters_of_map(service, params)
    narrowed = "; ".join(name_filters(service, filters))
    scatter = lay_out_places(service, answer, narrowed)
    groups = [
        (scatter.label_of(group), draw_mark(group), points)
        for group in (*range(len(scatter.groups)), None)
        if (points := scatter.of_group(group))
    ]
    pairs = filter_pairs(filters)
    twin = f"{PREFIX}/map/meaning"
    return render(
        request,
        "meaning.html",
        headers=fresh,
        picture=draw_scatter(scatter) if answer.points else None,
        groups=groups,
        caption=caption_of_places(answer, narrowed),
        notes=notes_of_places(answer),
        **_files(PLACES, twin, pairs),
        **narrowing(service, catalogue, filters, "/map/meaning", []),
    )


@router.get("/map/countries")
def countries(
    request: Request,
    service: ServiceDep,
    catalogue: CatalogueDep,
    params: Annotated[CountriesParams, Query()],
    fresh: Freshness,
) -> Response:
    """Show a map of the world by documents, and the same counts as a table."""
    answer = countries_of(service, catalogue, params)
    filters = filters_of_map(service, params)
    atlas = lay_out_countries(service, answer, "; ".join(name_filters(service, filters)))
    pairs = filter_pairs(filters)
    twin = f"{PREFIX}/map/countries"
    view = [("none", "true")] if params.none else []
    other = [] if params.none else [("none", "true")]
    return render(
        request,
        "countries.html",
        headers=fresh,
        atlas=atlas,
        picture=draw_atlas(atlas),
        shown=[country for country in atlas.countries if country.count or params.none],
        without=sum(not country.count for country in atlas.countries),
        none=params.none,
        other=address("/map/countries", [*other, *pairs]),
        **_files(COUNTRIES, twin, pairs),
        **narrowing(service, catalogue, filters, "/map/countries", view),
    )


@router.get("/map/missing")
def missing(
    request: Request,
    service: ServiceDep,
    catalogue: CatalogueDep,
    params: Annotated[MissingParams, Query()],
    fresh: Freshness,
) -> Response:
    """Show whose evidence there is and whose is missing."""
    answer = missing_of(service, catalogue, params)
    filters = filters_of_map(service, params)
    view = [("list", params.list_slug)] if params.list_slug else []
    return render(
        request,
        "missing.html",
        headers=fresh,
        missing=answer,
        voice=voice_of(service.taxonomy),
        twin=address(f"{PREFIX}/map/missing", [*view, *filter_pairs(filters)]),
        **narrowing(service, catalogue, filters, "/map/missing", view),
    )


def _offered(service: Service, params: MapParams, filters: Filters) -> list[tuple[str, str | None]]:
    """Return the maps that are often wanted, with the address; ``None`` for the one shown."""
    offered = []
    for rows, columns in OFTEN:
        if not has_lines(service.taxonomy, rows):
            continue
        shown = (rows, columns) == (params.rows, params.columns)
        first, second = (
            languages.label_of(service.taxonomy, label_of(service.taxonomy, name))
            for name in (rows, columns)
        )
        label = gettext("%(rows)s by %(columns)s", rows=first, columns=second)
        changed = params.model_copy(update={"rows": rows, "columns": columns})
        pairs = [*view_pairs(changed), *filter_pairs(filters)]
        offered.append((label, None if shown else address("/map", pairs)))
    return offered


def _files(
    formats: Mapping[str, Format[Any]], twin: str, pairs: Sequence[tuple[str, str]]
) -> dict[str, Any]:
    """Return the links of a page to its files, and to the same as JSON."""
    links = [(f.label, address(twin, pairs, ("format", name))) for name, f in formats.items()]
    return {"downloads": links, "twin": address(twin, pairs)}


def narrowing(
    service: Service,
    catalogue: Catalogue,
    filters: Filters,
    path: str,
    view: list[tuple[str, str]],
) -> dict[str, Any]:
    """Return what a page needs to offer the filters of a search, and to take them back."""
    asked = SearchQuery("", filters)
    found = service.searcher.search(catalogue, replace(asked, limit=1))
    return {
        "facets": [facet_shape(facet, service.taxonomy) for facet in found.facets],
        "chips": [
            replace(chip, address=_with_view(chip.address, view))
            for chip in make_chips(path, replace(found, query=asked))
        ],
        "unfiltered": address(path, view),
        "asked": filters,
        "passages_about": [
            (f.parameter, value) for f in PASSAGE_FILTERS for value in filters[f.field]
        ],
    }


def _with_view(target: str, view: list[tuple[str, str]]) -> str:
    return f"{target}{'&' if '?' in target else '?'}{address('', view)[1:]}" if view else target
