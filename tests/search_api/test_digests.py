"""E-mail tells each person once of what is new on what they follow, and stops at a click."""

from __future__ import annotations

import socket
from email import message_from_bytes, policy
from urllib.parse import parse_qs, urlsplit

import pytest
from aiosmtpd.controller import Controller
from fastapi.testclient import TestClient
from typer.testing import CliRunner

from search_api.cli import make_app
from tests.support.fakes import HashEncoder
from tests.support.followed import BASE, QUESTION, add, follow, follow_nothing, opened
from tests.support.served import serving, signed_in


class Inbox:
    """A mail server's handler: keeps what it takes, and refuses one address."""

    def __init__(self):
        self.messages = []

    async def handle_RCPT(self, _server, _session, envelope, address, _options):  # noqa: N802
        if address.startswith("refused"):
            return "550 no such mailbox"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, _server, _session, envelope):  # noqa: N802
        self.messages.append(message_from_bytes(envelope.content, policy=policy.default))
        return "250 OK"


@pytest.fixture(scope="module")
def mail_server():
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    controller = Controller(Inbox(), hostname="127.0.0.1", port=port)
    controller.start()
    yield controller
    controller.stop()


@pytest.fixture(scope="module")
def served(tmp_path_factory, mail_server):
    settings = {
        "base_url": BASE,
        "mail_from": "SALEX <evidence@example.org>",
        "smtp_port": mail_server.port,
        "smtp_security": "none",
    }
    with serving(tmp_path_factory.mktemp("following") / "data", **settings) as client:
        yield client


@pytest.fixture
def client(served, mail_server):
    """A server on which nobody follows anything."""
    mail_server.handler.messages.clear()
    follow_nothing(served)
    return served


def give_address(browser, mail_server, address):
    """Give an address and confirm it by the link that was sent; return the message."""
    assert browser.post("/following/email", data={"address": address}).status_code == 200
    message = mail_server.handler.messages.pop()
    code = parse_qs(urlsplit(next(w for w in message.get_content().split() if BASE in w)).query)
    assert browser.post("/following/confirm", data={"code": code["code"][0]}).status_code == 200
    return message


@pytest.fixture
def digest(client, monkeypatch):
    settings = client.app.state.service.settings
    for name in ("data_folder", "base_url", "mail_from", "smtp_port", "smtp_security"):
        monkeypatch.setenv(f"SALEX_{name.upper()}", str(getattr(settings, name)))
    monkeypatch.setattr("search_api.service.service.load_first", lambda *_: (HashEncoder(), None))
    monkeypatch.setattr("search_api.service.service.load_second", lambda *_: (None, None))
    return lambda *arguments: CliRunner().invoke(make_app(["digest"]), ["digest", *arguments])


def test_a_digest_tells_each_person_once_by_text_and_html(client, mail_server, digest):
    inbox, ana, ben = mail_server.handler, signed_in(client, "reader"), signed_in(client, "member")
    asked = give_address(ana, mail_server, "ana@example.org")
    assert (asked["From"], asked["To"]) == ("SALEX <evidence@example.org>", "ana@example.org")
    give_address(ben, mail_server, "ben@example.org")
    for browser in (ana, ben):
        page = follow(browser)
        browser.post(f"{page}/cadence", data={"cadence": "daily"})
    assert "nothing new" in digest("--daily").output
    assert inbox.messages == []
    new = add(client, "<b>after</b>")
    assert "would be sent" in digest("--daily", "--dry-run").output
    assert inbox.messages == []
    said = digest("--daily")
    assert said.exit_code == 0
    assert QUESTION not in said.output
    assert "the reader: sent (1 new document)" in said.output
    assert [m["To"] for m in inbox.messages] == ["ben@example.org", "ana@example.org"]
    message = inbox.messages[1]
    assert message["Subject"] == "SALEX: 1 new document on what you follow"
    text = message.get_body(("plain",)).get_content()
    html = message.get_body(("html",)).get_content()
    for part in (text, html):
        assert QUESTION in part
        assert "Long holidays of pupils widen gaps." in part
        assert f"{BASE}/documents/{new}" in part
    assert "&lt;b&gt;after" in html
    assert "nothing new" in digest("--daily").output, "told once"
    assert "1 new" in ana.get("/following").text, "on the page it is new until it is seen"
    assert "nothing new" in digest("--weekly").output


def test_models_are_loaded_for_questions_in_words_alone(client, mail_server, digest, monkeypatch):
    loaded = []
    where = "search_api.service.service.load_first"
    monkeypatch.setattr(where, lambda *_: (loaded.append(1), (HashEncoder(), None))[1])
    ana = signed_in(client, "reader")
    give_address(ana, mail_server, "ana@example.org")
    ana.post(f"{follow(ana, '/documents?country=Kenya')}/cadence", data={"cadence": "daily"})
    ana.post(f"{follow(ana)}/cadence", data={"cadence": "weekly"})
    new = add(client, "kenyan", countries=("Kenya",))
    assert "sent (1 new document)" in digest("--daily").output
    assert loaded == []
    assert new in mail_server.handler.messages[0].as_string()
    assert "sent (1 new document)" in digest("--weekly").output
    assert loaded == [1]


def test_one_click_stops_e_mail_without_signing_in(client, mail_server, digest):
    ana = signed_in(client, "reader")
    give_address(ana, mail_server, "ana@example.org")
    ana.post(f"{follow(ana)}/cadence", data={"cadence": "daily"})
    add(client, "after")
    digest("--daily")
    (message,) = mail_server.handler.messages
    assert message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    link = message["List-Unsubscribe"].strip("<>").removeprefix(BASE)
    assert dict(message.raw_items())["List-Unsubscribe"] == f"<{BASE}{link}>", "no encoded word"
    stranger = TestClient(client.app)
    assert "Stop all e-mail" in stranger.get(link).text, "opening the link stops nothing"
    elsewhere = {"Origin": "https://mail.example"}
    form = {"List-Unsubscribe": "One-Click"}
    assert stranger.post(link, data=form, headers=elsewhere).status_code == 200
    assert "no e-mail" in ana.get("/following").text
    assert stranger.post("/following/stop?code=x", data=form).status_code == 404
    add(client, "later")
    assert "nothing new" in digest("--daily").output


def test_a_failed_address_costs_no_other_and_is_told_next_time(client, mail_server, digest):
    ana, ben = signed_in(client, "reader"), signed_in(client, "member")
    for browser, name in ((ana, "ana"), (ben, "ben")):
        give_address(browser, mail_server, f"{name}@example.org")
        browser.post(f"{follow(browser)}/cadence", data={"cadence": "weekly"})
    with opened(client) as catalogue, catalogue.transaction():
        change = "update mailbox set address = 'refused@example.org' where address like 'ben%'"
        catalogue.db.execute(change)
    add(client, "after")
    said = digest("--weekly")
    assert said.exit_code == 1
    assert "the member: failed, the mail server refused the address" in said.output
    assert [m["To"] for m in mail_server.handler.messages] == ["ana@example.org"]
    again = digest("--weekly", "--dry-run").output
    assert "the member: would be sent" in again
    assert "the reader" not in again


def test_without_a_mail_server_nothing_is_lost(client, mail_server, digest, monkeypatch):
    ana = signed_in(client, "reader")
    give_address(ana, mail_server, "ana@example.org")
    ana.post(f"{follow(ana)}/cadence", data={"cadence": "daily"})
    add(client, "after")
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        monkeypatch.setenv("SALEX_SMTP_PORT", str(closed.getsockname()[1]))
        said = digest("--daily")
    assert said.exit_code == 1
    assert "cannot be reached" in said.output
    monkeypatch.setenv("SALEX_SMTP_PORT", str(mail_server.port))
    assert "sent (1 new document)" in digest("--daily").output
    monkeypatch.delenv("SALEX_MAIL_FROM")
    assert "set mail_from" in str(digest("--daily").exception)


def test_a_message_is_in_the_persons_language(client, mail_server, digest):
    ana = signed_in(client, "reader")
    ana.cookies.set("salex-language", "es")
    ana.headers["Accept-Language"] = "es"
    give_address(ana, mail_server, "ana@example.org")
    ana.post(f"{follow(ana)}/cadence", data={"cadence": "daily"})
    add(client, "after")
    digest("--daily")
    (message,) = mail_server.handler.messages
    assert "documento nuevo" in message["Subject"]
    for part in ("plain", "html"):
        text = message.get_body((part,)).get_content()
        assert "Relacionado con la pregunta: “Long holidays of pupils widen gaps.”" in text
