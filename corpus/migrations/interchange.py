"""The schema of the datestamps that other systems harvest by."""

from __future__ import annotations

from typing import Final

from sqlite_utils import Database

from corpus.migrations.running import catalogue_migrations, run

_NOW: Final = "strftime('%Y-%m-%dT%H:%M:%SZ', 'now')"


def _stamp(documents: str) -> str:
    """Return the statement that gives documents the time of now; a stamp never goes back."""
    return f"update datestamp set at = {_NOW} where at < {_NOW} and document_id in ({documents});"


def _entries(selection: str) -> str:
    return f"select atom from json_tree({selection}) where key = 'document_id' and atom is not null"


_TABLE: Final = f"""
create table datestamp (
    document_id text primary key,
    at text not null
) strict, without rowid;;
insert into datestamp select publication.document_id, max(
    publication.at,
    coalesce(document.updated_at, ''),
    coalesce(document.withdrawn_at, ''),
    coalesce((select max(decided_at) from tag where document_id = document.id), ''),
    case when document.id is null then coalesce(
        (select max(at) from outcome where document_id = publication.document_id), ''
    ) else '' end
) from publication left join document on document.id = publication.document_id;;
insert or ignore into datestamp
select document_id, max(at) from outcome where document_id is not null
and document_id not in (select id from document) and document_id not in (
    select document_id from contribution where document_id is not null
) group by document_id;;
update datestamp set at = max(datestamp.at, listed.at) from (
    select atom as document_id, max(published_at) as at
    from list_version, json_tree(list_version.selection)
    where key = 'document_id' and atom is not null group by atom
) as listed where listed.document_id = datestamp.document_id;;
create index datestamp_at on datestamp(at, document_id);;
create trigger publication_stamped after insert on publication begin
    insert or ignore into datestamp values (new.document_id, {_NOW});
end
"""


@catalogue_migrations()
def datestamps(db: Database) -> None:
    """When each document that was ever public last changed: its record, its tags or its lists.

    It outlives the document, so that a harvester learns of what is gone. Of documents from before,
    the last thing that is recorded about them counts; of those that were gone already, when they
    were last taken in, unless they were contributions, of which nobody knows if they were seen.
    """
    run(db, _TABLE)
    for table, name in (("document", "id"), ("tag", "document_id")):
        for event in ("insert", "update", "delete"):
            row = "old" if event == "delete" else "new"
            run(
                db,
                f"""
                create trigger {table}_{event}_stamped after {event} on {table} begin
                    {_stamp(f"{row}.{name}")}
                end
                """,
            )
    _stamp_lists(db)


def _stamp_lists(db: Database) -> None:
    """Stamp the documents that a new version of a list adds or leaves out, or all of a list."""
    newest = "(select selection from list_version where slug = new.slug order by number desc {})"
    now, before = _entries("new.selection"), _entries(newest.format("limit 1 offset 1"))
    run(
        db,
        f"""
        create trigger list_version_stamped after insert on list_version begin
            {_stamp(f"select * from ({now} except {before})")}
            {_stamp(f"select * from ({before} except {now})")}
        end;;
        create trigger list_archived_stamped after update of archived_at on resource_list
        when old.archived_at is not new.archived_at begin
            {_stamp(_entries(newest.format("limit 1")))}
        end
        """,
    )
