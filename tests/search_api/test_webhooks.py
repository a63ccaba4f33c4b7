"""Webhooks: new documents are posted once, signed, past a guard, and tried three times."""

from __future__ import annotations

import hashlib
import hmac
import json
import socket
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from typer.testing import CliRunner

from corpus.catalogue.catalogue import connect
from corpus.errors import WebhookRefused
from corpus.network.webhooks import add_webhook, all_webhooks
from corpus.people.log import read_log
from ingest.sources import Network
from ingest.sources.posting import post_body
from search_api.cli import make_app
from search_api.following.hooks import post_news
from tests.conftest import store_document
from tests.support.fakes import HashEncoder
from tests.support.served import COMMAND_LINE, serving

LOCAL = Network(allow_private=True, ports=None)
BASE = "https://evidence.example.org"


class Receiver(ThreadingHTTPServer):
    """Keeps what is posted to it, and answers with ``status``."""

    def __init__(self):
        super().__init__(("127.0.0.1", 0), _Post)
        self.status, self.posts = 200, []

    @property
    def url(self):
        return f"http://127.0.0.1:{self.server_port}/hook"


class _Post(BaseHTTPRequestHandler):
    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.posts.append((dict(self.headers), body))
        self.send_response(self.server.status)
        if self.server.status == 302:
            self.send_header("Location", "/elsewhere")
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_):
        pass


@pytest.fixture(scope="module")
def server():
    with Receiver() as receiver:
        threading.Thread(target=receiver.serve_forever, daemon=True).start()
        yield receiver
        receiver.shutdown()


@pytest.fixture
def receiver(server):
    server.status, server.posts = 200, []
    return server


@pytest.fixture(scope="module")
def service(tmp_path_factory):
    with serving(tmp_path_factory.mktemp("hooks") / "data", base_url=BASE) as client:
        yield client.app.state.service


@pytest.fixture
def catalogue(service):
    with connect(service.settings.catalogue_path) as opened:
        with opened.transaction():
            opened.db.execute("delete from webhook")
            for new in ("one", "two", "three"):
                opened.db.execute("delete from document where id = ?", [new])
                opened.db.execute("delete from publication where document_id = ?", [new])
        yield opened


@pytest.fixture
def hook(catalogue, receiver):
    with catalogue.transaction():
        made, secret = add_webhook(catalogue, COMMAND_LINE, receiver.url)
    return made, secret


@pytest.fixture
def run(service, catalogue):
    return lambda **more: [
        (one.outcome, one.documents, one.reason)
        for one in post_news(service, catalogue, **({"network": LOCAL} | more))
    ]


@pytest.fixture
def command(service, monkeypatch):
    monkeypatch.setenv("SALEX_DATA_FOLDER", str(service.settings.data_folder))
    monkeypatch.setenv("SALEX_BASE_URL", BASE)
    monkeypatch.setattr("search_api.service.service.load_first", lambda *_: (HashEncoder(), None))
    monkeypatch.setattr("search_api.service.service.load_second", lambda *_: (None, None))
    return lambda name, *rest: CliRunner().invoke(make_app([name]), [name, *rest])


def told(receiver):
    return [[item["title"] for item in json.loads(body)["items"]] for _, body in receiver.posts]


def test_new_documents_are_posted_once_as_a_signed_feed(catalogue, receiver, hook, run):
    assert run() == [("nothing new", 0, "")]
    store_document(catalogue, "one", "Meals keep children in school.", authors=("Ana Silva",))
    store_document(catalogue, "two", "Meals cost little.")
    assert run(dry_run=True) == [("would be posted", 2, "")]
    assert receiver.posts == []
    assert run() == [("posted", 2, "")]
    (headers, body), secret = receiver.posts[0], hook[1]
    assert headers["Content-Type"] == "application/feed+json"
    signed = hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()
    assert headers["X-Salex-Signature"] == f"sha256={signed}"
    feed = json.loads(body)
    assert feed["version"] == "https://jsonfeed.org/version/1.1"
    assert feed["home_page_url"] == f"{BASE}/documents"
    item = next(i for i in feed["items"] if i["title"] == "One")
    assert item["url"] == f"{BASE}/documents/one"
    assert item["id"].startswith("urn:uuid:")
    assert item["authors"] == [{"name": "Ana Silva"}]
    assert "New in the repository." in item["content_text"]

    assert run() == [("nothing new", 0, "")]
    store_document(catalogue, "one", "Meals keep all children in school.", title="Changed")
    store_document(catalogue, "three", "Books help.")
    assert run() == [("posted", 1, "")]
    assert told(receiver)[1:] == [["Three"]], "a changed document is not new"


def test_no_model_is_loaded_to_post(catalogue, hook, command, monkeypatch):
    store_document(catalogue, "one", "Meals keep children in school.")
    monkeypatch.setattr("search_api.service.service.load_first", lambda *_: pytest.fail("loaded"))
    assert "would be posted" in command("digest", "--hooks", "--dry-run").output


def test_what_fails_is_tried_three_times_and_costs_no_other_webhook(
    catalogue, receiver, hook, run, command
):
    with catalogue.transaction():
        add_webhook(catalogue, COMMAND_LINE, f"{receiver.url}/other")
    store_document(catalogue, "one", "Meals keep children in school.")
    receiver.status = 500
    assert run() == [("failed", 1, "It answered 500.")] * 2
    listed = json.loads(command("webhook", "list", "--json").output)
    assert [h["waiting"] for h in listed] == [1, 1]
    store_document(catalogue, "two", "Meals cost little.")
    receiver.status = 302
    assert run() == [("failed", 2, "It answered 302.")] * 2, "no redirect is followed"
    assert run() == [("given_up", 2, "It answered 302.")] * 2
    receiver.status = 204
    assert run() == [("posted", 1, "")] * 2, "the second document was tried but twice"
    assert told(receiver)[-1] == ["Two"]
    assert run() == [("nothing new", 0, "")] * 2
    listed = json.loads(command("webhook", "list", "--json").output)
    outcomes = [a["outcome"] for a in listed[0]["attempts"]]
    assert outcomes == ["posted", "given_up", "failed", "failed"]
    assert "It answered 500." in command("webhook", "list").output


def test_a_withdrawn_or_waiting_document_is_not_posted(catalogue, receiver, hook, run):
    store_document(catalogue, "one", "Meals.", pending_since="2026-01-01T00:00:00Z")
    store_document(catalogue, "two", "Books.", withdrawn_at="2026-01-01T00:00:00Z")
    assert run() == [("nothing new", 0, "")]
    assert receiver.posts == []


def test_private_addresses_are_refused_as_for_harvesting(catalogue, receiver, hook, run):
    store_document(catalogue, "one", "Meals keep children in school.")
    ((outcome, _, reason),) = run(network=Network(ports=None))
    assert outcome == "failed"
    assert reason.startswith("127.0.0.1 is not a public address on the internet.")
    assert receiver.posts == []


def test_an_answer_that_does_not_come_is_waited_for_until_the_limit():
    with ThreadingHTTPServer(("127.0.0.1", 0), _Post) as silent:  # it accepts and never answers
        url = f"http://127.0.0.1:{silent.server_port}/"
        problem = post_body(url, b"{}", {}, LOCAL, time_limit_s=0.1)
    assert problem == "It did not answer within 0.1 s."
    assert "cannot be reached" in (post_body(url, b"{}", {}, LOCAL) or "")


@pytest.fixture
def names(monkeypatch):
    """Names that stand for addresses without asking anybody: the others are not known."""
    known, real = {"inside.example": "10.0.0.5", "outside.example": "8.8.8.8"}, socket.getaddrinfo

    def resolve(host, port, *_, **more):
        at = known.get(host, host)
        return real(at, port, flags=socket.AI_NUMERICHOST, type=socket.SOCK_STREAM)

    monkeypatch.setattr(socket, "getaddrinfo", resolve)


@pytest.mark.parametrize(
    "host",
    [
        "127.0.0.1", "2130706433", "10.1.2.3", "192.168.0.1", "169.254.169.254", "[::1]",
        "[fe80::1]", "[::ffff:127.0.0.1]", "0.0.0.0", "inside.example",
    ],
)  # fmt: skip
def test_an_address_inside_is_refused_when_it_is_added(catalogue, command, names, host):
    refused = command("webhook", "add", f"http://{host}/x").exception
    assert isinstance(refused, WebhookRefused)
    assert "is not a public address on the internet. Nothing is posted there." in str(refused)
    assert all_webhooks(catalogue) == []


def test_where_private_addresses_are_allowed_they_are_added(catalogue, command, names, monkeypatch):
    where = "search_api.following.hook_commands.network_of"
    monkeypatch.setattr(where, lambda _: Network(allow_private=True))
    assert command("webhook", "add", "http://inside.example/x").exit_code == 0
    assert len(all_webhooks(catalogue)) == 1


def test_a_public_name_and_one_that_nobody_knows_yet_are_added(catalogue, command, names):
    for url in ("https://outside.example/", "https://later.example/"):
        assert command("webhook", "add", url).exit_code == 0
    assert len(all_webhooks(catalogue)) == 2


def test_an_administrator_adds_lists_and_removes_webhooks(catalogue, command, names, monkeypatch):
    url = "https://hooks.example.org/salex"
    added = command("webhook", "add", url)
    assert added.exit_code == 0, added.output
    (hook,) = all_webhooks(catalogue)
    secret = catalogue.rows("select secret from webhook")[0][0]
    assert added.output.count(secret) == 1
    assert secret not in command("webhook", "list").output
    assert secret not in command("webhook", "list", "--json").output
    assert secret not in str(list(read_log(catalogue)))
    assert isinstance(command("webhook", "add", url).exception, WebhookRefused)
    for wrong in ("ftp://example.org/", "https://u:p@example.org/", "https://example.org:22/", "x"):
        assert isinstance(command("webhook", "add", wrong).exception, WebhookRefused), wrong
    assert "nothing new to tell any webhook" in command("digest", "--hooks").output
    assert command("webhook", "remove", hook.id).exit_code == 0
    assert all_webhooks(catalogue) == []
    assert isinstance(command("webhook", "remove", hook.id).exception, WebhookRefused)
    assert command("digest", "--hooks", "--daily").exit_code == 2
    monkeypatch.delenv("SALEX_BASE_URL")
    assert "set base_url" in str(command("digest", "--hooks").exception)
