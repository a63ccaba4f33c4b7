"""Sessions: what opens one, what it allows, and what ends it."""

from __future__ import annotations

import pytest

from corpus.catalogue.catalogue import Catalogue
from corpus.errors import NotSignedIn
from corpus.people import sessions
from corpus.people.actors import Actor
from corpus.people.credentials import add_key, add_link, hash_of, in_future, revoke_key
from corpus.people.log import read_log
from corpus.people.people import add_person, set_role
from corpus.people.sessions import (
    admit_session,
    count_sessions,
    end_session,
    end_sessions,
    open_session_by_key,
    open_session_by_link,
)

OPS = Actor("ops", "admin")


@pytest.fixture
def ana(catalogue: Catalogue):
    with catalogue.transaction():
        return add_person(catalogue, OPS, "Ana", "curator")


def by_link(catalogue, person, days=7):
    with catalogue.transaction():
        link = add_link(catalogue, OPS, person, minutes=5)
        return open_session_by_link(catalogue, link, days=days)


def by_key(catalogue, person, role="member", days=7, expires_at=None):
    with catalogue.transaction():
        key, secret = add_key(catalogue, OPS, person, label="", role=role, expires_at=expires_at)
        return key, open_session_by_key(catalogue, secret, days=days)


def expiry(catalogue, secret):
    rows = catalogue.rows("select expires_at from session where hash = ?", [hash_of(secret)])
    return rows[0][0]


def test_a_session_by_link_allows_what_its_person_may_do_at_the_moment(catalogue, ana):
    session = by_link(catalogue, ana)
    assert admit_session(catalogue, session, request_id="r").actor == Actor(
        "Ana", "curator", ana.id, "r"
    )
    with catalogue.transaction():
        set_role(catalogue, OPS, ana, "admin")
    assert admit_session(catalogue, session).actor.role == "admin"


def test_a_session_by_key_allows_no_more_than_the_key(catalogue, ana):
    key, session = by_key(catalogue, ana, "member")
    admitted = admit_session(catalogue, session)
    assert (admitted.actor.role, admitted.key_id) == ("member", key.id)


def test_a_session_by_key_lasts_no_longer_than_the_key(catalogue, ana):
    soon = in_future(days=1)
    assert expiry(catalogue, by_key(catalogue, ana, days=7, expires_at=soon)[1]) == soon
    assert expiry(catalogue, by_key(catalogue, ana, days=7)[1]) > soon


def test_a_revoked_key_ends_the_sessions_opened_with_it_and_no_others(catalogue, ana):
    key, session = by_key(catalogue, ana)
    _, other = by_key(catalogue, ana)
    with catalogue.transaction():
        revoke_key(catalogue, OPS, key.id)
    with pytest.raises(NotSignedIn):
        admit_session(catalogue, session)
    assert admit_session(catalogue, other).actor.name == "Ana"


def test_a_session_ends_by_itself(catalogue, ana, monkeypatch):
    session = by_link(catalogue, ana, days=2)
    tomorrow, later = in_future(days=1), in_future(days=3)
    monkeypatch.setattr(sessions, "now", lambda: tomorrow)
    assert admit_session(catalogue, session)
    monkeypatch.setattr(sessions, "now", lambda: later)
    with pytest.raises(NotSignedIn):
        admit_session(catalogue, session)
    assert count_sessions(catalogue, ana.id) == 0


def test_signing_out_ends_one_session_and_everywhere_ends_all(catalogue, ana):
    here, there, elsewhere = (by_link(catalogue, ana) for _ in range(3))
    with catalogue.transaction():
        end_session(catalogue, OPS, str(admit_session(catalogue, here).session_id))
    with pytest.raises(NotSignedIn):
        admit_session(catalogue, here)
    assert count_sessions(catalogue, ana.id) == 2
    with catalogue.transaction():
        end_sessions(catalogue, OPS, ana.id)
    for session in (there, elsewhere):
        with pytest.raises(NotSignedIn):
            admit_session(catalogue, session)


@pytest.mark.parametrize("open_session", [open_session_by_key, open_session_by_link])
@pytest.mark.parametrize("secret", ["", "x", "salex_x"])
def test_nothing_opens_no_session(catalogue, ana, open_session, secret):
    with pytest.raises(NotSignedIn), catalogue.transaction():
        open_session(catalogue, secret, days=1)
    assert count_sessions(catalogue, ana.id) == 0


def test_a_link_is_used_up_only_by_what_it_opens(catalogue, ana):
    with catalogue.transaction():
        link = add_link(catalogue, OPS, ana, minutes=5)
    with pytest.raises(RuntimeError), catalogue.transaction():
        open_session_by_link(catalogue, link, days=1)
        raise RuntimeError  # the disk is full, say
    with catalogue.transaction():
        assert open_session_by_link(catalogue, link, days=1)


def test_signing_in_and_out_is_logged_without_secrets(catalogue, ana):
    session = by_link(catalogue, ana)
    found = admit_session(catalogue, session)
    with catalogue.transaction():
        end_session(catalogue, found.actor, str(found.session_id))
    logged = read_log(catalogue, subject=f"session:{found.session_id}")
    assert [(e.action, e.actor) for e in logged] == [
        ("session.end", "Ana"),
        ("session.open", "Ana"),
    ]
    assert session not in repr(logged)


def test_what_has_expired_is_cleared_away(catalogue, ana, monkeypatch):
    by_link(catalogue, ana, days=1)
    later = in_future(days=3)
    monkeypatch.setattr(sessions, "now", lambda: later)
    by_link(catalogue, ana, days=9)
    assert catalogue.rows("select count(*) from session")[0][0] == 1
