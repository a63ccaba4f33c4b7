"""The schema: an earlier release's catalogue is brought up to date, whole or not at all."""

from __future__ import annotations

import contextlib
import sqlite3
from dataclasses import asdict

import pytest
from sqlite_utils import Database

from corpus.catalogue.catalogue import connect
from corpus.catalogue.originals import Originals
from corpus.migrations import APPLICATION_ID, VERSION, catalogue_migrations
from corpus.model import Outcome, Page
from corpus.promises import audit_catalogue
from corpus.tags.tags import tags_of


@pytest.fixture
def earlier(tmp_path):
    """A catalogue as the first release left it, with a document and a decided tag."""
    path = tmp_path / "earlier.sqlite"
    with contextlib.closing(sqlite3.connect(path, isolation_level=None)) as db:
        held = Database(db, execute_plugins=False)
        catalogue_migrations.apply(held, stop_before="audit_log")
        held.table("document").insert(
            {
                "id": "a", "title": "A", "source": "file:///a.txt", "media_type": "text/plain",
                "sha256": "0", "size_bytes": 6, "page_count": 1, "text": "Words.",
                "added_at": "2025-01-01T00:00:00Z", "updated_at": "2025-01-01T00:00:00Z",
            }
        )  # fmt: skip
        db.execute("insert into page values ('a', 1, 0, 6)")
        db.execute("insert into passage values (7, 'a', 0, 1, 1, 'A', null, 0, 6, 'Words.')")
        db.execute(
            "insert into tag (document_id, vocabulary, term, origin, decided_by, decided_at) "
            "values ('a', 'stages', 'use', 'confirmed', 'ana', '2025-01-01T00:00:00Z')"
        )
        outcome = Outcome("file:///a.txt", "added", "Added.", None, "a", None, "2025-01-01")
        held.table("outcome").insert(asdict(outcome))
        db.execute(f"pragma application_id = {APPLICATION_ID}")
        db.execute("pragma user_version = 7")
    return path


def test_a_catalogue_of_the_first_release_is_brought_up_to_date_whole(earlier, tmp_path):
    with connect(earlier) as catalogue:
        assert catalogue.rows("pragma user_version") == [(VERSION,)]
        document = catalogue.document("a")
        assert (document.title, document.pending_since) == ("A", None)
        assert [(p.text, p.role) for p in catalogue.passages("a")] == [("Words.", "body")]
        assert catalogue.pages("a") == [Page(1, 0, 6, label=None)]
        assert [t.decided_by for t in tags_of(catalogue, ["a"])["a"]] == ["ana"]
        faults = [c for c in audit_catalogue(catalogue, Originals(tmp_path)) if not c.ok]
        assert [c.name for c in faults] == ["originals are stored unchanged"]  # there are none


def test_a_migration_that_fails_leaves_the_catalogue_as_it_was(earlier, monkeypatch):
    def schema():
        with contextlib.closing(sqlite3.connect(earlier)) as db:
            return db.execute("select type, name, sql from sqlite_master").fetchall()

    before = schema()
    monkeypatch.setattr("corpus.migrations.workshop.run", _no_space)
    with pytest.raises(OSError, match="No space"):
        connect(earlier)
    assert schema() == before
    monkeypatch.undo()
    with connect(earlier) as catalogue:
        assert catalogue.document("a").title == "A"


def _no_space(*_):
    raise OSError(28, "No space left on device")


def test_the_schema_version_counts_the_migrations(catalogue):
    assert len(catalogue_migrations.applied(catalogue.db)) == VERSION
