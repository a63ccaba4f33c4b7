"""A real server with real threads: the test client hides what threads do to each other."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest

from tests.support.served import REPORT, listening, make_app

CLIENTS = 16
PATHS = (
    "/api/v1/search?q=wellbeing+of+pupils",
    "/api/v1/search?q=numeracy&kind=blog",
    f"/api/v1/documents/{REPORT}",
    f"/api/v1/documents/{REPORT}/similar",
    "/search?q=school+leaders",
    f"/documents/{REPORT}",
    "/",
    "/api/v1/stats",
)


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with listening(make_app(tmp_path_factory.mktemp("data"))) as address:
        yield address


def test_many_clients_at_once_get_what_one_alone_gets(server: str) -> None:
    with httpx.Client(base_url=server) as alone:
        expected = {path: alone.get(path).text for path in PATHS}

    def ask(number: int) -> list[tuple[str, int, bool]]:
        with httpx.Client(base_url=server, timeout=60) as client:
            order = PATHS[number % len(PATHS) :] + PATHS[: number % len(PATHS)]
            got = [(path, client.get(path)) for path in order]
        return [(path, r.status_code, r.text == expected[path]) for path, r in got]

    with ThreadPoolExecutor(CLIENTS) as pool:
        answers = [answer for asked in pool.map(ask, range(CLIENTS)) for answer in asked]
    assert len(answers) == CLIENTS * len(PATHS)
    assert [answer for answer in answers if answer[1:] != (200, True)] == []


def test_head_over_the_wire_sends_no_body(server: str) -> None:
    with httpx.Client(base_url=server) as client:
        head, got = client.head("/documents"), client.get("/documents")
    assert head.content == b""
    assert head.headers["content-length"] == got.headers["content-length"]
