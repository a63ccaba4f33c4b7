"""Contributions: they wait, are accepted or declined for a reason, and nobody meets them before."""

from __future__ import annotations

import pytest

from corpus.catalogue.catalogue import Catalogue
from corpus.documents import outcomes
from corpus.documents.outcomes import latest_outcome_of
from corpus.errors import ContributionsFull, DocumentNotFound, NotUndecided
from corpus.model import Outcome
from corpus.people.actors import Actor
from corpus.people.log import read_log
from corpus.review import contributions, undoing
from corpus.review.contributions import Contribution

MEMBER = Actor("ana", "member", "p-ana")
CURATOR = Actor("mei", "curator", "p-mei")


@pytest.fixture
def waiting(catalogue: Catalogue, store) -> Contribution:
    made = contributions.receive(catalogue, MEMBER, "file:///new.txt", "new.txt", "From a visit")
    store("new", "Peer visits help teachers.", pending_since="2026-01-01T00:00:00Z")
    outcome = Outcome("file:///new.txt", "added", "Added: 1 page.", None, "new")
    return contributions.conclude(catalogue, MEMBER, made, outcome)


def test_a_contribution_waits_unseen(catalogue, waiting):
    assert waiting.state == "waiting"
    with pytest.raises(DocumentNotFound):
        catalogue.document("new")
    assert catalogue.document("new", pending=True).title == "New"


def test_accepting_lets_everybody_see_it(catalogue, waiting):
    accepted = contributions.accept(catalogue, CURATOR, waiting.id)
    assert (accepted.state, accepted.decided_by) == ("accepted", "mei")
    assert catalogue.document("new").pending_since is None


def test_declining_keeps_it_out_and_says_why_in_the_ledger(catalogue, waiting):
    contributions.decline(catalogue, CURATOR, waiting.id, "Out of scope.")
    told = latest_outcome_of(catalogue, "file:///new.txt")
    assert (told.kind, told.code) == ("rejected", "declined")
    assert "declined by mei: Out of scope." in told.reason
    assert catalogue.documents(["new"]) == {}
    assert contributions.of_person(catalogue, MEMBER)[0].reason == "Out of scope."


@pytest.mark.parametrize("decide", ["accept", "decline"])
def test_a_decision_can_be_taken_back(catalogue, waiting, decide):
    getattr(contributions, decide)(catalogue, CURATOR, waiting.id, "Because.")
    entry = read_log(catalogue)[0]
    undoing.undo(catalogue, CURATOR, entry.id)
    assert contributions.contribution(catalogue, waiting.id) == waiting
    assert latest_outcome_of(catalogue, "file:///new.txt").kind == "added"
    assert catalogue.documents(["new"]) == {}


def test_it_is_decided_once(catalogue, waiting):
    contributions.accept(catalogue, CURATOR, waiting.id)
    with pytest.raises(NotUndecided, match="accepted, not waiting"):
        contributions.decline(catalogue, CURATOR, waiting.id, "Too late.")


def test_each_step_is_logged(catalogue, waiting):
    contributions.accept(catalogue, CURATOR, waiting.id)
    told = [e.action for e in read_log(catalogue, subject=f"contribution:{waiting.id}")]
    assert told == ["contribution.accept", "contribution.read", "contribution.receive"]


def test_each_step_makes_its_members_copy_stale(catalogue):
    before = catalogue.revision()
    made = contributions.receive(catalogue, MEMBER, "file:///new.txt", "new.txt")
    received = catalogue.revision()
    failed = Outcome("file:///new.txt", "rejected", "It is no text.", "media-type")
    contributions.conclude(catalogue, MEMBER, made, failed)
    assert before < received < catalogue.revision()


def test_what_a_curator_takes_in_from_its_source_counts_as_accepted(catalogue, waiting, store):
    store("new", "Peer visits help teachers.")
    assert contributions.contribution(catalogue, waiting.id).state == "accepted"


def test_what_was_taken_in_from_its_source_is_not_hidden_by_undoing(catalogue, waiting, store):
    contributions.decline(catalogue, CURATOR, waiting.id, "Out of scope.")
    declined = read_log(catalogue)[0]
    store("new", "Peer visits help teachers.")
    told = contributions.contribution(catalogue, waiting.id)
    assert (told.state, told.decided_by) == ("accepted", None)
    with pytest.raises(NotUndecided):
        undoing.undo(catalogue, CURATOR, declined.id)
    assert catalogue.document("new").pending_since is None


def test_a_declined_document_offered_again_waits_again(catalogue, waiting):
    contributions.decline(catalogue, CURATOR, waiting.id, "Not yet.")
    again = contributions.receive(catalogue, MEMBER, "file:///new.txt", "new.txt")
    outcome = Outcome("file:///new.txt", "unchanged", "The same bytes.", None, "new")
    assert contributions.conclude(catalogue, MEMBER, again, outcome).state == "waiting"


def test_what_is_held_already_does_not_wait(catalogue, store):
    store("old", "Held for years.")
    made = contributions.receive(catalogue, MEMBER, "file:///old.txt", "old.txt")
    outcome = Outcome("file:///old.txt", "duplicate", "It is held already.", None, "old")
    assert contributions.conclude(catalogue, MEMBER, made, outcome).state == "held"


def test_a_member_sees_their_own(catalogue, waiting):
    assert contributions.of_person(catalogue, CURATOR) == []
    assert [c.id for c in contributions.of_person(catalogue, MEMBER)] == [waiting.id]


def test_there_is_an_end_to_what_one_member_sends(catalogue, monkeypatch, waiting):
    monkeypatch.setattr(contributions, "MOST_WAITING", 1)
    with pytest.raises(ContributionsFull):
        contributions.receive(catalogue, MEMBER, "file:///more.txt", "more.txt")


def test_no_reader_of_documents_meets_what_waits(catalogue, waiting, store):
    """Each way to read documents, by name: a new one has to be added here, and be closed."""
    store("seen", "Everybody reads this.")
    hidden = catalogue.passages("new", pending=True)[0]
    assert [d.id for d in catalogue.all_documents()] == ["seen"]
    assert catalogue.documents(["new", "seen"]).keys() == {"seen"}
    assert catalogue.passages("new") == []
    assert catalogue.passages_by_id([hidden.id]) == {}
    assert (catalogue.first_passage("new"), catalogue.count_passages("new")) == (None, 0)
    assert hidden.id not in {passage for passage, _ in catalogue.passage_owners()}
    assert {i.document_id for i in catalogue.passage_inputs()} == {"seen"}
    catalogue.db.execute("update document set simhash = 1")
    assert catalogue.simhashes() == [("seen", 1)]
    assert catalogue.count_rows()["document"] == catalogue.count_rows()["passage"] == 1
    assert catalogue.id_of_sha256(catalogue.document("new", pending=True).sha256) is None
    assert sum(outcomes.count_outcomes(catalogue).values()) == 1
    with pytest.raises(DocumentNotFound):
        catalogue.text("new")
    readers = {n for n in vars(Catalogue) if not n.startswith("_")} - {
        "all_documents", "documents", "document", "passages", "passages_by_id", "passage_owners",
        "first_passage", "count_passages", "passage_inputs", "count_rows", "id_of_sha256", "text",
        "simhashes", "pages",
    }  # fmt: skip
    # The rest writes, opens and closes, or finds the one document a source already has.
    assert readers == {
        "close", "transaction", "rows", "revision", "id_of_source", "store_document",
        "delete_document", "withdraw_document",
    }  # fmt: skip
