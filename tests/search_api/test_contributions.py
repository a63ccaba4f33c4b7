"""Contributions over HTTP: read by the pipeline, seen by nobody else, decided, and told."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from corpus.catalogue.catalogue import connect
from corpus.documents.outcomes import latest_outcome_of
from corpus.people.log import read_log
from ingest.intake import Network
from search_api.review.contributing import contribute_address, file_name, web_address
from search_api.review.contribution_routes import MAX_UPLOAD_BYTES
from tests.corpus.test_contributions import MEMBER
from tests.support.served import by_key, key_for, serving, signed_in

WORDS = "Zebrafish teachers visit each other to learn from peers. " * 20
PATH = "/api/v1/contributions"


@pytest.fixture
def client(tmp_path: Path) -> Iterator[TestClient]:
    with serving(tmp_path) as client:
        yield client


def send(client: TestClient, text: str = WORDS, name: str = "visits.txt", **more: Any) -> Any:
    files = {"file": (name, text.encode())}
    return client.post(PATH, files=files, headers=by_key(client, "member"), **more)


def decide(client: TestClient, made: Any, decision: str, reason: str | None = None) -> Any:
    headers = by_key(client, "curator")
    path = f"{PATH}/{made.json()['id']}"
    seen = client.get(path, headers=headers).headers["etag"]
    body = {"decision": decision, "reason": reason}
    return client.put(f"{path}/decision", json=body, headers={**headers, "If-Match": seen})


def hidden_id(client: TestClient) -> str:
    with connect(client.app.state.service.settings.catalogue_path) as catalogue:  # type: ignore[attr-defined]
        (found,) = [d for d in catalogue.all_documents(pending=True) if d.pending_since]
    return found.id


def test_a_contribution_is_read_and_waits(client: TestClient) -> None:
    made = send(client, data={"note": "From our visit"})
    assert made.status_code == 201, made.text
    answer = made.json()
    assert (answer["state"], answer["title"], answer["document_id"]) == ("waiting", "visits", None)
    assert answer["note"] == "From our visit"
    own = client.get(made.headers["location"], headers=by_key(client, "member"))
    assert own.json() == answer
    assert own.headers["etag"] == made.headers["etag"]


def test_nobody_meets_it_before_a_curator_accepts_it(client: TestClient) -> None:
    """Every address that reads, as the OpenAPI document and the pages have them, for everybody."""
    paths = client.app.openapi()["paths"]  # type: ignore[attr-defined]

    def seen(hidden: str) -> dict[str, str]:
        """What each reading address answers: by a search for its words, and by its id."""
        found = {}
        for path, methods in paths.items():
            if "get" in methods and "/contributions" not in path and path != "/api/v1/review":
                filled = path.replace("{document_id}", hidden)
                for query in ("", "?q=zebrafish", "?limit=50"):
                    answer = client.get(filled + query)
                    found[filled + query] = f"{answer.status_code} {answer.text}"
        for page in ("/", "/search?q=zebrafish", "/documents", f"/documents/{hidden}"):
            found[page] = f"{client.get(page).status_code} {client.get(page).text}"
        return found

    before = client.get("/api/v1/stats").json()
    made = send(client)
    hidden = hidden_id(client)
    for address, answer in seen(hidden).items():
        told = answer.replace(hidden, "") if answer.startswith("404") else answer
        assert "zebrafish teachers" not in told.lower(), address
        assert hidden not in told, address
        if hidden in address:
            assert answer.startswith(("404", "422")), address
    after = client.get("/api/v1/stats").json()
    assert {**after, "revision": 0} == {**before, "revision": 0}
    assert decide(client, made, "accept").status_code == 200
    assert client.get(f"/api/v1/documents/{hidden}").status_code == 200
    hits = client.get("/api/v1/search?q=zebrafish").json()["hits"]
    assert hits[0]["document"]["id"] == hidden
    assert client.get("/api/v1/stats").json()["documents"] == before["documents"] + 1


def test_a_declined_one_is_kept_with_its_reason(client: TestClient) -> None:
    made = send(client)
    assert decide(client, made, "decline").status_code == 422
    declined = decide(client, made, "decline", "Out of scope.")
    assert (declined.json()["state"], declined.json()["reason"]) == ("declined", "Out of scope.")
    (mine,) = client.get(PATH, headers=by_key(client, "member")).json()["contributions"]
    assert (mine["state"], mine["reason"]) == ("declined", "Out of scope.")
    hits = client.get("/api/v1/search?q=zebrafish").json()["hits"]
    assert hidden_id(client) not in [hit["document"]["id"] for hit in hits]
    with connect(client.app.state.service.settings.catalogue_path) as catalogue:  # type: ignore[attr-defined]
        source = catalogue.document(hidden_id(client), pending=True).source
        told = latest_outcome_of(catalogue, source)
    assert told is not None
    assert (told.kind, told.code) == ("rejected", "declined")
    assert decide(client, made, "accept").status_code == 409


def test_a_curator_sees_it_in_the_queue_first(client: TestClient) -> None:
    made = send(client)
    headers = by_key(client, "curator")
    item = client.get("/api/v1/review", headers=headers).json()["items"][0]
    assert item["contribution_id"] == made.json()["id"]
    assert item["evidence"]["quote"].startswith("Zebrafish")
    body = {"item": item["id"], "state": item["state"], "decision": "reject"}
    refused = client.post("/api/v1/review/decisions", json=body, headers=headers)
    assert refused.status_code == 422
    done = client.post("/api/v1/review/decisions", json={**body, "note": "No."}, headers=headers)
    assert done.status_code == 200, done.text


def test_members_do_not_see_each_others(client: TestClient) -> None:
    made = send(client)
    path, curator = f"{PATH}/{made.json()['id']}", by_key(client, "curator")
    other = {"Authorization": f"Bearer {key_for(client.app, 'member', name='another')}"}  # type: ignore[arg-type]
    assert client.get(path, headers=other).status_code == 404
    assert client.get(path.removeprefix("/api/v1"), headers=other).status_code == 404
    assert client.get(PATH, headers=other).json()["contributions"] == []
    assert client.get(path, headers=curator).status_code == 200
    assert client.get(PATH, headers=curator).json()["contributions"] != []
    assert client.get(PATH, headers=by_key(client, "reader")).status_code == 403
    assert client.get(PATH).status_code == 401


def test_what_is_held_or_waits_already_is_said(client: TestClient) -> None:
    send(client)
    again = send(client, name="same.txt")
    assert (again.json()["state"], again.json()["document_id"]) == ("held", None)


def test_what_cannot_be_read_is_said_with_a_reason(client: TestClient) -> None:
    failed = send(client, "\0\1\2", "picture.png").json()
    assert failed["state"] == "failed"
    assert len(failed["reason"]) > 20


def test_files_are_taken_up_to_their_limit_and_nothing_else_is(client: TestClient) -> None:
    whole = ("word " * 20_000).encode()  # 100 KB: more than other addresses take
    sent = client.post(PATH, files={"file": ("long.txt", whole)}, headers=by_key(client, "member"))
    assert sent.status_code == 201, sent.text
    large = client.post(
        PATH,
        files={"file": ("large.txt", b"x" * (MAX_UPLOAD_BYTES + 100_000))},
        headers=by_key(client, "member"),
    )
    assert large.status_code == 413
    elsewhere = client.patch(
        "/api/v1/documents/x", content=whole, headers=by_key(client, "curator")
    )
    assert elsewhere.status_code == 413


@pytest.mark.parametrize(
    "data",
    [
        {}, {"url": "file:///etc/passwd"}, {"url": "/etc/passwd"}, {"url": "ftp://example.org/x"},
        {"url": "http://"}, {"url": "javascript:alert(1)"}, {"url": "http://[::1"},
    ],
)  # fmt: skip
def test_only_files_and_web_addresses_are_taken(client: TestClient, data: dict[str, str]) -> None:
    answer = client.post(PATH, data=data, headers=by_key(client, "member"))
    assert answer.status_code == 422, answer.text
    assert client.get(PATH, headers=by_key(client, "member")).json()["contributions"] == []


@pytest.mark.parametrize("url", ["http://127.0.0.1/report", "http://[::1]/", "http://10.0.0.1/"])
def test_addresses_of_this_machine_are_not_fetched(client: TestClient, url: str) -> None:
    answer = client.post(PATH, data={"url": url}, headers=by_key(client, "member")).json()
    assert answer["state"] == "failed"
    assert answer["document_id"] is None


def test_an_address_is_fetched_and_its_document_waits(client: TestClient) -> None:
    class Site(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            status = 404 if self.path == "/robots.txt" else 200
            self.send_response(status)
            self.send_header("Content-Type", "text/plain")
            self.end_headers()
            self.wfile.write(WORDS.encode())

        def log_message(self, *words: object) -> None:
            pass

    site = ThreadingHTTPServer(("127.0.0.1", 0), Site)
    threading.Thread(target=site.serve_forever, daemon=True).start()
    service = client.app.state.service  # type: ignore[attr-defined]
    network = Network(allow_private=True, ports=None, delay_s=0.0)
    url = f"http://127.0.0.1:{site.server_address[1]}/visits.txt?utm_source=x"
    with connect(service.settings.catalogue_path) as catalogue:
        made = contribute_address(service, catalogue, MEMBER, url, None, network=network)
        assert made.state == "waiting", made.reason
        assert catalogue.document(str(made.document_id), pending=True).pending_since
        assert "utm_source" not in made.source
    site.shutdown()


def test_few_are_read_at_once(client: TestClient) -> None:
    turns = client.app.state.service.reading  # type: ignore[attr-defined]
    with turns.one(), turns.one():
        busy = send(client)
    assert (busy.status_code, busy.headers["retry-after"]) == (503, "30")
    assert send(client).status_code == 201


def test_a_stranger_is_refused_before_the_file_is_read(client: TestClient) -> None:
    def body() -> Iterator[bytes]:
        yield b"x"
        raise AssertionError("the body was read")

    headers = {"Content-Type": "multipart/form-data; boundary=b"}
    assert client.post(PATH, content=body(), headers=headers).status_code == 401


def test_a_contribution_is_logged_without_its_text(client: TestClient) -> None:
    send(client)
    with connect(client.app.state.service.settings.catalogue_path) as catalogue:  # type: ignore[attr-defined]
        found = read_log(catalogue, limit=2)
    assert [e.action for e in found] == ["contribution.read", "contribution.receive"]
    assert all("Zebrafish" not in f"{e.before}{e.after}" for e in found)


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("C:\\reports\\a.pdf", "a.pdf"), ("../../etc/passwd", "passwd"), ("a\r\nb.pdf", "ab.pdf"),
        ("", "document"), ("...", "document"), ("é.pdf", "é.pdf"), ("x" * 300, "x" * 150),
    ],
)  # fmt: skip
def test_a_files_name_is_its_last_part(given: str, kept: str) -> None:
    assert file_name(given) == kept


@pytest.mark.parametrize("address", ["https://e.org/x", "http://e.org"])
def test_web_addresses_are_known(address: str) -> None:
    assert web_address(address)


def test_what_a_contributor_says_is_a_suggestion_and_never_the_record(client: TestClient) -> None:
    member, curator = signed_in(client, "member"), signed_in(client, "curator")
    said = {"title": "Peers & visits", "organisation": "SUMMA", "year": "2021", "country": "Chile"}
    sent = {"file": ("visits.txt", WORDS.encode())}
    refused = member.post("/contribute", data=said | {"year": "soon"}, files=sent)
    assert refused.status_code == 422
    assert 'value="SUMMA"' in refused.text
    two = [("file", ("a.txt", b"")), ("file", ("b.txt", b""))]
    for several, files in ((said, two), (said | {"of": "2"}, sent)):
        refused = member.post("/contribute", data=several, files=files)
        assert "leave it empty for several" in refused.text
    page = member.post("/contribute", data=said | {"note": "From our visit"}, files=sent)
    assert page.status_code == 200
    suggested = (
        "Suggested by the contributor: title: Peers &amp; visits; organisation: SUMMA; "
        "year: 2021; country: Chile."
    )
    assert suggested in page.text
    assert suggested in curator.get("/review?kind=contribution").text
    with connect(client.app.state.service.settings.catalogue_path) as catalogue:  # type: ignore[attr-defined]
        stored = catalogue.document(hidden_id(client), pending=True)
    assert (stored.title, stored.year, stored.publishers) == ("visits", None, ())


def test_a_bookmark_opens_the_form_filled_in_and_fetches_nothing(client: TestClient) -> None:
    member = signed_in(client, "member")
    told = {"url": "https://example.org/a?b=1&c", "title": '  A "title"\n of  a page ' + "x" * 400}
    page = member.get("/contribute", params=told)
    assert 'value="https://example.org/a?b=1&amp;c"' in page.text
    assert 'value="A &#34;title&#34; of a page x' in page.text
    assert "javascript:location.href=&#34;http://127.0.0.1:8000/contribute?url=&#34;" in page.text
    assert member.get(PATH).json()["contributions"] == []
    for bad in ("javascript:alert(1)", "file:///etc/passwd", "https://e.org/" + "x" * 4_000):
        assert bad not in member.get("/contribute", params={"url": bad}).text
    sent = TestClient(client.app).get("/contribute?url=https://e.org", follow_redirects=False)
    assert sent.headers["location"].startswith("/sign-in?next=%2Fcontribute%3Furl%3Dhttps")
