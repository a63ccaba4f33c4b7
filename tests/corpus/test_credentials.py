"""Keys and links: what they open, until when, and that only hashes of them are kept."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from corpus.catalogue.catalogue import Catalogue, connect
from corpus.errors import KeyNotFound, NotPermitted, NotSignedIn
from corpus.people import credentials
from corpus.people.actors import Actor
from corpus.people.credentials import (
    add_key,
    add_link,
    admit_key,
    in_future,
    least_role,
    read_keys,
    revoke_key,
    use_link,
)
from corpus.people.people import add_person, person_named, set_disabled

OPS = Actor("ops", "admin")


@pytest.fixture
def ana(catalogue: Catalogue):
    with catalogue.transaction():
        return add_person(catalogue, OPS, "Ana", "curator")


def make_key(catalogue, person, role="curator", expires_at=None, label="a label"):
    with catalogue.transaction():
        return add_key(catalogue, OPS, person, label=label, role=role, expires_at=expires_at)


def test_a_key_lets_its_person_in_within_its_scope(catalogue, ana):
    key, secret = make_key(catalogue, ana, "member")
    admitted = admit_key(catalogue, secret, request_id="r1")
    assert admitted.actor == Actor("Ana", "member", ana.id, "r1")
    assert admitted.key_id == key.id


def test_a_key_is_256_random_bits_behind_a_prefix(catalogue, ana):
    secrets = {make_key(catalogue, ana)[1] for _ in range(20)}
    assert len(secrets) == 20
    assert all(re.fullmatch(r"salex_[\w-]{43}", secret) for secret in secrets)


def test_a_key_allows_no_more_than_its_person(catalogue, ana):
    with pytest.raises(NotPermitted, match="cannot act as admin"):
        make_key(catalogue, ana, "admin")
    assert read_keys(catalogue) == []


def test_a_disabled_person_gets_neither_key_nor_link(catalogue, ana):
    with catalogue.transaction():
        set_disabled(catalogue, OPS, ana, disabled=True)
    ana = person_named(catalogue, "Ana")
    with pytest.raises(NotPermitted, match="disabled"):
        make_key(catalogue, ana)
    with pytest.raises(NotPermitted, match="disabled"), catalogue.transaction():
        add_link(catalogue, OPS, ana, minutes=5)


@pytest.mark.parametrize("secret", ["", "salex_", "salex_x", "x" * 10_000, "é", "\x00"])
def test_an_unknown_key_lets_nobody_in(catalogue, ana, secret):
    make_key(catalogue, ana)
    with pytest.raises(NotSignedIn):
        admit_key(catalogue, secret)


def test_a_keys_hash_and_id_are_no_keys(catalogue, ana):
    key, secret = make_key(catalogue, ana)
    for wrong in (key.id, credentials.hash_of(secret), secret[:-1], secret + " "):
        with pytest.raises(NotSignedIn):
            admit_key(catalogue, wrong)


def test_an_expired_key_lets_nobody_in(catalogue, ana):
    _, past = make_key(catalogue, ana, expires_at="2020-01-01T00:00:00Z")
    _, future = make_key(catalogue, ana, expires_at=in_future(days=1))
    assert admit_key(catalogue, future).actor.name == "Ana"
    with pytest.raises(NotSignedIn):
        admit_key(catalogue, past)


def test_a_revoked_key_lets_nobody_in_from_then_on(catalogue, ana):
    key, secret = make_key(catalogue, ana)
    _, other = make_key(catalogue, ana)
    with connect(catalogue.path) as elsewhere:
        admit_key(catalogue, secret)
        with elsewhere.transaction():
            revoke_key(elsewhere, OPS, key.id)
    with pytest.raises(NotSignedIn):
        admit_key(catalogue, secret)
    assert admit_key(catalogue, other).actor.name == "Ana"


def test_revoking_says_when_there_is_no_such_key_or_it_is_anothers(catalogue, ana):
    key, secret = make_key(catalogue, ana)
    for key_id, person_id in (("nothing", None), (key.id, "somebody else")):
        with pytest.raises(KeyNotFound), catalogue.transaction():
            revoke_key(catalogue, OPS, key_id, person_id=person_id)
    assert admit_key(catalogue, secret).key_id == key.id


def test_revoking_twice_keeps_the_first_moment(catalogue, ana, monkeypatch):
    key, _ = make_key(catalogue, ana)
    with catalogue.transaction():
        revoke_key(catalogue, OPS, key.id)
    first = read_keys(catalogue)[0].revoked_at
    monkeypatch.setattr(credentials, "now", lambda: "2099-01-01T00:00:00Z")
    with catalogue.transaction():
        revoke_key(catalogue, OPS, key.id)
    assert read_keys(catalogue)[0].revoked_at == first


def test_the_day_of_last_use_is_noted_and_nothing_finer(catalogue, ana, monkeypatch):
    _, secret = make_key(catalogue, ana)
    assert read_keys(catalogue)[0].last_used_on is None
    for moment, day in (
        ("2030-05-01T08:00:00Z", "2030-05-01"),
        ("2030-05-01T23:00:00Z", "2030-05-01"),
        ("2030-05-02T00:00:01Z", "2030-05-02"),
    ):
        monkeypatch.setattr(credentials, "now", lambda moment=moment: moment)
        admit_key(catalogue, secret)
        assert read_keys(catalogue)[0].last_used_on == day


def test_a_key_works_while_another_process_writes(catalogue, ana):
    _, secret = make_key(catalogue, ana)
    with connect(catalogue.path) as elsewhere, elsewhere.transaction():
        assert admit_key(catalogue, secret).actor.name == "Ana"
    assert read_keys(catalogue)[0].last_used_on is None
    assert catalogue.rows("pragma busy_timeout")[0][0] == 30_000
    admit_key(catalogue, secret)
    assert read_keys(catalogue)[0].last_used_on


def test_a_link_lets_in_once(catalogue, ana):
    with catalogue.transaction():
        secret = add_link(catalogue, OPS, ana, minutes=5)
        assert use_link(catalogue, secret) == ana.id
    with pytest.raises(NotSignedIn, match="used or has expired"), catalogue.transaction():
        use_link(catalogue, secret)


def test_an_expired_link_lets_nobody_in(catalogue, ana, monkeypatch):
    with catalogue.transaction():
        secret = add_link(catalogue, OPS, ana, minutes=5)
    after_six_minutes = in_future(minutes=6)
    monkeypatch.setattr(credentials, "now", lambda: after_six_minutes)
    with pytest.raises(NotSignedIn), catalogue.transaction():
        use_link(catalogue, secret)


def test_only_hashes_are_kept(catalogue, ana, tmp_path):
    _, key = make_key(catalogue, ana)
    with catalogue.transaction():
        link = add_link(catalogue, OPS, ana, minutes=5)
    held = b"".join(path.read_bytes() for path in Path(tmp_path).iterdir())
    for secret in (key, link):
        assert credentials.hash_of(secret).encode() in held
        assert secret.encode() not in held
        assert secret.removeprefix("salex_").encode() not in held


def test_the_least_of_roles_allows_the_least():
    assert least_role("admin", "member", "curator") == "member"
    assert least_role("reader") == "reader"
