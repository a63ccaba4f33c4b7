"""The log of changes by document, which snapshots follow."""

from __future__ import annotations

from corpus.catalogue.catalogue import connect
from corpus.documents.changes import Changes, changes_since
from corpus.migrations import VERSION
from corpus.model import Tag
from corpus.tags.tags import decide
from tests.conftest import store_document


def test_an_old_catalogue_has_a_change_log_from_its_upgrade_on(tmp_path):
    path = tmp_path / "catalogue.sqlite"
    with connect(path, create=True) as made:
        store_document(made, "a", "Schools.")
        before = made.revision()
        for trigger in ("insert", "update", "delete"):
            made.db.execute(f"drop trigger passage_{trigger}_noted")
        made.db.execute("drop table document_change")
        made.db.execute("delete from _sqlite_migrations where name = 'change_log'")
        made.db.execute(f"pragma user_version = {VERSION - 1}")
    with connect(path) as upgraded:
        assert changes_since(upgraded, before) == Changes(frozenset(), frozenset(), works=False)
        store_document(upgraded, "b", "Teachers.")
        assert changes_since(upgraded, before).words == {"b"}


def test_the_log_names_what_changed_and_does_not_grow(catalogue, store):
    for _ in range(3):
        store("a", "Schools.")
        store("b", "Teachers.")
    before = catalogue.revision()
    with catalogue.transaction():
        decide(catalogue, Tag("a", "topics", "scaling", "confirmed", decided_by="ana"))
    assert changes_since(catalogue, before) == Changes(frozenset("a"), frozenset(), works=False)
    with catalogue.transaction():
        catalogue.db.execute("update document set title = 'Other' where id = 'b'")
    assert changes_since(catalogue, before).words == {"b"}
    with catalogue.transaction():
        catalogue.delete_document("a")
    assert changes_since(catalogue, before).words == {"a", "b"}
    assert catalogue.rows("select count(*) from document_change") == [(4,)]
