"""Administrators add people, let them in and shut them out in the browser; the log says who did."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from corpus.catalogue.catalogue import connect
from corpus.people.credentials import add_link, read_keys
from corpus.people.log import read_log
from corpus.people.people import add_person, person_named
from tests.support.served import COMMAND_LINE, key_for, serving, signed_in

HERE = {"Origin": "http://testserver", "Sec-Fetch-Site": "same-origin"}


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    with serving(tmp_path_factory.mktemp("data")) as client:
        yield client


def path_of(client: TestClient) -> Path:
    return client.app.state.service.settings.catalogue_path  # type: ignore[attr-defined, no-any-return]


@pytest.fixture(scope="module")
def ines(client: TestClient) -> TestClient:
    """The browser of an administrator who signed in by a link."""
    with connect(path_of(client)) as catalogue, catalogue.transaction():
        person = add_person(catalogue, COMMAND_LINE, "Ines", "admin")
        link = add_link(catalogue, COMMAND_LINE, person, minutes=5)
    browser = TestClient(client.app, raise_server_exceptions=False, headers=HERE)
    assert browser.post("/sign-in", data={"link": link}).status_code == 200
    return browser


def entries(client: TestClient) -> list[tuple[str, str]]:
    with connect(path_of(client)) as catalogue:
        return [(e.actor, e.action) for e in read_log(catalogue, limit=3)]


def id_of(client: TestClient, name: str) -> str:
    with connect(path_of(client)) as catalogue:
        return person_named(catalogue, name).id


def link_in(page: Any) -> str:
    assert page.headers["cache-control"] == "no-store"
    found = re.search(r"/sign-in\?link=([\w-]+)", html.unescape(page.text))
    assert found, page.text
    return found[1]


def opens(client: TestClient, link: str) -> bool:
    browser = TestClient(client.app, headers=HERE)
    return browser.post("/sign-in", data={"link": link}, follow_redirects=False).status_code == 303


def test_a_person_is_added_with_a_link_that_is_shown_once(
    client: TestClient, ines: TestClient
) -> None:
    page = ines.post("/people", data={"name": "Ben Okoye", "role": "curator"})
    link = link_in(page)
    assert link not in ines.get("/people").text
    assert entries(client)[:2] == [("Ines", "person.link"), ("Ines", "person.add")]
    assert opens(client, link)
    assert not opens(client, link)
    again = ines.post("/people", data={"name": "ben okoye", "role": "member"})
    assert again.status_code == 422
    assert "already a person" in again.text
    assert 'value="ben okoye"' in again.text


def test_a_role_is_changed_and_an_account_disabled_and_enabled(
    client: TestClient, ines: TestClient
) -> None:
    ines.post("/people", data={"name": "Mei Lin", "role": "member"})
    mei = id_of(client, "Mei Lin")
    for to, action in (
        ("curator", "person.role"),
        ("disable", "person.disable"),
        ("enable", "person.enable"),
        ("curator", "person.enable"),
    ):
        answer = ines.post(f"/people/{mei}", data={"to": to}, follow_redirects=False)
        assert (answer.status_code, answer.headers["location"]) == (303, f"/people#person-{mei}")
        assert entries(client)[0] == ("Ines", action)
    ines.post(f"/people/{mei}", data={"to": "disable"})
    refused = ines.post(f"/people/{mei}", data={"to": "link"})
    assert refused.status_code == 403
    assert "has been disabled" in refused.text
    assert ines.post("/people/nobody", data={"to": "link"}).status_code == 404
    assert ines.post(f"/people/{mei}", data={"to": "owner"}).status_code == 422


def test_nobody_locks_themselves_out(client: TestClient, ines: TestClient) -> None:
    own = id_of(client, "Ines")
    for to in ("reader", "disable"):
        refused = ines.post(f"/people/{own}", data={"to": to})
        assert refused.status_code == 403
        assert "Ask another administrator" in refused.text
    assert ines.get("/people").status_code == 200


def test_a_key_is_revoked_and_the_session_opened_with_it_ends(
    client: TestClient, ines: TestClient
) -> None:
    curator = signed_in(client, "curator")
    assert curator.get("/review").status_code == 200
    with connect(path_of(client)) as catalogue:
        own = person_named(catalogue, "the curator").id
        keys = read_keys(catalogue, person_id=own)
    assert keys[0].id in ines.get("/people").text
    for key in keys:
        ines.post(f"/people/keys/{key.id}/revoke")
    assert entries(client)[0] == ("Ines", "key.revoke")
    assert curator.get("/review", follow_redirects=False).status_code == 303


def test_with_a_key_an_administrator_only_looks(client: TestClient) -> None:
    browser = signed_in(client, "admin")
    page = browser.get("/people")
    assert "sign in with a one-time link" in page.text
    assert "<form" not in page.text.partition("<main")[2]
    own = id_of(client, "the admin")
    bearer = {"Authorization": f"Bearer {key_for(client.app, 'admin')}"}  # type: ignore[arg-type]
    before = entries(client)
    for path, data in (
        ("/people", {"name": "Eve", "role": "admin"}),
        (f"/people/{own}", {"to": "link"}),
        ("/people/keys/1/revoke", {}),
    ):
        assert browser.post(path, data=data).status_code == 403
        assert client.post(path, data=data, headers=bearer).status_code == 403
    assert entries(client) == before
