"""The pages on which curators make and edit lists: forms, and conflicting texts side by side."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Final
from urllib.parse import urlencode

from fastapi import APIRouter, Request, Response
from fastapi import Query as FromAddress
from fastapi.responses import HTMLResponse, RedirectResponse

from corpus.catalogue.catalogue import Catalogue
from corpus.errors import (
    DocumentNotFound,
    IndexUnusable,
    ListChanged,
    ListError,
    ListExists,
    ListUnchanged,
    PassageNotFound,
)
from corpus.lists import lists
from corpus.lists.merge import Conflict, merge_selections
from corpus.lists.rules import MAX_TEXT, MAX_TITLE
from corpus.model import ResourceList, Selection
from corpus.people.actors import Actor
from index.model import Hit, Query
from search_api.answers.presenting import Presenter
from search_api.answers.shapes import HitShape
from search_api.lists import form
from search_api.lists.draft_routes import MAX_LIST_BYTES
from search_api.lists.entries import (
    accept_suggestion,
    complete_entries,
    freeze_selection,
    publish_list,
    reject_suggestion,
    run_saved_query,
    suggest_documents,
)
from search_api.lists.pages import is_ahead, warnings_by_entry
from search_api.lists.presenting import ListPresenter
from search_api.service.service import Service
from search_api.web.access import Curator
from search_api.web.dependencies import CatalogueDep, ServiceDep
from search_api.web.forms import Form
from search_api.web.languages import explain, gettext
from search_api.web.rendering import render

router = APIRouter(
    include_in_schema=False, default_response_class=HTMLResponse, max_body_size=MAX_LIST_BYTES
)

PRIVATE: Final = {"Cache-Control": "no-store"}
SUGGESTED: Final = 5
FOUND: Final = 8
"""Documents that a search inside the editor shows."""
MAX_FIND_CHARS: Final = 500


@dataclass(frozen=True, slots=True)
class Editing:
    """What the editing page shows.

    Attributes:
        stored: the list as it is stored.
        selection: the content of the form: the stored list, or what could not be saved.
        unsaved: whether the form has content that is not stored.
        conflicts: fields that another person changed too.
        problem: why nothing was saved.
        status: the answer's.
    """

    stored: ResourceList
    selection: Selection
    unsaved: bool = False
    conflicts: tuple[Conflict, ...] = ()
    problem: str | None = None
    status: int = 200


def _show(
    request: Request,
    service: Service,
    catalogue: Catalogue,
    editing: Editing,
    fields: dict[str, str],
) -> Response:
    find = fields.get("find", "").strip()
    there = {e.document_id for e in editing.selection.entries}
    stored, selection = editing.stored, editing.selection
    presenter = ListPresenter(service, catalogue)
    hits, problem = _suggested(service, catalogue, stored)
    return render(
        request,
        "list_edit.html",
        status=editing.status,
        headers=PRIVATE,
        stored=stored,
        list=presenter.selection(selection),
        ahead=is_ahead(stored),
        unsaved=form.write_unsaved(selection) if editing.unsaved else None,
        conflicts={(c.part, c.field): c.theirs for c in editing.conflicts},
        names={s.id: s.title for s in selection.sections}
        | {e.id: e.title for e in selection.entries},
        problem=editing.problem,
        warnings=warnings_by_entry(presenter, stored.slug, selection),
        suggested=[Presenter(service).hit(hit) for hit in hits],
        suggested_problem=problem,
        find=find,
        found=[(hit, hit.document.id in there) for hit in _found(service, catalogue, find)],
        typed=fields,
        most_text=MAX_TEXT,
        most_title=MAX_TITLE,
    )


def _suggested(
    service: Service, catalogue: Catalogue, stored: ResourceList
) -> tuple[tuple[Hit, ...], str | None]:
    if stored.selection.query is not None:
        return (), None
    try:
        return suggest_documents(service.searcher, catalogue, stored, limit=SUGGESTED), None
    except IndexUnusable:
        return (), gettext("Suggestions need the semantic index, which is not available now.")


def _found(service: Service, catalogue: Catalogue, find: str) -> list[HitShape]:
    """Return the documents that a curator looked for while editing."""
    if not find:
        return []
    results = service.searcher.search(catalogue, Query(find, limit=FOUND, passages_per_hit=1))
    return [Presenter(service).hit(hit) for hit in results.hits]


@router.get("/lists/{slug}/edit")
def edit(
    request: Request,
    _actor: Curator,
    service: ServiceDep,
    catalogue: CatalogueDep,
    slug: str,
    find: Annotated[str, FromAddress(max_length=MAX_FIND_CHARS)] = "",
) -> Response:
    """Show the whole list as one form, with the documents that were looked for."""
    stored = lists.resource_list(catalogue, slug)
    fields = {"find": find}
    return _show(request, service, catalogue, Editing(stored, stored.selection), fields)


@router.post("/lists/{slug}/edit")
def change(
    request: Request,
    actor: Curator,
    service: ServiceDep,
    catalogue: CatalogueDep,
    slug: str,
    fields: Form,
) -> Response:
    """Save the form and do the button's action; if that fails, show the form and its text again."""
    stored = lists.resource_list(catalogue, slug)
    typed = stored.selection
    try:
        revision = revision_number(fields.get("revision", ""))
        base = lists.selection_at(catalogue, slug, revision)
        unsaved = fields.get("unsaved")
        typed = form.apply_texts(form.read_unsaved(unsaved) if unsaved else base, fields)
        wanted = complete_entries(catalogue, form.apply_action(catalogue, typed, fields))
        _keep(service, catalogue, actor, stored, wanted, revision, fields)
    except ListChanged:
        stored = lists.resource_list(catalogue, slug)
        return _both(request, service, catalogue, stored, (base, wanted), fields)
    except (ListError, DocumentNotFound, PassageNotFound) as error:
        stored = lists.resource_list(catalogue, slug)
        status = 409 if isinstance(error, ListUnchanged) else 422
        editing = Editing(stored, typed, unsaved=True, problem=explain(error), status=status)
        return _show(request, service, catalogue, editing, fields)
    return RedirectResponse(_next(slug, fields), 303, PRIVATE)


def _keep(
    service: Service,
    catalogue: Catalogue,
    actor: Actor,
    stored: ResourceList,
    wanted: Selection,
    revision: int,
    fields: Mapping[str, str],
) -> None:
    """Save the list and do the button's action, together or not at all."""
    action, _, about = fields.get("action", "save").partition(":")
    slug, query = stored.slug, wanted.query
    results = run_saved_query(service, catalogue, query) if query and action == "publish" else None
    with catalogue.transaction():
        after = lists.save_revision(catalogue, slug, wanted, actor, based_on=revision)
        if action == "publish":
            note = fields.get("publish-note", "").strip()
            publish_list(
                catalogue, after, actor, based_on=after.revision, note=note, matches=results
            )
        elif action == "archive":
            lists.move_to_archive(catalogue, slug, actor, based_on=after.revision)
        elif action == "restore":
            lists.take_from_archive(catalogue, slug, actor)
        elif action == "accept":
            section = fields.get("new-section") or None
            accept_suggestion(
                catalogue, after, about, actor, based_on=after.revision, section_id=section
            )
        elif action == "reject":
            reject_suggestion(catalogue, slug, about, actor)


def _both(
    request: Request,
    service: Service,
    catalogue: Catalogue,
    stored: ResourceList,
    texts: tuple[Selection, Selection],
    fields: dict[str, str],
) -> Response:
    """Show both texts: the form has theirs merged with ours, with conflicts beside it."""
    base, mine = texts
    merged = merge_selections(base, stored.selection, mine)
    # Additions are in the text now; left in the fields, they would be added twice.
    kept = {name: value for name, value in fields.items() if not name.startswith("new-")}
    editing = Editing(
        stored,
        merged.selection,
        unsaved=True,
        conflicts=merged.conflicts,
        problem=gettext(
            "%(name)s saved this list while you were editing it. Your changes are not saved yet, "
            "but they are not lost: below is your text merged with theirs. Where both of you "
            "changed the same text, yours is in the field and theirs beside it. Check it and save "
            "again.",
            name=stored.updated_by,
        ),
        status=412,
    )
    return _show(request, service, catalogue, editing, kept)


def revision_number(text: str) -> int:
    """Return the number of a revision as a form sends it; 0 if it is none."""
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 10 else 0


def _next(slug: str, fields: Mapping[str, str]) -> str:
    """Return where a curator continues: at the part that was moved, or at the published list."""
    verb, _, about = fields.get("action", "save").partition(":")
    if verb in ("publish", "archive"):
        return f"/lists/{slug}"
    find = fields.get("find", "").strip()[:MAX_FIND_CHARS]
    if find and verb in ("find", "add-found", "save"):
        anchor = "" if verb == "save" else "#find"
        return f"/lists/{slug}/edit?{urlencode({'find': find})}{anchor}"
    part = "section" if verb.startswith("section") else "entry"
    anchors = {"up", "down", "unpin", "replace", "section-up", "section-down"}
    if verb in anchors:
        return f"/lists/{slug}/edit#{part}-{about.partition(':')[0]}"
    return f"/lists/{slug}/edit" + {"accept": "#suggestions", "reject": "#suggestions"}.get(
        verb, ""
    )


@router.post("/lists/{slug}/freeze")
def freeze(
    request: Request,
    actor: Curator,
    service: ServiceDep,
    catalogue: CatalogueDep,
    slug: str,
    fields: Form,
) -> Response:
    """Make a plain list of a smart list's current results."""
    stored, other = lists.resource_list(catalogue, slug), fields.get("slug", "").strip()
    try:
        selection = freeze_selection(service, catalogue, stored.selection)
        with catalogue.transaction():
            lists.create_draft(catalogue, other, selection, actor)
    except ListError as error:
        status = 409 if isinstance(error, ListExists) else 422
        editing = Editing(stored, stored.selection, problem=explain(error), status=status)
        return _show(request, service, catalogue, editing, {"freeze-slug": other})
    return RedirectResponse(f"/lists/{other}/edit", 303, PRIVATE)
