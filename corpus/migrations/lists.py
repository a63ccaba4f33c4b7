"""The schema of resource lists: their revisions, their published versions, checked links."""

from __future__ import annotations

from typing import Final

from sqlite_utils import Database

from corpus.migrations import desk as _desk  # noqa: F401  comes first
from corpus.migrations.running import catalogue_migrations, run

_LISTS: Final = """
create table resource_list (
    slug text primary key,
    revision integer not null,
    created_by text not null,
    created_at text not null,
    archived_at text
) strict;;
create table list_revision (
    slug text not null references resource_list(slug),
    number integer not null,
    selection text not null,
    saved_by text not null,
    saved_at text not null,
    primary key (slug, number)
) strict;;
create table list_version (
    slug text not null references resource_list(slug),
    number integer not null,
    selection text not null,
    note text not null,
    published_by text not null,
    published_at text not null,
    primary key (slug, number)
) strict;;
create table list_suggestion (
    slug text not null references resource_list(slug),
    document_id text not null,
    decision text not null check (decision in ('accepted', 'rejected')),
    decided_by text not null,
    decided_at text not null,
    primary key (slug, document_id)
) strict;;
create trigger list_version_seen after insert on list_version begin
    update revision set value = value + 1 where id = 1;
end;;
create trigger list_archived after update of archived_at on resource_list begin
    update revision set value = value + 1 where id = 1;
end
"""


@catalogue_migrations()
def resource_lists(db: Database) -> None:
    """Lists with every saved revision, what was published of them, and judged suggestions.

    ``document_id`` refers to nothing on purpose: what was said about a document outlives it.
    Saving a draft does not raise the catalogue's revision: no reader sees it.
    """
    run(db, _LISTS)
    for table, what in (("list_revision", "saved revisions"), ("list_version", "versions")):
        for event in ("update", "delete"):
            db.execute(
                f"""
                create trigger {table}_no_{event} before {event} on {table} begin
                    select raise(abort, '{what} of a list never change');
                end
                """
            )


@catalogue_migrations()
def link_checks(db: Database) -> None:
    """What each address answered when it was last looked at."""
    run(
        db,
        """
        create table link_check (
            url text primary key,
            state text not null
                check (state in ('alive', 'dead', 'locked', 'unreachable', 'unchecked')),
            reason text not null,
            found_at text,
            checked_at text not null,
            failing_since text
        ) strict
        """,
    )
