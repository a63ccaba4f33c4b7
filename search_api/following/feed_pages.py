"""The addresses of the feeds: in Atom, and the same in JSON Feed."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime, parsedate_to_datetime
from typing import Final

from fastapi import APIRouter, Request, Response

from corpus.catalogue.catalogue import Catalogue
from corpus.documents.changes import last_change
from corpus.errors import ListNotFound
from corpus.lists.lists import resource_list
from search_api.exports import atom, json_feed
from search_api.following.feeds import Place, feed_of_list, feed_of_lists, feed_of_search
from search_api.search.params import PageBrowseQuery, PageSearchQuery
from search_api.service.service import Service
from search_api.web.dependencies import CatalogueDep, Freshness, ServiceDep

router = APIRouter(include_in_schema=False)

_SURE: Final = timedelta(seconds=2)


@router.get("/feeds/search.atom")
@router.get("/feeds/search.json")
def search_feed(
    request: Request,
    service: ServiceDep,
    catalogue: CatalogueDep,
    query: PageSearchQuery,
    fresh: Freshness,
) -> Response:
    """Return the newest documents that match a search, as a feed."""
    feed = feed_of_search(service, catalogue, query, place_of(request, service))
    return answer_feed(request, catalogue, service, feed, fresh)


@router.get("/feeds/documents.atom")
@router.get("/feeds/documents.json")
def documents_feed(
    request: Request,
    service: ServiceDep,
    catalogue: CatalogueDep,
    query: PageBrowseQuery,
    fresh: Freshness,
) -> Response:
    """Return the newest documents, or those that pass filters, as a feed."""
    feed = feed_of_search(service, catalogue, query, place_of(request, service))
    return answer_feed(request, catalogue, service, feed, fresh)


@router.get("/feeds/lists.atom")
@router.get("/feeds/lists.json")
def lists_feed(
    request: Request, service: ServiceDep, catalogue: CatalogueDep, fresh: Freshness
) -> Response:
    """Return the newest versions of all published lists, as a feed."""
    feed = feed_of_lists(service, catalogue, place_of(request, service))
    return answer_feed(request, catalogue, service, feed, fresh)


@router.get("/feeds/lists/{slug}.atom")
@router.get("/feeds/lists/{slug}.json")
def list_feed(
    request: Request, service: ServiceDep, catalogue: CatalogueDep, fresh: Freshness, slug: str
) -> Response:
    """Return the newest versions of a published list, as a feed."""
    one = resource_list(catalogue, slug)
    if one.state != "published":
        raise ListNotFound(f"There is no resource list {slug!r}. See all lists at /lists")
    feed = feed_of_list(service, catalogue, one, place_of(request, service))
    return answer_feed(request, catalogue, service, feed, fresh)


def place_of(request: Request, service: Service) -> Place:
    """Return where this feed is; feeds have whole addresses."""
    base = service.settings.base_url or str(request.base_url).rstrip("/")
    query = f"?{request.url.query}" if request.url.query else ""
    return Place(base, f"{request.url.path}{query}")


def answer_feed(
    request: Request, catalogue: Catalogue, service: Service, feed: atom.Feed, fresh: dict[str, str]
) -> Response:
    """Return a feed with its entity tag, and the time of the last change if that is sure.

    ``If-None-Match`` was answered before the feed was made; ``If-Modified-Since`` counts without it
    alone (RFC 9110, 13.1.3). A second may have several changes, so a time is only told when its
    second is over (8.8.2.2).
    """
    built = service.searcher.refresh(catalogue).built_at
    times = [*filter(None, (last_change(catalogue), built))]
    changed = max(map(_moment, times), default=None)
    headers = dict(fresh)
    if changed and changed < datetime.now(UTC) - _SURE:
        headers["Last-Modified"] = format_datetime(changed, usegmt=True)
        since = request.headers.get("if-modified-since", "")
        if "if-none-match" not in request.headers and _is_since(since, changed):
            return Response(status_code=304, headers=headers)
    form = json_feed if request.url.path.endswith(".json") else atom
    media_type = f"{form.MEDIA_TYPE}; charset=utf-8"
    return Response(form.write_feed(feed), headers=headers, media_type=media_type)


def _moment(text: str) -> datetime:
    moment = datetime.fromisoformat(text)
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC)


def _is_since(header: str, changed: datetime) -> bool:
    try:
        return parsedate_to_datetime(header) >= changed.replace(microsecond=0)
    except (TypeError, ValueError):
        return False
