"""The page of the review queue: one item at a time beside the list, by keyboard or forms."""

from __future__ import annotations

from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass
from typing import Annotated, Any, Final
from urllib.parse import urlencode

from fastapi import APIRouter, Form, Query, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from corpus.catalogue.catalogue import Catalogue
from corpus.errors import ChangedMeanwhile, CorrectionInvalid, NotUndecided, UnknownTerm
from corpus.people.actors import Actor
from corpus.people.log import Entry
from corpus.people.sessions import opened_at
from corpus.review import queue
from corpus.review.about_records import RecordItem
from corpus.review.items import Item
from corpus.review.kinds import BY_ACTION, BY_NAME, QUEUED_NAMES
from corpus.review.queue import Choice
from corpus.review.undoing import find_decision, still_undoable, undo
from search_api.answers.labels import FIELD_NAMES, value_text
from search_api.review.presenting import present_items, queue_of
from search_api.review.shapes import MAX_NOTE_CHARS
from search_api.review.words import choices_for
from search_api.service.service import Service
from search_api.web.access import Curator, caller_of
from search_api.web.declared import PREFIX
from search_api.web.dependencies import CatalogueDep, ServiceDep
from search_api.web.forms import Refused
from search_api.web.languages import explain, gettext
from search_api.web.problems import answer_to
from search_api.web.rendering import render

router = APIRouter(include_in_schema=False, default_response_class=HTMLResponse)

SHOWN: Final = 25
"""How many items are listed beside the current one."""
PROBLEMS: Final = {
    "decided": "Nothing was changed: somebody has already decided this.",
    "changed": "Nothing was changed: this item has changed since you saw it. Look at it again.",
    "reason": "Nothing was changed: declining a contribution needs a reason, for its member.",
    "followed": "Nothing was undone: there was another decision about it since.",
}
REFUSED: Final = (NotUndecided, ChangedMeanwhile, CorrectionInvalid, UnknownTerm)
_UNCACHED: Final = {"Cache-Control": "no-store"}
MOST_SKIPPED: Final = 20
"""How many skipped items an address names; the oldest come back first."""
Short = Annotated[str, Query(max_length=1_000)]
Skips = Annotated[list[str], Query(max_length=MOST_SKIPPED)]
SentSkips = Annotated[list[str], Form(max_length=MOST_SKIPPED)]
Words = Annotated[str, Form(max_length=MAX_NOTE_CHARS)]
Id = Annotated[str, Form(max_length=1_000)]


@router.get("/review")
def page(
    request: Request,
    actor: Curator,
    service: ServiceDep,
    catalogue: CatalogueDep,
    kind: Short = "",
    item: Short = "",
    done: Annotated[int, Query(ge=0, le=2**53)] = 0,
    was: Short = "",
    problem: Short = "",
    skip: Skips = [],  # noqa: B006 (never changed)
) -> Response:
    """Show the requested item, or the best that was not skipped, with those around it."""
    return _show(
        request, service, catalogue, View(kind if kind in QUEUED_NAMES else "", skip), item,
        last=_last(request, catalogue, actor, done, was),
        problem=gettext(PROBLEMS.get(problem, "")),
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class View:
    """Which part of the queue a page shows: one kind of decision, with what was skipped last."""

    kind: str = ""
    skip: Sequence[str] = ()

    def of(self, everything: Sequence[Item]) -> list[Item]:
        """Return the items of the view, skipped ones at the end."""
        chosen = [i for i in everything if self.kind in ("", i.kind)]
        return sorted(chosen, key=lambda i: i.id in self.skip)  # a stable sort

    def address(self, **parts: str | int | Sequence[str] | None) -> str:
        """Return the address of the page with these parts; what was skipped stays skipped."""
        kept = {name: value for name, value in {"skip": self.skip, **parts}.items() if value}
        return f"/review?{urlencode(kept, doseq=True)}" if kept else "/review"

    def without(self, item: str) -> str:
        """Return the address where an item is skipped too."""
        skipped = [*(i for i in self.skip if i != item), item]
        return self.address(kind=self.kind, skip=skipped[-MOST_SKIPPED:])


@dataclass(frozen=True, slots=True)
class Last:
    """The decision that can be undone, its message and its item."""

    done: int
    message: str
    was: str = ""
    just_now: bool = False


def _last(request: Request, catalogue: Catalogue, actor: Actor, done: int, was: str) -> Last | None:
    """Return the last decision of this session, which may be the one just ``done``."""
    session = caller_of(request).session_id
    entry = still_undoable(catalogue, actor, opened_at(catalogue, session)) if session else None
    if entry is None or entry.id == done:
        said = _said(catalogue, actor, done)
        return Last(done, said, was, just_now=True) if said else None
    return Last(entry.id, _in_words(entry))


def _show(
    request: Request,
    service: Service,
    catalogue: Catalogue,
    view: View,
    item: str,
    *,
    last: Last | None,
    problem: str | None,
    refused: Refused | None = None,
) -> Response:
    everything = queue_of(catalogue)
    items = view.of(everything)
    place = next((n for n, i in enumerate(items) if i.id == item), 0)
    current = items[place] if items else None
    # Text typed about a removed item must not appear in another item's fields.
    same = refused is not None and current is not None and current.id == item
    typed = refused.typed if refused and same else {}
    return render(
        request,
        "review.html",
        status=refused.status if refused else 200,
        headers=_UNCACHED,
        total=len(everything),
        left=len(items),
        kind=view.kind,
        skip=view.skip,
        skip_address=view.without(current.id) if current and len(items) > 1 else None,
        kinds=[
            (k, gettext(BY_NAME[k].label), n) for k, n in queue.count_by_kind(everything).items()
        ],
        place=place,
        item=present_items(service, catalogue, [current])[0] if current else None,
        words=choices_for(service.taxonomy, current) if current else None,
        fields=_fields(service, catalogue, current, typed),
        note=typed.get("note", ""),
        wrote="" if same or refused is None else _wrote(refused),
        listed=_listed(service, catalogue, items, place),
        before=items[place - 1].id if place else None,
        after=items[place + 1].id if place + 1 < len(items) else None,
        last=last,
        problem=refused.problem if refused else problem,
        address=view.address,
        twin=f"{PREFIX}/review",
    )


def _wrote(refused: Refused) -> str:
    """Return the text of a form whose item is no longer there."""
    return "; ".join(text.strip() for text in refused.typed.values() if text.strip())


def _listed(
    service: Service, catalogue: Catalogue, items: Sequence[Item], place: int
) -> list[dict[str, Any]]:
    first = max(0, min(place - 3, len(items) - SHOWN))
    shown = items[first : first + SHOWN]
    stored = catalogue.documents((i.document_id for i in shown), pending=True)
    return [
        {
            "id": i.id,
            "number": first + n + 1,
            "kind": i.kind,
            "question": choices_for(service.taxonomy, i).question,
            "title": stored[i.document_id].title if i.document_id in stored else i.document_id,
            "current": first + n == place,
        }
        for n, i in enumerate(shown)
    ]


def _fields(
    service: Service, catalogue: Catalogue, item: Item | None, typed: Mapping[str, str]
) -> list[dict[str, Any]]:
    """Return the fields to fill in for a record item, with their stored or typed values."""
    if not isinstance(item, RecordItem):
        return []
    stored = catalogue.document(item.document_id)
    suggested = {e.field: value_text(e.value) for e in item.suggested if e.value is not None}
    resource_kinds = service.taxonomy.vocabulary("kinds").terms.values()
    return [
        {
            "name": "resource_kind" if name == "kind" else name,
            "label": FIELD_NAMES[name][:1].upper() + FIELD_NAMES[name][1:],
            "value": typed.get(name)
            or suggested.get(name)
            or (stored.title if name == "title" else ""),
            "terms": list(resource_kinds) if name == "kind" else None,
        }
        for name in item.fields
    ]


def _said(catalogue: Catalogue, actor: Actor, done: int) -> str | None:
    """Return a message about this person's latest decision."""
    entry = find_decision(catalogue, done) if done else None
    return _in_words(entry) if entry and entry.actor == actor.name else None


def _in_words(entry: Entry) -> str:
    return gettext(BY_ACTION[entry.action].actions[entry.action])


@router.post("/review")
def decide_on_item(
    request: Request,
    service: ServiceDep,
    actor: Curator,
    catalogue: CatalogueDep,
    item: Id,
    state: Id,
    decision: Annotated[Choice, Form()],
    note: Words = "",
    kind: Id = "",
    skip: SentSkips = [],  # noqa: B006 (never changed)
) -> Response:
    """Decide and go to the next item of the document, or to the best of the queue."""
    view = View(kind, skip)
    try:
        entry = queue.decide_item(
            catalogue, actor, service.taxonomy, item,
            state=state, choice=decision, note=note.strip(),
        )  # fmt: skip
    except REFUSED as error:
        again = _refused({"note": note}, error)
        return _again(request, service, catalogue, actor, view, item, again)
    return _on_from(catalogue, view, item, entry)


@router.post("/review/record")
def fill_in_record(
    request: Request,
    actor: Curator,
    service: ServiceDep,
    catalogue: CatalogueDep,
    item: Id,
    state: Id,
    title: Words = "",
    publishers: Words = "",
    year: Words = "",
    resource_kind: Words = "",
    language: Words = "",
    kind: Id = "",
    skip: SentSkips = [],  # noqa: B006 (never changed)
) -> Response:
    """Fill in missing fields of a record; empty fields stay in the queue."""
    view = View(kind, skip)
    sent = {
        "title": title,
        "publishers": publishers,
        "year": year,
        "kind": resource_kind,
        "language": language,
    }
    changes = {name: value for name, value in sent.items() if value.strip()}
    try:
        entry = queue.fill_in_record(
            catalogue, actor, service.taxonomy, item, state=state, changes=changes
        )
    except REFUSED as error:
        return _again(request, service, catalogue, actor, view, item, _refused(sent, error))
    return _on_from(catalogue, view, item, entry)


def _on_from(catalogue: Catalogue, view: View, item: str, entry: int) -> Response:
    """Go to what else is to be decided about the same document, else to the best of the queue."""
    about = queue.read_items_about(catalogue, item.split(":")[1:2])
    following = next((i.id for i in view.of(about) if i.id not in {item, *view.skip}), "")
    return _on(view, kind=view.kind, item=following, done=entry, was=item)


@router.post("/review/undo")
def take_back(
    actor: Curator,
    catalogue: CatalogueDep,
    done: Annotated[int, Form(ge=1, le=2**53)],
    was: Id = "",
    kind: Id = "",
    skip: SentSkips = [],  # noqa: B006 (never changed)
) -> Response:
    """Undo a decision and show its item again."""
    view = View(kind, skip)
    decided = find_decision(catalogue, done)
    about = decided.subject.split(":")[1:] if decided else []
    before = {item.id for item in queue.read_items_about(catalogue, about)}
    try:
        undo(catalogue, actor, done)
    except NotUndecided:
        return _on(view, kind=kind, problem="followed")
    item = was or _returned(queue.read_items_about(catalogue, about), before)
    return _on(view, kind=kind if item.startswith(f"{kind}:") else "", item=item)


def _returned(items: Sequence[Item], before: Set[str]) -> str:
    """Return the item that is back in the queue, or the first about the same thing."""
    return next((i.id for i in (*(i for i in items if i.id not in before), *items)), "")


def _again(
    request: Request,
    service: Service,
    catalogue: Catalogue,
    actor: Actor,
    view: View,
    item: str,
    again: Refused,
) -> Response:
    last = _last(request, catalogue, actor, 0, "")
    return _show(request, service, catalogue, view, item, last=last, problem=None, refused=again)


def _refused(typed: Mapping[str, str], error: Exception) -> Refused:
    problem = PROBLEMS["changed" if isinstance(error, ChangedMeanwhile) else "decided"]
    if isinstance(error, CorrectionInvalid) and error.field == "reason":
        problem = PROBLEMS["reason"]
    elif isinstance(error, CorrectionInvalid | UnknownTerm):
        said = gettext("Nothing was changed: %(reason)s", reason=explain(error))
        return Refused("decide", typed, said, answer_to(error).status)
    return Refused("decide", typed, gettext(problem), answer_to(error).status)


def _on(view: View, **parts: str | int) -> Response:
    return RedirectResponse(view.address(**parts), 303, _UNCACHED)
