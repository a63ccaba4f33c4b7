"""The evidence map over the API, and as a file."""

from __future__ import annotations

from typing import Annotated, Any, Final

from fastapi import APIRouter, Query

from index.filters import FILTERS
from index.model import Filters
from search_api.exports.answering import answer_file, declare_files
from search_api.exports.formats import COUNTRIES, MAPS, PLACES, TIMELINES, Drawn
from search_api.exports.grid import Grid
from search_api.exports.taking import made_today
from search_api.mapping.counting import map_of
from search_api.mapping.countries import countries_export, countries_of
from search_api.mapping.laying import lay_out_map
from search_api.mapping.missing import missing_of
from search_api.mapping.params import (
    MapParams,
    StrictCountriesParams,
    StrictMapParams,
    StrictMissingParams,
    StrictPlacesParams,
    StrictTimelineParams,
    filters_of_map,
)
from search_api.mapping.placing import places_export, places_of
from search_api.mapping.shapes import CountriesAnswer, MapAnswer, MissingAnswer, PlacesAnswer
from search_api.service.service import Service
from search_api.web.declared import reads
from search_api.web.dependencies import CatalogueDep, Freshness, ServiceDep
from search_api.web.languages import current, label_of

router = APIRouter(tags=["map"])

FILES: Final = declare_files(MAPS)
TIMELINE_FILES: Final = declare_files(TIMELINES)
COUNTRIES_FILES: Final = declare_files(COUNTRIES)
PLACES_FILES: Final = declare_files(PLACES)


@router.get(
    "/map",
    operation_id="getMap",
    summary="The evidence map: counts by two fields",
    response_model=MapAnswer,
    responses={**FILES, **reads()},
    openapi_extra={"x-example": "?rows=topic&columns=stage"},
)
def get_map(
    service: ServiceDep,
    catalogue: CatalogueDep,
    params: Annotated[StrictMapParams, Query()],
    fresh: Freshness,
) -> Any:
    """Return how many works have each value of one field and of another, empty cells included.

    A cell has the number of results of browsing with both values and the other filters. With
    `since`, each cell says how many of its works are new.
    """
    answer = map_of(service, catalogue, params)
    if params.format == "json":
        return answer
    chosen = MAPS[params.format]
    name = f"map-{params.rows}-by-{params.columns}".replace("_", "-")
    return answer_file(chosen, chosen.write(map_export(service, answer, params)), name, fresh)


@router.get(
    "/map/timeline",
    operation_id="getTimeline",
    summary="The timeline: counts by year or decade",
    response_model=MapAnswer,
    responses={**TIMELINE_FILES, **reads()},
    openapi_extra={"x-example": "?by=stage&step=decade"},
)
def get_timeline(
    service: ServiceDep,
    catalogue: CatalogueDep,
    params: Annotated[StrictTimelineParams, Query()],
    fresh: Freshness,
) -> Any:
    """Return how many works there are of each year, and of each stage or topic in that year.

    It is the map with `rows=year`; as SVG it is a picture with a strip of bars for each stage.
    """
    drawn = params.as_map()
    answer = map_of(service, catalogue, drawn)
    if params.format == "json":
        return answer
    chosen = TIMELINES[params.format]
    name = f"timeline-{params.by}-by-{params.step}".replace("_", "-")
    return answer_file(chosen, chosen.write(map_export(service, answer, drawn)), name, fresh)


@router.get(
    "/map/meaning",
    operation_id="getPlaces",
    summary="Documents placed by meaning",
    response_model=PlacesAnswer,
    responses={**PLACES_FILES, **reads()},
    openapi_extra={"x-example": "?stage=use"},
)
def get_places(
    service: ServiceDep,
    catalogue: CatalogueDep,
    params: Annotated[StrictPlacesParams, Query()],
    fresh: Freshness,
) -> Any:
    """Return where documents lie by meaning, in two dimensions: at most 1,000 of them.

    The directions are the first two principal components of the documents' vectors. They are
    worked out once for each generation of the index. Without an index there are no points.
    """
    answer = places_of(service, catalogue, params)
    if params.format == "json":
        return answer
    narrowed = "; ".join(name_filters(service, filters_of_map(service, params)))
    chosen = PLACES[params.format]
    content = chosen.write(places_export(service, answer, narrowed))
    return answer_file(chosen, content, "documents-by-meaning", fresh)


@router.get(
    "/map/countries",
    operation_id="getCountries",
    summary="The map of countries: counts by country",
    response_model=CountriesAnswer,
    responses={**COUNTRIES_FILES, **reads()},
    openapi_extra={"x-example": "?topic=educator-voice"},
)
def get_countries(
    service: ServiceDep,
    catalogue: CatalogueDep,
    params: Annotated[StrictCountriesParams, Query()],
    fresh: Freshness,
) -> Any:
    """Return how many works there are of each country, also those without any.

    Without a filter by country, every country on the map is listed. As SVG it is a map of the
    world; countries are those of Natural Earth at 1:110 million.
    """
    answer = countries_of(service, catalogue, params)
    if params.format == "json":
        return answer
    narrowed = "; ".join(name_filters(service, filters_of_map(service, params)))
    chosen = COUNTRIES[params.format]
    content = chosen.write(countries_export(service, answer, narrowed))
    return answer_file(chosen, content, "documents-by-country", fresh)


@router.get(
    "/map/missing",
    operation_id="getMissing",
    summary="Whose evidence is missing: shares by country, language, organisation and more",
    response_model=MissingAnswer,
    responses=reads(404),
    openapi_extra={"x-example": "?stage=use"},
)
def get_missing(
    service: ServiceDep,
    catalogue: CatalogueDep,
    params: Annotated[StrictMissingParams, Query()],
    _fresh: Freshness,
) -> MissingAnswer:
    """Return the share of the documents that each country, language, organisation and term has.

    A share of nought is listed, and `nudges` names it in words.
    """
    return missing_of(service, catalogue, params)


def map_export(service: Service, answer: MapAnswer, params: MapParams) -> Drawn[Grid]:
    """Return what the formats write a map from."""
    narrowed = "; ".join(name_filters(service, filters_of_map(service, params)))
    made = made_today(service.taxonomy)
    return Drawn(answer, lambda: lay_out_map(service, answer, narrowed, made))


def name_filters(service: Service, filters: Filters) -> list[str]:
    """Return the filters in words: "Country or region: Kenya, Togo"."""
    taxonomy = service.taxonomy
    said = []
    for filter_ in FILTERS:
        labels = [
            label_of(taxonomy, taxonomy.label(filter_.vocabulary, value))
            if filter_.vocabulary
            else current().language(value)
            if filter_.record == "language"
            else current().country(value)
            if filter_.record == "countries"
            else value
            for value in filters[filter_.field]
        ]
        if labels:
            said.append(f"{label_of(taxonomy, filter_.label_in(taxonomy))}: {', '.join(labels)}")
    first, last = filters.year_from, filters.year_to
    if first or last:
        undated = ", and undated" if filters.include_undated else ""
        said.append(f"Years: {first or ''}–{last or ''}{undated}")
    return said
