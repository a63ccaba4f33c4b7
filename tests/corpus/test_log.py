"""The audit log cannot be changed unnoticed."""

from __future__ import annotations

import sqlite3

import pytest

from corpus.catalogue.catalogue import Catalogue
from corpus.catalogue.originals import Originals
from corpus.people.actors import ANONYMOUS, ROLES, Actor
from corpus.people.log import broken_links, log_change, read_log
from corpus.promises import audit_catalogue

MEI = Actor("mei", "curator", "p1", "req-1")


@pytest.fixture
def logged(catalogue: Catalogue) -> Catalogue:
    with catalogue.transaction():
        for number in range(5):
            log_change(catalogue, MEI, "tag.confirm", f"document:{number}", after={"note": "é"})
    return catalogue


def _tamper(catalogue: Catalogue, sql: str) -> None:
    """Change rows as somebody with the file and without our triggers would."""
    for trigger in ("log_entry_unchanged", "log_entry_kept"):
        catalogue.db.execute(f"drop trigger {trigger}")
    catalogue.db.execute(sql)


def test_entries_say_who_did_what_newest_first(logged):
    newest = read_log(logged, limit=2)
    assert [e.subject for e in newest] == ["document:4", "document:3"]
    assert newest[0].actor == "mei"
    assert newest[0].after == '{"note": "é"}'
    assert newest[0].request_id == "req-1"
    assert [e.id for e in read_log(logged, before_id=3)] == [2, 1]
    assert len(read_log(logged, subject="document:2")) == 1
    assert not list(broken_links(logged))


@pytest.mark.parametrize("sql", ["update log_entry set actor = 'eve'", "delete from log_entry"])
def test_the_log_refuses_changes(logged, sql):
    with pytest.raises(sqlite3.IntegrityError, match="append-only"):
        logged.db.execute(sql)


@pytest.mark.parametrize(
    ("sql", "said"),
    [
        ("update log_entry set actor = 'eve' where id = 3", "entry 3 was changed"),
        ("update log_entry set after = null where id = 5", "entry 5 was changed"),
        ("delete from log_entry where id = 2", "entry 2 is missing"),
        ("delete from log_entry where id = 1", "entry 1 is missing"),
        ("update log_entry set hash = 'x' where id = 3", "entry 4 does not follow"),
    ],
)
def test_the_audit_finds_what_was_tampered_with(logged, tmp_path, sql, said):
    _tamper(logged, sql)
    (found,) = [
        c for c in audit_catalogue(logged, Originals(tmp_path)) if c.name.startswith("audit log")
    ]
    assert any(said in fault for fault in found.faults), found.faults


def test_a_change_that_is_taken_back_leaves_no_entry(catalogue):
    with pytest.raises(RuntimeError), catalogue.transaction():
        log_change(catalogue, MEI, "a", "b")
        raise RuntimeError
    assert not read_log(catalogue)


def test_each_role_may_do_what_lesser_ones_may():
    assert [MEI.may(role) for role in ROLES] == [True, True, True, False]
    assert [ANONYMOUS.may(role) for role in ROLES] == [True, False, False, False]
