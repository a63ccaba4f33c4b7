"""Searches that find little are counted after the answer, without a person and without delay."""

from __future__ import annotations

import dataclasses
import logging
import sqlite3
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from corpus.catalogue.catalogue import connect
from corpus.people.log import read_log
from corpus.review import demand
from index.model import Filters, Query, Results
from search_api.service import demand as edge
from search_api.service.demand import DemandLog, found_little
from tests.support.served import by_key, serving, signed_in

UNANSWERED = "Xylophone quarks, zeppelin?"
COUNTED = "xylophone quarks zeppelin"


@pytest.fixture
def client(tmp_path: Path):
    with serving(tmp_path / "data") as client:
        yield client


def _path(client: TestClient) -> Path:
    return client.app.state.service.settings.catalogue_path


def _counted(client: TestClient) -> dict[str, int]:
    client.app.state.service.demand.flush()
    return _written(_path(client))


def _written(path: Path) -> dict[str, int]:
    with connect(path) as catalogue:
        return {w.query: w.searches for w in demand.wanted(catalogue, keep_days=365)}


@pytest.mark.parametrize("address", ["/search", "/api/v1/search"])
def test_a_search_that_finds_little_is_counted(client, address):
    for _ in range(2):
        answer = client.get(address, params={"q": UNANSWERED})
        assert answer.status_code == 200
    assert answer.json()["strength"] in ("weak", "none") if "api" in address else True
    assert _counted(client) == {COUNTED: 2}


def test_a_search_that_finds_much_is_not_counted(client):
    question = "Page 3 measures the wellbeing of pupils by survey 3."
    answer = client.get("/api/v1/search", params={"q": question})
    assert answer.json()["strength"] == "strong"
    assert _counted(client) == {}


@pytest.mark.parametrize(
    "params",
    [
        {"q": "ana.silva@example.org"},
        {"q": "call ana on 020 7946 0958"},
        {"q": " ".join(f"word{n}" for n in range(40))},
        {"q": UNANSWERED, "kind": "blog"},
        {"q": UNANSWERED, "uncounted": "1"},
        {"q": ""},
    ],
    ids=["mail address", "telephone", "a text", "filtered", "from the list", "blank"],
)
def test_what_is_not_counted(client, params):
    assert client.get("/search", params=params).status_code == 200
    assert _counted(client) == {}


def test_head_and_what_a_client_holds_already_are_not_counted(client):
    etag = client.get("/api/v1/search", params={"q": UNANSWERED}).headers["etag"]
    client.get("/api/v1/search", params={"q": UNANSWERED}, headers={"If-None-Match": etag})
    client.head("/search", params={"q": UNANSWERED})
    assert _counted(client) == {COUNTED: 1}


def test_nothing_of_who_asked_is_in_the_catalogue(client):
    headers = by_key(client, "member") | {
        "User-Agent": "Mozilla-of-Ana",
        "X-Forwarded-For": "203.0.113.7",
    }
    client.get("/api/v1/search", params={"q": UNANSWERED}, headers=headers)
    with connect(_path(client)) as catalogue:
        (row,) = catalogue.rows("select * from demand")
    assert row == (COUNTED, row[1], demand.today(), 1)
    held = b"".join(p.read_bytes() for p in _path(client).parent.glob("catalogue.sqlite*"))
    assert b"Mozilla-of-Ana" not in held
    assert b"203.0.113.7" not in held


def test_switched_off_nothing_is_counted(tmp_path):
    with serving(tmp_path, demand=False) as client:
        page = client.get("/search", params={"q": UNANSWERED})
        assert "is counted" not in page.text
        assert _counted(client) == {}
        answer = client.get("/api/v1/wanted", headers=by_key(client, "curator")).json()
        assert answer["counting"] is False


def test_the_page_says_what_is_counted(client):
    assert (
        "we count searches that find little" in client.get("/search", params={"q": UNANSWERED}).text
    )


def test_a_locked_catalogue_fails_no_search_and_loses_no_count(client, monkeypatch, caplog):
    monkeypatch.setattr(edge, "BUSY_MS", 1)
    client.get("/documents")  # so that the server has read what is held
    writer = sqlite3.connect(_path(client), isolation_level=None)
    writer.execute("begin immediate")
    with caplog.at_level(logging.WARNING):
        assert client.get("/search", params={"q": UNANSWERED}).status_code == 200
    writer.execute("rollback")
    writer.close()
    assert "CatalogueBusy" in caplog.text
    assert "xylophone" not in caplog.text.lower()
    assert _written(_path(client)) == {}
    assert client.get("/search", params={"q": "gargoyle zither"}).status_code == 200
    assert _counted(client) == {COUNTED: 1, "gargoyle zither": 1}


def test_what_waits_has_an_end_and_is_said(tmp_path, monkeypatch):
    monkeypatch.setattr(edge, "MOST_WAITING", 2)
    log = DemandLog(tmp_path / "missing.sqlite", keep_days=7)
    for query in ("one search", "two searches", "three searches", "one search"):
        log.note(query, "en")
    assert log.dropped == 1


def test_searches_in_quick_succession_are_written_together(client, monkeypatch):
    monkeypatch.setattr(edge, "REST_S", 0.2)
    log, written = client.app.state.service.demand, []
    monkeypatch.setattr(log, "_write", lambda taken: written.append(sum(taken.values())))
    for query in ("one search", "two searches", "three searches", "four searches"):
        log.note(query, "en")
    assert written == [1]
    assert log._timer is not None
    log._timer.join(5)
    assert written == [1, 3]


def test_what_is_older_than_the_setting_goes_with_the_next_count(tmp_path):
    with serving(tmp_path, demand_days=3) as client:
        with connect(_path(client)) as catalogue:
            catalogue.db.execute("insert into demand values ('old', 'en', '2020-01-01', 5)")
        client.get("/search", params={"q": UNANSWERED})
        with connect(_path(client)) as catalogue:
            assert [row[0] for row in catalogue.rows("select query from demand")] == [COUNTED]


def test_what_still_waits_is_written_when_the_server_stops(tmp_path):
    with serving(tmp_path) as client:
        log = client.app.state.service.demand
        log._add({("left over", "und", demand.today()): 1})
        path = _path(client)
    assert _written(path) == {"left over": 1}


RESULTS = Results(Query("q"), (), 1, 1, 0, False, "weak", (), (), ("keywords", "vectors"), 1, {})


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        ({}, True),
        ({"strength": "none"}, True),
        ({"strength": "strong"}, False),
        ({"strength": "unranked"}, False),
        ({"legs": ("keywords",), "hits": ("a hit",)}, False),
        ({"legs": ("keywords",)}, True),
        ({"query": Query("q", offset=10)}, False),
        ({"query": Query("q", Filters(kinds=("blog",)))}, False),
    ],
)
def test_which_results_are_a_sign_of_demand(changed, expected):
    assert found_little(dataclasses.replace(RESULTS, **changed)) is expected


@pytest.mark.parametrize(
    ("query", "said", "language"),
    [
        ("evaluación de xilófonos", None, "es"),
        ("mesurer les xylophones des élèves", None, "fr"),
        ("avaliação de xilofones", None, "pt"),
        ("which xylophones have quarks", None, "en"),
        ("xylophone", None, "und"),
        ("quantum chromodynamics lattice", None, "und"),
        ("xylophone", "fr", "fr"),
    ],
)
def test_a_search_is_counted_in_the_language_in_which_it_was_read(client, query, said, language):
    parameters = {"q": query} | ({"query_language": said} if said else {})
    answer = client.get("/api/v1/search", params=parameters).json()
    assert answer["query"]["query_language"] == language
    with connect(_path(client)) as catalogue:
        assert [row[0] for row in catalogue.rows("select language from demand")] == [language]


def test_the_list_is_for_curators_alone(client):
    client.get("/search", params={"q": UNANSWERED})
    assert client.get("/api/v1/wanted").status_code == 401
    assert client.get("/api/v1/wanted", headers=by_key(client, "member")).status_code == 403
    answer = client.get("/api/v1/wanted", headers=by_key(client, "curator"))
    assert answer.headers["cache-control"] == "no-store"
    (search,) = answer.json()["searches"]
    assert (search["query"], search["searches"]) == (COUNTED, 1)
    assert search["first_day"] == search["last_day"] == demand.today()


def test_the_list_names_languages_in_that_of_the_page(client):
    client.get("/search", params={"q": UNANSWERED})
    page = signed_in(client, "curator").get("/wanted", headers={"Accept-Language": "es"})
    assert "not known" not in page.text
    assert "desconocido" in page.text or "inglés" in page.text


def test_a_curator_dismisses_a_search_and_the_log_says_so(client):
    for query in (UNANSWERED, "gargoyle zither"):
        client.get("/search", params={"q": query})
    said = {"query": COUNTED}
    answer = client.post("/api/v1/wanted/dismissals", json=said, headers=by_key(client, "curator"))
    assert answer.status_code == 204
    browser = signed_in(client, "curator")
    page = browser.get("/wanted").text
    assert 'href="/api/v1/wanted?limit=200"' in page
    assert COUNTED not in page
    assert "gargoyle zither" in page
    assert browser.post("/wanted/dismissals", data={"query": "gargoyle zither"}).status_code == 200
    assert "There are no searches without a good result" in browser.get("/wanted").text
    unknown = browser.post("/wanted/dismissals", data={"query": "never asked"})
    assert unknown.status_code == 404
    with connect(_path(client)) as catalogue:
        assert [e.action for e in read_log(catalogue, subject="demand")] == ["demand.dismiss"] * 2


def test_a_strangers_search_stays_text_on_the_list(client):
    client.get("/search", params={"q": "<b>zither</b> 'onload' & gargoyle"})
    page = signed_in(client, "curator").get("/wanted").text
    assert "b zither b onload gargoyle" in page
    assert "uncounted=1" in page
