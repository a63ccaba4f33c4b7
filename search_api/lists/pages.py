"""The pages of resource lists for readers: the lists, one list, one of its versions."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from typing import Annotated, Any, Final

from fastapi import APIRouter, Depends, Query, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse

from corpus.catalogue.catalogue import Catalogue
from corpus.lists.lists import all_lists, resource_list, version_of
from corpus.model import ResourceList, Selection
from index.search.vocabulary import fold
from search_api.exports.answering import PageFormat, is_file
from search_api.exports.formats import LISTS
from search_api.exports.json_ld import describe_list
from search_api.exports.metadata import context_object
from search_api.exports.taking import Collector
from search_api.lists.exporting import references_of_list
from search_api.lists.presenting import ListPresenter
from search_api.lists.routes import (
    VersionPath,
    answer_list,
    not_published,
    published_lists,
    read_newest,
    with_current_results,
)
from search_api.lists.shapes import DraftShape, EntryShape, EntryWarningShape, ListDetail
from search_api.service.service import Service
from search_api.web.access import Reader, caller_of
from search_api.web.declared import PREFIX
from search_api.web.dependencies import CatalogueDep, ServiceDep, check_freshness
from search_api.web.rendering import render

router = APIRouter(include_in_schema=False, default_response_class=HTMLResponse)

MAX_FIND_CHARS: Final = 200
FEWEST_TO_FIND_IN: Final = 6
"""Fewer entries are seen at a glance."""


def list_freshness(
    request: Request, response: Response, service: ServiceDep, catalogue: CatalogueDep
) -> dict[str, str]:
    """Answer readers conditionally; curators see drafts, which entity tags do not cover."""
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
    """Show the published lists, and to curators the others too."""
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


def is_ahead(stored: ResourceList) -> bool:
    """Tell whether the working copy has unpublished changes."""
    if stored.published is None:
        return True
    was, now = stored.published.selection, stored.selection
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
    find: Annotated[str, Query(max_length=MAX_FIND_CHARS)] = "",
    format_name: PageFormat = None,
) -> Response:
    """Show a list as it was published, or the entries with words; a draft only to curators."""
    if is_file(format_name):
        version = read_newest(catalogue, slug)[1]
        return answer_list(service, catalogue, slug, version, format_name, fresh)
    stored, curating = resource_list(catalogue, slug), actor.may("curator")
    presenter = ListPresenter(service, catalogue)
    if stored.published is None and not curating:
        raise not_published(slug)
    twin = f"{PREFIX}/lists/{slug}" + ("" if stored.published else "/draft")
    if format_name:
        return RedirectResponse(twin, 303)
    selection = stored.selection
    shown: ListDetail | DraftShape = presenter.draft(stored)
    if stored.published:
        selection = with_current_results(service, catalogue, stored.published.selection)
        newest = replace(stored.published, selection=selection)
        shown = presenter.detail(stored, newest, live=False)
    return render(
        request,
        "list.html",
        headers=fresh,
        **_found(shown, find.strip()),
        state=stored.state,
        curating=curating,
        ahead=curating and is_ahead(stored),
        permanent=False,
        warnings=warnings_by_entry(presenter, slug, selection) if curating else {},
        formats=LISTS.values() if stored.published else (),
        twin=twin,
        **_head(service, catalogue, slug, selection if stored.published else None),
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
    stored = resource_list(catalogue, slug)
    if stored.published is None and not actor.may("curator"):
        raise not_published(slug)
    presenter = ListPresenter(service, catalogue)
    return render(
        request,
        "list_versions.html",
        headers=fresh,
        title=stored.published.selection.title if stored.published else stored.selection.title,
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
    format_name: PageFormat = None,
) -> Response:
    """Show a version as it was published; it never changes."""
    stored = resource_list(catalogue, slug)
    version = version_of(catalogue, slug, number)
    twin = f"{PREFIX}/lists/{slug}/versions/{number}"
    if is_file(format_name):
        return answer_list(service, catalogue, slug, version, format_name, fresh, live=False)
    if format_name:
        return RedirectResponse(twin, 303)
    return render(
        request,
        "list.html",
        headers=fresh,
        list=ListPresenter(service, catalogue).detail(stored, version, live=False),
        find=None,
        state=stored.state,
        curating=False,
        ahead=False,
        permanent=True,
        warnings={},
        formats=(),
        twin=twin,
        **_head(service, catalogue, slug, version.selection),
    )


def _found(shown: ListDetail | DraftShape, find: str) -> dict[str, Any]:
    """Return a list with its entries that have all words, whatever their case and accents."""
    entries = sum(len(section.entries) for section in shown.sections)
    if not find:
        return {"list": shown, "find": "" if entries >= FEWEST_TO_FIND_IN else None}
    words = fold(find).split()

    def has_all(entry: EntryShape) -> bool:
        quote = entry.pin.quote if entry.pin else None
        told = fold(" ".join(filter(None, (entry.title, entry.citation, entry.note, quote))))
        return all(word in told for word in words)

    sections = [
        section.model_copy(update={"entries": list(filter(has_all, section.entries))})
        for section in shown.sections
    ]
    kept = [section for section in sections if section.entries]
    return {"list": shown.model_copy(update={"sections": kept}), "find": find}


def _head(
    service: Service, catalogue: Catalogue, slug: str, selection: Selection | None
) -> dict[str, Any]:
    """Return what crawlers and reference managers read: of a draft, nothing."""
    if selection is None:
        return {"json_ld": None, "coins": {}}
    taken = references_of_list(catalogue, Collector.of(service), slug, selection)
    pairs = zip(selection.entries, taken.items, strict=True)
    return {
        "json_ld": describe_list(taken, in_short=True),
        "coins": {entry.id: context_object(item) for entry, item in pairs},
    }


def warnings_by_entry(
    presenter: ListPresenter, slug: str, selection: Selection
) -> dict[str, list[EntryWarningShape]]:
    """Return the warnings of a list by the id of their entry."""
    warnings: dict[str, list[EntryWarningShape]] = defaultdict(list)
    for warning in presenter.warnings(slug, selection).warnings:
        warnings[warning.entry_id].append(warning)
    return dict(warnings)


def editable_lists(catalogue: Catalogue) -> list[ResourceList]:
    """Return the lists an entry can be added to, by title."""
    lists = [x for x in all_lists(catalogue) if x.state != "archived"]
    return sorted(
        (x for x in lists if x.selection.query is None), key=lambda x: x.selection.title.lower()
    )
