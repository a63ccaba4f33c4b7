"""The page of the audit log: who changed what, for curators."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Annotated, Any, Final
from urllib.parse import urlencode

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse, Response

from corpus.people.people import read_people
from search_api.people.routes import LogEntry, LogParams, log_page
from search_api.web.access import Curator
from search_api.web.declared import PREFIX
from search_api.web.dependencies import CatalogueDep
from search_api.web.rendering import render

router = APIRouter(include_in_schema=False, default_response_class=HTMLResponse)

PAGES_OF: Final = {"document": "/documents/{}", "list": "/lists/{}"}
"""The pages of the subjects of log entries; other subjects have no page."""


@router.get("/log")
def log(
    request: Request,
    _actor: Curator,
    catalogue: CatalogueDep,
    subject: Annotated[str, Query(max_length=200)] = "",
    cursor: Annotated[str | None, Query(max_length=200)] = None,
) -> Response:
    """Show who changed what, newest first."""
    params = LogParams(subject=subject or None, cursor=cursor, limit=50)
    page = log_page(catalogue, params)
    kept = {"subject": subject} if subject else {}
    return render(
        request,
        "log.html",
        headers={"Cache-Control": "no-store"},
        page=page,
        subject=subject,
        names={f"person:{person.id}": person.name for person in read_people(catalogue)},
        changes={entry.id: list(list_changes(entry)) for entry in page.entries},
        links={entry.subject: address_of(entry.subject) for entry in page.entries},
        following=f"/log?{urlencode({**kept, 'cursor': page.next})}" if page.next else None,
        twin=f"{PREFIX}/log" + (f"?{urlencode(kept)}" if kept else ""),
    )


def address_of(subject: str) -> str | None:
    """Return the address of the page about the subject of an entry, such as ``document:3f2a``."""
    subject_type, _, identity = subject.partition(":")
    plain = identity.replace("-", "").isalnum()
    return PAGES_OF[subject_type].format(identity) if subject_type in PAGES_OF and plain else None


def list_changes(entry: LogEntry) -> Iterator[tuple[str, str | None, str | None]]:
    """Yield (field, before, after) for each field that changed; ``None`` for no value."""
    before, after = entry.before or {}, entry.after or {}
    for field in {**before, **after}:
        was, became = before.get(field), after.get(field)
        if was != became:
            yield field.replace("_", " "), _text(was), _text(became)


def _text(value: Any) -> str | None:
    if value is None or isinstance(value, str):
        return value or None
    return json.dumps(value, ensure_ascii=False)
