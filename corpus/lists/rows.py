"""Write the rows of resource lists; call inside ``transaction()``."""

from __future__ import annotations

import sqlite3

from corpus.catalogue.catalogue import Catalogue
from corpus.errors import ListExists
from corpus.errors.said import say
from corpus.lists.as_json import Suggestion, write_selection
from corpus.model import ListVersion, Selection


def insert_list(
    catalogue: Catalogue,
    slug: str,
    selection: Selection,
    *,
    created: tuple[str, str],
    saved: tuple[str, str],
) -> None:
    """Insert a list with its first revision.

    Args:
        catalogue: where to store it.
        slug: its address.
        selection: its content.
        created: who created it, and when.
        saved: who saved it, and when.

    Raises:
        ListExists
    """
    try:
        catalogue.db.execute(
            """
            insert into resource_list (slug, revision, created_by, created_at)
            values (?, 1, ?, ?)
            """,
            [slug, *created],
        )
    except sqlite3.IntegrityError as error:
        raise ListExists(
            say("There is already a list %(slug)s. Choose another address.", slug=repr(slug))
        ) from error
    insert_revision(catalogue, slug, 1, selection, saved)


def insert_revision(
    catalogue: Catalogue, slug: str, number: int, selection: Selection, saved: tuple[str, str]
) -> None:
    """Insert a revision; ``saved`` says who saved it, and when."""
    catalogue.db.execute(
        "insert into list_revision values (?, ?, ?, ?, ?)",
        [slug, number, write_selection(selection), *saved],
    )


def insert_version(catalogue: Catalogue, slug: str, version: ListVersion) -> None:
    """Insert a published version.

    Raises:
        ListExists: a version with this number exists.
    """
    try:
        catalogue.db.execute(
            "insert into list_version values (?, ?, ?, ?, ?, ?)",
            [slug, version.number, write_selection(version.selection), version.note,
             version.published_by, version.published_at],
        )  # fmt: skip
    except sqlite3.IntegrityError as error:
        raise ListExists(
            say(
                "The list %(slug)s already has a version %(number)s. Reload it.",
                slug=repr(slug),
                number=str(version.number),
            )
        ) from error


def insert_suggestion(catalogue: Catalogue, slug: str, suggestion: Suggestion) -> None:
    """Store the decision on a suggestion, replacing any earlier one."""
    catalogue.db.execute(
        "insert or replace into list_suggestion values (?, ?, ?, ?, ?)",
        [slug, suggestion.document_id, suggestion.decision, suggestion.decided_by,
         suggestion.decided_at],
    )  # fmt: skip
