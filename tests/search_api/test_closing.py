"""A repository that closes says so everywhere and refuses changes; reading goes on."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
import typer
from fastapi.testclient import TestClient

from corpus.catalogue.catalogue import connect
from search_api.closing.commands import close, reopen
from search_api.service.closing import FILE, Closing, read_closing, remove_closing, write_closing
from search_api.web.access import FROM_MAIL
from search_api.web.declared import PREFIX
from tests.support.served import REPORT, by_key, serving, signed_in

TODAY = datetime.now(UTC).date()
LATER = (TODAY + timedelta(days=30)).isoformat()
MOVED = "https://archive.example.org/salex"


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    with serving(tmp_path_factory.mktemp("data")) as client:
        yield client


@pytest.fixture
def client(served: TestClient) -> Iterator[TestClient]:
    yield served
    remove_closing(_folder(served))


def _folder(client: TestClient):
    return client.app.state.service.settings.data_folder


def _close(client: TestClient, since: str = TODAY.isoformat()) -> None:
    write_closing(_folder(client), Closing(since, "The project ended <here>.", MOVED))


def _tag(client: TestClient):
    address = f"{PREFIX}/documents/{REPORT}"
    headers = by_key(client, "curator")
    headers["If-Match"] = client.get(address, headers=headers).headers["etag"]
    return client.put(f"{address}/tags/stages/use", json={"origin": "confirmed"}, headers=headers)


def test_every_write_is_refused_with_the_reason_and_reads_go_on(client):
    curator = by_key(client, "admin")
    _close(client)
    writes = [
        (path, method.upper())
        for path, methods in client.app.openapi()["paths"].items()
        for method in methods
        if method not in ("get", "head")
    ]
    assert len(writes) > 25
    for path, method in writes:
        address = path.replace("{", "").replace("}", "")
        answer = client.request(method, address, headers=curator, json={})
        if "/following" in path and method == "DELETE":
            assert answer.status_code != 403, path  # people may leave
            continue
        assert answer.status_code == 403, (method, path)
        problem = answer.json()
        assert problem["type"].endswith("repository-closed")
        assert "The project ended <here>. It continues at" in problem["detail"]
    assert client.get(f"{PREFIX}/documents/{REPORT}").status_code == 200
    assert client.get("/search?q=wellbeing").status_code == 200


def test_pages_that_change_something_are_refused_and_signing_out_is_not(client):
    browser = signed_in(client, "curator")
    _close(client)
    refused = browser.post("/lists/new", data={"title": "A list"})
    assert refused.status_code == 403
    assert "The project ended &lt;here&gt;." in refused.text
    assert browser.post("/sign-out", follow_redirects=False).status_code == 303
    for address in sorted(FROM_MAIL):
        assert client.post(address).status_code != 403


def test_before_the_day_it_is_announced_and_changes_go_on(client):
    _close(client, LATER)
    assert "will take no changes from" in client.get("/").text
    assert _tag(client).status_code < 300


def test_every_page_says_so_and_no_copy_that_does_not_is_confirmed(client):
    before = client.get("/documents")
    assert "The project ended" not in before.text
    _close(client)
    after = client.get("/documents", headers={"If-None-Match": before.headers["etag"]})
    assert after.status_code == 200
    assert "This repository has taken no changes since" in after.text
    assert "The project ended &lt;here&gt;." in after.text
    assert f'href="{MOVED}"' in after.text
    assert "has taken no changes" in client.get("/nothing").text


def test_programs_are_told_when_and_where(client):
    _close(client, LATER)
    answer = client.get(f"{PREFIX}/documents/{REPORT}")
    told = datetime.strptime(answer.headers["sunset"], "%a, %d %b %Y %H:%M:%S GMT")
    assert told.date().isoformat() == LATER
    assert f'<{MOVED}>; rel="successor-version"' in answer.headers["link"]
    notice = client.get(f"{PREFIX}/health").json()["closing"]
    assert notice == {"since": LATER, "message": "The project ended <here>.", "moved_to": MOVED}
    remove_closing(_folder(client))
    assert "sunset" not in client.get(f"{PREFIX}/documents/{REPORT}").headers
    assert client.get(f"{PREFIX}/health").json()["closing"] is None


def test_opened_again_it_takes_changes(client):
    _close(client)
    assert _tag(client).status_code == 403
    assert remove_closing(_folder(client))
    assert _tag(client).status_code < 300


def test_a_notice_that_cannot_be_read_closes(tmp_path):
    (tmp_path / FILE).write_text("{")
    closing = read_closing(tmp_path)
    assert closing is not None
    assert closing.has_begun
    assert "cannot be read" in closing.message


def test_the_commands_close_and_reopen(tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("SALEX_DATA_FOLDER", str(tmp_path))
    connect(tmp_path / "catalogue.sqlite", create=True).close()
    close(since=LATER, message=" It\nends. ", moved_to=MOVED)
    assert read_closing(tmp_path) == Closing(LATER, "It ends.", MOVED)
    for wrong in ({"since": "soon"}, {"moved_to": "javascript:alert(1)"}):
        with pytest.raises(typer.BadParameter):
            close(message="x", **wrong)
    assert read_closing(tmp_path) == Closing(LATER, "It ends.", MOVED)
    reopen()
    assert read_closing(tmp_path) is None
