"""The pages on which curators make a list, and add documents to one from elsewhere."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Final

from fastapi import APIRouter, Query, Request, Response
from fastapi import Form as FromForm
from fastapi.responses import HTMLResponse, RedirectResponse

from corpus.catalogue.catalogue import Catalogue
from corpus.errors import ListChanged, ListError, ListInvalid, PassageNotFound
from corpus.errors.said import say
from corpus.lists import lists
from corpus.lists.edits import add_entry, is_listed, refuse_twice
from corpus.lists.rules import MAX_TEXT, MAX_TITLE, slug_of
from corpus.model import Entry, Selection
from search_api.lists.draft_routes import MAX_LIST_BYTES
from search_api.lists.editing import PRIVATE, revision_number
from search_api.lists.entries import complete_entries, entry_for
from search_api.lists.pages import editable_lists
from search_api.web.access import Curator
from search_api.web.dependencies import CatalogueDep
from search_api.web.forms import Form
from search_api.web.languages import explain, gettext
from search_api.web.rendering import render

router = APIRouter(
    include_in_schema=False, default_response_class=HTMLResponse, max_body_size=MAX_LIST_BYTES
)

MOST_ADDED: Final = 50
"""Documents that are added at once: those selected on one page of results."""
Chosen = Annotated[list[Annotated[str, Query(max_length=MAX_TITLE)]], Query(max_length=MOST_ADDED)]
Sent = Annotated[
    list[Annotated[str, FromForm(max_length=MAX_TITLE)]],
    FromForm(alias="document", max_length=MOST_ADDED),
]


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
        return _new(request, fields, explain(error), 422)
    return RedirectResponse(f"/lists/{slug}/edit", 303, PRIVATE)


@router.get("/lists/add")
def choose(
    request: Request,
    _actor: Curator,
    catalogue: CatalogueDep,
    document: Chosen,
    passage: Annotated[str, Query(max_length=20)] = "",
) -> Response:
    """Ask which list and section documents go to."""
    return _choose(request, catalogue, document, {"passage": passage}, None, 200)


def _choose(
    request: Request,
    catalogue: Catalogue,
    documents: Sequence[str],
    fields: dict[str, str],
    problem: str | None,
    status: int,
) -> Response:
    return render(
        request,
        "list_add.html",
        status=status,
        headers=PRIVATE,
        entries=_entries(catalogue, documents, fields),
        lists=editable_lists(catalogue),
        typed=fields,
        problem=problem,
    )


def _entries(catalogue: Catalogue, documents: Sequence[str], fields: dict[str, str]) -> list[Entry]:
    """Return the entries to add; a note and a pinned passage are for one document alone."""
    chosen = list(dict.fromkeys(documents))
    if len(chosen) > 1:
        return [entry_for(catalogue, document) for document in chosen]
    note, passage = fields.get("note", "").strip(), fields.get("passage", "")
    return [entry_for(catalogue, document, passage, note=note) for document in chosen]


def _unlisted(selection: Selection, entries: list[Entry]) -> list[Entry]:
    """Return the entries that the list has not yet; one alone is refused by its place.

    Raises:
        ListInvalid: the list has all of them.
    """
    if len(entries) == 1:
        refuse_twice(selection, entries[0])
    new = [entry for entry in entries if not is_listed(selection, entry)]
    if not new:
        raise ListInvalid(say("All of these documents are in the list already."))
    return new


@router.post("/lists/add")
def add(
    request: Request, actor: Curator, catalogue: CatalogueDep, fields: Form, documents: Sent
) -> Response:
    """Add documents to a list; ask again, with the note, if the list was saved meanwhile."""
    try:
        entries = _entries(catalogue, documents, fields)
        slug, section, revision = [*fields.get("where", "").split(" "), "", "", ""][:3]
        stored, based_on = lists.resource_list(catalogue, slug), revision_number(revision)
        selection = stored.selection
        if stored.revision == based_on:  # else the form is refused anyway
            entries = _unlisted(selection, entries)
        for entry in entries:
            selection = add_entry(selection, section or None, entry)
        with catalogue.transaction():
            lists.save_revision(catalogue, slug, selection, actor, based_on=based_on)
    except PassageNotFound as error:
        rest = gettext("Add the document without it, or choose another.")
        problem = f"{explain(error)} {rest}"
        return _choose(request, catalogue, documents, {**fields, "passage": ""}, problem, 404)
    except ListChanged as error:
        problem = gettext(
            "%(name)s saved that list meanwhile. Look at it, then add again.", name=error.changed_by
        )
        return _choose(request, catalogue, documents, fields, problem, 412)
    except ListError as error:
        return _choose(request, catalogue, documents, fields, explain(error), 422)
    return RedirectResponse(f"/lists/{slug}/edit#entry-{entries[0].id}", 303, PRIVATE)
