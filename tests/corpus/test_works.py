"""Relations: proposed by the program, decided by people, undone exactly."""

from __future__ import annotations

import pytest

from corpus.documents.works import (
    Relation,
    decide_relation,
    forms_of,
    propose_relation,
    read_relations,
    undo_relation,
    withdraw_proposals,
    works_of_documents,
)
from corpus.errors import DocumentNotFound, RelationNotFound


@pytest.fixture
def held(catalogue, store):
    for name in ("report", "slides", "blog", "other"):
        store(name, f"Text of {name}.")
    return catalogue


def _propose(catalogue, one, other, kind="same-work"):
    with catalogue.transaction():
        return propose_relation(
            catalogue, Relation(one, other, kind, "proposed", "titles agree", 0.8)
        )


def _decide(catalogue, one, other, kind="same-work"):
    with catalogue.transaction():
        decide_relation(catalogue, one, other, kind, by="ana")


def test_a_proposal_merges_nothing(held):
    assert _propose(held, "slides", "report")
    assert works_of_documents(held) == {}
    (relation,) = read_relations(held)
    assert (relation.first, relation.second, relation.origin) == ("report", "slides", "proposed")


def test_the_relations_of_a_document_are_found_from_either_end_without_reading_all(held):
    _propose(held, "slides", "report")
    _propose(held, "blog", "report")
    asked: list[str] = []
    held.db.conn.set_trace_callback(asked.append)
    found = {(r.first, r.second) for r in read_relations(held, of="report")}
    held.db.conn.set_trace_callback(None)
    assert found == {("report", "slides"), ("blog", "report")}
    (statement,) = asked
    assert not [r for r in held.rows(f"explain query plan {statement}") if "SCAN" in r[3]]


def test_a_confirmed_relation_makes_a_work_and_joining_is_transitive(held):
    _decide(held, "slides", "report")
    _decide(held, "slides", "blog", "new-version")
    assert works_of_documents(held) == dict.fromkeys(("blog", "report", "slides"), "blog")
    assert forms_of(held, "slides") == ["blog", "report"]
    assert forms_of(held, "other") == []


def test_documents_decided_to_be_different_are_not_proposed_again(held):
    _propose(held, "report", "other")
    _decide(held, "other", "report", "different")
    assert not _propose(held, "report", "other")
    assert works_of_documents(held) == {}


def test_undoing_brings_the_proposal_back_as_it_was(held):
    _propose(held, "report", "slides")
    before = read_relations(held)[0]
    _decide(held, "report", "slides", "different")
    with held.transaction():
        undo_relation(held, "slides", "report")
    after = read_relations(held)[0]
    assert (after.kind, after.origin, after.evidence, after.score, after.decided_by) == (
        before.kind, before.origin, before.evidence, before.score, None,
    )  # fmt: skip


def test_undoing_a_decision_without_a_proposal_leaves_nothing(held):
    _decide(held, "report", "slides")
    with held.transaction():
        undo_relation(held, "report", "slides")
    assert read_relations(held) == []


def test_only_decisions_can_be_undone(held):
    _propose(held, "report", "slides")
    with pytest.raises(RelationNotFound), held.transaction():
        undo_relation(held, "report", "slides")


@pytest.mark.parametrize(("one", "other"), [("report", "nobody"), ("report", "report")])
def test_a_relation_needs_two_documents_that_are_held(held, one, other):
    with pytest.raises((DocumentNotFound, ValueError)):
        _decide(held, one, other)


def test_stale_proposals_go_and_decisions_stay(held):
    _propose(held, "report", "slides")
    _propose(held, "report", "blog")
    _decide(held, "other", "blog")
    with held.transaction():
        assert withdraw_proposals(held, [("slides", "report")]) == 1
    assert {(r.first, r.second) for r in read_relations(held)} == {
        ("report", "slides"),
        ("blog", "other"),
    }
