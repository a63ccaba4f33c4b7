"""Signing in and out, one's own keys, the log as pages and as JSON, and where no secret may be."""

from __future__ import annotations

import hashlib
import hmac
import logging
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from corpus.catalogue.catalogue import connect
from corpus.people.actors import Role
from corpus.people.credentials import add_key, add_link, read_keys, revoke_key
from corpus.people.people import add_person, person_named, read_people, set_disabled
from corpus.review.kinds import BY_ACTION
from search_api.people.log_page import DONE
from search_api.web.links import own_address
from tests.support.served import COMMAND_LINE, by_key, key_for, serving, signed_in

HERE = {"Origin": "http://testserver"}


@pytest.fixture
def client(tmp_path: Path) -> Iterator[TestClient]:
    with serving(tmp_path / "data") as client:
        client.headers.update(HERE)
        yield client


def path_of(client: TestClient) -> Path:
    return client.app.state.service.settings.catalogue_path  # type: ignore[attr-defined, no-any-return]


def link_for(client: TestClient, name: str = "ana", role: Role = "curator") -> str:
    with connect(path_of(client)) as catalogue, catalogue.transaction():
        held = [person for person in read_people(catalogue) if person.name == name]
        person = held[0] if held else add_person(catalogue, COMMAND_LINE, name, role)
        return add_link(catalogue, COMMAND_LINE, person, minutes=5)


def sign_in(client: TestClient, **form: str) -> int:
    return client.post("/sign-in", data=form, follow_redirects=False).status_code


def me(client: TestClient) -> tuple[str, str]:
    answer = client.get("/api/v1/me").json()
    return answer["name"], answer["role"]


def test_a_link_signs_in_with_one_click_and_once(client: TestClient) -> None:
    link = link_for(client)
    page = client.get(f"/sign-in?link={link}").text
    assert f'value="{link}"' in page
    assert me(client) == ("anonymous", "reader")
    assert sign_in(client, link=link) == 303
    assert me(client) == ("ana", "curator")
    with TestClient(client.app, headers=HERE) as other:
        assert sign_in(other, link=link) == 401
        assert me(other) == ("anonymous", "reader")


def test_looking_at_a_link_does_not_use_it_up(client: TestClient) -> None:
    link = link_for(client)
    for _ in range(3):
        assert client.get(f"/sign-in?link={link}").status_code == 200
        assert client.head(f"/sign-in?link={link}").status_code == 200
    assert sign_in(client, link=link) == 303


def test_a_key_is_exchanged_for_a_session_within_its_scope(client: TestClient) -> None:
    assert sign_in(client, key=f"  {key_for(client.app, 'member')} \n") == 303  # type: ignore[arg-type]
    assert me(client) == ("the member", "member")
    assert "the member" in client.get("/").text


@pytest.mark.parametrize("form", [{"key": "salex_wrong"}, {"link": "wrong"}, {}, {"key": "é\x00"}])
def test_a_refused_sign_in_says_so_and_sets_nothing(
    client: TestClient, form: dict[str, str]
) -> None:
    answer = client.post("/sign-in", data=form)
    assert answer.status_code == 401
    assert 'role="alert"' in answer.text
    assert "set-cookie" not in answer.headers
    assert answer.headers["www-authenticate"].startswith("Bearer")


def test_signing_in_returns_to_the_page_that_asked_for_it(client: TestClient) -> None:
    sent_on = client.get("/account", follow_redirects=False)
    assert sent_on.headers["location"] == "/sign-in?next=%2Faccount"
    assert 'name="next" value="/account"' in client.get(sent_on.headers["location"]).text
    form = {"link": link_for(client), "next": "/account"}
    answer = client.post("/sign-in", data=form, follow_redirects=False)
    assert answer.headers["location"] == "/account"


@pytest.mark.parametrize(
    ("address", "followed"),
    [
        ("/documents?topic=a&limit=5", "/documents?topic=a&limit=5"),
        ("/search?q=a%2F%2Fb", "/search?q=a%2F%2Fb"),
        ("", "/"),
        ("https://evil.example/", "/"),
        ("//evil.example", "/"),
        ("//[", "/"),
        ("/\\evil.example", "/"),
        ("/\t/evil.example", "/"),
        ("/\n/evil.example", "/"),
        ("\\\\evil.example", "/"),
        ("javascript:alert(1)", "/"),
        ("documents", "/"),
        ("http:evil.example", "/"),
    ],
)
def test_signing_in_leads_nowhere_else(address: str, followed: str) -> None:
    assert own_address(address) == followed


def test_the_cookie_is_for_this_server_and_not_for_scripts(client: TestClient) -> None:
    answer = client.post("/sign-in", data={"link": link_for(client)}, follow_redirects=False)
    cookie = answer.headers["set-cookie"]
    assert cookie.startswith("salex-session=")
    for attribute in ("HttpOnly", "Path=/", "SameSite=lax", f"Max-Age={14 * 86400}"):
        assert attribute in cookie
    assert "Domain" not in cookie
    assert answer.headers["cache-control"] == "no-store"


def test_over_https_the_cookie_is_bound_to_the_host(tmp_path: Path) -> None:
    with serving(tmp_path, base_url="https://testserver") as client:
        form = {"link": link_for(client)}
        headers = {"Origin": "https://testserver"}
        answer = client.post("/sign-in", data=form, headers=headers, follow_redirects=False)
        cookie = answer.headers["set-cookie"]
        assert cookie.startswith("__Host-salex-session=")
        assert "Secure" in cookie
        session = cookie.split(";")[0]
        assert client.get("/api/v1/me", headers={"Cookie": session}).json()["name"] == "ana"
        plain = session.removeprefix("__Host-")
        assert client.get("/api/v1/me", headers={"Cookie": plain}).json()["signed_in"] is False


def test_a_made_up_cookie_signs_nobody_in(client: TestClient) -> None:
    assert sign_in(client, link=link_for(client)) == 303
    session = client.cookies["salex-session"]
    for cookie in (f"x{session}", session[:-1], f"{session}.", ".", "é.é", "x" * 10_000):
        header = f"salex-session={cookie}".encode()
        with TestClient(client.app) as other:
            answer = other.get("/api/v1/me", headers={"Cookie": header})  # type: ignore[dict-item]
        assert answer.json()["signed_in"] is False, cookie


def test_signing_in_writes_to_the_catalogue_alone(client: TestClient) -> None:
    before = files_beside(client)
    assert sign_in(client, link=link_for(client)) == 303
    assert files_beside(client) == before


def files_beside(client: TestClient) -> set[str]:
    names = {path.name for path in path_of(client).parent.iterdir()}
    return {name for name in names if not name.startswith("catalogue.sqlite")}


def test_a_data_folder_of_signed_cookies_still_works(client: TestClient) -> None:
    """Whoever has a signed cookie signs in again; the file of its secret stays and is ignored."""
    assert sign_in(client, link=link_for(client)) == 303
    session = client.cookies["salex-session"]
    secret = path_of(client).with_name("session.secret")
    secret.write_bytes(b"k" * 32)
    signature = hmac.new(b"k" * 32, session.encode(), hashlib.sha256).hexdigest()
    with TestClient(client.app, headers=HERE) as other:
        signed = {"Cookie": f"salex-session={session}.{signature}"}
        assert other.get("/api/v1/me", headers=signed).json()["signed_in"] is False
        assert sign_in(other, link=link_for(client)) == 303
        assert me(other) == ("ana", "curator")
    assert secret.read_bytes() == b"k" * 32


def test_signing_out_ends_the_session_not_only_the_cookie(client: TestClient) -> None:
    assert sign_in(client, link=link_for(client)) == 303
    cookie = {"Cookie": f"salex-session={client.cookies['salex-session']}"}
    answer = client.post("/sign-out", follow_redirects=False)
    assert answer.status_code == 303
    assert "Max-Age=0" in answer.headers["set-cookie"]
    assert client.get("/api/v1/me", headers=cookie).json()["signed_in"] is False
    assert client.post("/sign-out", follow_redirects=False).status_code == 303


def test_signing_in_again_ends_the_session_before(client: TestClient) -> None:
    assert sign_in(client, link=link_for(client)) == 303
    before = {"Cookie": f"salex-session={client.cookies['salex-session']}"}
    assert sign_in(client, link=link_for(client, "bo", "member")) == 303
    assert me(client) == ("bo", "member")
    client.cookies.clear()
    assert client.get("/api/v1/me", headers=before).json()["signed_in"] is False


def test_signing_out_everywhere_ends_the_others_too(client: TestClient) -> None:
    with TestClient(client.app, headers=HERE) as other:
        assert sign_in(client, link=link_for(client)) == sign_in(other, link=link_for(client))
        assert "You have 2 sessions" in client.get("/account").text
        client.post("/account/sign-out-everywhere", follow_redirects=False)
        assert me(other) == me(client) == ("anonymous", "reader")


def test_a_revoked_key_gets_401_on_the_next_request(client: TestClient) -> None:
    key = key_for(client.app, "curator")  # type: ignore[arg-type]
    headers = {"Authorization": f"Bearer {key}"}
    assert client.get("/api/v1/log", headers=headers).status_code == 200
    assert sign_in(client, key=key) == 303
    with connect(path_of(client)) as catalogue, catalogue.transaction():
        revoke_key(catalogue, COMMAND_LINE, read_keys(catalogue)[0].id)
    for path in ("/api/v1/log", "/api/v1/me", "/api/v1/health", "/documents", "/"):
        assert client.get(path, headers=headers).status_code == 401, path
    assert client.get("/api/v1/log").status_code == 401  # the session opened with it


def test_a_disabled_person_gets_401_on_the_next_request(client: TestClient) -> None:
    headers = by_key(client, "curator")
    assert sign_in(client, link=link_for(client, "the curator")) == 303
    assert client.get("/api/v1/log").status_code == 200
    with connect(path_of(client)) as catalogue, catalogue.transaction():
        person = person_named(catalogue, "the curator")
        set_disabled(catalogue, COMMAND_LINE, person, disabled=True)
    assert client.get("/api/v1/log", headers=headers).status_code == 401
    assert client.get("/api/v1/log").status_code == 401


def made_on(page: str) -> str:
    found = re.search(r"<code>(salex_[\w-]{43})</code>", page)
    assert found
    return found[1]


def test_a_key_is_made_shown_once_used_and_revoked_on_the_account_page(client: TestClient) -> None:
    assert sign_in(client, link=link_for(client)) == 303
    form = {"label": "dash <b>", "role": "reader", "days": "30"}
    answer = client.post("/account/keys", data=form)
    assert (answer.status_code, answer.headers["cache-control"]) == (200, "no-store")
    key = made_on(answer.text)
    page = client.get("/account").text
    assert key not in page
    assert "dash &lt;b&gt;" in page
    shown = {"Authorization": f"Bearer {key}"}
    with TestClient(client.app) as program:
        assert program.get("/api/v1/me", headers=shown).json()["role"] == "reader"
        (revoke,) = re.findall(r'action="(/account/keys/\w+/revoke)"', page)
        assert client.post(revoke, follow_redirects=False).status_code == 303
        assert program.get("/api/v1/me", headers=shown).status_code == 401


def test_nobody_makes_a_key_above_their_role_or_without_end(client: TestClient) -> None:
    assert sign_in(client, link=link_for(client)) == 303
    assert client.post("/account/keys", data={"role": "admin"}).status_code == 403
    assert client.post("/account/keys", data={"role": "owner"}).status_code == 422
    assert client.post("/account/keys", data={"role": "reader", "days": "9999"}).status_code == 422
    assert client.post("/account/keys", data={"role": "reader"}).status_code == 200
    with connect(path_of(client)) as catalogue:
        (key,) = read_keys(catalogue)
    assert key.expires_at


def test_a_key_makes_no_keys_nor_does_a_session_opened_with_one(client: TestClient) -> None:
    form = {"role": "reader"}
    key = by_key(client, "admin")
    assert client.post("/account/keys", data=form, headers=key).status_code == 403
    assert signed_in(client, "admin").post("/account/keys", data=form).status_code == 403


def test_nobody_revokes_anothers_key(client: TestClient) -> None:
    other = by_key(client, "reader")
    with connect(path_of(client)) as catalogue:
        (key,) = read_keys(catalogue)
    assert sign_in(client, link=link_for(client, "root", "admin")) == 303
    assert client.post(f"/account/keys/{key.id}/revoke").status_code == 404
    assert client.get("/api/v1/me", headers=other).status_code == 200


def test_the_log_is_shown_to_curators_in_pages(client: TestClient) -> None:
    with connect(path_of(client)) as catalogue, catalogue.transaction():
        person = add_person(catalogue, COMMAND_LINE, "Bo", "member")
        for n in range(6):
            add_key(catalogue, COMMAND_LINE, person, label=f"n{n}", role="member", expires_at=None)
    headers = by_key(client, "curator")
    first = client.get("/api/v1/log?limit=5", headers=headers).json()
    rest = client.get(f"/api/v1/log?limit=5&cursor={first['next']}", headers=headers).json()
    ids = [entry["id"] for entry in first["entries"] + rest["entries"]]
    assert ids == list(range(9, 0, -1))
    assert rest["next"] is None
    assert rest["entries"][-1]["after"] == {"name": "Bo", "role": "member"}
    about = client.get(f"/api/v1/log?subject=person:{person.id}", headers=headers).json()
    assert [entry["action"] for entry in about["entries"]] == ["person.add"]
    page = client.get("/log", headers=headers).text
    assert page.count('id="entry-') == 9
    assert "n5" in page
    assert ">ops</strong> added" in page
    assert page.count("made a key:") == 7  # six, and that of the curator
    assert set(DONE) >= set(BY_ACTION)
    assert "person.add" in client.get(f"/log?subject=person:{person.id}", headers=headers).text


def test_the_log_is_sent_again_only_when_it_grew(client: TestClient) -> None:
    headers = by_key(client, "curator")
    tag = client.get("/api/v1/log", headers=headers).headers["etag"]
    again = {**headers, "If-None-Match": tag}
    assert client.get("/api/v1/log", headers=again).status_code == 304
    link_for(client)
    assert client.get("/api/v1/log", headers=again).status_code == 200


def test_no_secret_is_in_the_data_folder_or_the_logs(
    client: TestClient, caplog: pytest.LogCaptureFixture, tmp_path: Path
) -> None:
    """Bytes on disk, what is logged by whoever logs, and the audit log are searched."""
    caplog.set_level(logging.DEBUG)
    link, unused = link_for(client), link_for(client)
    client.get(f"/sign-in?link={link}&next=/account")
    sign_in(client, link=link)
    cookie = client.cookies["salex-session"]
    made = made_on(client.post("/account/keys", data={"role": "curator"}).text)
    shown = {"Authorization": f"Bearer {made}"}
    with TestClient(client.app, headers=HERE) as other:
        other.get("/api/v1/log", headers=shown)
        other.get(f"/api/v1/nothing?key={made}", headers=shown)
        sign_in(other, key=made)
        exchanged = other.cookies["salex-session"]
        sign_in(other, link=link)  # used already
        sign_in(other, key=f"{made}x")
        other.get("/", headers={"Authorization": f"Bearer {made}x"})
    client.post("/sign-out")
    secrets = [link, unused, made, made[6:], cookie, exchanged]
    written = [path for path in (tmp_path / "data").rglob("*") if path.is_file()]
    assert "catalogue.sqlite" in {path.name for path in written}
    held = b"".join(path.read_bytes() for path in written)
    ours = [r for r in caplog.records if not r.name.startswith("httpx")]  # the test's own client
    said = "\n".join(r.getMessage() + repr(r.args) + str(r.exc_info) for r in ours)
    assert "POST /sign-in 303" in said
    assert "POST /sign-in 401" in said
    for secret in secrets:
        assert secret.encode() not in held
        assert secret not in said
