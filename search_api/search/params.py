"""The query parameters of a search, and the ``Query`` made from them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Annotated, Literal

from fastapi import Depends, Query, Request
from fastapi.concurrency import run_in_threadpool
from pydantic import ConfigDict, Field, field_validator

from corpus.catalogue.catalogue import Catalogue
from corpus.model import FIRST_YEAR, LAST_YEAR
from index import model
from index.filters import FILTERS, Filter
from index.model import SEARCHED_CHARACTERS, Filters, Fusion, Sort
from index.search.language import Code
from search_api.exports.formats import AnswerFormat
from search_api.search.filters import (
    MAX_QUERY_CHARACTERS,
    build_filters,
    clean_text,
    query_digest,
)
from search_api.service.service import Service
from search_api.web.cursors import decode_cursor
from search_api.web.dependencies import CatalogueDep, PageParams, ServiceDep
from search_api.web.fields import with_parameters

Spelling = Literal["on", "off"]
Year = Annotated[int, Field(ge=FIRST_YEAR, le=LAST_YEAR)] | Literal[""] | None
"""Forms send an empty string for an empty field."""


@with_parameters(FILTERS)
class FilterParams(PageParams):
    """The filters by value: values of one parameter are alternatives, all parameters must match."""


class BrowseParams(FilterParams):
    """The filters."""

    year_from: Year = Field(
        default=None,
        description="First year, inclusive. Two years in the wrong order are swapped.",
    )
    year_to: Year = Field(default=None, description="Last year, inclusive.")
    include_undated: bool = Field(
        default=False, description="With a year filter: keep documents whose year is unknown."
    )


class ListingParams(BrowseParams):
    """The filters, and the order of the documents."""

    sort: Sort = Field(
        default="relevance",
        description=(
            "The order of the documents: the best first, or by year, those without a year last. "
            "Without words, `relevance` is `newest`."
        ),
    )
    format: AnswerFormat | None = Field(
        default=None,
        description="This page of the answer as a file; `Accept` can say the same.",
    )


class SearchParams(ListingParams):
    """A search: words, filters, and how to rank."""

    q: str = Field(
        default="",
        max_length=MAX_QUERY_CHARACTERS,
        description=(
            'What to look for, in plain words and any language. `"words"` in quotation marks '
            'must follow each other; `-word` and `-"words"` leave passages out; `word*` is any '
            "word that begins so; `title:word` must be in the title; `stage:use` and so on "
            "are filters. What only looks like that is plain words. If "
            "empty: all documents that pass the filters, newest first. Up to "
            f"{MAX_QUERY_CHARACTERS:,} characters; the first {SEARCHED_CHARACTERS:,} are searched."
        ),
    )
    query_language: Code | Literal[""] | None = Field(
        default=None,
        description=(
            "The language of `q`, which decides how it is ranked; `und` if it may be in any. If it "
            "is not given, the program goes by the words."
        ),
    )
    fusion: Fusion = Field(
        default="scores",
        description="How the keyword and semantic rankings are combined: by score or by rank.",
    )
    spelling: Spelling = Field(
        default="on",
        description="`off` searches for the words as typed, also those that no document has.",
    )


def chosen_format(request: Request) -> str | None:
    """Return the format of a file that was asked for; the parameters have checked it."""
    return request.query_params.get("format")


ChosenFormat = Annotated[str | None, Depends(chosen_format)]


def term_parameters(filters: Iterable[Filter]) -> list[str]:
    """Return the parameters whose values are terms of a vocabulary, or otherwise fixed."""
    return [f.parameter for f in filters if f.vocabulary or f.values]


def name_terms(values: list[str]) -> list[str]:
    """Refuse a blank term: forms send them, programs only by mistake."""
    if not all(map(clean_text, values)):
        raise ValueError("Name a term, or leave the parameter out")
    return values


class StrictListingParams(ListingParams):
    """As ``ListingParams``; unknown parameters, such as `topics`, are rejected.

    If a misspelt filter were ignored, a program would get unfiltered results without noticing.
    Pages ignore unknown parameters: links from other sites have tracking parameters, and forms send
    empty fields.
    """

    model_config = ConfigDict(extra="forbid")

    _terms = field_validator(*term_parameters(FILTERS))(name_terms)


class StrictSearchParams(StrictListingParams, SearchParams):
    """As ``SearchParams``, with the same strictness."""


def filters_of(service: Service, params: BrowseParams) -> Filters:
    """Return the filters of a request."""
    return build_filters(
        service.taxonomy,
        params.model_dump(),
        year_from=params.year_from or None,
        year_to=params.year_to or None,
        include_undated=params.include_undated,
    )


def query_of(service: Service, catalogue: Catalogue, params: BrowseParams) -> model.Query:
    """Return the query of a request, for the API and the pages alike.

    Filters among its words become filters here, so that cursors are bound to what is searched.
    """
    text = clean_text(params.q) if isinstance(params, SearchParams) else ""
    query = model.Query(
        text=text,
        filters=filters_of(service, params),
        limit=params.limit,
        sort=params.sort if isinstance(params, ListingParams) else "relevance",
    )
    if isinstance(params, SearchParams):
        query = replace(
            query,
            fusion=params.fusion,
            spelling=params.spelling == "on",
            language=params.query_language or None,
        )
    query = service.searcher.understand(catalogue, query) if ":" in text else query
    offset = decode_cursor(params.cursor, query_digest(query)) if params.cursor else 0
    return replace(query, offset=offset)


async def _await_query(service: Service, catalogue: Catalogue, params: BrowseParams) -> model.Query:
    """Return the query of a request; on another thread only if the catalogue has to be read."""
    if isinstance(params, SearchParams) and ":" in params.q:
        return await run_in_threadpool(query_of, service, catalogue, params)
    return query_of(service, catalogue, params)


async def api_search_query(
    service: ServiceDep, catalogue: CatalogueDep, params: Annotated[StrictSearchParams, Query()]
) -> model.Query:
    """Return the query of an API search."""
    return await _await_query(service, catalogue, params)


async def api_browse_query(
    service: ServiceDep, catalogue: CatalogueDep, params: Annotated[StrictListingParams, Query()]
) -> model.Query:
    """Return the query of an API listing."""
    return await _await_query(service, catalogue, params)


async def page_search_query(
    service: ServiceDep, catalogue: CatalogueDep, params: Annotated[SearchParams, Query()]
) -> model.Query:
    """Return the query of a results page."""
    return await _await_query(service, catalogue, params)


async def page_browse_query(
    service: ServiceDep, catalogue: CatalogueDep, params: Annotated[ListingParams, Query()]
) -> model.Query:
    """Return the query of a browsing page."""
    return await _await_query(service, catalogue, params)


ApiSearchQuery = Annotated[model.Query, Depends(api_search_query)]


ApiBrowseQuery = Annotated[model.Query, Depends(api_browse_query)]


PageSearchQuery = Annotated[model.Query, Depends(page_search_query)]


PageBrowseQuery = Annotated[model.Query, Depends(page_browse_query)]
