"""The kinds of decision: each is listed once, and every way to decide makes the same checks."""

from __future__ import annotations

from dataclasses import replace

import pytest

from corpus.catalogue.catalogue import Catalogue
from corpus.documents import outcomes
from corpus.documents.works import Relation, propose_relation
from corpus.errors import ChangedMeanwhile, CorrectionInvalid, NotUndecided, UnknownTerm
from corpus.model import Outcome, Tag
from corpus.people.actors import Actor
from corpus.people.log import read_log
from corpus.review import contributions
from corpus.review.kinds import BY_ACTION, KINDS, QUEUED_NAMES
from corpus.review.queue import decide_item, fill_in_record, find_item, read_queue
from corpus.tags.deciding import TagOpinion, decide_tag
from corpus.tags.tags import suggest, tags_of
from corpus.taxonomy import Taxonomy, load_taxonomy

MEI = Actor("mei", "curator", "p-mei")
WORDS = load_taxonomy()


@pytest.fixture
def one_of_each(catalogue: Catalogue, store) -> Catalogue:
    """A catalogue with one item of each kind in its queue."""
    complete = {"year": 2020, "publishers": ("OECD",), "kind": "report", "language": "en"}
    for name in ("a", "b"):
        store(name, f"Text of {name}.", **complete)
    store("bare", "Text of bare.", **complete | {"year": None})
    with catalogue.transaction():
        suggest(
            catalogue,
            Tag("a", "stages", "use", "suggested", score=0.5, model="m", decided_by="tagger"),
        )
        propose_relation(catalogue, Relation("a", "b", "same-work", "proposed", "Alike.", 0.9))
        outcomes.record_outcome(catalogue, Outcome("file:///b.txt", "partial", "Cut.", None, "b"))
    made = contributions.receive(catalogue, MEI, "file:///new.txt", "new.txt")
    store("new", "Text of new.", **complete, pending_since="2026-01-01T00:00:00Z")
    outcome = Outcome("file:///new.txt", "added", "Added.", None, "new")
    contributions.conclude(catalogue, MEI, made, outcome)
    return catalogue


def without_use() -> Taxonomy:
    stages = WORDS.vocabulary("stages")
    terms = {name: term for name, term in stages.terms.items() if name != "use"}
    return replace(
        WORDS, vocabularies={**WORDS.vocabularies, "stages": replace(stages, terms=terms)}
    )


def test_an_action_of_the_log_belongs_to_one_kind_and_is_told_in_words():
    told = [words for kind in KINDS for words in kind.actions.values()]
    assert len(BY_ACTION) == sum(len(kind.actions) for kind in KINDS)
    assert all(words.endswith(".") for words in told)
    assert len({kind.name for kind in KINDS}) == len(KINDS)


def test_one_item_is_read_as_it_stands_in_the_queue(one_of_each):
    queue = read_queue(one_of_each)
    assert sorted(item.kind for item in queue) == sorted(QUEUED_NAMES)
    for item in queue:
        assert item.id.startswith(f"{item.kind}:")
        assert find_item(one_of_each, item.id) == item
    assert find_item(one_of_each, "tag:a:stages:nothing") is None
    assert find_item(one_of_each, "nothing") is None


@pytest.mark.parametrize("name", QUEUED_NAMES)
def test_each_kind_is_confirmed_and_taken_back_by_its_log_entry(one_of_each, name):
    before = read_queue(one_of_each)
    (item,) = [i for i in before if i.kind == name]
    entry = decide_item(one_of_each, MEI, WORDS, item.id, state=item.state, choice="confirm")
    (logged,) = read_log(one_of_each, limit=1)
    assert (logged.id, BY_ACTION[logged.action].name) == (entry, name)
    assert find_item(one_of_each, item.id) is None
    BY_ACTION[logged.action].undo(one_of_each, MEI, logged)
    assert [i.id for i in read_queue(one_of_each)] == [i.id for i in before]


def test_a_term_the_taxonomy_lost_is_not_confirmed_from_the_queue(one_of_each):
    item = "tag:a:stages:use"
    with pytest.raises(UnknownTerm):
        decide_item(one_of_each, MEI, without_use(), item, state=None, choice="confirm")
    assert tags_of(one_of_each, ["a"])["a"][0].origin == "suggested"
    decide_item(one_of_each, MEI, without_use(), item, state=None, choice="reject")
    assert tags_of(one_of_each, ["a"])["a"][0].origin == "rejected"


@pytest.mark.parametrize("origin", ["confirmed", "rejected"])
def test_a_term_nobody_suggested_has_to_be_in_the_taxonomy(one_of_each, origin):
    with pytest.raises(UnknownTerm):
        decide_tag(
            one_of_each, MEI, WORDS, "a", vocabulary="stages", term="novel",
            opinion=TagOpinion(origin),
        )  # fmt: skip


def test_only_what_is_missing_is_filled_in(one_of_each):
    item = find_item(one_of_each, "metadata:bare")

    def fill_in(state: str, **changes: str) -> int:
        return fill_in_record(
            one_of_each, MEI, WORDS, "metadata:bare", state=state, changes=changes
        )

    with pytest.raises(CorrectionInvalid, match="title is not missing"):
        fill_in(item.state, year="2019", title="Another")
    with pytest.raises(ChangedMeanwhile):
        fill_in("0", year="2019")
    assert fill_in(item.state) == 0
    assert fill_in(item.state, year="2019") == read_log(one_of_each, limit=1)[0].id
    assert one_of_each.document("bare").year == 2019
    with pytest.raises(NotUndecided):
        fill_in(item.state, year="2018")


def test_declining_takes_a_reason_wherever_it_is_done(one_of_each):
    (item,) = [i for i in read_queue(one_of_each) if i.kind == "contribution"]
    with pytest.raises(CorrectionInvalid):
        contributions.decline(one_of_each, MEI, item.contribution_id, "  ")
    with pytest.raises(CorrectionInvalid):
        decide_item(one_of_each, MEI, WORDS, item.id, state=item.state, choice="reject")
