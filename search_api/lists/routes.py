"""Resource lists for readers: published lists, their versions, and exports."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Annotated

from fastapi import APIRouter, Path, Query, Response

from corpus.catalogue.catalogue import Catalogue
from corpus.errors import ListNotFound
from corpus.lists.lists import all_lists, resource_list, version_of, versions_of
from corpus.model import ListVersion, ResourceList, Selection
from search_api.exports.answering import (
    ANSWER_FILES,
    FormatOf,
    answer_file,
    describe_files,
    is_file,
)
from search_api.exports.formats import LISTS, ListFormat, name_formats
from search_api.exports.taking import Collector
from search_api.lists import shapes as s
from search_api.lists.entries import published_file, run_saved_query
from search_api.lists.exporting import list_export
from search_api.lists.presenting import ListPresenter
from search_api.service.service import Service
from search_api.web.declared import reads
from search_api.web.dependencies import CatalogueDep, Freshness, ServiceDep

router = APIRouter(tags=["lists"])

SlugPath = Annotated[str, Path(description="A list's address, as in any list.")]
VersionPath = Annotated[
    int, Path(ge=1, le=1_000_000, description="A version's number, counted from 1.")
]


@router.get(
    "/lists",
    operation_id="listResourceLists",
    summary="The published resource lists",
    responses=reads(),
)
def list_lists(service: ServiceDep, catalogue: CatalogueDep, _fresh: Freshness) -> s.ListsAnswer:
    """Return curators' selections in short, newest first."""
    presenter = ListPresenter(service, catalogue)
    return s.ListsAnswer(lists=[presenter.summary(x) for x in published_lists(catalogue)])


def published_lists(catalogue: Catalogue) -> list[ResourceList]:
    """Return the lists that readers see, most recently published first."""
    published = [x for x in all_lists(catalogue) if x.state == "published"]
    return sorted(
        published, key=lambda x: x.published.published_at if x.published else "", reverse=True
    )


@router.get(
    "/lists/{slug}",
    operation_id="getResourceList",
    summary="A resource list as it was last published",
    response_model=s.ListDetail,
    responses={**ANSWER_FILES, **reads(404)},
)
def get_list(
    service: ServiceDep,
    catalogue: CatalogueDep,
    slug: SlugPath,
    fresh: Freshness,
    wanted: FormatOf,
) -> s.ListDetail | Response:
    """Return sections and entries in the curator's order; for a smart list, its current results."""
    stored, version = read_newest(catalogue, slug)
    if is_file(wanted.format):
        return answer_list(service, catalogue, slug, version, wanted.format, fresh)
    return ListPresenter(service, catalogue).detail(stored, version, live=True)


def read_newest(catalogue: Catalogue, slug: str) -> tuple[ResourceList, ListVersion]:
    """Return a list with its newest version.

    Raises:
        ListNotFound: the list does not exist or was never published.
    """
    stored = resource_list(catalogue, slug)
    if stored.published is None:
        raise not_published(slug)
    return stored, stored.published


def not_published(slug: str) -> ListNotFound:
    """Return the error for a draft: for readers it does not exist."""
    return ListNotFound(f"There is no resource list {slug!r}. See all lists at /lists")


@router.get(
    "/lists/{slug}/versions",
    operation_id="listListVersions",
    summary="The published versions of a list",
    responses=reads(404),
)
def list_versions(
    service: ServiceDep, catalogue: CatalogueDep, slug: SlugPath, _fresh: Freshness
) -> s.VersionsAnswer:
    """Return every version with its permalink, newest first. Versions never change."""
    read_newest(catalogue, slug)
    return ListPresenter(service, catalogue).versions(slug)


@router.get(
    "/lists/{slug}/versions/{number}",
    operation_id="getListVersion",
    summary="A published version of a list",
    response_model=s.ListDetail,
    responses={**ANSWER_FILES, **reads(404)},
)
def get_version(
    service: ServiceDep,
    catalogue: CatalogueDep,
    slug: SlugPath,
    number: VersionPath,
    fresh: Freshness,
    wanted: FormatOf,
) -> s.ListDetail | Response:
    """Return a version word for word, even if one of its documents has been removed."""
    stored, _ = read_newest(catalogue, slug)
    version = version_of(catalogue, slug, number)
    if is_file(wanted.format):
        return answer_list(service, catalogue, slug, version, wanted.format, fresh, live=False)
    return ListPresenter(service, catalogue).detail(stored, version, live=False)


@router.get(
    "/lists/{slug}/export",
    operation_id="exportResourceList",
    summary="A published list as a file",
    description=f"Return a list as {name_formats(LISTS)}.",
    response_class=Response,
    responses={
        200: {
            "description": "The list in the requested format.",
            "content": describe_files(LISTS.values()),
        },
        **reads(404),
    },
    openapi_extra={"x-example": "?format=markdown"},
)
def export_list(
    service: ServiceDep,
    catalogue: CatalogueDep,
    slug: SlugPath,
    fresh: Freshness,
    format_name: Annotated[
        ListFormat,
        Query(
            alias="format", description="JSON has every version; the other formats have the newest."
        ),
    ] = "json",
) -> Response:
    """Return a list in one of the formats of the table."""
    stored, version = read_newest(catalogue, slug)
    return answer_list(service, catalogue, stored.slug, version, format_name, fresh)


def answer_list(
    service: Service,
    catalogue: Catalogue,
    slug: str,
    version: ListVersion,
    format_name: str,
    headers: Mapping[str, str],
    *,
    live: bool = True,
) -> Response:
    """Return a version of a list as a file; of a smart list, if ``live``, its current results."""
    export = list_export(
        catalogue,
        Collector.of(service),
        slug,
        file=lambda: published_file(slug, versions_of(catalogue, slug)),
        selection=lambda: (
            with_current_results(service, catalogue, version.selection)
            if live
            else version.selection
        ),
    )
    chosen = LISTS[format_name]
    return answer_file(chosen, chosen.write(export), slug, headers)


def with_current_results(service: Service, catalogue: Catalogue, selection: Selection) -> Selection:
    """Return a published selection as readers see it: a smart list with its current results."""
    if selection.query is None:
        return selection
    return replace(selection, sections=run_saved_query(service, catalogue, selection.query))
