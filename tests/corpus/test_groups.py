"""What a group gathers: only its own people, nothing twice, and not without end."""

from __future__ import annotations

import json

import pytest

from corpus.errors import (
    DocumentNotFound,
    GroupExists,
    GroupInvalid,
    GroupNotFound,
    NotPermitted,
    NotUndecided,
)
from corpus.network import gathering
from corpus.network.gathering import (
    add_item,
    decide_proposal,
    items_of,
    name_group,
    proposals_of,
    propose,
)
from corpus.network.groups import (
    change_group,
    create_group,
    find_group,
    place_person,
    remove_person,
    standing_of,
)
from corpus.people.actors import Actor
from corpus.people.log import read_log
from corpus.people.people import add_person, set_disabled
from tests.conftest import store_document

OPS = Actor("ops", "admin")


@pytest.fixture
def people(catalogue):
    """A group with a lead and a member, and somebody outside."""
    create_group(catalogue, OPS, "Reading", purpose="Read together")
    with catalogue.transaction():
        made = {n: add_person(catalogue, OPS, n, "member") for n in ("lea", "mo", "out")}
    place_person(catalogue, OPS, "reading", "lea", "lead")
    place_person(catalogue, OPS, "reading", "mo", "member")
    return {name: Actor(name, "member", person.id) for name, person in made.items()}


def test_a_contribution_is_named_for_a_group_by_its_people_alone(catalogue, people):
    with catalogue.transaction():
        name_group(catalogue, people["mo"], "reading", "c1")
    with pytest.raises(GroupNotFound):
        name_group(catalogue, people["out"], "reading", "c2")
    change_group(catalogue, people["lea"], "reading", visibility="public")
    with pytest.raises(NotPermitted):
        name_group(catalogue, people["out"], "reading", "c2")
    assert [item.value for item in items_of(catalogue, "reading")] == ["c1"]


def test_a_group_gathers_nothing_twice_and_has_room_for_so_many_questions(
    catalogue, people, monkeypatch
):
    monkeypatch.setattr(gathering, "MOST_QUESTIONS", 1)
    first = add_item(catalogue, people["lea"], "reading", "own_question", "Who reads?")
    assert add_item(catalogue, people["lea"], "reading", "own_question", " Who  reads? ") == first
    with pytest.raises(GroupInvalid, match="at most"):
        add_item(catalogue, people["lea"], "reading", "own_question", "Who writes?")


def test_a_proposal_waits_once_and_is_decided_once(catalogue, people):
    made = propose(catalogue, people["mo"], "reading", "note", "Meet in May.")
    with pytest.raises(GroupInvalid, match="already"):
        propose(catalogue, people["lea"], "reading", "note", "Meet in May.")
    with pytest.raises(NotPermitted):
        decide_proposal(catalogue, people["mo"], "reading", made.id, accept=True)
    decide_proposal(catalogue, people["lea"], "reading", made.id, accept=True)
    with pytest.raises(NotUndecided):
        decide_proposal(catalogue, people["lea"], "reading", made.id, accept=True)
    assert find_group(catalogue, people["mo"], "reading").notes == "Meet in May."
    assert [p.state for p in proposals_of(catalogue, "reading")] == ["accepted"]


def test_a_proposal_of_a_document_that_was_removed_waits_no_longer(catalogue, people):
    store_document(catalogue, "gone", "Made-up words on reading.")
    lead = people["lea"]
    made = propose(catalogue, people["mo"], "reading", "document", "gone")
    with catalogue.transaction():
        catalogue.delete_document("gone")
    (after,) = proposals_of(catalogue, "reading")
    assert (after.state, after.decided_by) == ("declined", None)
    with pytest.raises(NotUndecided, match="removed"):
        decide_proposal(catalogue, lead, "reading", made.id, accept=True)
    with pytest.raises(DocumentNotFound):
        propose(catalogue, people["mo"], "reading", "document", "gone")


def test_a_change_is_logged_with_what_differs_alone(catalogue, people):
    change_group(catalogue, people["lea"], "reading", notes="A", name="Reading")
    change_group(catalogue, people["lea"], "reading", notes="A")
    entry = read_log(catalogue, subject="group:reading")[0]
    assert (entry.action, json.loads(entry.before)) == ("group.change", {"notes": ""})
    assert json.loads(entry.after) == {"notes": "A"}


def test_addresses_are_unique_and_a_group_needs_words(catalogue, people):
    with pytest.raises(GroupExists):
        create_group(catalogue, OPS, "Reading!", purpose="Again")
    with pytest.raises(GroupInvalid):
        create_group(catalogue, OPS, "…", purpose="Nothing")
    with pytest.raises(GroupInvalid):
        create_group(catalogue, OPS, "Writing", purpose=" ")
    with pytest.raises(NotPermitted):
        create_group(catalogue, people["lea"], "Writing", purpose="Write")


def test_who_has_no_access_gets_no_place_and_who_leaves_is_outside(catalogue, people):
    with catalogue.transaction():
        gone = add_person(catalogue, OPS, "gone", "member")
        set_disabled(catalogue, OPS, gone, disabled=True)
    with pytest.raises(GroupInvalid, match="administrator"):
        place_person(catalogue, people["lea"], "reading", "gone", "member")
    remove_person(catalogue, people["mo"], "reading", people["mo"].person_id)
    assert standing_of(catalogue, people["mo"], "reading") == "outside"
    with pytest.raises(GroupNotFound):
        find_group(catalogue, people["mo"], "reading")
