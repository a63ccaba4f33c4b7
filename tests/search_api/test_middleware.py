"""What is too large is refused in the shape of every error, over the wire too, and counted."""

from __future__ import annotations

from collections.abc import Iterator

import httpx
import pytest

from search_api.app import MAX_BODY_BYTES
from search_api.lists.draft_routes import MAX_LIST_BYTES
from search_api.review.contribution_routes import MAX_BODY_BYTES as MAX_UPLOAD
from tests.support.served import key_for, listening, make_app

JSON = "application/json"
FORM = "application/x-www-form-urlencoded"
FILE = "multipart/form-data; boundary=b"
FILE_OPENS = b'--b\r\nContent-Disposition: form-data; name="file"; filename="long.txt"\r\n\r\n'


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx.Client]:
    app = make_app(tmp_path_factory.mktemp("data"))
    with listening(app) as address:
        headers = {"Authorization": f"Bearer {key_for(app, 'curator')}"}
        with httpx.Client(base_url=address, headers=headers, timeout=60) as client:
            yield client


def body_of(size: int, *, chunked: bool, media_type: str = JSON) -> bytes | Iterator[bytes]:
    """Bytes that are announced, or that come without a word about how many they are."""
    whole = (FILE_OPENS if media_type == FILE else b"").ljust(size, b"x")
    parts = (whole[start : start + 50_000] for start in range(0, size, 50_000))
    return parts if chunked else whole


@pytest.mark.parametrize("chunked", [False, True], ids=["announced", "chunked"])
@pytest.mark.parametrize(
    ("path", "limit", "media_type"),
    [
        ("/api/v1/review/decisions", MAX_BODY_BYTES, JSON),
        ("/api/v1/lists", MAX_LIST_BYTES, JSON),
        ("/api/v1/contributions", MAX_UPLOAD, FILE),
        ("/sign-in", MAX_BODY_BYTES, FORM),
        ("/contribute", MAX_UPLOAD, FILE),
    ],
    ids=["any", "a list", "a contribution", "a page", "a page that takes files"],
)
def test_one_byte_too_many_is_refused_with_the_limit(
    server: httpx.Client, path: str, limit: int, media_type: str, chunked: bool
) -> None:
    content = body_of(limit + 1, chunked=chunked, media_type=media_type)
    answer = server.post(path, content=content, headers={"Content-Type": media_type})
    assert answer.status_code == 413
    assert f"accepts at most {limit:,} bytes. Send less" in answer.text
    assert answer.headers["x-content-type-options"] == "nosniff"
    if path.startswith("/api/"):
        assert answer.headers["content-type"] == "application/problem+json"
        assert answer.json()["type"] == "/api#problem-content-too-large"
    else:
        assert answer.headers["content-type"].startswith("text/html")
        assert "<h1>The request is too large</h1>" in answer.text


@pytest.mark.parametrize("chunked", [False, True], ids=["announced", "chunked"])
def test_a_body_of_the_limit_is_read(server: httpx.Client, chunked: bool) -> None:
    content = body_of(MAX_BODY_BYTES, chunked=chunked)
    headers = {"Content-Type": JSON}
    answer = server.post("/api/v1/review/decisions", content=content, headers=headers)
    assert answer.status_code == 422


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [("POST", "/api/v1/search", 405), ("POST", "/nothing", 404), ("GET", "/api/v1/search", 200)],
)
def test_a_body_nobody_reads_changes_no_answer(
    server: httpx.Client, method: str, path: str, status: int
) -> None:
    answer = server.request(method, path, content=b"x" * (MAX_BODY_BYTES + 1))
    assert answer.status_code == status
