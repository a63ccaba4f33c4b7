"""Curators take in many files in the browser, and update the index in a job of its own."""

from __future__ import annotations

import re
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from corpus.catalogue.catalogue import connect
from corpus.people.log import read_log
from search_api.review import take_in_page
from search_api.review.contributing import take_in_feed
from search_api.review.contribution_routes import MAX_UPLOAD_BYTES
from search_api.review.index_job import read_index_job, start_index_job
from search_api.service.settings import Settings
from tests.ingest.test_harvest import NETWORK, TOPICS, blog, rss, serve
from tests.ingest.test_sources import Site, site
from tests.support.served import serving, signed_in

__all__ = ["blog", "site"]

WORDS = "Zebrafish teachers visit each other to learn from peers. " * 20


@pytest.fixture(scope="module")
def curator(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    with serving(tmp_path_factory.mktemp("data")) as client:
        yield signed_in(client, "curator")


def settings_of(client: TestClient) -> Settings:
    return client.app.state.service.settings  # type: ignore[attr-defined, no-any-return]


def send(client: TestClient, *files: tuple[str, bytes], addresses: str = "") -> Any:
    parts = [("files", file) for file in files]
    return client.post("/take-in", files=parts, data={"addresses": addresses})


def test_each_file_and_address_ends_in_an_outcome_and_none_stops_the_others(
    curator: TestClient,
) -> None:
    bad = "ftp://example.org/a.pdf\n/etc/passwd\nhttp://127.0.0.1:1/a.pdf"
    page = send(
        curator,
        ("empty.txt", b""),
        ("large.txt", b"x" * (MAX_UPLOAD_BYTES + 1)),
        ("broken.pdf", b"%PDF-1.4 broken"),
        ("peers.txt", WORDS.encode()),
        addresses=bad,
    )
    assert page.status_code == 200
    outcomes = re.findall(r'<span class="flag">([\w ]+)</span>', page.text)
    assert outcomes == ["rejected"] * 3 + ["added"] + ["rejected"] * 3
    assert curator.get(str(page.url)).text == page.text
    hits = curator.get("/api/v1/search?q=zebrafish").json()["hits"]
    assert hits[0]["document"]["title"] == "peers"
    with connect(settings_of(curator).catalogue_path) as catalogue:
        entries = read_log(catalogue, limit=7)
    assert {(e.action, e.actor) for e in entries} == {("source.take_in", "the curator")}
    again = re.search(r'type="hidden" name="addresses" value="([^"]+)"', page.text)
    assert again
    assert again[1] == "http://127.0.0.1:1/a.pdf"
    assert len(re.findall('class="flag"', send(curator, addresses=again[1]).text)) == 1


def test_an_empty_form_and_too_many_inputs_are_refused(curator: TestClient) -> None:
    assert send(curator).status_code == 422
    many = "\n".join(f"https://example.org/{n}" for n in range(31))
    refused = send(curator, addresses=many)
    assert refused.status_code == 422
    assert "https://example.org/30" in refused.text


def test_who_started_an_index_job_is_in_the_log_and_a_refused_start_is_not(
    curator: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    started = [True, False]
    monkeypatch.setattr(take_in_page, "start_index_job", lambda _settings: started.pop(0))
    sent = {"start": "index"}
    assert curator.post("/take-in/index", data=sent).status_code == 200
    assert curator.post("/take-in/index", data=sent).status_code == 409
    with connect(settings_of(curator).catalogue_path) as catalogue:
        entries = [e for e in read_log(catalogue, limit=-1) if e.action == "index.start"]
    assert [e.actor for e in entries] == ["the curator"]


def test_the_first_entries_of_a_feed_are_taken_in_and_logged(
    curator: TestClient, blog: Site
) -> None:
    serve(blog, rss(blog, TOPICS[:2]), '"two"')
    service = curator.app.state.service  # type: ignore[attr-defined]
    told: list[str] = []
    with connect(service.settings.catalogue_path) as catalogue:
        for _ in range(2):
            take_in_feed(
                service, catalogue, blog.url("/feed"), 2,
                lambda outcome: told.append(outcome.kind), network=NETWORK,
            )  # fmt: skip
    assert told == ["added", "added", "unchanged"]
    refused = curator.post("/take-in", data={"feed": "/etc/feed"})
    assert refused.status_code == 422
    assert 'value="/etc/feed"' in refused.text


def job(settings: Settings, code: str) -> bool:
    return start_index_job(settings, (sys.executable, "-S", "-c", f"import sys,time\n{code}"))


def wait_for_end(settings: Settings) -> str:
    for _ in range(500):
        now = read_index_job(settings)
        if now and now.state != "running":
            return now.state
        time.sleep(0.02)
    raise AssertionError("the job still runs")


def test_one_index_job_runs_at_a_time_and_its_end_is_told(tmp_path: Path) -> None:
    settings, stop = Settings(data_folder=tmp_path), tmp_path / "stop"
    assert read_index_job(settings) is None
    waiting = f"import os\nwhile not os.path.exists({str(stop)!r}): time.sleep(.01)\n"
    assert job(settings, waiting + "print('{}')")
    assert not job(settings, "print('{}')")
    running = read_index_job(settings)
    assert running
    assert running.state == "running"
    stop.touch()
    assert wait_for_end(settings) == "finished"
    assert job(settings, "sys.stderr.write('Encoding 3 of 9\\n'); sys.stderr.flush()\nsys.exit(1)")
    assert wait_for_end(settings) == "interrupted"
    last = read_index_job(settings)
    assert last
    assert last.said == "Encoding 3 of 9"


def test_the_page_shows_a_running_job_and_one_whose_process_is_gone(curator: TestClient) -> None:
    settings, stop = settings_of(curator), settings_of(curator).data_folder / "stop"
    waiting = f"import os\nwhile not os.path.exists({str(stop)!r}): time.sleep(.01)\n"
    assert job(settings, waiting)
    page = curator.get("/take-in").text
    assert 'http-equiv="refresh" content="5; url=/take-in"' in page  # with #index it would not load
    assert "Index now" not in page
    assert curator.post("/take-in/index", data={"start": "index"}).status_code == 409
    stop.touch()
    assert wait_for_end(settings) == "interrupted"
    page = curator.get("/take-in").text
    assert "was interrupted before it finished" in page
    assert 'http-equiv="refresh"' not in page
    assert "Index now" in page
