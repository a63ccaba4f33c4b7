"""Requests wait in several lanes, so a flood in one of them shuts out nobody else.

The long form, 200 clients against a real server, is ``tests.hostile.flood``.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Iterator
from typing import Any

import pytest
from fastapi.testclient import TestClient
from starlette.types import Message, Receive, Scope, Send

from corpus.people.actors import Actor
from search_api.service.lanes import Lane, Overloaded
from search_api.web import refusals
from search_api.web.access import Caller
from search_api.web.load import OWN_SLOTS, READ_AHEAD_BYTES, Load, slots_for_readers
from search_api.web.recent import RECENT_S
from tests.support.served import serving

pytestmark = pytest.mark.anyio
CURATOR = Caller(Actor("Mei", "curator", "p1"), "session")
MEMBER = Caller(Actor("Ana", "member", "p2"), "key")
SEARCH, HEALTH = "/api/v1/search", "/api/v1/health"
STARLETTE_THREADS = 40


# The middleware ---------------------------------------------------------------------------------


class SlowApp:
    """Answers a request when it is let go; knows which requests have reached it."""

    def __init__(self) -> None:
        self.reached: list[str] = []
        self.let_go = asyncio.Event()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        self.reached.append(f"{scope['method']} {scope['path']}")
        if scope["path"] == SEARCH:
            await self.let_go.wait()
        await receive()
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b""})


async def never() -> Message:
    return await asyncio.get_running_loop().create_future()


class Client:
    """Sends one request through the middleware."""

    def __init__(self, load: Load) -> None:
        self._load = load

    async def ask(
        self,
        path: str = SEARCH,
        method: str = "GET",
        *,
        caller: Caller | None = None,
        receive: Receive | None = None,
        length: int = 0,
        on_body: Callable[[], Awaitable[Any]] | None = None,
    ) -> tuple[int, dict[str, str]]:
        sent: list[Message] = []
        bodies = iter([{"type": "http.request", "body": b"", "more_body": False}])

        async def receive_nothing() -> Message:
            return next(bodies, None) or await never()

        async def send(message: Message) -> None:
            sent.append(message)
            if on_body and message["type"] == "http.response.body":
                await on_body()

        headers = [(b"content-length", b"%d" % length)] if length else []
        scope = {
            "type": "http", "method": method, "path": path, "query_string": b"",
            "headers": headers, "state": {"caller": caller} if caller else {},
        }  # fmt: skip
        await self._load(scope, receive or receive_nothing, send)
        if not sent:
            return 0, {}
        found = {name.decode(): value.decode() for name, value in sent[0]["headers"]}
        return sent[0]["status"], found


async def settle() -> None:
    for _ in range(20):
        await asyncio.sleep(0)


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture(autouse=True)
def no_pause(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(refusals, "DELAY_S", 0.0)


async def test_under_load_health_is_answered_once_a_second() -> None:
    app = SlowApp()
    load = Load(app, readers=1, wait_s=5)
    health = f"GET {HEALTH}"
    await Client(load).ask(HEALTH)
    await Client(load).ask(HEALTH)
    assert app.reached == [health] * 2, "without load each question is answered by itself"
    readers = [asyncio.create_task(Client(load).ask()) for _ in range(2)]
    await settle()
    assert (await Client(load).ask(HEALTH))[0] == 200
    assert app.reached.count(health) == 2
    load._health._clock = lambda: time.monotonic() + RECENT_S + 1
    assert (await Client(load).ask(HEALTH))[0] == 200
    assert app.reached.count(health) == 3
    app.let_go.set()
    await asyncio.gather(*readers)


async def test_past_those_answered_and_waiting_a_request_is_refused_and_health_is_prompt() -> None:
    app = SlowApp()
    load = Load(app, readers=2, waiting=3, wait_s=60)
    readers = [asyncio.create_task(Client(load).ask()) for _ in range(5)]
    await settle()
    status, headers = await asyncio.wait_for(Client(load).ask(), 30)
    assert (status, int(headers["retry-after"]) > 0) == (503, True)
    assert headers["content-type"] == "application/problem+json"
    assert (await asyncio.wait_for(Client(load).ask(HEALTH), 30))[0] == 200
    app.let_go.set()
    assert [status for status, _ in await asyncio.gather(*readers)] == [200] * 5


async def test_health_does_not_wait_behind_other_questions_about_it() -> None:
    app = SlowApp()
    load = Load(app, readers=1, wait_s=60)
    await Client(load).ask(HEALTH)
    asked = [load._lanes["health"].ask() for _ in range(OWN_SLOTS["health"])]
    assert all(turn.done() for turn in asked), "all its turns are taken"
    assert (await asyncio.wait_for(Client(load).ask(HEALTH), 30))[0] == 200
    assert app.reached == [f"GET {HEALTH}"]


async def test_a_flood_of_readers_shuts_out_nobody_else() -> None:
    app = SlowApp()
    load = Load(app, readers=2, wait_s=0.05)
    readers = [asyncio.create_task(Client(load).ask()) for _ in range(50)]
    await settle()
    assert app.reached == [f"GET {SEARCH}"] * 2
    for path, method, caller in [
        (HEALTH, "GET", None),
        ("/api/v1/ready", "GET", None),
        ("/static/pages.css", "GET", None),
        ("/api/v1/review/decisions", "POST", CURATOR),
        ("/lists/new", "POST", MEMBER),
        ("/review", "GET", CURATOR),
        ("/api/v1/contributions", "POST", MEMBER),
        ("/sign-in", "POST", None),
    ]:
        status, _ = await Client(load).ask(path, method, caller=caller)
        assert status == 200, path
    await asyncio.sleep(0.1)
    app.let_go.set()
    answers = await asyncio.gather(*readers)
    assert sorted(status for status, _ in answers) == [200] * 2 + [503] * 48
    assert all(
        1 <= int(headers["retry-after"]) <= 60
        and headers["content-type"] == "application/problem+json"
        for status, headers in answers
        if status == 503
    )


@pytest.mark.parametrize(
    ("caller", "path", "method"),
    [
        (None, "/api/v1/review/decisions", "POST"),
        (MEMBER, "/api/v1/documents", "GET"),
        (None, "/api/v1/review", "GET"),
    ],
    ids=["a write by nobody", "a read by a member", "a read by nobody"],
)
async def test_the_share_of_curators_is_not_for_others(
    caller: Caller | None, path: str, method: str
) -> None:
    app = SlowApp()
    load = Load(app, readers=1, wait_s=0.01)
    reader = asyncio.create_task(Client(load).ask())
    await settle()
    assert (await Client(load).ask(path, method, caller=caller))[0] == 503
    app.let_go.set()
    assert (await reader)[0] == 200


async def test_a_slow_body_takes_no_slot() -> None:
    app, sending = SlowApp(), asyncio.Event()
    load = Load(app, readers=1, wait_s=0.05)

    async def trickle() -> Message:
        await sending.wait()
        return {"type": "http.request", "body": b"x", "more_body": False}

    slow = asyncio.create_task(Client(load).ask("/a", "POST", receive=trickle, length=1))
    await settle()
    assert (await Client(load).ask("/b"))[0] == 200
    sending.set()
    assert (await slow)[0] == 200
    assert app.reached == ["GET /b", "POST /a"]


async def test_a_large_body_takes_no_slot_of_readers() -> None:
    app = SlowApp()
    load = Load(app, readers=1, wait_s=0.05)
    length = READ_AHEAD_BYTES + 1
    slow = asyncio.create_task(Client(load).ask("/a", "POST", receive=never, length=length))
    await settle()
    assert (await Client(load).ask("/b"))[0] == 200
    assert app.reached == ["POST /a", "GET /b"]
    slow.cancel()


async def test_a_client_that_reads_slowly_takes_no_slot() -> None:
    app, reading = SlowApp(), asyncio.Event()
    load = Load(app, readers=1, wait_s=0.05)
    slow = asyncio.create_task(Client(load).ask("/a", on_body=reading.wait))
    await settle()
    assert (await Client(load).ask("/b"))[0] == 200
    reading.set()
    assert (await slow)[0] == 200


async def test_a_client_that_hangs_up_loses_its_place() -> None:
    app, hung_up = SlowApp(), asyncio.Event()
    load = Load(app, readers=1, wait_s=5)
    reader = asyncio.create_task(Client(load).ask())
    await settle()
    messages = iter([{"type": "http.request", "body": b"", "more_body": False}])

    async def hang_up() -> Message:
        message = next(messages, None)
        if message is None:
            await hung_up.wait()
        return message or {"type": "http.disconnect"}

    gone = asyncio.create_task(Client(load).ask("/gone", receive=hang_up))
    await settle()
    hung_up.set()
    assert await gone == (0, {})
    app.let_go.set()
    await reader
    assert (await Client(load).ask("/next"))[0] == 200
    assert app.reached == [f"GET {SEARCH}", "GET /next"]


async def test_an_error_gives_the_slot_back() -> None:
    async def fail(scope: Scope, receive: Receive, send: Send) -> None:
        raise OSError

    load = Load(fail, readers=1, wait_s=0.01)
    for _ in range(3):
        with pytest.raises(OSError):
            await Client(load).ask()


@pytest.mark.parametrize(("wanted", "workers", "each"), [(8, 2, 4), (3, 2, 2), (1, 4, 1)])
def test_readers_turns_are_divided_among_processes(wanted: int, workers: int, each: int) -> None:
    assert slots_for_readers(wanted, workers=workers) == each
    assert 2 <= slots_for_readers(workers=workers) <= 8


def test_no_request_waits_for_a_thread() -> None:
    assert sum(OWN_SLOTS.values()) + slots_for_readers(16) < STARLETTE_THREADS


# The application --------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    with serving(tmp_path_factory.mktemp("data")) as client:
        yield client


def test_a_refusal_is_a_problem_on_the_api_and_a_page_elsewhere(
    client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(lane: Lane) -> None:
        raise Overloaded(7)

    monkeypatch.setattr(Lane, "ask", refuse)
    answer = client.get(f"{SEARCH}?q=a")
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "7")
    assert answer.json()["type"] == "/api#problem-overloaded"
    assert answer.headers["cache-control"] == "no-store"
    page = client.get("/search?q=a")
    assert (page.status_code, page.headers["retry-after"]) == (503, "7")
    assert "<h1>The server is busy</h1>" in page.text
    assert client.get("/static/pages.css").status_code == 200


def test_the_problems_of_load_are_listed_on_the_api_page(client: TestClient) -> None:
    text = client.get("/api").text
    for code in ("overloaded", "too-many-requests", "too-many-failures"):
        assert f'id="problem-{code}"' in text
