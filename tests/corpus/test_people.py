"""Who there is: names, roles, and who is shut out."""

from __future__ import annotations

import json

import pytest

from corpus.catalogue.catalogue import Catalogue
from corpus.errors import NameUnusable, NotSignedIn, PersonNotFound
from corpus.people.actors import Actor
from corpus.people.credentials import add_key, add_link, admit_key
from corpus.people.log import read_log
from corpus.people.people import add_person, person_named, read_people, set_disabled, set_role
from corpus.people.sessions import admit_session, open_session_by_link

OPS = Actor("ops", "admin")


@pytest.fixture
def ana(catalogue: Catalogue):
    with catalogue.transaction():
        return add_person(catalogue, OPS, "  Ana   María ", "curator")


def test_a_person_is_found_by_name_whatever_its_case_and_by_id(catalogue, ana):
    assert ana.name == "Ana María"
    assert person_named(catalogue, "ANA maría") == ana
    assert person_named(catalogue, ana.id) == ana
    assert read_people(catalogue) == [ana]
    with catalogue.transaction():
        add_person(catalogue, OPS, ana.id, "reader")
    assert person_named(catalogue, ana.id) == ana
    with pytest.raises(PersonNotFound, match="There is no person named 'bob'"):
        person_named(catalogue, "bob")


@pytest.mark.parametrize("name", ["Ana María", "ANA MARíA", "Ana  María"])
def test_a_name_is_given_once(catalogue, ana, name):
    with pytest.raises(NameUnusable, match="already"), catalogue.transaction():
        add_person(catalogue, OPS, name, "reader")


@pytest.mark.parametrize(
    "name",
    ["", " ", "<b>x</b>", "a\nb\x00", "x" * 61, "anonymous", "Tagger", "Starter", "-rf", "a:"],
)
def test_a_name_that_is_none_is_refused(catalogue, name):
    with pytest.raises(NameUnusable), catalogue.transaction():
        add_person(catalogue, OPS, name, "reader")
    assert read_people(catalogue) == []


@pytest.mark.parametrize(
    "name", ["Ana", "李小龙", "Seán O'Brien", "j.doe@example.org", "Anne-Marie 2", "Э"]
)
def test_names_of_any_script_are_names(catalogue, name):
    with catalogue.transaction():
        assert add_person(catalogue, OPS, name, "reader").name == name


def test_a_lowered_role_lowers_what_keys_and_sessions_allow_at_once(catalogue, ana):
    with catalogue.transaction():
        _, key = add_key(catalogue, OPS, ana, label="", role="curator", expires_at=None)
        link = add_link(catalogue, OPS, ana, minutes=5)
        session = open_session_by_link(catalogue, link, days=1)
    with catalogue.transaction():
        set_role(catalogue, OPS, ana, "reader")
    assert admit_key(catalogue, key).actor.role == "reader"
    assert admit_session(catalogue, session).actor.role == "reader"


def test_somebody_disabled_is_let_in_by_nothing(catalogue, ana):
    with catalogue.transaction():
        _, key = add_key(catalogue, OPS, ana, label="", role="curator", expires_at=None)
        session = open_session_by_link(catalogue, add_link(catalogue, OPS, ana, minutes=5), days=1)
        link = add_link(catalogue, OPS, ana, minutes=5)
        set_disabled(catalogue, OPS, ana, disabled=True)
    for attempt in (admit_key, admit_session):
        with pytest.raises(NotSignedIn):
            attempt(catalogue, key if attempt is admit_key else session)
    with pytest.raises(NotSignedIn), catalogue.transaction():
        open_session_by_link(catalogue, link, days=1)


def test_somebody_let_in_again_has_their_keys_but_no_old_session_or_link(catalogue, ana):
    with catalogue.transaction():
        _, key = add_key(catalogue, OPS, ana, label="", role="curator", expires_at=None)
        session = open_session_by_link(catalogue, add_link(catalogue, OPS, ana, minutes=5), days=1)
        link = add_link(catalogue, OPS, ana, minutes=5)
        set_disabled(catalogue, OPS, ana, disabled=True)
        set_disabled(catalogue, OPS, ana, disabled=False)
    assert admit_key(catalogue, key).actor.name == "Ana María"
    with pytest.raises(NotSignedIn):
        admit_session(catalogue, session)
    with pytest.raises(NotSignedIn), catalogue.transaction():
        open_session_by_link(catalogue, link, days=1)


def test_each_change_of_a_person_is_logged_with_before_and_after(catalogue, ana):
    with catalogue.transaction():
        set_role(catalogue, OPS, ana, "reader")
        set_disabled(catalogue, OPS, ana, disabled=True)
    found = [(e.action, json.loads(e.before or "null")) for e in read_log(catalogue)]
    assert found == [
        ("person.disable", {"disabled_at": None}),
        ("person.role", {"role": "curator"}),
        ("person.add", None),
    ]
    assert {e.subject for e in read_log(catalogue)} == {f"person:{ana.id}"}
    assert {e.actor for e in read_log(catalogue)} == {"ops"}


def test_people_change_nothing_readers_are_answered(catalogue):
    before = catalogue.revision()
    with catalogue.transaction():
        person = add_person(catalogue, OPS, "bo", "member")
        add_key(catalogue, OPS, person, label="", role="member", expires_at=None)
    assert catalogue.revision() == before
