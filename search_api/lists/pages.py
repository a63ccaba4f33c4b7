"""The pages of resource lists for readers: the lists, one list, one of its versions."""

from __future__ import annotations

from collections import defaultdict
from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response
from fastapi.responses import HTMLResponse

from corpus.catalogue.catalogue import Catalogue
from corpus.lists.lists import all_lists, resource_list, version_of
from corpus.model import ResourceList, Selection
from search_api.exports.formats import LISTS
from search_api.lists.presenting import ListPresenter
from search_api.lists.routes import VersionPath, not_published, published_lists
from search_api.lists.shapes import EntryWarningShape
from search_api.web.access import Reader, caller_of
from search_api.web.declared import PREFIX
from search_api.web.dependencies import CatalogueDep, ServiceDep, check_freshness
from search_api.web.rendering import render

router = APIRouter(include_in_schema=False, default_response_class=HTMLResponse)


def list_freshness(
    request: Request, response: Response, service: ServiceDep, catalogue: CatalogueDep
) -> dict[str, str]:
    """Answer readers conditionally; curators see drafts, which no entity tag knows of."""
    if caller_of(request).actor.may("curator"):
        return {"Cache-Control": "no-store"}
    return check_freshness(request, response, service, catalogue)


ListFreshness = Annotated[dict[str, str], Depends(list_freshness)]


@router.get("/lists")
def lists(
    request: Request,
    actor: Reader,
    service: ServiceDep,
    catalogue: CatalogueDep,
    fresh: ListFreshness,
) -> Response:
    """Show the published lists; to curators the others too."""
    presenter = ListPresenter(service, catalogue)
    others = []
    if actor.may("curator"):
        others = [x for x in all_lists(catalogue) if x.state != "published" or is_ahead(x)]
    return render(
        request,
        "lists.html",
        headers=fresh,
        lists=[presenter.summary(x) for x in published_lists(catalogue)],
        others=[(presenter.summary(x), x.selection.title) for x in others],
        curating=actor.may("curator"),
        twin=f"{PREFIX}/lists",
    )


def is_ahead(held: ResourceList) -> bool:
    """Say whether the working copy says something that was not published."""
    if held.published is None:
        return True
    was, now = held.published.selection, held.selection
    alike = (was.title, was.summary, was.query) == (now.title, now.summary, now.query)
    return not (alike and (now.query is not None or was.sections == now.sections))


@router.get("/lists/{slug}")
def one_list(
    request: Request,
    actor: Reader,
    service: ServiceDep,
    catalogue: CatalogueDep,
    fresh: ListFreshness,
    slug: str,
) -> Response:
    """Show a list as it was published; a draft only to curators."""
    held, curating = resource_list(catalogue, slug), actor.may("curator")
    presenter = ListPresenter(service, catalogue)
    if held.published is None and not curating:
        raise not_published(slug)
    shown = (
        presenter.detail(held, held.published, live=True)
        if held.published
        else presenter.draft(held)
    )
    selection = held.published.selection if held.published else held.selection
    return render(
        request,
        "list.html",
        headers=fresh,
        list=shown,
        state=held.state,
        curating=curating,
        ahead=curating and is_ahead(held),
        permanent=False,
        warnings=warnings_by_entry(presenter, slug, selection) if curating else {},
        formats=LISTS.values() if held.published else (),
        twin=f"{PREFIX}/lists/{slug}" + ("" if held.published else "/draft"),
    )


@router.get("/lists/{slug}/versions")
def versions(
    request: Request,
    actor: Reader,
    service: ServiceDep,
    catalogue: CatalogueDep,
    fresh: ListFreshness,
    slug: str,
) -> Response:
    """Show when a list was published, and what changed."""
    held = resource_list(catalogue, slug)
    if held.published is None and not actor.may("curator"):
        raise not_published(slug)
    presenter = ListPresenter(service, catalogue)
    return render(
        request,
        "list_versions.html",
        headers=fresh,
        title=held.published.selection.title if held.published else held.selection.title,
        slug=slug,
        versions=presenter.versions(slug).versions,
        twin=f"{PREFIX}/lists/{slug}/versions",
    )


@router.get("/lists/{slug}/versions/{number}")
def version(
    request: Request,
    service: ServiceDep,
    catalogue: CatalogueDep,
    fresh: ListFreshness,
    slug: str,
    number: VersionPath,
) -> Response:
    """Show a version as it was published, for ever."""
    held = resource_list(catalogue, slug)
    found = version_of(catalogue, slug, number)
    return render(
        request,
        "list.html",
        headers=fresh,
        list=ListPresenter(service, catalogue).detail(held, found, live=False),
        state=held.state,
        curating=False,
        ahead=False,
        permanent=True,
        warnings={},
        formats=(),
        twin=f"{PREFIX}/lists/{slug}/versions/{number}",
    )


def warnings_by_entry(
    presenter: ListPresenter, slug: str, selection: Selection
) -> dict[str, list[EntryWarningShape]]:
    """Return the warnings of a list by the id of their entry."""
    found: dict[str, list[EntryWarningShape]] = defaultdict(list)
    for warning in presenter.warnings(slug, selection).warnings:
        found[warning.entry_id].append(warning)
    return dict(found)


def editable_lists(catalogue: Catalogue) -> list[ResourceList]:
    """Return the lists an entry can be added to, by title."""
    found = [x for x in all_lists(catalogue) if x.state != "archived"]
    return sorted(
        (x for x in found if x.selection.query is None), key=lambda x: x.selection.title.lower()
    )
