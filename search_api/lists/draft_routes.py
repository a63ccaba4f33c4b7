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
from search_api.lists.entries import completed, found_now, frozen, publish_list
from search_api.lists.presenting import ListPresenter, selection_of
from search_api.lists.routes import SlugPath
from search_api.service.service import Service
from search_api.web.access import Curator
from search_api.web.conditional import held_tags
from search_api.web.declared import PREFIX, problems, writes
from search_api.web.dependencies import CatalogueDep, ServiceDep
from search_api.web.preconditions import IfMatch

MAX_LIST_BYTES = 1024 * 1024
"""A list of 200 entries with notes and quotes in any script; the server's own limit is less."""

router = APIRouter(tags=["lists"], max_body_size=MAX_LIST_BYTES)

READS = problems(401, 403, 404, 422, 503)
WRITES = writes(404, 409, 412, 428)


def etag_of(held: ResourceList) -> str:
    """Return the entity tag of a list's working copy: it names the revision."""
    return f'"{held.slug}-{held.revision}"'


def based_on(held: ResourceList, if_match: str | None) -> int:
    """Return the revision that a writer has read.

    Raises:
        HTTPException: 428 where none is named (RFC 6585).
        ListChanged: it is another one by now; 412.
    """
    if not if_match or not if_match.strip():
        raise HTTPException(428, "Send If-Match with the ETag of the draft you read.")
    if if_match.strip() != "*" and etag_of(held) not in held_tags(if_match):
        raise ListChanged(held.slug, held.revision, held.updated_by)
    return held.revision


def answer(
    service: Service, catalogue: CatalogueDep, response: Response, slug: str
) -> s.DraftShape:
    """Return the working copy with its entity tag; no cache keeps it.

    After a write call it inside its ``transaction()``: outside, the tag could be that of somebody
    else's save, and allow to overwrite it unseen.
    """
    held = resource_list(catalogue, slug)
    response.headers.update({"ETag": etag_of(held), "Cache-Control": "no-store"})
    return ListPresenter(service, catalogue).draft(held)


@router.get(
    "/lists/drafts",
    operation_id="listDrafts",
    summary="All lists, drafts and archived ones among them",
    responses=problems(401, 403, 503),
)
def list_drafts(
    service: ServiceDep, catalogue: CatalogueDep, response: Response, _actor: Curator
) -> s.ListsAnswer:
    """Return every list there is, the one saved last first."""
    response.headers["Cache-Control"] = "no-store"
    presenter = ListPresenter(service, catalogue)
    return s.ListsAnswer(lists=[presenter.summary(held) for held in all_lists(catalogue)])


@router.post(
    "/lists",
    operation_id="createList",
    summary="Make a list, as a draft",
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
    """Keep a new list that readers do not see before it is published.

    An entry names a document by its id, or something that is not held by title and address.
    """
    slug = body.slug or slug_of(body.title)
    with catalogue.transaction():
        create_draft(catalogue, slug, completed(catalogue, selection_of(body)), actor)
        response.headers["Location"] = service.absolute(f"{PREFIX}/lists/{slug}/draft")
        return answer(service, catalogue, response, slug)


@router.post(
    "/lists/import",
    operation_id="importList",
    summary="Take in a list that was exported",
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
    """Make the list anew with its versions and judged suggestions, word for word.

    The body is what an export as JSON gave. The log says who took it in.
    """
    file = read_file(json.dumps(body))
    with catalogue.transaction():
        store_list_file(catalogue, file, actor)
        return answer(service, catalogue, response, file.slug)


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
    """Return what curators are working on; its ETag is what If-Match asks for."""
    return answer(service, catalogue, response, slug)


@router.get(
    "/lists/{slug}/draft/export",
    operation_id="exportDraft",
    summary="All there is to say about a list, as JSON",
    responses=READS,
)
def export_draft(catalogue: CatalogueDep, _actor: Curator, slug: SlugPath) -> Response:
    """Return working copy, versions and judged suggestions: importing it loses nothing."""
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
    """Replace all the list says. If somebody saved it since you read it: 412, and no change."""
    with catalogue.transaction():
        revision = based_on(resource_list(catalogue, slug), if_match)
        selection = completed(catalogue, selection_of(body))
        save_revision(catalogue, slug, selection, actor, based_on=revision)
        return answer(service, catalogue, response, slug)


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
    """Make a version that never changes, under a permalink; readers see it at once."""
    found = found_for(service, catalogue, resource_list(catalogue, slug))
    with catalogue.transaction():
        held = resource_list(catalogue, slug)
        revision = based_on(held, if_match)
        version = publish_list(
            catalogue, held, actor, based_on=revision, note=body.note, found=found
        )
        held = resource_list(catalogue, slug)
        return ListPresenter(service, catalogue).detail(held, version, live=False)


def found_for(
    service: Service, catalogue: Catalogue, held: ResourceList
) -> tuple[Section, ...] | None:
    """Return what a smart list finds, to be written down; ``None`` for any other."""
    query = held.selection.query
    return None if query is None else found_now(service, catalogue, query)


@router.delete(
    "/lists/{slug}",
    operation_id="archiveList",
    summary="Put a list away",
    status_code=204,
    responses=WRITES,
)
def archive_list(
    catalogue: CatalogueDep, actor: Curator, slug: SlugPath, if_match: IfMatch = None
) -> None:
    """Take a list out of the listing. Nothing is lost: permalinks stay, and it can be restored."""
    with catalogue.transaction():
        revision = based_on(resource_list(catalogue, slug), if_match)
        move_to_archive(catalogue, slug, actor, based_on=revision)


@router.post(
    "/lists/{slug}/restore",
    operation_id="restoreList",
    summary="Take a list out of the archive",
    responses=WRITES,
)
def restore_list(
    service: ServiceDep,
    catalogue: CatalogueDep,
    response: Response,
    actor: Curator,
    slug: SlugPath,
) -> s.DraftShape:
    """List it again, as a draft or as the version that was published last."""
    with catalogue.transaction():
        take_from_archive(catalogue, slug, actor)
        return answer(service, catalogue, response, slug)


@router.post(
    "/lists/{slug}/freeze",
    operation_id="freezeList",
    summary="Make a plain list of what a smart list finds now",
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
    """Make a draft with the documents the saved query finds, to be edited from there."""
    selection = frozen(service, catalogue, resource_list(catalogue, slug).selection)
    with catalogue.transaction():
        create_draft(catalogue, body.slug, selection, actor)
        return answer(service, catalogue, response, body.slug)
