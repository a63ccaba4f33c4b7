"""People follow questions: pages, API and e-mail tell of each new match once, and them alone."""

from __future__ import annotations

import socket
from email import message_from_bytes, policy
from urllib.parse import parse_qs, urlsplit

import pytest
from aiosmtpd.controller import Controller
from fastapi.testclient import TestClient
from typer.testing import CliRunner

from corpus.catalogue.catalogue import connect
from corpus.model import document_id
from corpus.people.log import read_log
from search_api.cli import make_app
from tests.support.fakes import HashEncoder
from tests.support.served import REPORT, a_document, by_key, serving, signed_in, store

BASE = "http://testserver"
QUESTION = "holidays of pupils"
API = "/api/v1/following"


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
    with opened(served) as catalogue, catalogue.transaction():
        for table in ("follow", "mailbox"):
            catalogue.db.execute(f"delete from {table}")
        catalogue.db.execute("delete from document where source like '%/new/%'")
        catalogue.db.execute(
            "delete from publication where document_id not in (select id from document)"
        )
    return served


def opened(client):
    return connect(client.app.state.service.settings.catalogue_path)


def add(client, name, text="Long holidays of pupils widen gaps.", **fields):
    document = a_document(f"https://example.org/new/{name}", name.capitalize(), **fields)
    with opened(client) as catalogue:
        store(catalogue, client.app.state.service.originals, document, [text])
    return document.id


def follow(browser, search=f"/search?q={QUESTION}&limit=20"):
    answer = browser.post("/following", data={"search": search}, follow_redirects=False)
    assert answer.status_code == 303
    return answer.headers["location"]


# Pages -----------------------------------------------------------------------------------------


def test_a_reader_follows_a_search_sees_what_is_new_once_and_forgets_it(client):
    add(client, "before")
    ana = signed_in(client, "reader")
    assert "Follow this search" in ana.get("/search", params={"q": QUESTION, "uncounted": "1"}).text
    page = follow(ana)
    assert follow(ana, f"/search?q={QUESTION}") == page, "followed twice, it is one"
    assert "Nothing new" in ana.get(page).text
    new = add(client, "after")
    listing = ana.get("/following")
    assert "1 new" in listing.text
    assert listing.headers["cache-control"] == "no-store"
    shown = ana.get(page).text
    assert "Related to the question: “Long holidays of pupils widen gaps.”" in shown
    assert f'name="document" value="{new}"' in shown
    ana.post(f"{page}/seen", data={"document": [new]})
    assert "Nothing new" in ana.get(page).text
    add(client, "after", updated_at="2030-01-01T00:00:00Z")
    assert "Nothing new" in ana.get(page).text, "a changed document was told already"
    ana.post(f"{page}/delete")
    assert ana.get(page).status_code == 404
    assert "You follow nothing yet" in ana.get("/following").text


def test_a_document_that_is_corrected_and_then_matches_is_new(client):
    add(client, "late", "Something else entirely.")
    page = follow(ana := signed_in(client, "reader"))
    assert "Nothing new" in ana.get(page).text
    add(client, "late")
    assert "Late" in ana.get(page).text


def test_of_many_related_documents_the_nearest_are_told_and_another_when_it_is_one_of_them(client):
    page = follow(ana := signed_in(client, "reader"))
    for n in range(7):
        add(client, f"report-{n}", "Long holidays of pupils widen gaps" + ", and more" * n + ".")
    assert "4 new" in ana.get("/following").text, "one that was there is nearer"
    shown = ana.get(page).text
    assert "Report-3" in shown
    assert "Report-4" not in shown
    feed = f"/feeds/search.atom?q={QUESTION}"
    assert client.get(feed).text.count("<entry>") == 5
    gone = document_id("https://example.org/new/report-0")
    with opened(client) as catalogue, catalogue.transaction():
        catalogue.withdraw_document(gone, "An error")
    assert "Report-4" in ana.get(page).text, "it is new then"
    assert client.get(feed).text.count("<entry>") == 5


def test_filters_are_followed_too_and_told_in_words(client):
    ana = signed_in(client, "reader")
    page = follow(ana, "/documents?country=Kenya&stage=generation")
    assert "Generation, Kenya" in ana.get(page).text.replace("Evidence g", "G")
    add(client, "kenyan", countries=("Kenya",))
    assert "Nothing new" in ana.get(page).text, "it has no such stage"
    answer = ana.post("/following", data={"search": "/search?sort=newest"})
    assert answer.status_code == 422


def test_what_one_follows_nobody_else_reads_and_no_log_has_it(client, caplog):
    ana = signed_in(client, "reader")
    page = follow(ana)
    identity = page.rpartition("/")[2]
    add(client, "after")
    for role in ("member", "curator", "admin"):
        other = signed_in(client, role)
        assert other.get(page).status_code == 404
        for path in ("seen", "cadence", "delete"):
            answer = other.post(f"{page}/{path}", data={"cadence": "daily"})
            assert answer.status_code == 404
        headers = by_key(client, role)
        assert client.get(f"{API}/{identity}", headers=headers).status_code == 404
        assert client.delete(f"{API}/{identity}", headers=headers).status_code == 404
        change = {"cadence": "daily"}
        patched = client.patch(f"{API}/{identity}", json=change, headers=headers)
        assert patched.status_code == 404
        for where in ("/following", "/people", "/log", "/wanted"):
            assert QUESTION not in other.get(where).text
    assert TestClient(client.app).get("/following", follow_redirects=False).status_code == 303
    assert "1 new" in ana.get("/following").text
    with opened(client) as catalogue:
        log = repr(read_log(catalogue, limit=-1))
    assert "session.open" in log
    assert identity not in log
    assert "holidays" not in log
    assert QUESTION not in caplog.text


# The API ---------------------------------------------------------------------------------------


def test_a_program_follows_reads_marks_and_stops_with_its_persons_key(client):
    headers = by_key(client, "member")
    new = {"search": f"q={QUESTION}", "cadence": "weekly"}
    made = client.post(API, json=new, headers=headers)
    assert made.status_code == 201
    address = f"{API}/{made.json()['id']}"
    assert (made.json()["question"], made.json()["new"]) == (QUESTION, 0)
    document = add(client, "after")
    news = client.get(address, headers=headers).json()
    (match,) = news["matches"]
    assert match["why"].startswith("Related to the question: “Long holidays")
    assert match["page"].startswith(f"{BASE}/documents/{document}?passage=")
    (listed,) = client.get(API, headers=headers).json()["followed"]
    assert (listed["new"], listed["cadence"]) == (1, "weekly")
    seen = {"document_ids": news["told"]}
    assert client.post(f"{address}/seen", json=seen, headers=headers).status_code == 204
    assert client.get(address, headers=headers).json()["matches"] == []
    changed = client.patch(address, json={"cadence": "none"}, headers=headers)
    assert changed.status_code == 204
    assert client.delete(address, headers=headers).status_code == 204
    assert client.get(API, headers=headers).json() == {"followed": []}


# E-mail ----------------------------------------------------------------------------------------


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


def test_one_click_stops_e_mail_without_signing_in(client, mail_server, digest):
    ana = signed_in(client, "reader")
    give_address(ana, mail_server, "ana@example.org")
    ana.post(f"{follow(ana)}/cadence", data={"cadence": "daily"})
    add(client, "after")
    digest("--daily")
    (message,) = mail_server.handler.messages
    assert message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    link = message["List-Unsubscribe"].strip("<>").removeprefix(BASE)
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


def test_a_report_is_not_new_because_it_was_indexed_later(client):
    ana = signed_in(client, "reader")
    page = follow(ana, "/search?q=wellbeing")
    assert REPORT not in ana.get(page).text
