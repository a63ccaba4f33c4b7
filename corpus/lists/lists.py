"""Resource lists: saved in revisions, published in versions that never change, never lost.

Each save names the revision it is based on; if somebody else saved in between, nothing is written.
Functions that write are called inside ``transaction()`` and log what they did.
"""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any, Final

from corpus.catalogue.catalogue import Catalogue, now
from corpus.errors import ListChanged, ListInvalid, ListNotFound, ListUnchanged
from corpus.errors.said import say
from corpus.lists.as_json import Suggestion, read_selection, selection_data
from corpus.lists.rows import insert_list, insert_revision, insert_suggestion, insert_version
from corpus.lists.rules import check_selection, check_slug, with_ids
from corpus.model import ListVersion, ResourceList, Selection
from corpus.people.actors import Actor
from corpus.people.log import log_change

_LISTS: Final = """
select list.slug, kept.selection, list.revision, list.created_by, list.created_at, kept.saved_by,
    kept.saved_at, list.archived_at, version.number, version.selection, version.note,
    version.published_by, version.published_at
from resource_list as list
join list_revision as kept on kept.slug = list.slug and kept.number = list.revision
left join list_version as version on version.slug = list.slug and version.number = (
    select max(number) from list_version where slug = list.slug
)
"""
_VERSIONS: Final = "select number, selection, note, published_by, published_at from list_version"


def resource_list(catalogue: Catalogue, slug: str) -> ResourceList:
    """Return one list.

    Raises:
        ListNotFound
    """
    rows = catalogue.rows(f"{_LISTS} where list.slug = ?", [slug])
    if not rows:
        raise ListNotFound(
            say(
                "There is no resource list %(slug)s. See all lists with `salex list show` or at "
                "/lists",
                slug=repr(slug),
            )
        )
    return _resource_list(rows[0])


def all_lists(catalogue: Catalogue) -> list[ResourceList]:
    """Return every list, newest first."""
    return [_resource_list(r) for r in catalogue.rows(f"{_LISTS} order by kept.saved_at desc, 1")]


def newest_published(catalogue: Catalogue) -> ResourceList | None:
    """Return the list that was published last and is not archived, if there is one."""
    rows = catalogue.rows(
        f"{_LISTS} where list.archived_at is null and version.number is not null"
        " order by version.published_at desc, 1 limit 1"
    )
    return _resource_list(rows[0]) if rows else None


def lists_with(catalogue: Catalogue, document_id: str) -> list[ResourceList]:
    """Return the published lists that contain a document, by their published titles."""
    # Filter in SQL first: parsing 50 lists of 100 entries took 340 ms per document, this takes 11.
    rows = catalogue.rows(
        f"{_LISTS} where list.archived_at is null and instr(version.selection, ?)",
        [json.dumps(document_id, ensure_ascii=False)],
    )
    titled = [
        (stored.published.selection.title.lower(), stored)
        for stored in map(_resource_list, rows)
        if stored.published
        if any(e.document_id == document_id for e in stored.published.selection.entries)
    ]
    return [stored for _, stored in sorted(titled, key=lambda pair: pair[0])]


def versions_of(catalogue: Catalogue, slug: str) -> list[ListVersion]:
    """Return the published versions of a list, oldest first."""
    rows = catalogue.rows(f"{_VERSIONS} where slug = ? order by number", [slug])
    return [_version(row) for row in rows]


def version_of(catalogue: Catalogue, slug: str, number: int) -> ListVersion:
    """Return one published version.

    Raises:
        ListNotFound
    """
    rows = catalogue.rows(f"{_VERSIONS} where slug = ? and number = ?", [slug, number])
    if not rows:
        raise ListNotFound(
            say("The list %(slug)s has no version %(number)s.", slug=repr(slug), number=number)
        )
    return _version(rows[0])


def selection_at(catalogue: Catalogue, slug: str, revision: int) -> Selection:
    """Return a list as it was at a revision.

    Raises:
        ListNotFound
    """
    rows = catalogue.rows(
        "select selection from list_revision where slug = ? and number = ?", [slug, revision]
    )
    if not rows:
        raise ListNotFound(
            say(
                "The list %(slug)s has no revision %(revision)s.",
                slug=repr(slug),
                revision=str(revision),
            )
        )
    return read_selection(rows[0][0])


def create_draft(
    catalogue: Catalogue, slug: str, selection: Selection, actor: Actor
) -> ResourceList:
    """Create a draft.

    Raises:
        ListExists, ListInvalid
    """
    check_slug(slug)
    whole = _checked(selection)
    at = now()
    insert_list(catalogue, slug, whole, created=(actor.name, at), saved=(actor.name, at))
    log_change(catalogue, actor, "list.create", f"list:{slug}", after=selection_data(whole))
    return resource_list(catalogue, slug)


def save_revision(
    catalogue: Catalogue, slug: str, selection: Selection, actor: Actor, *, based_on: int
) -> ResourceList:
    """Replace the working copy; saving an unchanged text adds no revision.

    Args:
        catalogue: where the list is stored.
        slug: the list.
        selection: the new content; sections and entries without an id are given one.
        actor: who saves.
        based_on: the revision that the caller read.

    Raises:
        ListNotFound, ListInvalid, ListChanged: nothing is written.
    """
    stored = _unchanged(catalogue, slug, based_on)
    whole = _checked(selection)
    if whole == stored.selection:
        return stored
    _write(catalogue, stored, whole, actor)
    before, after = diff_selections(stored.selection, whole)
    log_change(catalogue, actor, "list.save", f"list:{slug}", before=before, after=after)
    return resource_list(catalogue, slug)


def publish_version(
    catalogue: Catalogue,
    slug: str,
    actor: Actor,
    *,
    based_on: int,
    selection: Selection,
    note: str = "",
) -> ListVersion:
    """Publish a list as its next version.

    Args:
        catalogue: where the list is stored.
        slug: the list.
        actor: who publishes.
        based_on: the revision that the caller read.
        selection: the content to publish: the working copy with current facts; for a smart list,
            with the current results of its query.
        note: what changed, for readers of the history.

    Raises:
        ListNotFound, ListInvalid, ListChanged, ListUnchanged
    """
    stored = _unchanged(catalogue, slug, based_on)
    whole = with_ids(selection)
    check_selection(whole)
    if stored.published and stored.published.selection == whole:
        raise ListUnchanged(
            f"The list {slug!r} is the same as version {stored.published.number}. Change it first."
        )
    number = stored.published.number + 1 if stored.published else 1
    version = ListVersion(number, whole, note, actor.name, now())
    kept = replace(whole, sections=()) if whole.query is not None else whole
    _write(catalogue, stored, kept, actor)
    insert_version(catalogue, slug, version)
    was = {"version": stored.published.number} if stored.published else None
    after = {"version": number, "note": note, "revision": stored.revision + 1}
    log_change(catalogue, actor, "list.publish", f"list:{slug}", before=was, after=after)
    return version


def move_to_archive(catalogue: Catalogue, slug: str, actor: Actor, *, based_on: int) -> None:
    """Archive a list: it is no longer shown, but nothing is lost.

    Raises:
        ListNotFound, ListChanged
    """
    _mark(catalogue, _unchanged(catalogue, slug, based_on), actor, archived_at=now())


def take_from_archive(catalogue: Catalogue, slug: str, actor: Actor) -> None:
    """Restore a list from the archive.

    Raises:
        ListNotFound
    """
    _mark(catalogue, resource_list(catalogue, slug), actor, archived_at=None)


def suggestions_of(catalogue: Catalogue, slug: str) -> list[Suggestion]:
    """Return the decisions on documents suggested for a list, by document id."""
    rows = catalogue.rows(
        """
        select document_id, decision, decided_by, decided_at from list_suggestion
        where slug = ? order by document_id
        """,
        [slug],
    )
    return [Suggestion(*row) for row in rows]


def judge_suggestion(catalogue: Catalogue, slug: str, suggestion: Suggestion, actor: Actor) -> None:
    """Store the decision on a suggested document, so that it is not suggested again.

    Raises:
        ListNotFound
    """
    resource_list(catalogue, slug)
    stored = {s.document_id: s for s in suggestions_of(catalogue, slug)}
    known = stored.get(suggestion.document_id)
    insert_suggestion(catalogue, slug, suggestion)
    subject = f"list:{slug}"
    about = {"document": suggestion.document_id}
    before = {**about, "decision": known.decision} if known else None
    after = {**about, "decision": suggestion.decision}
    action = f"list.suggestion.{suggestion.decision}"
    log_change(catalogue, actor, action, subject, before=before, after=after)


def diff_selections(before: Selection, after: Selection) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return what differs between two selections: the old values and the new ones."""
    old, new = _flat(before), _flat(after)
    keys = [key for key in old | new if old.get(key) != new.get(key)]
    return {k: old[k] for k in keys if k in old}, {k: new[k] for k in keys if k in new}


def _flat(selection: Selection) -> dict[str, Any]:
    data = selection_data(selection)
    sections: list[dict[str, Any]] = data.pop("sections")
    flat = {**data, "sections": [s["id"] for s in sections]}
    for section in sections:
        entries = section.pop("entries")
        flat[f"section {section['id']}"] = {**section, "entries": [e["id"] for e in entries]}
        flat |= {f"entry {entry['id']}": entry for entry in entries}
    return flat


def _checked(selection: Selection) -> Selection:
    if selection.query is not None and selection.sections:
        raise ListInvalid(
            say("A smart list cannot have entries of its own: its query finds them. Remove them.")
        )
    whole = with_ids(selection)
    check_selection(whole)
    return whole


def _unchanged(catalogue: Catalogue, slug: str, based_on: int) -> ResourceList:
    stored = resource_list(catalogue, slug)
    if stored.revision != based_on:
        raise ListChanged(slug, stored.revision, stored.updated_by)
    return stored


def _write(catalogue: Catalogue, stored: ResourceList, selection: Selection, actor: Actor) -> None:
    number = stored.revision + 1
    insert_revision(catalogue, stored.slug, number, selection, (actor.name, now()))
    catalogue.db.execute(
        "update resource_list set revision = ? where slug = ?", [number, stored.slug]
    )


def _mark(
    catalogue: Catalogue, stored: ResourceList, actor: Actor, *, archived_at: str | None
) -> None:
    catalogue.db.execute(
        "update resource_list set archived_at = ? where slug = ?", [archived_at, stored.slug]
    )
    action = "list.archive" if archived_at else "list.restore"
    before, after = {"archived_at": stored.archived_at}, {"archived_at": archived_at}
    log_change(catalogue, actor, action, f"list:{stored.slug}", before=before, after=after)


def _resource_list(row: Any) -> ResourceList:
    slug, selection, revision, by, at, saved_by, saved_at, archived_at, *version = row
    published = _version(version) if version[0] is not None else None
    return ResourceList(
        slug, read_selection(selection), revision, by, at, saved_by, saved_at, published,
        archived_at,
    )  # fmt: skip


def _version(row: Any) -> ListVersion:
    number, selection, note, by, at = row
    return ListVersion(number, read_selection(selection), note, by, at)
