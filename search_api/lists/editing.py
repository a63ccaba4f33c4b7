"""The pages on which curators make and edit lists: forms, and conflicting texts side by side."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Final

from fastapi import APIRouter, Query, Request, Response
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
from corpus.lists.edits import add_entry
from corpus.lists.merge import Conflict, merge_selections
from corpus.lists.rules import MAX_TEXT, MAX_TITLE, slug_of
from corpus.model import ResourceList, Selection
from corpus.people.actors import Actor
from index.model import Hit
from search_api.answers.presenting import Presenter
from search_api.lists import form
from search_api.lists.draft_routes import MAX_LIST_BYTES
from search_api.lists.entries import (
    accept_suggestion,
    complete_entries,
    entry_for,
    freeze_selection,
    publish_list,
    reject_suggestion,
    run_saved_query,
    suggest_documents,
)
from search_api.lists.pages import editable_lists, is_ahead, warnings_by_entry
from search_api.lists.presenting import ListPresenter
from search_api.service.service import Service
from search_api.web.access import Curator
from search_api.web.dependencies import CatalogueDep, ServiceDep
from search_api.web.forms import Form
from search_api.web.rendering import render

router = APIRouter(
    include_in_schema=False, default_response_class=HTMLResponse, max_body_size=MAX_LIST_BYTES
)

PRIVATE: Final = {"Cache-Control": "no-store"}
SUGGESTED: Final = 5
SAVED_MEANWHILE: Final = (
    "saved this list while you were editing it. Your changes are not saved yet, but they are not "
    "lost: below is your text merged with theirs. Where both of you changed the same text, yours "
    "is in the field and theirs beside it. Check it and save again."
)


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
        return (), "Suggestions need the semantic index, which is not available now."


@router.get("/lists/{slug}/edit")
def edit(
    request: Request,
    _actor: Curator,
    service: ServiceDep,
    catalogue: CatalogueDep,
    slug: str,
) -> Response:
    """Show the whole list as one form."""
    stored = lists.resource_list(catalogue, slug)
    return _show(request, service, catalogue, Editing(stored, stored.selection), {})


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
        revision = _number(fields.get("revision", ""))
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
        editing = Editing(stored, typed, unsaved=True, problem=str(error), status=status)
        return _show(request, service, catalogue, editing, fields)
    return RedirectResponse(_next(slug, fields.get("action", "save")), 303, PRIVATE)


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
        problem=f"{stored.updated_by} {SAVED_MEANWHILE}",
        status=412,
    )
    return _show(request, service, catalogue, editing, kept)


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 10 else 0


def _next(slug: str, action: str) -> str:
    """Return where a curator continues: at the part that was moved, or at the published list."""
    verb, _, about = action.partition(":")
    if verb in ("publish", "archive"):
        return f"/lists/{slug}"
    part = "section" if verb.startswith("section") else "entry"
    anchors = {"up", "down", "unpin", "replace", "section-up", "section-down"}
    if verb in anchors:
        return f"/lists/{slug}/edit#{part}-{about.partition(':')[0]}"
    return f"/lists/{slug}/edit" + {"accept": "#suggestions", "reject": "#suggestions"}.get(
        verb, ""
    )


# New lists, and adding from elsewhere --------------------------------------------------------


@router.get("/lists/new")
def new(
    request: Request, _actor: Curator, query: Annotated[str, Query(max_length=MAX_TEXT)] = ""
) -> Response:
    """Ask for a new list's title, and for a smart list's saved search."""
    fields = {"title": "", "slug": "", "summary": "", "query": query}
    return _new(request, fields, None, 200)


def _new(request: Request, fields: dict[str, str], problem: str | None, status: int) -> Response:
    names = ("title", "slug", "summary", "query")
    typed = {name: fields.get(name, "") for name in names}
    return render(
        request, "list_new.html", status=status, headers=PRIVATE, typed=typed, problem=problem
    )


@router.post("/lists/new")
def make(request: Request, actor: Curator, catalogue: CatalogueDep, fields: Form) -> Response:
    """Create a draft and open it for editing."""
    title, query = fields.get("title", "").strip(), fields.get("query", "").strip()
    slug = fields.get("slug", "").strip() or slug_of(title)
    selection = Selection(title, fields.get("summary", "").strip(), query=query or None)
    try:
        with catalogue.transaction():
            lists.create_draft(catalogue, slug, complete_entries(catalogue, selection), actor)
    except ListError as error:
        return _new(request, fields, str(error), 422)
    return RedirectResponse(f"/lists/{slug}/edit", 303, PRIVATE)


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
        editing = Editing(stored, stored.selection, problem=str(error), status=status)
        return _show(request, service, catalogue, editing, {"freeze-slug": other})
    return RedirectResponse(f"/lists/{other}/edit", 303, PRIVATE)


@router.get("/lists/add")
def choose(
    request: Request,
    _actor: Curator,
    catalogue: CatalogueDep,
    document: Annotated[str, Query(max_length=MAX_TITLE)],
    passage: Annotated[str, Query(max_length=20)] = "",
) -> Response:
    """Ask which list and section a document goes to."""
    return _choose(request, catalogue, {"document": document, "passage": passage}, None, 200)


def _choose(
    request: Request, catalogue: Catalogue, fields: dict[str, str], problem: str | None, status: int
) -> Response:
    entry = entry_for(catalogue, fields.get("document", ""), fields.get("passage", ""))
    return render(
        request,
        "list_add.html",
        status=status,
        headers=PRIVATE,
        entry=entry,
        lists=editable_lists(catalogue),
        typed=fields,
        problem=problem,
    )


@router.post("/lists/add")
def add(request: Request, actor: Curator, catalogue: CatalogueDep, fields: Form) -> Response:
    """Add a document to a list; ask again, with the note, if the list was saved meanwhile."""
    try:
        entry = entry_for(
            catalogue, fields.get("document", ""), fields.get("passage", ""),
            note=fields.get("note", "").strip(),
        )  # fmt: skip
        slug, section, revision = [*fields.get("where", "").split(" "), "", "", ""][:3]
        stored = lists.resource_list(catalogue, slug)
        selection = add_entry(stored.selection, section or None, entry)
        with catalogue.transaction():
            lists.save_revision(catalogue, slug, selection, actor, based_on=_number(revision))
    except PassageNotFound as error:
        problem = f"{error} Add the document without it, or choose another."
        return _choose(request, catalogue, {**fields, "passage": ""}, problem, 404)
    except ListChanged as error:
        problem = f"{error.changed_by} saved that list meanwhile. Look at it, then add again."
        return _choose(request, catalogue, fields, problem, 412)
    except ListError as error:
        return _choose(request, catalogue, fields, str(error), 422)
    return RedirectResponse(f"/lists/{slug}/edit#entry-{entry.id}", 303, PRIVATE)
