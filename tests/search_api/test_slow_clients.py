"""Clients that do not send their request or read their answer are let go; others are not."""

from __future__ import annotations

import asyncio
import logging
import resource
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

import pytest
from starlette.types import Message, Receive, Scope, Send

from corpus.catalogue.catalogue import connect
from search_api.app import create_app
from search_api.service.settings import Settings
from search_api.serving import open_sockets
from search_api.web.arriving import BodyArrival
from search_api.web.patience import Patience, raise_descriptor_limit
from tests.support.fakes import HashEncoder
from tests.support.served import key_for, listening

LATE_S = 0.3
SHORT = Patience(
    headers_s=LATE_S,
    idle_s=LATE_S,
    gap_s=LATE_S,
    body_s=2 * LATE_S,
    body_bytes_per_s=1000,
    rest_s=LATE_S,
    unread_s=LATE_S,
    unread_bytes=1000,
    check_s=0.02,
)
GIVES_UP_S = 10
"""Fails a test instead of letting it wait; thirty times the limits."""
GET = b"GET / HTTP/1.1\r\nHost: x\r\n\r\n"
POST = b"POST /api/ HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\n"
LARGE = 32 * 1024 * 1024
"""More than the buffers of both ends of a connection take."""


async def answer(scope: Scope, receive: Receive, send: Send) -> None:
    """Read the body, wait or not, and answer a lot or a little, as the path says."""
    if scope["type"] != "http":
        return
    path, size, more = scope["path"], 0, path_reads(scope["path"])
    while more:
        message = await receive()
        size, more = size + len(message.get("body", b"")), message.get("more_body", False)
    if path == "/slow":
        await asyncio.sleep(3 * LATE_S)
    length = LARGE if path == "/large" else len(str(size))
    headers = [(b"content-length", b"%d" % length)]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    body = bytes(LARGE) if path == "/large" else str(size).encode()
    await send({"type": "http.response.body", "body": body})


def path_reads(path: str) -> bool:
    return path != "/unread"


def serve(patience: Patience = SHORT) -> Iterator[tuple[str, int]]:
    with listening(BodyArrival(answer, patience), patience) as address:
        yield "127.0.0.1", int(address.rpartition(":")[2])


@pytest.fixture(scope="module")
def server() -> Iterator[tuple[str, int]]:
    yield from serve()


@contextmanager
def connected(server: tuple[str, int], sent: bytes = b"") -> Iterator[socket.socket]:
    with socket.create_connection(server, timeout=GIVES_UP_S) as client:
        client.sendall(sent)
        yield client


def read_all(client: socket.socket) -> bytes:
    """Read until the server closes the connection."""
    parts = []
    try:
        while part := client.recv(65536):
            parts.append(part)
    except ConnectionResetError:
        pass
    return b"".join(parts)


def read_answer(client: socket.socket) -> bytes:
    """Read one answer."""
    received = b""
    while b"\r\n\r\n" not in received:
        part = client.recv(1)
        assert part, f"closed after {received!r}"
        received += part
    length = int(received.lower().partition(b"content-length: ")[2].partition(b"\r\n")[0])
    return received + client.recv(length, socket.MSG_WAITALL)


def trickle(client: socket.socket, data: bytes, *, most_s: float) -> bytes:
    """Send a byte ten times in each limit until the server has had enough; return its answer."""
    client.settimeout(LATE_S / 10)
    ends_at, received = time.monotonic() + most_s, b""
    for byte in data:
        assert time.monotonic() < ends_at, "the server still listens"
        try:
            client.sendall(bytes([byte]))
            received += (part := client.recv(65536))
            if not part:
                return received
        except TimeoutError:
            continue
        except (BrokenPipeError, ConnectionResetError):
            return received
    raise AssertionError("the server read everything")


def test_a_connection_without_a_request_is_closed(server):
    with connected(server) as client:
        assert read_all(client) == b""


def test_headers_that_trickle_are_answered_408(server):
    with connected(server) as client:
        received = trickle(client, GET[:-2] + b"X: " + b"y" * 500, most_s=GIVES_UP_S)
    assert received.startswith(b"HTTP/1.1 408 Request Timeout\r\n")
    assert b"connection: close" in received.lower()
    assert b"did not arrive in time" in received


def test_a_second_request_has_to_arrive_in_time_too(server):
    with connected(server, GET) as client:
        assert read_answer(client).endswith(b"0")
        received = trickle(client, GET[:-2] + b"X: " + b"y" * 500, most_s=GIVES_UP_S)
    assert received.startswith(b"HTTP/1.1 408 ")


def test_an_idle_connection_is_closed_and_a_used_one_is_not(server):
    with connected(server) as client:
        for _ in range(6):
            client.sendall(GET)
            assert read_answer(client).endswith(b"0")
            time.sleep(LATE_S / 4)
        assert read_all(client) == b""


@pytest.mark.parametrize("sent", [POST, POST + b"some"], ids=["no body", "half a body"])
def test_a_body_that_stops_is_answered_408_and_the_connection_closed(server, sent):
    with connected(server, sent) as client:
        received = read_all(client)
    assert received.startswith(b"HTTP/1.1 408 Request Timeout\r\n")
    assert b"connection: close" in received.lower()


def test_a_body_that_trickles_is_answered_408(server):
    with connected(server, POST.replace(b"100", b"9999")) as client:
        received = trickle(client, b"x" * 9999, most_s=GIVES_UP_S)
    assert received.startswith(b"HTTP/1.1 408 ")


def test_a_body_at_a_fair_pace_may_take_longer_than_the_limit(server):
    with connected(server, POST.replace(b"100", b"3000")) as client:
        for _ in range(10):
            client.sendall(b"x" * 300)
            time.sleep(LATE_S / 4)
        assert read_answer(client).endswith(b"3000")


def test_a_body_nobody_waits_for_does_not_keep_its_connection(server):
    with connected(server, POST.replace(b"/api/", b"/unread").replace(b"100", b"9999")) as client:
        assert read_answer(client).startswith(b"HTTP/1.1 200 ")
        trickle(client, b"x" * 9999, most_s=GIVES_UP_S)


def test_a_request_may_wait_for_its_turn_behind_a_slow_one(server):
    slow = GET.replace(b"/", b"/slow", 1)
    with connected(server, slow + GET + GET[:10]) as client:
        for _ in range(2):
            assert read_answer(client).startswith(b"HTTP/1.1 200 ")
        client.sendall(GET[10:])
        assert read_answer(client).startswith(b"HTTP/1.1 200 ")


def test_who_does_not_read_is_cut_off(server):
    with connected(server, GET.replace(b"/", b"/large", 1)) as client:
        time.sleep(3 * LATE_S)
        assert len(read_all(client)) < LARGE


def test_who_reads_slowly_gets_everything(server):
    with connected(server, GET.replace(b"/", b"/large", 1)) as client:
        rest = LARGE
        while rest > 0:
            part = client.recv(LARGE // 16, socket.MSG_WAITALL)
            assert part, "cut off"
            rest -= len(part)
            time.sleep(LATE_S / 4)


def test_after_many_requests_a_connection_is_closed_and_says_so():
    for server in serve(replace(SHORT, most_requests=2)):
        with connected(server, GET) as client:
            assert b"connection: close" not in read_answer(client).lower()
            client.sendall(GET)
            assert b"connection: close" in read_all(client).lower()


def test_with_too_many_connections_the_longest_waiting_ends(caplog):
    for server in serve(replace(SHORT, most_connections=2, headers_s=60, idle_s=60)):
        with (
            caplog.at_level(logging.WARNING),
            connected(server) as oldest,
            connected(server, b"GET") as second,
            connected(server, GET) as third,
        ):
            assert read_answer(third).endswith(b"0")
            assert read_all(oldest) == b""
            second.sendall(GET[3:])
            assert read_answer(second).endswith(b"0")
    assert "2 connections are open" in caplog.text


def test_with_all_connections_at_work_a_new_one_is_told_to_come_back():
    for server in serve(replace(SHORT, most_connections=1)):
        with connected(server, GET.replace(b"/", b"/slow", 1)) as first:
            time.sleep(LATE_S / 2)
            with connected(server) as second:
                refused = read_all(second)
            assert read_answer(first).endswith(b"0")
        assert refused.startswith(b"HTTP/1.1 503 Service Unavailable\r\n")
        assert b"Retry-After: 10\r\n" in refused


@pytest.mark.parametrize("descriptors", [64, 256, 1024, 4096, 1_000_000])
def test_connections_and_those_that_wait_fit_the_descriptors(descriptors):
    limits = Patience().within(descriptors)
    assert 16 <= limits.most_connections <= 1000
    if descriptors > 512:
        assert limits.most_connections + limits.most_waiting <= descriptors - 256
        assert limits.most_connections >= 300


def test_the_descriptor_limit_is_raised_as_far_as_the_system_permits(monkeypatch):
    set_to: list[tuple[int, int]] = []
    monkeypatch.setattr(resource, "setrlimit", lambda _, limits: set_to.append(limits))
    for soft, hard, wanted in [(1024, 524288, 4096), (256, 2048, 2048), (8192, 8192, 8192)]:
        monkeypatch.setattr(resource, "getrlimit", lambda _, s=soft, h=hard: (s, h))
        assert raise_descriptor_limit() == wanted
    assert set_to == [(4096, 524288), (2048, 2048)]


@pytest.fixture(scope="module")
def product(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[tuple[str, int], str]]:
    settings = Settings(data_folder=tmp_path_factory.mktemp("data"))
    connect(settings.catalogue_path, create=True).close()
    app = create_app(settings, encoder=HashEncoder(), patience=SHORT)
    with listening(app, SHORT) as address:
        yield ("127.0.0.1", int(address.rpartition(":")[2])), key_for(app, "member")


@pytest.mark.parametrize(
    ("path", "media_type"),
    [
        ("/api/v1/lists", "application/json"),
        ("/api/v1/contributions", "multipart/form-data; boundary=b"),
        ("/sign-in", "application/x-www-form-urlencoded"),
    ],
    ids=["JSON", "a file", "a page"],
)
def test_a_late_body_is_answered_in_the_shape_of_every_error(product, path, media_type):
    server, key = product
    head = f"POST {path} HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n"
    head += f"Authorization: Bearer {key}\r\nContent-Type: {media_type}\r\n\r\n"
    with connected(server, f"{head}--b\r\n".encode()) as client:
        received = read_all(client).lower()
    assert received.startswith(b"http/1.1 408 ")
    assert b"stopped arriving" in received
    assert b"\r\nconnection: close\r\n" in received
    assert b"\r\nx-content-type-options: nosniff\r\n" in received
    assert (b"/api#problem-request-timeout" in received) is path.startswith("/api/")


def test_a_late_body_read_outside_the_routes_is_answered_the_same():
    async def never() -> Message:
        await asyncio.sleep(GIVES_UP_S)
        return {"type": "http.disconnect"}

    async def read(_: Scope, receive: Receive, __: Send) -> None:
        await receive()

    sent: list[Message] = []

    async def keep(message: Message) -> None:
        sent.append(message)

    scope: Scope = {"type": "http", "method": "POST", "path": "/api/v1/lists", "headers": []}
    asyncio.run(BodyArrival(read, SHORT)(scope, never, keep))
    assert sent[0]["status"] == 408
    assert b"request-timeout" in sent[1]["body"]


def test_an_answer_waits_for_no_confirmation_of_its_head():
    (listening,) = open_sockets("127.0.0.1", 0)
    with listening, socket.create_connection(listening.getsockname()) as client:
        accepted, _ = listening.accept()
        with accepted:
            assert accepted.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)
        assert not client.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)
