"""The review queue: what is in it and why, its order, and that what is decided leaves it."""

from __future__ import annotations

import pytest

from corpus.catalogue.catalogue import Catalogue
from corpus.documents import outcomes
from corpus.documents.corrections import correct_fields
from corpus.documents.works import Relation, propose_relation, read_relations
from corpus.errors import NotUndecided
from corpus.model import Outcome, Tag
from corpus.people.actors import Actor
from corpus.people.log import log_change, read_log
from corpus.review import contributions, curating, undoing
from corpus.review.about_tags import uncertainty
from corpus.review.kinds import QUEUED_NAMES
from corpus.review.queue import count_by_kind, find_item
from corpus.review.queue import read_queue as queue
from corpus.tags import deciding as tagging_decisions
from corpus.tags.tags import suggest

MEI = Actor("mei", "curator", "p-mei")
COMPLETE = {"year": 2020, "publishers": ("OECD",), "kind": "report", "language": "en"}


@pytest.fixture
def complete(store):
    return lambda name, **fields: store(name, f"Text of {name}.", **COMPLETE | fields)


def suggested(catalogue: Catalogue, document_id: str, term: str, score: float) -> None:
    passage = catalogue.passages(document_id)[0]
    with catalogue.transaction():
        suggest(
            catalogue,
            Tag(
                document_id, "stages", term, "suggested", score=score, passage_id=passage.id,
                page=passage.page, quote=passage.text, model="m", decided_by="tagger",
            ),
        )  # fmt: skip


def ids(catalogue: Catalogue, **options: object) -> list[str]:
    return [i.id for i in queue(catalogue, **options)]  # type: ignore[arg-type]


def test_nothing_to_decide_is_an_empty_queue(catalogue, complete):
    complete("done")
    assert queue(catalogue) == []


def test_what_helps_most_comes_first(catalogue, complete, store):
    complete("a")
    complete("b")
    store("bare", "Text of bare.")
    suggested(catalogue, "a", "use", 0.5)
    with catalogue.transaction():
        propose_relation(catalogue, Relation("a", "b", "same-work", "proposed", "Alike.", 0.9))
        outcomes.record_outcome(catalogue, Outcome("file:///b.txt", "partial", "Cut.", None, "b"))
    made = contributions.receive(catalogue, MEI, "file:///new.txt", "new.txt")
    complete("new", pending_since="2026-01-01T00:00:00Z")
    outcome = Outcome("file:///new.txt", "added", "Added.", None, "new")
    contributions.conclude(catalogue, MEI, made, outcome)
    found = queue(catalogue)
    assert [i.kind for i in found] == ["contribution", "outcome", "tag", "work", "metadata"]
    assert [i.score for i in found] == [1.0, 0.9, 0.8, 0.63, 0.35]
    assert count_by_kind(found) == dict.fromkeys(QUEUED_NAMES, 1)


def test_a_tag_near_its_threshold_comes_before_a_sure_one(catalogue, complete):
    for name, score in (("sure", 0.95), ("unsure", 0.45)):
        complete(name)
        suggested(catalogue, name, "use", score)
    assert ids(catalogue) == ["tag:unsure:stages:use", "tag:sure:stages:use"]
    by_term = {("stages", "use"): 0.97}
    assert ids(catalogue, thresholds=by_term)[0] == "tag:sure:stages:use"
    assert "threshold is 0.97" in queue(catalogue, by_term)[0].why


def test_a_term_with_few_decisions_comes_before_one_with_many(catalogue, complete):
    for number in range(5):
        complete(f"decided-{number}")
        tagging_decisions.add(catalogue, MEI, f"decided-{number}", "stages", "use")
    for name, term in (("known", "use"), ("new", "generation")):
        complete(name)
        suggested(catalogue, name, term, 0.5)
    first, second = queue(catalogue)
    assert (first.term, second.term) == ("generation", "use")
    assert "5 decisions" in second.why


def test_the_tags_of_a_document_follow_each_other(catalogue, complete):
    for name, scores in (("a", (0.5, 0.9)), ("b", (0.6, 0.55))):
        complete(name)
        for term, score in zip(("use", "generation"), scores, strict=True):
            suggested(catalogue, name, term, score)
    assert [i.document_id for i in queue(catalogue)] == ["a", "a", "b", "b"]


def test_evidence_is_the_passage_that_argues(catalogue, complete):
    complete("a")
    suggested(catalogue, "a", "use", 0.5)
    (found,) = queue(catalogue)
    assert (found.quote, found.page) == ("Text of a.", 1)
    assert found.passage_id == catalogue.passages("a")[0].id


@pytest.mark.parametrize("decide", ["confirm", "reject"])
def test_a_decided_tag_leaves_the_queue_and_undoing_brings_it_back(catalogue, complete, decide):
    complete("a")
    suggested(catalogue, "a", "use", 0.5)
    before = queue(catalogue)
    getattr(tagging_decisions, decide)(catalogue, MEI, "a", "stages", "use")
    assert queue(catalogue) == []
    undoing.undo(catalogue, MEI, read_log(catalogue)[0].id)
    assert queue(catalogue) == before


def test_an_accepted_outcome_stays_accepted_when_the_source_is_read_again(catalogue, complete):
    complete("a")
    with catalogue.transaction():
        outcomes.record_outcome(
            catalogue, Outcome("file:///a.txt", "needs_review", "Odd.", None, "a")
        )
    curating.accept_outcome(catalogue, MEI, "a", "It is a poem.")
    assert queue(catalogue) == []
    told = outcomes.latest_outcome_of(catalogue, "file:///a.txt")
    assert told.reason == "Accepted as it is by mei. It is a poem. It was: Odd."
    undoing.undo(catalogue, MEI, read_log(catalogue)[0].id)
    assert ids(catalogue) == ["outcome:a"]
    with pytest.raises(NotUndecided):
        undoing.undo(catalogue, MEI, read_log(catalogue)[0].id)


def test_an_outcome_that_tells_something_new_makes_readers_copies_stale(catalogue, complete):
    complete("a")
    stale = []
    for kind, code in (("needs_review", None), ("unchanged", "partial"), ("unchanged", None)):
        before = catalogue.revision()
        with catalogue.transaction():
            outcomes.record_outcome(catalogue, Outcome("file:///a.txt", kind, "Odd.", code, "a"))
        stale.append(catalogue.revision() > before)
    assert stale == [True, True, False]


def test_a_carried_on_doubt_is_still_in_the_queue(catalogue, complete):
    complete("a")
    with catalogue.transaction():
        same = Outcome("file:///a.txt", "unchanged", "Still partial: cut.", "partial", "a")
        outcomes.record_outcome(catalogue, same)
    assert ids(catalogue) == ["outcome:a"]


@pytest.mark.parametrize("kind", ["same-work", "different"])
def test_related_documents_leave_the_queue_with_a_log_entry(catalogue, complete, kind):
    complete("a")
    complete("b")
    with catalogue.transaction():
        propose_relation(catalogue, Relation("a", "b", "same-work", "proposed", "Alike.", 0.9))
    curating.relate(catalogue, MEI, "b", "a", kind)
    assert queue(catalogue) == []
    assert read_log(catalogue)[0].subject == "work:a:b"
    undoing.undo(catalogue, MEI, read_log(catalogue)[0].id)
    assert ids(catalogue) == ["work:a:b"]


def test_undoing_a_second_decision_about_two_documents_leaves_the_first(catalogue, complete):
    complete("a")
    complete("b")
    with catalogue.transaction():
        proposed = Relation("a", "b", "new-version", "proposed", "Alike.", 0.9, decided_at="2020")
        propose_relation(catalogue, proposed)
    states = [read_relations(catalogue)]
    for kind in ("same-work", "different"):
        curating.relate(catalogue, MEI, "a", "b", kind, f"It is {kind}.")
        states.append(read_relations(catalogue))
    first, second = read_log(catalogue)[1].id, read_log(catalogue)[0].id
    with pytest.raises(NotUndecided, match="since"):
        undoing.undo(catalogue, MEI, first)
    undoing.undo(catalogue, MEI, second)
    assert read_relations(catalogue) == states[1]


def test_undoing_a_decision_about_two_documents_is_exact(catalogue, complete):
    complete("a")
    complete("b")
    with catalogue.transaction():
        proposed = Relation("a", "b", "new-version", "proposed", "Alike.", 0.9, decided_at="2020")
        propose_relation(catalogue, proposed)
    before = read_relations(catalogue)
    curating.relate(catalogue, MEI, "a", "b", "different", "Another year.")
    undoing.undo(catalogue, MEI, read_log(catalogue)[0].id)
    assert read_relations(catalogue) == before


def test_decisions_that_do_not_bear_on_each_other_are_undone_in_any_order(catalogue, complete):
    complete("a")
    correct_fields(catalogue, MEI, "a", {"year": 2019})
    decided = [read_log(catalogue)[0].id]
    for term in ("use", "generation"):
        suggested(catalogue, "a", term, 0.5)
        tagging_decisions.reject(catalogue, MEI, "a", "stages", term)
        decided.append(read_log(catalogue)[0].id)
    for entry in decided:
        undoing.undo(catalogue, MEI, entry)
    assert catalogue.document("a").year == 2020
    assert sorted(ids(catalogue)) == ["tag:a:stages:generation", "tag:a:stages:use"]


def test_nothing_is_undone_over_a_decision_long_before_the_newest_entries(catalogue, complete):
    complete("a")
    suggested(catalogue, "a", "use", 0.5)
    tagging_decisions.confirm(catalogue, MEI, "a", "stages", "use")
    first = read_log(catalogue)[0].id
    tagging_decisions.reject(catalogue, MEI, "a", "stages", "use")
    with catalogue.transaction():
        for _ in range(101):
            log_change(catalogue, MEI, "factor.confirm", "document:a")
    with pytest.raises(NotUndecided, match="since"):
        undoing.undo(catalogue, MEI, first)


def test_missing_fields_are_named_until_they_are_given_or_said_to_be_unknown(catalogue, store):
    store("a", "Text.", metadata_origins={"title": "file name"}, **COMPLETE | {"year": None})
    (found,) = queue(catalogue)
    assert found.fields == ("title", "year")
    correct_fields(catalogue, MEI, "a", {"title": "Peer visits", "year": None})
    assert queue(catalogue) == []


def test_what_is_withdrawn_is_not_asked_about(catalogue, store):
    store("a", "Text.")
    curating.withdraw(catalogue, MEI, "a", "Its publisher asked for it.")
    assert queue(catalogue) == []
    curating.restore(catalogue, MEI, "a")
    held = catalogue.document("a")
    assert (held.withdrawn_at, held.metadata_origins) == (None, {})
    assert ids(catalogue) == ["metadata:a"]


def test_an_item_is_found_by_its_id_and_its_state_follows_its_evidence(catalogue, complete):
    complete("a")
    suggested(catalogue, "a", "use", 0.5)
    before = find_item(catalogue, "tag:a:stages:use")
    suggested(catalogue, "a", "use", 0.6)
    after = find_item(catalogue, "tag:a:stages:use")
    assert before and after and before.state != after.state
    assert find_item(catalogue, "tag:b:stages:use") is None


@pytest.mark.parametrize(
    ("score", "threshold", "expected"),
    [(0.5, 0.5, 1.0), (1.0, 0.5, 0.0), (0.0, 0.5, 0.0), (0.8, 0.8, 1.0), (0.9, 0.8, 0.875)],
)
def test_uncertainty_falls_from_the_threshold(score, threshold, expected):
    assert uncertainty(score, threshold) == pytest.approx(expected)
