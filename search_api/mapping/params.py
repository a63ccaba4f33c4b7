"""The parameters of the map, and the addresses of its views."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Final
from urllib.parse import urlencode

from pydantic import BaseModel, ConfigDict, Field, field_validator

from corpus.lists.rules import MAX_SLUG
from index.filters import FILTERS
from index.model import Filters
from search_api.exports.formats import (
    COUNTRIES,
    MAPS,
    PLACES,
    TIMELINES,
    CountriesFormat,
    MapFormat,
    PlacesFormat,
    TimelineFormat,
    name_formats,
)
from search_api.mapping.names import AxisName, SeriesName, StepName
from search_api.search.filters import build_filters
from search_api.search.params import Year, name_terms, term_parameters
from search_api.service.service import Service
from search_api.web.fields import with_parameters

DEFAULT_AXES: Final = ("topic", "stage")


@with_parameters(FILTERS)
class NarrowedParams(BaseModel):
    """The same filters as a search."""

    year_from: Year = Field(default=None, description="First year, inclusive.")
    year_to: Year = Field(default=None, description="Last year, inclusive.")
    include_undated: bool = Field(
        default=False, description="With a year filter: keep documents whose year is unknown."
    )


class MapParams(NarrowedParams):
    """What the map is drawn by, and of which documents."""

    rows: AxisName = Field(default=DEFAULT_AXES[0], description="What the rows are.")
    columns: AxisName = Field(default=DEFAULT_AXES[1], description="What the columns are.")
    since: date | None = Field(
        default=None,
        description="Say for each cell how many works were taken in on this day (UTC) or later.",
    )

    @field_validator("since", mode="before")
    @classmethod
    def _empty_is_none(cls, value: object) -> object:
        return value or None  # forms send an empty field


class StrictMapParams(MapParams):
    """As ``MapParams``; unknown parameters are rejected."""

    model_config = ConfigDict(extra="forbid")

    format: MapFormat = Field(default="json", description=f"{name_formats(MAPS)}.")
    _terms = field_validator(*term_parameters(FILTERS))(name_terms)


class TimelineParams(NarrowedParams):
    """What the timeline shows for each year or decade, and of which documents."""

    by: SeriesName = Field(default="stage", description="What has a strip of its own.")
    step: StepName = Field(default="year", description="How long one bar lasts.")

    def as_map(self) -> MapParams:
        """Return the same as a map: its rows are the years."""
        own = {"by", "step", "format"}
        narrowed = self.model_dump(exclude=own)
        return MapParams(**narrowed, rows=self.step, columns=self.by)


class StrictTimelineParams(TimelineParams):
    """As ``TimelineParams``; unknown parameters are rejected."""

    model_config = ConfigDict(extra="forbid")

    format: TimelineFormat = Field(default="json", description=f"{name_formats(TIMELINES)}.")
    _terms = field_validator(*term_parameters(FILTERS))(name_terms)


class StrictPlacesParams(NarrowedParams):
    """Which documents to place by meaning; unknown parameters are rejected."""

    model_config = ConfigDict(extra="forbid")

    format: PlacesFormat = Field(default="json", description=f"{name_formats(PLACES)}.")
    _terms = field_validator(*term_parameters(FILTERS))(name_terms)


class StrictCountriesParams(NarrowedParams):
    """Which documents to count by country; unknown parameters are rejected."""

    model_config = ConfigDict(extra="forbid")

    format: CountriesFormat = Field(default="json", description=f"{name_formats(COUNTRIES)}.")
    _terms = field_validator(*term_parameters(FILTERS))(name_terms)


class CountriesParams(NarrowedParams):
    """What the page of countries shows."""

    none: bool = Field(default=False, description="List countries without documents, too.")


class MissingParams(NarrowedParams):
    """Whose evidence to look at: of all documents, under filters, or of a list."""

    list_slug: str = Field(
        default="",
        alias="list",
        max_length=MAX_SLUG,
        description="The address of a published list: only its documents count.",
    )


class StrictMissingParams(MissingParams):
    """As ``MissingParams``; unknown parameters are rejected."""

    model_config = ConfigDict(extra="forbid")

    _terms = field_validator(*term_parameters(FILTERS))(name_terms)


def filters_of_map(service: Service, params: NarrowedParams) -> Filters:
    """Return the filters of a request.

    Raises:
        QueryInvalid: a filter names a term that does not exist.
    """
    return build_filters(
        service.taxonomy,
        params.model_dump(),
        year_from=params.year_from or None,
        year_to=params.year_to or None,
        include_undated=params.include_undated,
    )


def address(path: str, pairs: Sequence[tuple[str, str]], *extra: tuple[str, str]) -> str:
    """Return an address with these parameters."""
    encoded = urlencode([*pairs, *extra])
    return f"{path}?{encoded}" if encoded else path


def view_pairs(params: MapParams) -> list[tuple[str, str]]:
    """Return what the map is drawn by as pairs for an address, if it is not the default."""
    view = [("rows", params.rows), ("columns", params.columns)]
    pairs = view if (params.rows, params.columns) != DEFAULT_AXES else []
    return pairs + ([("since", params.since.isoformat())] if params.since else [])


def timeline_pairs(params: TimelineParams) -> list[tuple[str, str]]:
    """Return what the timeline shows as pairs for an address, where it is not the default."""
    defaults = TimelineParams.model_fields
    pairs = [("by", params.by), ("step", params.step)]
    return [(name, value) for name, value in pairs if value != defaults[name].default]
