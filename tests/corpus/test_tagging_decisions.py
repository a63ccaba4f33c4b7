"""People decide about tags; the log says so, and each decision can be taken back."""

from __future__ import annotations

import pytest

from corpus.errors import DocumentNotFound, PassageNotFound, TagNotFound
from corpus.model import Tag
from corpus.people.actors import Actor
from corpus.people.log import broken_links, read_log
from corpus.tags.deciding import add, confirm, reject, retract
from corpus.tags.tags import suggest, tags_of

ANA = Actor("ana", "curator", person_id="p1", request_id="r1")


@pytest.fixture
def brief(catalogue, store):
    """A document with two suggested stages, the first one primary."""
    store("brief", "First passage.", "Second passage.")
    passage = catalogue.passages("brief")[0]
    with catalogue.transaction():
        for term, primary in (("use", True), ("translation", False)):
            suggest(
                catalogue,
                Tag(
                    "brief", "stages", term, "suggested", primary, 0.61, passage.id, 1,
                    passage.text, "zero-shot-1/x", "tagger",
                ),
            )  # fmt: skip
    return catalogue


def _rows(catalogue):
    return catalogue.rows("select * from tag order by document_id, vocabulary, term")


def _held(catalogue):
    return {t.term: t for t in tags_of(catalogue, ["brief"])["brief"]}


def test_a_confirmed_tag_keeps_the_passage_that_argued_for_it(brief):
    passage = brief.passages("brief")[0]
    tag = confirm(brief, ANA, "brief", "stages", "use", note="read it")
    assert tag == _held(brief)["use"]
    assert (tag.origin, tag.primary, tag.decided_by, tag.note) == (
        "confirmed", True, "ana", "read it",
    )  # fmt: skip
    assert (tag.passage_id, tag.page, tag.quote, tag.score) == (passage.id, 1, passage.text, 0.61)


def test_a_decision_is_logged_with_what_was_before(brief):
    confirm(brief, ANA, "brief", "stages", "use")
    (entry,) = read_log(brief, subject="document:brief")
    assert (entry.action, entry.actor, entry.request_id) == ("tag.confirm", "ana", "r1")
    assert '"suggested"' in entry.before
    assert '"confirmed"' in entry.after
    assert not list(broken_links(brief))


def test_a_rejected_tag_does_not_come_back(brief):
    reject(brief, ANA, "brief", "stages", "use", note="about something else")
    with brief.transaction():
        assert not suggest(brief, Tag("brief", "stages", "use", "suggested", score=0.99))
    assert (_held(brief)["use"].origin, _held(brief)["use"].primary) == ("rejected", False)


def test_a_term_nobody_suggested_can_be_rejected(brief):
    reject(brief, ANA, "brief", "stages", "generation")
    with brief.transaction():
        suggest(brief, Tag("brief", "stages", "generation", "suggested", score=0.99))
    assert _held(brief)["generation"].origin == "rejected"


def test_an_added_primary_term_takes_the_place_of_the_other(brief):
    confirm(brief, ANA, "brief", "stages", "use")
    passage = brief.passages("brief")[1]
    add(brief, ANA, "brief", "stages", "generation", primary=True, passage_id=passage.id)
    held = _held(brief)
    assert [t for t, tag in held.items() if tag.primary] == ["generation"]
    assert (held["generation"].passage_id, held["generation"].quote) == (passage.id, passage.text)


def test_the_order_of_confirming_does_not_change_which_term_is_primary(brief):
    confirm(brief, ANA, "brief", "stages", "translation")
    confirm(brief, ANA, "brief", "stages", "use")
    assert [t for t, tag in _held(brief).items() if tag.primary] == ["use"]


def test_where_the_primary_term_was_rejected_the_confirmed_one_is_primary(brief):
    reject(brief, ANA, "brief", "stages", "use")
    assert confirm(brief, ANA, "brief", "stages", "translation").primary


@pytest.mark.parametrize(
    "decide",
    [
        lambda c: confirm(c, ANA, "brief", "stages", "translation"),
        lambda c: reject(c, ANA, "brief", "stages", "use"),
        lambda c: add(c, ANA, "brief", "stages", "use", primary=True),
        lambda c: add(c, ANA, "brief", "stages", "generation", primary=True),
        lambda c: add(c, ANA, "brief", "topics", "scaling-innovations"),
    ],
    ids=["confirm", "reject", "add what is suggested", "add as primary", "add in another"],
)
def test_a_decision_taken_back_leaves_every_row_as_it_was(brief, decide):
    before = _rows(brief)
    made = decide(brief)
    assert _rows(brief) != before
    retract(brief, ANA, "brief", made.vocabulary, made.term)
    assert _rows(brief) == before


def test_decisions_are_taken_back_one_by_one(brief):
    states = [_rows(brief)]
    for act in (confirm, reject):
        act(brief, ANA, "brief", "stages", "use", note=act.__name__)
        states.append(_rows(brief))
    for state in reversed(states[:-1]):
        retract(brief, ANA, "brief", "stages", "use")
        assert _rows(brief) == state
    with pytest.raises(TagNotFound, match="Nobody decided"):
        retract(brief, ANA, "brief", "stages", "use")


def test_taking_back_leaves_what_others_decided_since(brief):
    confirm(brief, ANA, "brief", "stages", "translation")
    add(brief, ANA, "brief", "stages", "use", primary=True)
    reject(brief, ANA, "brief", "stages", "translation")
    retract(brief, ANA, "brief", "stages", "use")
    assert _held(brief)["translation"].origin == "rejected"
    assert not _held(brief)["translation"].primary


def test_taking_back_leaves_the_primary_place_to_who_was_given_it_since(brief):
    confirm(brief, ANA, "brief", "stages", "use")
    add(brief, ANA, "brief", "stages", "generation", primary=True)
    retract(brief, ANA, "brief", "stages", "use")
    assert (_held(brief)["use"].origin, _held(brief)["use"].primary) == ("suggested", False)
    assert _held(brief)["generation"].primary


def test_adding_the_primary_term_again_leaves_it_primary(brief):
    confirm(brief, ANA, "brief", "stages", "use")
    passage = brief.passages("brief")[1]
    assert add(brief, ANA, "brief", "stages", "use", passage_id=passage.id).primary


def test_a_suggestion_whose_passage_is_no_more_does_not_come_back(brief, store):
    confirm(brief, ANA, "brief", "stages", "use")
    store("brief", "Other words.")
    assert _held(brief)["use"].quote == "First passage."
    assert retract(brief, ANA, "brief", "stages", "use") is None
    assert "use" not in _held(brief)


@pytest.mark.parametrize(
    ("act", "error"),
    [
        (lambda c: confirm(c, ANA, "brief", "stages", "generation"), TagNotFound),
        (lambda c: confirm(c, ANA, "absent", "stages", "use"), DocumentNotFound),
        (lambda c: reject(c, ANA, "absent", "stages", "use"), DocumentNotFound),
        (lambda c: add(c, ANA, "brief", "stages", "use", passage_id=7), PassageNotFound),
        (lambda c: retract(c, ANA, "brief", "stages", "use"), TagNotFound),
    ],
    ids=["nothing to confirm", "no document", "nothing to reject", "no passage", "no decision"],
)
def test_what_cannot_be_decided_changes_nothing(brief, act, error):
    before = _rows(brief)
    with pytest.raises(error):
        act(brief)
    assert _rows(brief) == before
    assert not read_log(brief)
