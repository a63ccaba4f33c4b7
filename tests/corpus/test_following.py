"""What people follow: each new match is told once, never an old one, and to its owner alone."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from corpus.catalogue.catalogue import connect
from corpus.documents.changes import changes_since
from corpus.errors import FollowingFull, FollowNotFound, MailRefused
from corpus.people import following
from corpus.people.actors import Actor
from corpus.people.following import follow_of, follow_question, follows_of, known_matches
from corpus.people.log import read_log
from corpus.people.mailboxes import (
    ask_for_mailbox,
    confirm_mailbox,
    confirmed_mailboxes,
    mailbox_of,
    stop_mail,
)
from corpus.people.people import add_person, set_disabled
from tests.conftest import store_document

OPS = Actor("ops", "admin")


@pytest.fixture
def people(catalogue):
    with catalogue.transaction():
        return [add_person(catalogue, OPS, name, "reader") for name in ("Ana", "Ben")]


def follow(catalogue, person, question="q=x", matching=(), revision=0):
    with catalogue.transaction():
        return follow_question(catalogue, person.id, question, matching=matching, revision=revision)


def test_a_question_is_its_owners_alone_and_in_no_log(catalogue, people):
    ana, ben = people
    made = follow(catalogue, ana)
    before = len(read_log(catalogue, limit=-1))
    assert follow(catalogue, ana).id == made.id, "followed twice, it is one"
    assert follows_of(catalogue, ben.id) == []
    with pytest.raises(FollowNotFound):
        follow_of(catalogue, ben.id, made.id)
    revision = catalogue.revision()
    with catalogue.transaction():
        following.change_cadence(catalogue, made, "weekly")
        following.mark_seen(catalogue, made, ["a"])
        following.unfollow(catalogue, made)
    assert follows_of(catalogue, ana.id) == []
    assert catalogue.rows("select * from known_match") == []
    assert len(read_log(catalogue, limit=-1)) == before
    assert catalogue.revision() == revision


def test_one_person_follows_thirty_questions_at_most(catalogue, people, monkeypatch):
    monkeypatch.setattr(following, "MOST_FOLLOWED", 2)
    for n in range(2):
        follow(catalogue, people[0], f"q={n}")
    with pytest.raises(FollowingFull, match="Stop following one first"):
        follow(catalogue, people[0], "q=3")


def test_all_goes_when_a_person_is_disabled(catalogue, people):
    ana, ben = people
    follow(catalogue, ana, matching=["a"])
    follow(catalogue, ben, matching=["a"])
    with catalogue.transaction():
        ask_for_mailbox(catalogue, ana.id, "ana@example.org", "en")
        set_disabled(catalogue, OPS, ana, disabled=True)
    assert [p for (p,) in catalogue.rows("select person_id from follow")] == [ben.id]
    assert len(catalogue.rows("select * from known_match")) == 1
    assert catalogue.rows("select * from mailbox") == []


def test_what_e_mail_told_is_new_on_the_page_until_it_is_seen(catalogue, people):
    made = follow(catalogue, people[0], matching=["a"])
    with catalogue.transaction():
        following.mark_mailed(catalogue, made, ["b"])
    known = known_matches(catalogue, made)
    assert (known.seen, known.told) == ({"a"}, {"a", "b"})
    with catalogue.transaction():
        following.mark_seen(catalogue, made, ["b"])
    assert known_matches(catalogue, made).seen == {"a", "b"}


def test_an_address_counts_once_it_is_confirmed_and_a_code_stops_e_mail(catalogue, people):
    ana = people[0]
    made = follow(catalogue, ana)
    with catalogue.transaction():
        following.change_cadence(catalogue, made, "daily")
        secret = ask_for_mailbox(catalogue, ana.id, " ana@example.org ", "es")
        assert confirmed_mailboxes(catalogue) == []
        assert not confirm_mailbox(catalogue, "another")
        assert confirm_mailbox(catalogue, secret)
        assert confirm_mailbox(catalogue, secret), "a second click"
        (box,) = confirmed_mailboxes(catalogue)
        assert (box.name, box.address, box.language) == ("Ana", "ana@example.org", "es")
        assert not stop_mail(catalogue, "")
        assert stop_mail(catalogue, box.stop_code)
    assert follow_of(catalogue, ana.id, made.id).cadence == "none"
    stored = repr(catalogue.rows("select * from mailbox"))
    assert secret not in stored


@pytest.mark.parametrize(
    "address",
    [
        "",
        "ana",
        "ana@example",
        "a b@example.org",
        "a@b.org\nBcc: c@d.org",
        "x@" + "a" * 260 + ".org",
    ],
)
def test_what_is_no_address_is_refused(catalogue, people, address):
    with catalogue.transaction(), pytest.raises(MailRefused, match="not an e-mail address"):
        ask_for_mailbox(catalogue, people[0].id, address, "en")
    assert mailbox_of(catalogue, people[0].id) is None


def test_nobody_is_flooded_with_confirmations(catalogue, people):
    with catalogue.transaction():
        ask_for_mailbox(catalogue, people[0].id, "ana@example.org", "en")
        with pytest.raises(MailRefused, match="a moment ago"):
            ask_for_mailbox(catalogue, people[0].id, "ben@example.org", "en")
        catalogue.db.execute("update mailbox set asked_at = '2026-01-01T00:00:00Z'")
        ask_for_mailbox(catalogue, people[0].id, "ben@example.org", "en")


# What is new -------------------------------------------------------------------------------------

NAMES = ("a", "b", "c", "d")
STEPS = st.lists(
    st.tuples(
        st.sampled_from(
            ("add", "wait", "publish", "match", "unmatch", "withdraw", "remove", "seen", "mail")
        ),
        st.sampled_from(NAMES),
    ),
    max_size=24,
)


class Repository:
    """A catalogue with documents that match if their text says so, and one who follows."""

    def __init__(self, catalogue, person):
        self.catalogue = catalogue
        self.person = person
        self.start()

    def store(self, name, *, match, waits=False):
        words = "it matches" if match else "something else"
        waiting = {"pending_since": "2026-01-01T00:00:00Z"} if waits else {}
        store_document(self.catalogue, name, words, **waiting)

    def start(self):
        self.store("old", match=True)
        self.store("other", match=False)
        self.follow = follow(
            self.catalogue, self.person, "q=matches", self.matching(), self.catalogue.revision()
        )
        self.seen, self.mailed = [], []

    def matching(self):
        rows = self.catalogue.rows(
            "select id from document where text = 'it matches'"
            " and pending_since is null and withdrawn_at is null"
        )
        return {i: i for (i,) in rows}

    def news(self, *, by_mail=False):
        known = known_matches(self.catalogue, self.follow)
        changed = changes_since(self.catalogue, self.follow.since_revision).records
        return following.find_new(self.matching(), known.told if by_mail else known.seen, changed)

    def take(self, step, name):
        there = {i for (i,) in self.catalogue.rows("select id from document")}
        if step in ("add", "match", "unmatch"):
            self.store(name, match=step != "unmatch")
        elif step == "wait" and name not in there:
            self.store(name, match=True, waits=True)
        elif name in there or step in ("seen", "mail"):
            self.change(step, name)

    def change(self, step, name):
        with self.catalogue.transaction():
            if step == "publish":
                sql = "update document set pending_since = null where id = ?"
                self.catalogue.db.execute(sql, [name])
            elif step == "withdraw":
                self.catalogue.withdraw_document(name, "gone")
            elif step == "remove":
                self.catalogue.delete_document(name)
            elif step == "seen":
                self.seen += self.news()
                following.mark_seen(self.catalogue, self.follow, self.news())
            elif step == "mail":
                self.mailed += self.news(by_mail=True)
                following.mark_mailed(self.catalogue, self.follow, self.news(by_mail=True))


def check_steps(tmp_path_factory, steps):
    """Take steps; then each match that is there was told once on the page, and once by e-mail."""
    with connect(tmp_path_factory.mktemp("s") / "catalogue.sqlite", create=True) as catalogue:
        with catalogue.transaction():
            repository = Repository(catalogue, add_person(catalogue, OPS, "Ana", "reader"))
        for step, name in steps:
            repository.take(step, name)
        shown = {*repository.matching()} - {"old"}
        already_seen = [*repository.seen]
        for step in ("mail", "seen", "seen", "mail"):
            repository.change(step, "")
        for told in (repository.seen, repository.mailed):
            assert len(told) == len(set(told)), "told twice"
            assert not {"old", "other"} & set(told), "told of an old one"
        assert shown <= set(repository.seen), "never told"
        assert shown - set(already_seen) <= set(repository.mailed), "never mailed"


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(STEPS)
def test_each_new_match_is_told_once_and_never_an_old_one(tmp_path_factory, steps):
    check_steps(tmp_path_factory, steps)


@pytest.mark.prove
@settings(max_examples=500, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(STEPS)
def test_five_hundred_histories_tell_each_new_match_once(tmp_path_factory, steps):
    check_steps(tmp_path_factory, steps)


def test_what_moves_up_because_another_went_is_not_new():
    assert following.find_new({"up": "up", "new": "new"}, {"old"}, {"new"}) == {"new"}
    assert following.find_new({"form": "best"}, set(), {"form", "best"}) == {"best"}
