"""Answers over a kilobyte are compressed, each form under its own entity tag."""

from __future__ import annotations

import zlib
from collections.abc import Iterator, Sequence

import anyio
import pytest
from fastapi.testclient import TestClient
from starlette.types import Message, Receive, Scope, Send

from search_api.web.compression import Compression, accepts_gzip
from tests.support.served import REPORT, serving, signed_in

SEARCH = "/api/v1/search?q=wellbeing"
PLAIN = {"Accept-Encoding": "identity"}


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    with serving(tmp_path_factory.mktemp("data")) as opened:
        yield opened


@pytest.mark.parametrize("path", [SEARCH, "/search?q=wellbeing", "/static/pages.css", "/documents"])
def test_both_forms_say_the_same_under_tags_of_their_own(client, path):
    packed, plain = client.get(path), client.get(path, headers=PLAIN)
    assert packed.content == plain.content
    assert packed.headers["content-encoding"] == "gzip"
    assert int(packed.headers["content-length"]) < len(plain.content) / 2
    assert "content-encoding" not in plain.headers
    assert packed.headers["etag"] == plain.headers["etag"][:-1] + '-gzip"'
    for answer in (packed, plain):
        assert "Accept-Encoding" in answer.headers["vary"]
    assert client.head(path).headers["content-length"] == packed.headers["content-length"]


@pytest.mark.parametrize("path", [SEARCH, "/static/pages.css"])
@pytest.mark.parametrize("accepted", ["gzip", "identity"])
def test_a_known_answer_is_a_304_with_the_tag_that_the_client_has(client, path, accepted):
    asked = {"Accept-Encoding": accepted}
    tag = client.get(path, headers=asked).headers["etag"]
    again = client.get(path, headers=asked | {"If-None-Match": f'"other", W/{tag}'})
    assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", tag)
    assert "content-encoding" not in again.headers
    assert "Accept-Encoding" in again.headers["vary"]
    assert client.get(path, headers=asked | {"If-None-Match": '"other"'}).status_code == 200


def test_a_star_gets_304_without_a_coding(client):
    tag = client.get(SEARCH).headers["etag"]
    answer = client.get(SEARCH, headers={"If-None-Match": "*"})
    assert (answer.status_code, answer.content, answer.headers["etag"]) == (304, b"", tag)
    assert "content-encoding" not in answer.headers


def test_what_was_read_compressed_can_be_written_back(client):
    curator = signed_in(client, "curator")
    path = f"/api/v1/documents/{REPORT}"
    tag = curator.get(path).headers["etag"]
    correction = {"note": "Read again."}
    assert curator.patch(path, json=correction, headers={"If-Match": tag}).status_code == 200
    assert curator.patch(path, json=correction, headers={"If-Match": tag}).status_code == 412


def test_stored_files_parts_small_answers_and_private_pages_stay_as_they_are(client):
    original = client.get(f"/api/v1/documents/{REPORT}/original")
    assert (original.status_code, int(original.headers["content-length"])) == (
        200,
        len(original.content),
    )
    part = client.get("/static/pages.css", headers={"Range": "bytes=0-1999"})
    assert (part.status_code, len(part.content)) == (206, 2000)
    curator = signed_in(client, "curator")
    private = [curator.get("/review"), curator.get("/account"), client.get("/sign-in?link=secret")]
    for page in private:
        assert (page.status_code, len(page.content) > 1024) == (200, True)
        assert page.headers["cache-control"].endswith("no-store")
    for answer in (
        original,
        part,
        *private,
        client.get("/favicon.ico"),
        client.get("/api/v1/nope"),
    ):
        assert "content-encoding" not in answer.headers


@pytest.mark.parametrize(
    ("header", "accepted"),
    [
        ("gzip", True), ("br, GZIP;q=0.5", True), ("*", True), ("gzip;q=1.0", True), ("", False),
        ("identity", False), ("gzip;q=0", False), ("gzip; q=0.000, *", False), ("x-gzip", False),
        ("*;q=0", False), ("nogzip", False), (";;,=", False),
    ],
)  # fmt: skip
def test_the_client_says_whether_it_takes_gzip(header: str, accepted: bool) -> None:
    assert accepts_gzip(header) is accepted


def answer_in(parts: Sequence[bytes]) -> list[Message]:
    """Return what is sent for an answer that comes in parts."""
    sent: list[Message] = []

    async def app(_scope: Scope, _receive: Receive, send: Send) -> None:
        headers = [
            (b"content-type", b"text/csv"),
            (b"content-length", b"%d" % len(b"".join(parts))),
        ]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        for number, part in enumerate(parts, 1):
            more = number < len(parts)
            await send({"type": "http.response.body", "body": part, "more_body": more})

    async def note(message: Message) -> None:
        sent.append(message)

    async def nothing() -> Message:
        return {"type": "http.request"}

    scope = {
        "type": "http",
        "method": "GET",
        "path": "/",
        "headers": [(b"accept-encoding", b"gzip")],
    }
    anyio.run(Compression(app), scope, nothing, note)
    return sent


@pytest.mark.parametrize("parts", [[b"a,b\n", b"1,2\n", b""], [b"wide," * 40_000], [b"x" * 1024]])
def test_an_answer_in_parts_is_sent_as_it_comes(parts):
    start, *bodies = answer_in(parts)
    assert len(bodies) == len(parts)
    unpack = zlib.decompressobj(16 + zlib.MAX_WBITS)
    assert [unpack.decompress(body["body"]) for body in bodies] == parts
    assert unpack.eof
    length = dict(start["headers"]).get(b"content-length")
    assert length == (b"%d" % len(bodies[0]["body"]) if len(parts) == 1 else None)
