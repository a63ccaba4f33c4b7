"""Where reading needs a role, nobody reads anything but what signing in needs."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from fastapi.testclient import TestClient

from search_api.web.admission import ALWAYS_OPEN
from tests.search_api.test_access import READS, Route
from tests.support.served import REPORT, by_key, serving, signed_in


@pytest.fixture(scope="module")
def closed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    """A repository that only members read."""
    settings = {"anonymous_reading": False, "contact": "evidence@example.org"}
    with serving(tmp_path_factory.mktemp("closed"), **settings) as client:
        yield client


@pytest.mark.parametrize("method", ["GET", "HEAD"])
@pytest.mark.parametrize("route", READS, ids=str)
def test_without_anonymous_reading_nothing_is_read_by_nobody(
    closed: TestClient, route: Route, method: str
) -> None:
    answer = closed.request(method, route.filled, follow_redirects=False)
    if route.path in ALWAYS_OPEN:
        assert answer.status_code == 200
    elif route.path.startswith("/api/"):
        assert answer.status_code == 401
        assert answer.headers["www-authenticate"].startswith("Bearer")
    else:
        assert answer.status_code == 303
        assert answer.headers["location"].startswith("/sign-in")
        assert answer.content == b""
    assert "public" not in answer.headers.get("cache-control", "")


@pytest.mark.parametrize(
    "path", ["/nothing", "/documents/0", "/api/v1/nothing", "/api/v1/documents/0"]
)
def test_without_anonymous_reading_nobody_learns_what_there_is(
    closed: TestClient, path: str
) -> None:
    assert closed.get(path, follow_redirects=False).status_code in (303, 401)


def test_without_anonymous_reading_readers_read(closed: TestClient) -> None:
    for path in ("/api/v1/documents", "/documents", f"/documents/{REPORT}"):
        answer = closed.get(path, headers=by_key(closed, "reader"))
        assert answer.status_code == 200
        assert answer.headers["cache-control"].startswith("private")
        assert signed_in(closed, "reader").get(path).status_code == 200


def test_what_signing_in_looks_like_stays_open(closed: TestClient) -> None:
    assert closed.get("/static/pages.css").status_code == 200
    assert closed.get("/sign-in").status_code == 200
    assert closed.get("/api/v1/health").status_code == 200
    assert closed.get("/api/v1/ready").status_code == 200
