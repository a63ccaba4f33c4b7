"""The public shapes of the evidence map."""

from __future__ import annotations

from pydantic import BaseModel, Field

from search_api.answers.shapes import FiltersShape


class MapLine(BaseModel):
    """A row or a column of the map."""

    value: str
    label: str
    count: int = Field(description="Works with this value; one may be in several cells.")
    link: str = Field(description="The page that lists them.")


class MapAxis(BaseModel):
    """One side of the map."""

    name: str
    label: str
    lines: list[MapLine]
    left_out: int = Field(description="Values that are not shown, as there are too many.")
    not_stated: int = Field(description="Works without a value, which are in no line.")


class MapCell(BaseModel):
    """How many works have both values."""

    count: int = Field(description="What browsing with both values lists; 0 if there is none.")
    gained: int | None = Field(description="How many of them are new since `since`.")
    level: int = Field(description="From 0, none, to 5, the most on this map: for its colour.")
    link: str = Field(description="The page that lists them.")
    brief: str = Field(description="The page with a brief on them.")


class MapAnswer(BaseModel):
    """How many works there are by two fields; a work with several documents counts once."""

    title: str
    rows: MapAxis
    columns: MapAxis
    cells: list[list[MapCell]] = Field(description="By row, then by column.")
    total: int = Field(description="Works that pass the filters, also those in no line.")
    empty: int = Field(description="How many cells are empty.")
    since: str | None = Field(description="The day from which documents count as new.")
    filters: FiltersShape
    revision: int


class PlacedDocument(BaseModel):
    """A document in the picture of documents placed by meaning."""

    id: str
    title: str
    year: int | None
    topic: str | None = Field(description="Its primary or surest topic; null if it has none.")
    x: float = Field(description="From 0, left, to 1.")
    y: float = Field(description="From 0, at the bottom, to `height`, on the scale of `x`.")
    link: str


class PlacesAnswer(BaseModel):
    """Documents placed by meaning: what is near says something alike."""

    total: int = Field(description="Works that pass the filters; each has one document here.")
    unplaced: int = Field(description="How many of them have no place, as they have no vectors.")
    sampled: bool = Field(description="Whether `points` are a sample, as there are too many.")
    height: float = Field(description="The greatest `y`, 0 to 1 or more.")
    shares: list[float] = Field(
        description="How much of the differences the two directions show, 0 to 1 each."
    )
    points: list[PlacedDocument]
    filters: FiltersShape
    revision: int


class CountryCount(BaseModel):
    """How many works a country or a region has."""

    value: str
    code: str | None = Field(description="Its ISO 3166 code; null for a region.")
    count: int
    level: int = Field(description="Which of `bounds` it is within, from 1; 0 if it has none.")
    link: str = Field(description="The page that lists them.")


class CountriesAnswer(BaseModel):
    """Works by country; one with several countries counts in each."""

    total: int = Field(description="Works that pass the filters.")
    not_stated: int = Field(description="Works without a country.")
    bounds: list[int] = Field(description="The greatest count of each colour of the map.")
    countries: list[CountryCount] = Field(description="Most works first; then those without any.")
    filters: FiltersShape
    revision: int


class Share(BaseModel):
    """The share of the works that have a value."""

    value: str
    label: str
    count: int
    share: float = Field(description="From 0 to 1, of all works. One may have several values.")
    link: str | None = Field(description="The page that lists them; null for a list's documents.")


class ShareGroup(BaseModel):
    """The shares of the values of one field, those without documents included."""

    name: str
    label: str
    shares: list[Share]
    left_out: int = Field(description="Values that are not shown, as there are too many.")
    not_stated: int = Field(description="Works without a value.")


class MissingAnswer(BaseModel):
    """Whose evidence there is, and whose is missing."""

    total: int = Field(description="Works; one with several documents counts once.")
    slug: str | None = Field(description="The address of the list they are of.")
    list_title: str | None
    teachers: Share | None = Field(
        description="Those of the topic that is somebody's voice; null without one."
    )
    groups: list[ShareGroup]
    nudges: list[str] = Field(description="What no document has, in words.")
    filters: FiltersShape
    revision: int
