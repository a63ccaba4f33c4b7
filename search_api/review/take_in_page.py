"""The page where curators take in many files and addresses, and update the index."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from typing import Annotated, Any, ClassVar, Final

from fastapi import APIRouter, File, Query, Request, UploadFile
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from corpus.catalogue.catalogue import Catalogue
from corpus.errors import CorrectionInvalid, NotUndecided
from corpus.errors.said import say
from corpus.model import Outcome
from corpus.people.actors import Actor, Role
from corpus.people.log import log_change, read_log
from search_api.review.contributing import file_name, take_in_feed, take_in_many, web_address
from search_api.review.contribution_routes import MembersFirst
from search_api.review.index_job import read_index_job, start_index_job
from search_api.service.service import Service
from search_api.web.access import Curator
from search_api.web.dependencies import CatalogueDep, ServiceDep
from search_api.web.forms import REFUSALS, Form, Refused, read_choice, read_text, refuse_form
from search_api.web.rendering import render

MOST_AT_ONCE: Final = 30
"""Files and addresses of one form: what a browser waits for."""
MAX_BODY_BYTES: Final = 100_000_000
MAX_ADDRESSES_CHARS: Final = 60_000
MAX_FEED_CHARS: Final = 4_000
FEED_ENTRIES: Final = 20
"""Entries of a feed that are taken in at once."""
TAKEN: Final = "source.take_in"
INDEXED: Final = "index.start"
_UNCACHED: Final = {"Cache-Control": "no-store"}


class CuratorsFirst(MembersFirst):
    """Check that the caller is a curator before reading the body."""

    role: ClassVar[Role] = "curator"


router = APIRouter(
    include_in_schema=False, default_response_class=HTMLResponse, route_class=CuratorsFirst
)


@router.get("/take-in")
def page(
    request: Request,
    actor: Curator,
    service: ServiceDep,
    catalogue: CatalogueDep,
    after: Annotated[int, Query(ge=0, le=2**53)] = 0,
) -> Response:
    """Show the form, the outcomes after an entry of the log, and the state of the index."""
    taken = list(_taken(catalogue, actor, after)) if after else []
    return _show(request, service, catalogue, taken)


@router.post("/take-in", max_body_size=MAX_BODY_BYTES)
def take_in(
    request: Request,
    actor: Curator,
    service: ServiceDep,
    catalogue: CatalogueDep,
    fields: Form,
    files: Annotated[list[UploadFile] | None, File()] = None,
) -> Response:
    """Take in files and addresses, and show the outcome of each."""
    before = next((entry.id for entry in read_log(catalogue, limit=1)), 0)
    try:
        typed = read_text(fields, "addresses", MAX_ADDRESSES_CHARS)
        addresses = list(dict.fromkeys(line.strip() for line in typed.split("\n") if line.strip()))
        feed = read_text(fields, "feed", MAX_FEED_CHARS)
        named = [file for file in files or () if file.filename]
        _check(len(named) + len(addresses), feed)
        if named or addresses:
            _take_in(service, catalogue, actor, named, addresses)
        if feed:
            _take_in_feed(service, catalogue, actor, feed)
    except REFUSALS as error:
        again = refuse_form("take-in", fields, error)
        return _show(request, service, catalogue, (), again)
    return RedirectResponse(f"/take-in?after={max(before, 1)}#outcomes", 303, _UNCACHED)


@router.post("/take-in/index")
def index_now(
    request: Request,
    actor: Curator,
    service: ServiceDep,
    catalogue: CatalogueDep,
    fields: Form,
) -> Response:
    """Start an index job, unless one runs."""
    try:
        read_choice(fields, "start", ("index",))
        with catalogue.transaction():
            log_change(catalogue, actor, INDEXED, "index:passages")
            if not start_index_job(service.settings):  # what was logged goes with it
                raise NotUndecided(
                    say("The index is already being updated. Wait until it has finished.")
                )
    except REFUSALS as error:
        return _show(request, service, catalogue, (), refuse_form("index", fields, error))
    return RedirectResponse("/take-in#index", 303, _UNCACHED)


def _take_in(
    service: Service,
    catalogue: Catalogue,
    actor: Actor,
    files: Sequence[UploadFile],
    addresses: Sequence[str],
) -> None:
    names = [*(file_name(file.filename or "") for file in files), *addresses]
    sent = ((name, file.file) for name, file in zip(names, files, strict=False))
    shown = iter(names)  # outcomes come in the order of their inputs
    take_in_many(
        service, catalogue, sent, addresses, lambda o: _log(catalogue, actor, o, next(shown))
    )


def _take_in_feed(service: Service, catalogue: Catalogue, actor: Actor, feed: str) -> None:
    take_in_feed(
        service, catalogue, feed, FEED_ENTRIES, lambda o: _log(catalogue, actor, o, o.source)
    )


def _log(catalogue: Catalogue, actor: Actor, outcome: Outcome, name: str) -> None:
    log_change(
        catalogue, actor, TAKEN, f"source:{outcome.source}",
        after={"name": name, "kind": outcome.kind, "code": outcome.code,
               "reason": outcome.reason, "document_id": outcome.document_id},
    )  # fmt: skip


def _check(number: int, feed: str) -> None:
    if number > MOST_AT_ONCE:
        raise CorrectionInvalid(
            "files",
            say("and addresses: at most %(n)s go at once", n=MOST_AT_ONCE),
        )
    if not number and not feed:
        raise CorrectionInvalid("files", say("are missing. Choose a file, or type an address"))
    if feed and not web_address(feed):
        raise CorrectionInvalid(
            "feed", say("must be an address that begins with https:// or http://")
        )


def _taken(catalogue: Catalogue, actor: Actor, after: int) -> Iterator[dict[str, Any]]:
    """Yield what this person took in after an entry of the log, in its order."""
    for entry in reversed(read_log(catalogue, after_id=after, limit=-1)):
        if entry.action == TAKEN and entry.actor == actor.name and entry.after:
            source = entry.subject.partition(":")[2]
            yield {**json.loads(entry.after), "address": source if web_address(source) else None}


def _show(
    request: Request,
    service: Service,
    catalogue: Catalogue,
    taken: Sequence[dict[str, Any]],
    refused: Refused | None = None,
) -> Response:
    stored = catalogue.documents(t["document_id"] for t in taken if t["document_id"])
    taken = [
        {**t, "document_id": t["document_id"] if t["document_id"] in stored else None}
        for t in taken
    ]
    return render(
        request,
        "take_in.html",
        status=refused.status if refused else 200,
        headers=refused.headers if refused else _UNCACHED,
        taken=taken,
        failed=[t["address"] for t in taken if t["kind"] == "rejected" and t["address"]],
        problem=refused.problem if refused else None,
        typed=refused.typed if refused else {},
        index=service.searcher.refresh(catalogue, wait=False),
        job=read_index_job(service.settings),
        most=MOST_AT_ONCE,
        newest=FEED_ENTRIES,
        max_chars=MAX_ADDRESSES_CHARS,
    )
