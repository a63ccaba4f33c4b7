"""Export resource lists with their history from one catalogue, and import them into another."""

from __future__ import annotations

from dataclasses import replace

from corpus.catalogue.catalogue import Catalogue, now
from corpus.lists.as_json import ListFile, selection_data
from corpus.lists.lists import resource_list, suggestions_of, versions_of
from corpus.lists.rows import insert_list, insert_suggestion, insert_version
from corpus.lists.rules import check_selection, check_slug, check_versions, with_ids
from corpus.model import ResourceList
from corpus.people.actors import Actor
from corpus.people.log import log_change


def read_list_file(catalogue: Catalogue, slug: str) -> ListFile:
    """Return a list with its whole history.

    Raises:
        ListNotFound
    """
    stored = resource_list(catalogue, slug)
    return ListFile(
        slug=slug,
        selection=stored.selection,
        created_by=stored.created_by,
        created_at=stored.created_at,
        updated_by=stored.updated_by,
        updated_at=stored.updated_at,
        archived_at=stored.archived_at,
        versions=tuple(versions_of(catalogue, slug)),
        suggestions=tuple(suggestions_of(catalogue, slug)),
    )


def store_list_file(catalogue: Catalogue, file: ListFile, actor: Actor) -> ResourceList:
    """Create a list, with its history, from an export; the log names who imported it.

    Raises:
        ListExists, ListInvalid
    """
    check_slug(file.slug)
    whole = with_ids(file.selection)
    check_selection(whole)
    check_versions(file.versions)
    at = now()
    created = (file.created_by or actor.name, file.created_at or at)
    saved = (file.updated_by or actor.name, file.updated_at or at)
    insert_list(catalogue, file.slug, whole, created=created, saved=saved)
    for version in file.versions:
        of_version = with_ids(version.selection)
        check_selection(of_version)
        insert_version(catalogue, file.slug, replace(version, selection=of_version))
    for suggestion in file.suggestions:
        insert_suggestion(catalogue, file.slug, suggestion)
    if file.archived_at:
        catalogue.db.execute(
            "update resource_list set archived_at = ? where slug = ?", [file.archived_at, file.slug]
        )
    after = {**selection_data(whole), "versions": len(file.versions)}
    log_change(catalogue, actor, "list.import", f"list:{file.slug}", after=after)
    return resource_list(catalogue, file.slug)
