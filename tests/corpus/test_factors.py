"""Sentences about factors: suggestions come and go, decisions stay, and each is logged."""

from __future__ import annotations

import json

import pytest

from corpus.catalogue.originals import Originals
from corpus.errors import FactorPassageNotFound, NotUndecided
from corpus.people.actors import Actor
from corpus.people.log import broken_links, log_change, read_log
from corpus.promises import audit_catalogue
from corpus.review.undoing import undo
from corpus.tags.factors import (
    FactorPassage,
    decide_factor_passage,
    factor_passages,
    suggest_factor_passages,
)

MEI = Actor("mei", "curator")
QUOTE = "Trust was slow to grow."


@pytest.fixture
def passage(catalogue, store):
    store("report", f"Before it. {QUOTE}")
    return catalogue.passages("report")[0]


def _suggest(catalogue, passage, *quotes, score=0.5):
    with catalogue.transaction():
        suggest_factor_passages(
            catalogue,
            "report",
            [
                FactorPassage(
                    "report", "mutual-trust", q, passage.id, 1, 1, "constraint", score=score
                )
                for q in quotes
            ],
        )


def test_suggestions_are_replaced_and_decisions_are_not(catalogue, passage):
    _suggest(catalogue, passage, QUOTE)
    decide_factor_passage(
        catalogue, MEI, passage.id, "mutual-trust", origin="confirmed", polarity="driver", note="!"
    )
    _suggest(catalogue, passage, QUOTE, "Before it.")
    confirmed, suggested = factor_passages(catalogue)
    assert (confirmed.quote, confirmed.origin, confirmed.polarity) == (QUOTE, "confirmed", "driver")
    assert (confirmed.decided_by, confirmed.note) == ("mei", "!")
    assert (suggested.quote, suggested.origin) == ("Before it.", "suggested")
    _suggest(catalogue, passage)
    assert [p.quote for p in factor_passages(catalogue)] == [QUOTE]


def test_what_is_rejected_is_listed_only_when_asked_for(catalogue, passage):
    _suggest(catalogue, passage, QUOTE)
    decide_factor_passage(catalogue, MEI, passage.id, "mutual-trust", origin="rejected")
    assert factor_passages(catalogue) == []
    (held,) = factor_passages(catalogue, rejected=True)
    assert (held.origin, held.polarity) == ("rejected", "constraint")


def test_a_decision_is_logged_with_what_was_there_before(catalogue, passage):
    _suggest(catalogue, passage, QUOTE)
    decide_factor_passage(catalogue, MEI, passage.id, "mutual-trust", origin="rejected")
    (entry,) = read_log(catalogue, subject="document:report")
    assert (entry.actor, entry.action) == ("mei", "factor.reject")
    assert json.loads(entry.before)["origin"] == "suggested"
    assert json.loads(entry.after)["quote"] == QUOTE
    assert not list(broken_links(catalogue))


@pytest.mark.parametrize("column", ["withdrawn_at", "pending_since"])
def test_documents_nobody_should_meet_do_not_speak(catalogue, passage, column):
    _suggest(catalogue, passage, QUOTE)
    with catalogue.transaction():
        catalogue.db.execute(f"update document set {column} = '2026-01-01T00:00:00Z'")
    assert factor_passages(catalogue) == []


def test_a_sentence_whose_passage_is_gone_is_not_shown(catalogue, passage, store):
    _suggest(catalogue, passage, QUOTE)
    store("report", "It reads quite otherwise now.")
    assert factor_passages(catalogue) == []


def test_what_was_not_suggested_cannot_be_decided(catalogue, passage):
    with pytest.raises(FactorPassageNotFound, match="capacity"):
        decide_factor_passage(catalogue, MEI, passage.id, "capacity", origin="confirmed")


def test_what_readers_see_changes_with_a_decision(catalogue, passage):
    _suggest(catalogue, passage, QUOTE)
    before = catalogue.revision()
    decide_factor_passage(catalogue, MEI, passage.id, "mutual-trust", origin="confirmed")
    assert catalogue.revision() > before


@pytest.mark.parametrize(
    ("column", "value"), [("quote", "Trust was quick to grow."), ("page", 2), ("document_id", "b")]
)
def test_the_audit_finds_a_sentence_that_is_not_where_it_is_said_to_be(
    catalogue, passage, store, tmp_path, column, value
):
    def faulty():
        checks = audit_catalogue(catalogue, Originals(tmp_path / "originals"))
        return [c.fault_count for c in checks if c.name.startswith("the checklist quotes")]

    store("b", "Another.")
    _suggest(catalogue, passage, QUOTE)
    assert faulty() == [0]
    catalogue.db.execute(f"update factor_passage set page_end = 9, {column} = ?", [value])
    assert faulty() == [1]


def _decide(catalogue, passage, **said):
    decide_factor_passage(catalogue, MEI, passage.id, "mutual-trust", **said)
    return read_log(catalogue, limit=1)[0].id


@pytest.mark.parametrize("origin", ["confirmed", "rejected"])
def test_a_decision_is_taken_back_exactly_and_the_log_says_so(catalogue, passage, origin):
    _suggest(catalogue, passage, QUOTE, score=0.7)
    before = factor_passages(catalogue)
    undo(catalogue, MEI, _decide(catalogue, passage, origin=origin, polarity="driver", note="!"))
    assert factor_passages(catalogue, rejected=True) == before
    entry = read_log(catalogue, limit=1)[0]
    assert (entry.action, entry.actor, entry.subject) == ("factor.undo", "mei", "document:report")
    assert json.loads(entry.after)["origin"] == "suggested"
    assert not list(broken_links(catalogue))


def test_a_second_decision_is_taken_back_to_the_first(catalogue, passage):
    _suggest(catalogue, passage, QUOTE)
    first = _decide(catalogue, passage, origin="confirmed", polarity="driver", note="!")
    before = factor_passages(catalogue)
    second = _decide(catalogue, passage, origin="rejected")
    with pytest.raises(NotUndecided, match="since"):
        undo(catalogue, MEI, first)
    undo(catalogue, MEI, second)
    assert factor_passages(catalogue) == before
    with pytest.raises(NotUndecided, match="since"):
        undo(catalogue, MEI, second)


def test_decisions_about_other_factors_and_sentences_do_not_hinder(catalogue, passage):
    _suggest(catalogue, passage, QUOTE)
    first = _decide(catalogue, passage, origin="rejected")
    with catalogue.transaction():
        for factor in ("mutual-trust", "capacity"):
            after = {"factor": factor, "quote": "Before it." if factor == "mutual-trust" else QUOTE}
            log_change(catalogue, MEI, "factor.confirm", "document:report", after=after)
    undo(catalogue, MEI, first)
    assert [p.origin for p in factor_passages(catalogue)] == ["suggested"]


def test_one_decision_about_two_sentences_of_a_passage_is_taken_back_as_one(catalogue, passage):
    _suggest(catalogue, passage, QUOTE, "Before it.")
    before = factor_passages(catalogue)
    undo(catalogue, MEI, _decide(catalogue, passage, origin="rejected"))
    assert factor_passages(catalogue) == before


def test_a_decision_whose_sentence_left_its_document_leaves_no_suggestion(catalogue, passage):
    _suggest(catalogue, passage, QUOTE)
    entry = _decide(catalogue, passage, origin="confirmed")
    with catalogue.transaction():
        catalogue.db.execute("update factor_passage set passage_id = null")
    undo(catalogue, MEI, entry)
    assert catalogue.rows("select count(*) from factor_passage") == [(0,)]
