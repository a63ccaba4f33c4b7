"""The page of the audit log: who changed what, for curators."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from typing import Annotated, Any, Final
from urllib.parse import urlencode

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse, Response

from corpus.catalogue.catalogue import Catalogue
from corpus.people.people import read_people
from search_api.people.routes import LogEntry, LogParams, log_page
from search_api.web.access import Curator
from search_api.web.declared import PREFIX
from search_api.web.dependencies import CatalogueDep
from search_api.web.rendering import render

router = APIRouter(include_in_schema=False, default_response_class=HTMLResponse)

PAGES_OF: Final = {
    "document": "/documents/{}",
    "list": "/lists/{}",
    "question": "/agenda/questions/{}",
    "group": "/groups/{}",
}
"""The pages of the subjects of log entries; other subjects have no page."""

DONE: Final = {
    "contribution.accept": "accepted a contribution:",
    "contribution.decline": "declined a contribution:",
    "contribution.read": "contributed what was read:",
    "contribution.receive": "contributed",
    "contribution.reopen": "took back the decision about a contribution:",
    "demand.dismiss": "dismissed a wanted search:",
    "document.allow": "allowed to take in again what was removed:",
    "document.correct": "corrected the record of",
    "document.remove": "removed for good",
    "document.restore": "restored",
    "document.undo": "took back a correction of",
    "document.withdraw": "withdrew",
    "factor.confirm": "confirmed a sentence of the checklist:",
    "factor.reject": "rejected a sentence of the checklist:",
    "factor.undo": "took back a decision about the checklist:",
    "group.accept": "accepted a proposal in the group",
    "group.add": "added something to the group",
    "group.archive": "archived the group",
    "group.change": "changed the group",
    "group.create": "made the group",
    "group.decline": "declined a proposal in the group",
    "group.join": "gave somebody a place in the group",
    "group.leave": "took somebody out of the group",
    "group.propose": "proposed something to the group",
    "group.remove": "removed something from the group",
    "group.restore": "restored the group",
    "index.start": "started indexing:",
    "judgement.answers": "marked a hit as answering:",
    "judgement.does_not": "marked a hit as not answering:",
    "judgement.retract": "removed the mark of a hit:",
    "key.add": "made a key:",
    "key.revoke": "revoked a key:",
    "links.check": "checked links:",
    "list.archive": "archived the list",
    "list.create": "made the list",
    "list.import": "imported the list",
    "list.publish": "published the list",
    "list.restore": "restored the list",
    "list.save": "changed the list",
    "outcome.accept": "accepted the text of",
    "outcome.reopen": "took back the decision about the text of",
    "outcome.retry": "tried again to read",
    "person.add": "added",
    "person.disable": "disabled the account of",
    "person.enable": "enabled the account of",
    "person.link": "made a sign-in link for",
    "person.role": "changed the role of",
    "question.add": "added a learning question:",
    "question.change": "changed a learning question:",
    "question.open": "opened a learning question again:",
    "question.retire": "retired a learning question:",
    "session.end": "signed out:",
    "session.open": "signed in:",
    "source.take_in": "took in",
    "tag.add": "added a tag to",
    "tag.confirm": "confirmed a tag of",
    "tag.reject": "rejected a tag of",
    "tag.retract": "took back the decision about a tag of",
    "tagger.adopt": "adopted a tagger:",
    "tagger.undo": "took back a tagger:",
    "webhook.add": "added a webhook:",
    "webhook.remove": "removed a webhook:",
    "work.decide": "decided whether two documents are one work:",
    "work.undo": "took back a decision about two documents:",
}
"""What was done, in words, between who did it and to what."""


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
        names=_names(catalogue, page.entries),
        done=DONE,
        changes={entry.id: list(list_changes(entry)) for entry in page.entries},
        links={entry.subject: address_of(entry.subject) for entry in page.entries},
        following=f"/log?{urlencode({**kept, 'cursor': page.next})}" if page.next else None,
        twin=f"{PREFIX}/log" + (f"?{urlencode(kept)}" if kept else ""),
    )


def _names(catalogue: Catalogue, entries: Sequence[LogEntry]) -> dict[str, str]:
    """Return the names of people and the titles of documents, by the subjects of entries."""
    ids = {e.subject.split(":")[1] for e in entries if e.subject.startswith("document:")}
    titles = {f"document:{d.id}": d.title for d in catalogue.documents(ids, pending=True).values()}
    return titles | {f"person:{person.id}": person.name for person in read_people(catalogue)}


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
