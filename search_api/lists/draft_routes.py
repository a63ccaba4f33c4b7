"""Resource lists for curators: drafts, saving, publishing, archive, import."""

from __future__ import annotations

import json

from fastapi import APIRouter, HTTPException, Response

from corpus.catalogue.catalogue import Catalogue
from corpus.errors import ListChanged
from corpus.lists.as_json import read_file, write_file
from corpus.lists.exchange import read_list_file, store_list_file
from corpus.lists.lists import (
    all_lists,
    create_draft,
    move_to_archive,
    resource_list,
    save_revision,
    take_from_archive,
)
from corpus.lists.rules import slug_of
from corpus.model import ResourceList, Section
from search_api.exports.answering import answer_file
from search_api.exports.formats import LISTS
from search_api.lists import shapes as s
from search_api.lists.entries import (
    complete_entries,
    freeze_selection,
    publish_list,
    run_saved_query,
)
from search_api.lists.presenting import ListPresenter, selection_of
from search_api.lists.routes import SlugPath
from search_api.service.service import Service
from search_api.web.access import Curator
from search_api.web.conditional import tags_in
from search_api.web.declared import PREFIX, problems, writes
from search_api.web.dependencies import CatalogueDep, ServiceDep
from search_api.web.preconditions import IfMatch

MAX_LIST_BYTES = 1024 * 1024
"""Enough for 200 entries with notes and quotes in any script; the server's own limit is lower."""

router = APIRouter(tags=["lists"], max_body_size=MAX_LIST_BYTES)

READS = problems(401, 403, 404, 422, 503)
WRITES = writes(404, 409, 412, 428)


def etag_of(stored: ResourceList) -> str:
    """Return the entity tag of a list's working copy, which names its revision."""
    return f'"{stored.slug}-{stored.revision}"'


def revision_read(stored: ResourceList, if_match: str | None) -> int:
    """Return the revision that the writer has read.

    Raises:
        HTTPException: If-Match is missing; 428 (RFC 6585).
        ListChanged: the list has a newer revision; 412.
    """
    if not if_match or not if_match.strip():
        raise HTTPException(428, "Send If-Match with the ETag of the draft you read.")
    if if_match.strip() != "*" and etag_of(stored) not in tags_in(if_match):
        raise ListChanged(stored.slug, stored.revision, stored.updated_by)
    return stored.revision


def answer_with_draft(
    service: Service, catalogue: CatalogueDep, response: Response, slug: str
) -> s.DraftShape:
    """Return the working copy with its entity tag; it is not cached.

    After a write, call this inside the same ``transaction()``. Outside, the tag could belong to
    another person's save and allow overwriting it unseen.
    """
    stored = resource_list(catalogue, slug)
    response.headers.update({"ETag": etag_of(stored), "Cache-Control": "no-store"})
    return ListPresenter(service, catalogue).draft(stored)


@router.get(
    "/lists/drafts",
    operation_id="listDrafts",
    summary="All lists, including drafts and archived lists",
    responses=problems(401, 403, 503),
)
def list_drafts(
    service: ServiceDep, catalogue: CatalogueDep, response: Response, _actor: Curator
) -> s.ListsAnswer:
    """Return all lists, most recently saved first."""
    response.headers["Cache-Control"] = "no-store"
    presenter = ListPresenter(service, catalogue)
    return s.ListsAnswer(lists=[presenter.summary(stored) for stored in all_lists(catalogue)])


@router.post(
    "/lists",
    operation_id="createList",
    summary="Create a list as a draft",
    status_code=201,
    responses=WRITES,
)
def create_list(
    service: ServiceDep,
    catalogue: CatalogueDep,
    response: Response,
    actor: Curator,
    body: s.NewList,
) -> s.DraftShape:
    """Store a new list, which readers do not see until it is published.

    An entry names a document by its id, or something outside the repository by title and address.
    """
    slug = body.slug or slug_of(body.title)
    with catalogue.transaction():
        create_draft(catalogue, slug, complete_entries(catalogue, selection_of(body)), actor)
        response.headers["Location"] = service.absolute(f"{PREFIX}/lists/{slug}/draft")
        return answer_with_draft(service, catalogue, response, slug)


@router.post(
    "/lists/import",
    operation_id="importList",
    summary="Import an exported list",
    status_code=201,
    responses=WRITES,
)
def import_list(
    service: ServiceDep,
    catalogue: CatalogueDep,
    response: Response,
    actor: Curator,
    body: s.ImportBody,
) -> s.DraftShape:
    """Recreate the list with its versions and judged suggestions, word for word.

    The body is a JSON export. The log records who imported it.
    """
    file = read_file(json.dumps(body))
    with catalogue.transaction():
        store_list_file(catalogue, file, actor)
        return answer_with_draft(service, catalogue, response, file.slug)


@router.get(
    "/lists/{slug}/draft",
    operation_id="getDraft",
    summary="The working copy of a list",
    responses=READS,
)
def get_draft(
    service: ServiceDep,
    catalogue: CatalogueDep,
    response: Response,
    _actor: Curator,
    slug: SlugPath,
) -> s.DraftShape:
    """Return the working copy; send its ETag as If-Match to change it."""
    return answer_with_draft(service, catalogue, response, slug)


@router.get(
    "/lists/{slug}/draft/export",
    operation_id="exportDraft",
    summary="A list with its whole history, as JSON",
    responses=READS,
)
def export_draft(catalogue: CatalogueDep, _actor: Curator, slug: SlugPath) -> Response:
    """Return the working copy, versions and judged suggestions; importing them loses nothing."""
    content = write_file(read_list_file(catalogue, slug)).encode()
    return answer_file(LISTS["json"], content, slug, {"Cache-Control": "no-store"})


@router.put(
    "/lists/{slug}/draft",
    operation_id="replaceDraft",
    summary="Save the working copy",
    responses=WRITES,
)
def replace_draft(
    service: ServiceDep,
    catalogue: CatalogueDep,
    response: Response,
    actor: Curator,
    slug: SlugPath,
    body: s.SelectionInput,
    if_match: IfMatch = None,
) -> s.DraftShape:
    """Replace the whole list. If somebody saved it since you read it: 412, and no change."""
    with catalogue.transaction():
        revision = revision_read(resource_list(catalogue, slug), if_match)
        selection = complete_entries(catalogue, selection_of(body))
        save_revision(catalogue, slug, selection, actor, based_on=revision)
        return answer_with_draft(service, catalogue, response, slug)


@router.post(
    "/lists/{slug}/publish",
    operation_id="publishList",
    summary="Publish the working copy as the next version",
    responses=WRITES,
)
def publish_draft(
    service: ServiceDep,
    catalogue: CatalogueDep,
    actor: Curator,
    slug: SlugPath,
    body: s.PublishInput,
    if_match: IfMatch = None,
) -> s.ListDetail:
    """Create a version that never changes, with a permalink; readers see it at once."""
    results = results_to_publish(service, catalogue, resource_list(catalogue, slug))
    with catalogue.transaction():
        stored = resource_list(catalogue, slug)
        revision = revision_read(stored, if_match)
        version = publish_list(
            catalogue, stored, actor, based_on=revision, note=body.note, matches=results
        )
        stored = resource_list(catalogue, slug)
        return ListPresenter(service, catalogue).detail(stored, version, live=False)


def results_to_publish(
    service: Service, catalogue: Catalogue, stored: ResourceList
) -> tuple[Section, ...] | None:
    """Return the results of a smart list, to be stored; ``None`` for other lists."""
    query = stored.selection.query
    return None if query is None else run_saved_query(service, catalogue, query)


@router.delete(
    "/lists/{slug}",
    operation_id="archiveList",
    summary="Archive a list",
    status_code=204,
    responses=WRITES,
)
def archive_list(
    catalogue: CatalogueDep, actor: Curator, slug: SlugPath, if_match: IfMatch = None
) -> None:
    """Remove a list from the listing. Nothing is lost: permalinks stay, and it can be restored."""
    with catalogue.transaction():
        revision = revision_read(resource_list(catalogue, slug), if_match)
        move_to_archive(catalogue, slug, actor, based_on=revision)


@router.post(
    "/lists/{slug}/restore",
    operation_id="restoreList",
    summary="Restore an archived list",
    responses=WRITES,
)
def restore_list(
    service: ServiceDep,
    catalogue: CatalogueDep,
    response: Response,
    actor: Curator,
    slug: SlugPath,
) -> s.DraftShape:
    """List it again, as a draft or with its newest published version."""
    with catalogue.transaction():
        take_from_archive(catalogue, slug, actor)
        return answer_with_draft(service, catalogue, response, slug)


@router.post(
    "/lists/{slug}/freeze",
    operation_id="freezeList",
    summary="Make a plain list of a smart list's results",
    status_code=201,
    responses=WRITES,
)
def freeze_list(
    service: ServiceDep,
    catalogue: CatalogueDep,
    response: Response,
    actor: Curator,
    slug: SlugPath,
    body: s.FreezeInput,
) -> s.DraftShape:
    """Create a draft with the documents that the saved query finds now."""
    selection = freeze_selection(service, catalogue, resource_list(catalogue, slug).selection)
    with catalogue.transaction():
        create_draft(catalogue, body.slug, selection, actor)
        return answer_with_draft(service, catalogue, response, body.slug)
