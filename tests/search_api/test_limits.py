"""How often an address and a key may ask; failed keys and links are counted, and then refused."""

from __future__ import annotations

import logging
import socket
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
import uvicorn
from fastapi import FastAPI
from fastapi.testclient import TestClient

from search_api import app as application
from search_api.service import rates
from search_api.service.rates import MOST_FAILURES, Failures, Rates, counted_as
from search_api.service.settings import Settings
from search_api.web import admission, connections, refusals
from search_api.web.problems import QUOTA_EXCEEDED
from tests.support.served import key_for, listening, make_app, signed_in

HERE, THERE = "203.0.113.7", "203.0.113.8"
SEARCH = "/api/v1/search?q=pupils"
WRONG = {"Authorization": "Bearer salex_wrong"}


@pytest.fixture(autouse=True)
def no_pause(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(refusals, "DELAY_S", 0.0)


# Counting ---------------------------------------------------------------------------------------


class Clock:
    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


def test_as_many_as_a_minute_allows_at_once_then_at_that_rate() -> None:
    clock = Clock()
    counts = Rates(30, clock=clock)
    taken = [counts.take("a") for _ in range(31)]
    assert [t.left for t in taken[:3]] == [29, 28, 27]
    assert [t.allowed for t in taken] == [True] * 30 + [False]
    assert (taken[-1].left, taken[-1].more_in_s) == (0, 2)
    assert counts.take("b").allowed
    clock.now += 2
    assert [counts.take("a").allowed for _ in range(2)] == [True, False]
    clock.now += 3600
    assert counts.take("a").left == 29


def test_failures_are_counted_in_a_window() -> None:
    clock = Clock()
    failures = Failures(3, 600, clock=clock)
    assert [failures.note("a") for _ in range(3)] == [False, False, True]
    assert (failures.blocked_s("a"), failures.blocked_s("b")) == (600, 0)
    clock.now += 599
    assert failures.blocked_s("a") == 1
    clock.now += 1
    assert failures.blocked_s("a") == 0
    assert [failures.note("a") for _ in range(3)] == [False, False, True]


def test_a_flood_of_addresses_takes_no_more_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rates, "MOST_COUNTED", 100)
    counts, failures = Rates(1), Failures()
    for number in range(1000):
        counts.take("steady")
        failures.note("steady")
        counts.take(str(number))
        failures.note(str(number))
    assert (len(counts), len(failures)) == (100, 100)
    assert not counts.take("steady").allowed


@pytest.mark.parametrize(
    ("host", "name"),
    [
        ("203.0.113.7", "203.0.113.7"),
        ("::ffff:203.0.113.7", "203.0.113.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:db8:1:2:ffff::1", "2001:db8:1:2::/64"),
        ("2001:db8:1:3::1", "2001:db8:1:3::/64"),
        ("fe80::1%eth0", "fe80::/64"),
        ("127.0.0.1", None),
        ("127.8.8.8", None),
        ("::1", None),
        ("::ffff:127.0.0.1", None),
        ("testclient", None),
        ("", None),
        (None, None),
    ],
)
def test_what_an_address_is_counted_as(host: str | None, name: str | None) -> None:
    assert counted_as(host) == name


# Addresses and keys -----------------------------------------------------------------------------


@pytest.fixture
def app(tmp_path) -> Iterator[FastAPI]:
    app = make_app(tmp_path, requests_per_minute=3, key_requests_per_minute=2)
    with TestClient(app):
        yield app


def client_at(app: FastAPI, host: str) -> TestClient:
    return TestClient(app, client=(host, 50000), raise_server_exceptions=False)


def test_an_address_that_asks_too_often_is_refused(app: FastAPI) -> None:
    here = client_at(app, HERE)
    answers = [here.get(SEARCH) for _ in range(4)]
    assert [answer.status_code for answer in answers] == [200, 200, 200, 429]
    assert {answer.headers["ratelimit-policy"] for answer in answers} == {'"address";q=3;w=60'}
    told = [answer.headers["ratelimit"] for answer in answers]
    assert told == [f'"address";r={left};t=20' for left in (2, 1, 0, 0)]
    refused = answers[-1]
    assert refused.headers["retry-after"] == "20"
    assert refused.headers["content-type"] == "application/problem+json"
    assert refused.json()["type"] == QUOTA_EXCEEDED
    assert refused.json()["violated-policies"] == ["address"]
    page = here.get("/search?q=pupils")
    assert page.status_code == 429
    assert "<h1>Too many requests</h1>" in page.text
    for path in ("/static/pages.css", "/favicon.svg", "/api/v1/health", "/api/v1/ready"):
        assert here.get(path).status_code == 200, path
    assert client_at(app, THERE).get(SEARCH).status_code == 200


def test_programs_on_the_same_machine_are_not_limited(app: FastAPI) -> None:
    local = client_at(app, "127.0.0.1")
    answers = [local.get(SEARCH) for _ in range(5)]
    assert {answer.status_code for answer in answers} == {200}
    assert "ratelimit" not in answers[0].headers


def test_a_key_has_a_limit_of_its_own(app: FastAPI) -> None:
    here, there = client_at(app, HERE), client_at(app, THERE)
    key = {"Authorization": f"Bearer {key_for(app, 'member')}"}
    answers = [client.get(SEARCH, headers=key) for client in (here, there, here)]
    assert [answer.status_code for answer in answers] == [200, 200, 429]
    assert answers[0].headers["ratelimit-policy"] == '"key";q=2;w=60'
    assert answers[0].headers["ratelimit"] == '"key";r=1;t=30'
    assert answers[2].json()["type"] == QUOTA_EXCEEDED
    assert answers[2].json()["violated-policies"] == ["key"]
    assert int(answers[2].headers["retry-after"]) == 30
    other = {"Authorization": f"Bearer {key_for(app, 'curator')}"}
    assert here.get(SEARCH, headers=other).status_code == 200
    assert here.get(SEARCH).headers["ratelimit"] == '"address";r=2;t=20'


def test_zero_is_no_limit(tmp_path) -> None:
    app = make_app(tmp_path, requests_per_minute=0, key_requests_per_minute=0)
    with TestClient(app):
        key = {"Authorization": f"Bearer {key_for(app, 'member')}"}
        for headers in ({}, key):
            answer = client_at(app, HERE).get(SEARCH, headers=headers)
            assert (answer.status_code, "ratelimit" in answer.headers) == (200, False)


def test_the_address_is_taken_from_a_trusted_proxy_alone(
    tmp_path, monkeypatch: pytest.MonkeyPatch
) -> None:
    forwarded = {"X-Forwarded-For": f"{THERE}, {HERE}"}
    app = make_app(tmp_path, requests_per_minute=3)
    with listening(app) as address, httpx.Client(base_url=address) as proxy:
        told = [
            proxy.get(SEARCH, headers=headers).headers.get("ratelimit")
            for headers in (forwarded, forwarded, {}, {"X-Forwarded-For": THERE})
        ]
    assert told == [f'"address";r={left};t=20' for left in (2, 1)] + [None, '"address";r=2;t=20']
    configs: list[uvicorn.Config] = []

    def note(config: uvicorn.Config) -> Any:
        configs.append(config)
        raise KeyboardInterrupt

    monkeypatch.setattr(connections, "Server", note)
    settings = Settings(data_folder=tmp_path, trusted_proxies="10.0.0.1, 172.16.0.0/12")
    with socket.socket() as unused, pytest.raises(KeyboardInterrupt):
        application.run_server(settings, [unused])
    assert configs[0].proxy_headers
    assert configs[0].forwarded_allow_ips == "10.0.0.1, 172.16.0.0/12"
    assert Settings().trusted_proxies == "127.0.0.1,::1"


@pytest.mark.parametrize("value", ["proxy.example.org", "10.0.0.1/8", ""])
def test_proxies_are_addresses_or_networks(value: str) -> None:
    with pytest.raises(ValueError, match="addresses or networks"):
        Settings(trusted_proxies=value)


# Failures ---------------------------------------------------------------------------------------


@pytest.fixture
def guarded(tmp_path) -> Iterator[FastAPI]:
    app = make_app(tmp_path)
    with TestClient(app):
        yield app


def fail(client: TestClient, way: str) -> httpx.Response:
    if way == "key":
        return client.get("/api/v1/me", headers=WRONG)
    field = "link" if way == "link" else "key"
    origin = {"Origin": "http://testserver", "Sec-Fetch-Site": "same-origin"}
    return client.post("/sign-in", data={field: "salex_wrong"}, headers=origin)


@pytest.mark.parametrize("way", ["key", "link", "key on the page"])
def test_after_ten_failures_an_address_is_refused_without_a_look(
    guarded: FastAPI, way: str, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    here, there = client_at(guarded, HERE), client_at(guarded, THERE)
    good = {"Authorization": f"Bearer {key_for(guarded, 'member')}"}
    with caplog.at_level(logging.WARNING):
        assert {fail(here, way).status_code for _ in range(MOST_FAILURES)} == {401}
        assert there.get("/api/v1/me", headers=good).status_code == 200
        asked: list[str] = []
        monkeypatch.setattr(admission, "admit_key", lambda *_, **__: asked.append("admit"))
        for refused in (fail(here, "key"), fail(here, "link"), here.get(SEARCH, headers=good)):
            assert refused.status_code == 429
            assert 590 <= int(refused.headers["retry-after"]) <= 600
        assert asked == []
    assert refused.json()["type"] == "/api#problem-too-many-failures"
    warnings = [r.getMessage() for r in caplog.records if r.name.endswith("limits")]
    assert len(warnings) == 1
    assert HERE in warnings[0]
    assert "salex_" not in warnings[0]
    assert here.get(SEARCH).status_code == 200


def test_who_is_signed_in_is_not_affected_by_failures(guarded: FastAPI) -> None:
    browser = signed_in(TestClient(guarded), "curator")
    here = client_at(guarded, HERE)
    here.cookies = browser.cookies
    for _ in range(MOST_FAILURES):
        fail(client_at(guarded, HERE), "key")
    assert fail(client_at(guarded, HERE), "key").status_code == 429
    assert here.get("/review").status_code == 200


def test_failures_of_this_machine_are_not_counted(guarded: FastAPI) -> None:
    local = client_at(guarded, "127.0.0.1")
    assert {fail(local, "key").status_code for _ in range(MOST_FAILURES + 1)} == {401}


def test_a_page_that_needs_signing_in_is_no_failure(guarded: FastAPI) -> None:
    here = client_at(guarded, HERE)
    for _ in range(MOST_FAILURES + 1):
        assert here.get("/api/v1/log").status_code == 401
    good = {"Authorization": f"Bearer {key_for(guarded, 'member')}"}
    assert here.get("/api/v1/me", headers=good).status_code == 200
