"""Contributions: they wait, are accepted or declined for a reason, and nobody meets them before."""

from __future__ import annotations

import pytest

from corpus.catalogue.catalogue import Catalogue, now
from corpus.documents import outcomes
from corpus.documents.outcomes import latest_outcome_of
from corpus.errors import ContributionsFull, DocumentNotFound, NotUndecided
from corpus.model import Outcome
from corpus.people.actors import Actor
from corpus.people.log import read_log
from corpus.review import contributions, undoing
from corpus.review.contributions import Contribution
from corpus.review.interrupted import INTERRUPTED, end_interrupted

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
    assert {document for _, document, _ in catalogue.passage_roles()} == {"seen"}
    assert catalogue.passage_roles(["new"]) == []
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
        "simhashes", "pages", "passage_roles",
    }  # fmt: skip
    # The rest writes, opens and closes, or finds the one document a source already has.
    assert readers == {
        "close", "transaction", "rows", "revision", "id_of_source", "store_document",
        "delete_document", "withdraw_document",
    }  # fmt: skip


# What a kill interrupted ----------------------------------------------------------------------


def received(catalogue, source="file:///new.txt", *, at="2026-01-01T00:00:00Z"):
    made = contributions.receive(catalogue, MEMBER, source, "new.txt")
    catalogue.db.execute("update contribution set received_at = ? where id = ?", [at, made.id])
    return contributions.contribution(catalogue, made.id)


def test_an_interrupted_contribution_without_a_document_is_failed_and_says_so(catalogue):
    made = received(catalogue)
    (ended,) = end_interrupted(catalogue)
    assert (ended.id, ended.state, ended.reason) == (made.id, "failed", INTERRUPTED)
    entry = read_log(catalogue)[0]
    assert (entry.actor, entry.subject) == ("salex", f"contribution:{made.id}")
    assert end_interrupted(catalogue) == []


def test_an_interrupted_contribution_whose_document_waits_for_nobody_is_taken_up(catalogue, store):
    made = received(catalogue)
    store("new", "Peer visits help teachers.", pending_since="2026-01-01T00:00:00Z")
    (ended,) = end_interrupted(catalogue)
    assert (ended.state, ended.document_id, ended.reason) == ("waiting", "new", "made by a test")
    assert contributions.accept(catalogue, CURATOR, made.id).state == "accepted"


def test_a_document_that_waits_already_is_not_taken_up_twice(catalogue, waiting):
    received(catalogue)
    (ended,) = end_interrupted(catalogue)
    assert ended.state == "held"
    assert len(contributions.read_contributions(catalogue, "waiting")) == 1


def test_of_two_interrupted_at_one_document_the_first_is_taken_up(catalogue, store):
    first, second = received(catalogue), received(catalogue, at="2026-01-02T00:00:00Z")
    store("new", "Peer visits help teachers.", pending_since="2026-01-01T00:00:00Z")
    ended = {c.id: c.state for c in end_interrupted(catalogue)}
    assert ended == {first.id: "waiting", second.id: "held"}


def test_a_document_stored_by_an_interrupted_request_waits_when_it_is_sent_again(catalogue, store):
    received(catalogue)
    store("new", "Peer visits help teachers.", pending_since="2026-01-01T00:00:00Z")
    again = contributions.receive(catalogue, MEMBER, "file:///new.txt", "new.txt")
    outcome = Outcome("file:///new.txt", "unchanged", "The same bytes.", None, "new")
    assert contributions.conclude(catalogue, MEMBER, again, outcome).state == "waiting"


def test_what_is_being_read_is_interrupted_only_when_a_server_starts(catalogue):
    received(catalogue, at=now())
    assert end_interrupted(catalogue) == []
    assert [c.state for c in end_interrupted(catalogue, at_start=True)] == ["failed"]


def test_a_request_that_reads_it_nevertheless_has_the_last_word(catalogue, store):
    made = received(catalogue)
    end_interrupted(catalogue)
    store("new", "Peer visits help teachers.", pending_since="2026-01-01T00:00:00Z")
    outcome = Outcome("file:///new.txt", "added", "Added: 1 page.", None, "new")
    assert contributions.conclude(catalogue, MEMBER, made, outcome).state == "waiting"


def test_what_waits_is_not_failed_by_a_late_fault(catalogue, waiting):
    late = Outcome("file:///new.txt", "rejected", "It could not be read.", "interrupted")
    assert contributions.conclude(catalogue, MEMBER, waiting, late) == waiting


def test_interrupted_contributions_do_not_count_as_waiting(catalogue, monkeypatch):
    monkeypatch.setattr(contributions, "MOST_WAITING", 1)
    received(catalogue)
    received(catalogue, at=now())
    with pytest.raises(ContributionsFull):
        contributions.receive(catalogue, MEMBER, "file:///more.txt", "more.txt")
