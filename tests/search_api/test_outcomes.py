"""The ledger by API: listed for curators, and an address read again."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from corpus.catalogue.catalogue import connect
from corpus.documents import outcomes
from corpus.model import Outcome
from corpus.people.log import read_log
from ingest.intake import Network
from search_api.review.contributing import read_address
from tests.support.served import by_key, serving

PATH = "/api/v1/outcomes"
SHUT = "http://127.0.0.1:9/report"


@pytest.fixture
def client(tmp_path: Path) -> Iterator[TestClient]:
    with serving(tmp_path) as client:
        client.headers.update(by_key(client, "curator"))
        with connect(tmp_path / "catalogue.sqlite") as catalogue, catalogue.transaction():
            for source, code in (
                (SHUT, "fetch-failed"),
                ("file:///home/ana/lost.pdf", "not-found"),
                ("https://example.org/declined", "declined"),
            ):
                outcomes.record_outcome(catalogue, Outcome(source, "rejected", "Because.", code))
            outcomes.record_outcome(catalogue, Outcome("file:///a.txt", "partial", "Cut.", None))
        yield client


def retry(client: TestClient, source: str) -> Any:
    return client.post(f"{PATH}/retry", json={"source": source})


def test_the_ledger_is_listed_by_kind_without_folders(client: TestClient) -> None:
    found = client.get(f"{PATH}?kind=rejected").json()
    told = [(o["source"], o["can_retry"]) for o in found["outcomes"]]
    assert told == [
        ("lost.pdf", False), (SHUT, True), ("https://example.org/declined", False),
    ]  # fmt: skip
    whole = client.get(PATH)
    assert whole.json()["total"] == 4
    held = {"If-None-Match": whole.headers["etag"]}
    assert client.get(PATH, headers=held).status_code == 304
    assert client.get(PATH, headers=by_key(client, "member")).status_code == 403


def test_an_address_is_read_again_and_the_log_says_so(client: TestClient) -> None:
    answer = retry(client, SHUT)
    assert answer.status_code == 200, answer.text
    assert answer.json()["kind"] == "rejected"
    assert answer.json()["code"] == "forbidden-address"
    with connect(client.app.state.service.settings.catalogue_path) as catalogue:  # type: ignore[attr-defined]
        (entry,) = read_log(catalogue, limit=1)
    assert (entry.action, entry.subject) == ("outcome.retry", f"source:{SHUT}")


@pytest.mark.parametrize(
    ("source", "status"),
    [
        ("file:///home/ana/lost.pdf", 409), ("https://example.org/declined", 409),
        ("https://example.org/never", 422), ("/etc/passwd", 422),
    ],
)  # fmt: skip
def test_only_addresses_of_the_ledger_are_read_again(
    client: TestClient, source: str, status: int
) -> None:
    assert retry(client, source).status_code == status


def test_what_answers_this_time_is_held_for_everybody(client: TestClient) -> None:
    class Site(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(404 if self.path == "/robots.txt" else 200)
            self.send_header("Content-Type", "text/plain")
            self.end_headers()
            self.wfile.write(b"Teachers visit each other to learn from their peers. " * 20)

        def log_message(self, *words: object) -> None:
            pass

    site = ThreadingHTTPServer(("127.0.0.1", 0), Site)
    threading.Thread(target=site.serve_forever, daemon=True).start()
    service = client.app.state.service  # type: ignore[attr-defined]
    network = Network(allow_private=True, ports=None, delay_s=0.0)
    url = f"http://127.0.0.1:{site.server_address[1]}/visits.txt"
    with connect(service.settings.catalogue_path) as catalogue:
        outcome = read_address(service, catalogue, url, lambda _: None, network=network)
        assert outcome.kind in ("added", "needs_review"), outcome
        assert catalogue.document(str(outcome.document_id)).pending_since is None
    site.shutdown()
