"""What crawlers and browsers look for at fixed addresses: sitemap, robots.txt and the like."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import Final

from fastapi import APIRouter, HTTPException, Request
from fastapi.responses import FileResponse, PlainTextResponse, Response

from corpus.lists.lists import all_lists
from search_api.service.service import Service
from search_api.web.dependencies import CatalogueDep, Freshness, ServiceDep
from search_api.web.look import LOGO_TYPES, Look
from search_api.web.rendering import STATIC_FOLDER, render

router = APIRouter(include_in_schema=False)

MAX_ADDRESSES: Final = 50_000
"""How many addresses one sitemap may have (sitemaps.org)."""
_CLOSED: Final = (
    "/account", "/contribute", "/log", "/review", "/search", "/sign-in", "/wanted",
    "/*?*",
)  # fmt: skip
"""Nothing to index: desks, and answers to questions."""
_PAGES: Final = ("/", "/lists", "/menu", "/agenda", "/organisations")
"""What everybody reads beside documents and lists."""
_VALID: Final = timedelta(days=180)
"""How long a security.txt may be believed: RFC 9116 recommends less than a year."""


def _whole(request: Request, service: Service, path: str) -> str:
    """Return a whole address, as these formats ask for one."""
    base = service.settings.base_url or str(request.base_url).rstrip("/")
    return f"{base}{path}"


@router.get("/sitemap.xml")
def sitemap(
    request: Request, service: ServiceDep, catalogue: CatalogueDep, fresh: Freshness
) -> Response:
    """Return the pages that readers see: documents that search shows, and published lists."""
    pages = [(_whole(request, service, path), "") for path in _PAGES]
    pages += [
        (_whole(request, service, f"/lists/{one.slug}"), one.published.published_at[:10])
        for one in all_lists(catalogue)
        if one.published and one.state == "published"
    ]
    pages += [
        (_whole(request, service, f"/documents/{document.id}"), document.updated_at[:10])
        for document in catalogue.all_documents()
        if document.withdrawn_at is None
    ]
    answer = render(request, "sitemap.xml", headers=fresh, pages=pages[:MAX_ADDRESSES])
    answer.headers["Content-Type"] = "application/xml"
    return answer


@router.get("/robots.txt")
def robots(request: Request, service: ServiceDep) -> Response:
    """Return what crawlers may read (RFC 9309): nothing where reading needs a role."""
    if not service.settings.anonymous_reading:
        return PlainTextResponse("User-agent: *\nDisallow: /\n")
    closed = "".join(f"Disallow: {path}\n" for path in _CLOSED)
    address = _whole(request, service, "/sitemap.xml")
    return PlainTextResponse(f"User-agent: *\n{closed}\nSitemap: {address}\n")


@router.get("/opensearch.xml")
def opensearch(request: Request, service: ServiceDep) -> Response:
    """Return how a browser searches here (OpenSearch 1.1, draft 6)."""
    answer = render(request, "opensearch.xml", base=_whole(request, service, ""))
    answer.headers["Content-Type"] = "application/opensearchdescription+xml"
    return answer


@router.get("/.well-known/security.txt")
def security(request: Request, service: ServiceDep) -> Response:
    """Return whom to tell of a weakness (RFC 9116); there is none without a contact."""
    where = _contact(service.settings.contact or "")
    if where is None:
        raise HTTPException(404, "This server has no contact for security reports.")
    today = datetime.now(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    expires = (today + _VALID).isoformat().replace("+00:00", "Z")
    address = _whole(request, service, "/.well-known/security.txt")
    return PlainTextResponse(
        f"Contact: {where}\nExpires: {expires}\nPreferred-Languages: en\nCanonical: {address}\n"
    )


def _contact(stated: str) -> str | None:
    """Return the contact as an address of RFC 9116: a mail address or https."""
    contact = stated.strip()
    if re.fullmatch(r"(?:https://|mailto:)\S+", contact):
        return contact
    return f"mailto:{contact}" if re.fullmatch(r"[^\s@/]+@[^\s@/]+", contact) else None


@router.get("/look.css")
def look(request: Request) -> Response:
    """Return the network's colours as a style sheet; without any it is empty."""
    chosen: Look | None = request.app.state.look
    return Response(chosen.css() if chosen else "", media_type="text/css")


@router.get("/logo.svg")
@router.get("/logo.png")
def logo(request: Request) -> Response:
    """Return the network's logo; without one the usual icon."""
    chosen: Look | None = request.app.state.look
    if chosen is None or chosen.logo is None:
        return FileResponse(STATIC_FOLDER / "favicon.svg", media_type="image/svg+xml")
    return FileResponse(chosen.logo, media_type=LOGO_TYPES[chosen.logo.suffix.lower()])


@router.get("/favicon.ico")
def icon() -> Response:
    """Return the icon for programs that ask for it by its oldest name."""
    return FileResponse(STATIC_FOLDER / "favicon.ico", media_type="image/x-icon")
