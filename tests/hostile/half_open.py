"""Keep a real server waiting in three ways, and see that an honest client is answered meanwhile.

    python -m tests.hostile.half_open [--only server nginx caddy] [--slack 5]

300 connections whose headers trickle, 50 bodies that trickle and 100 clients that do not read,
straight to the server and through the committed files of each proxy that is installed. Exit
status 1 if the honest client's p95 is over a second, or if a bad connection outlives its limit.
"""

from __future__ import annotations

import argparse
import asyncio
import math
import os
import random
import socket
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Final

import httpx

from corpus.catalogue.catalogue import connect
from corpus.catalogue.originals import Originals
from search_api.service.settings import Settings
from search_api.web.patience import Patience
from tests.hostile.upload_kills import start
from tests.support.proxies import program, proxied
from tests.support.served import a_document, fill

DOORS: Final = ("server", "nginx", "caddy")
HALF_OPEN, SLOW_BODIES, NOT_READING = 300, 50, 100
LARGE: Final = 6 * 1024 * 1024
"""An original of this size fills the buffers between server and client; the rest stays unread."""
WHOLE_S: Final = 40
"""Stands for the ten minutes that Caddy gives a whole body or answer."""
MOST_P95_S: Final = 1.0
SPREAD_S: Final = 10
ELSEWHERE: Final = "127.0.0.2"
"""The honest client's address, so that limits for each address do not count it with the others."""
HOST: Final = b"Host: 127.0.0.1\r\n"


@dataclass(slots=True)
class Seen:
    """What became of the bad connections of one attack, and of the honest requests meanwhile."""

    closed_after_s: list[float] = field(default_factory=list)
    open: int = 0
    refused: int = 0
    honest_s: list[float] = field(default_factory=list)
    failed: list[str] = field(default_factory=list)

    def p95_s(self) -> float:
        """Return the 95th percentile of honest requests; one without an answer took for ever."""
        taken = sorted([*self.honest_s, *(math.inf for _ in self.failed)])
        return taken[int(len(taken) * 0.95)] if taken else math.inf

    def __str__(self) -> str:
        last = max(self.closed_after_s, default=0.0)
        return (
            f"{len(self.closed_after_s)} closed, the last after {last:.1f} s, {self.open} left; "
            f"{len(self.honest_s)} honest answers, p95 {self.p95_s() * 1000:.0f} ms, "
            f"{len(self.failed)} failed {self.failed or ''}"
        )


async def half_open(port: int, seen: Seen, limit_s: float) -> None:
    """Send a header, a byte a second."""
    await _trickle(port, b"GET / HTTP/1.1\r\n" + HOST + b"X-Slow: ", seen, limit_s)


async def slow_body(port: int, seen: Seen, limit_s: float) -> None:
    """Send a body, a byte a second."""
    head = b"POST /sign-in HTTP/1.1\r\n" + HOST + b"Content-Length: 50000\r\n"
    head += b"Content-Type: application/x-www-form-urlencoded\r\n\r\nkey="
    await _trickle(port, head, seen, limit_s)


async def _trickle(port: int, head: bytes, seen: Seen, limit_s: float) -> None:
    began = time.monotonic()
    try:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
    except OSError:
        seen.refused += 1
        return
    try:
        writer.write(head)
        while time.monotonic() - began < limit_s:
            try:
                async with asyncio.timeout(1):
                    if not await reader.read(65536):
                        break
            except TimeoutError:
                writer.write(b"x")
                await writer.drain()
        else:
            seen.open += 1
            return
    except (ConnectionResetError, BrokenPipeError):
        pass
    finally:
        writer.close()
    seen.closed_after_s.append(time.monotonic() - began)


async def not_reading(port: int, seen: Seen, limit_s: float, path: str) -> None:
    """Ask for a large file and read nothing; at the limit see whether the rest still comes."""
    await asyncio.sleep(random.uniform(0, SPREAD_S))  # this is about waiting, not a flood
    began = time.monotonic()
    client = socket.socket()
    client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    client.setblocking(False)
    loop = asyncio.get_running_loop()
    size, ended = 0, False
    with client:
        await loop.sock_connect(client, ("127.0.0.1", port))
        await loop.sock_sendall(client, f"GET {path} HTTP/1.1\r\n".encode() + HOST + b"\r\n")
        await asyncio.sleep(limit_s - (time.monotonic() - began))
        try:
            async with asyncio.timeout(15):
                while part := await loop.sock_recv(client, 1 << 20):
                    size += len(part)
            ended = True
        except ConnectionResetError:
            ended = True
        except TimeoutError:  # it still sends, or keeps the connection for the next request
            pass
    if ended and size < LARGE:
        seen.closed_after_s.append(limit_s)
    else:
        seen.open += 1


async def honest(port: int, seen: Seen, done: asyncio.Event) -> None:
    """Search on a new connection each time, every 0.4 seconds."""
    request = b"GET /api/v1/search?q=wellbeing HTTP/1.1\r\n" + HOST + b"Connection: close\r\n\r\n"
    while not done.is_set():
        began = time.monotonic()
        try:
            async with asyncio.timeout(10):
                reader, writer = await asyncio.open_connection(
                    "127.0.0.1", port, local_addr=(ELSEWHERE, 0)
                )
                writer.write(request)
                answer = await reader.read()
                writer.close()
        except (OSError, TimeoutError):
            answer = b""
        if answer.startswith(b"HTTP/1.1 200 "):
            seen.honest_s.append(time.monotonic() - began)
        else:
            seen.failed.append(answer.partition(b"\r\n")[0].decode() or "no answer")
        await asyncio.sleep(0.4)


async def attack(
    port: int, bad: Callable[[int, Seen, float], Awaitable[None]], times: int, limit_s: float
) -> Seen:
    """Run one attack, with an honest client beside it."""
    seen, done = Seen(), asyncio.Event()
    beside = asyncio.create_task(honest(port, seen, done))
    await asyncio.gather(*(bad(port, seen, limit_s) for _ in range(times)))
    done.set()
    await beside
    return seen


@contextmanager
def serving(folder: Path) -> Iterator[tuple[int, int, str]]:
    """Serve a small catalogue with one large original; yield port, process and its address."""
    settings = Settings(data_folder=folder)
    with connect(settings.catalogue_path, create=True) as catalogue:
        originals = Originals(settings.originals_folder)
        fill(catalogue, originals)
        data = random.Random(0).randbytes(LARGE)
        large = a_document("large.txt", "A large original", media_type="text/plain")
        large = replace(large, sha256=originals.keep(data), size_bytes=len(data))
        with catalogue.transaction():
            catalogue.store_document(large, "A short text.", pages=[], passages=[])
    server = start(settings, most_seconds=900)
    try:
        httpx.get(f"{server.address}/api/v1/search?q=wellbeing", timeout=60)  # the first is slow
        path = f"/api/v1/documents/{large.id}/original"
        yield int(server.address.rpartition(":")[2]), server.process, path
    finally:
        server.kill()


@contextmanager
def door(name: str, folder: Path, backend: int) -> Iterator[int]:
    """Yield the port at which the server is reached straight or through a proxy."""
    if name == "server":
        yield backend
    else:
        with proxied(name, folder, backend, whole_s=WHOLE_S) as port:
            yield port


def resident_mb(process: int) -> float:
    pages = int(Path(f"/proc/{process}/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6


def prove(name: str, slack_s: float, counts: tuple[int, int, int]) -> list[str]:
    """Attack the server through one door in three ways; print and return the faults."""
    patience, faults = Patience(), []
    whole_s = WHOLE_S if name == "caddy" else 0
    # Caddy may take the rest of a late body for another request, whose headers have their own time.
    late_s = whole_s and whole_s + 2 * patience.headers_s
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        (folder / "data").mkdir()
        with serving(folder / "data") as (backend, process, path):

            async def stop_reading(port: int, seen: Seen, limit_s: float) -> None:
                await not_reading(port, seen, limit_s, path)

            attacks = (
                ("half-open", half_open, counts[0], patience.headers_s),
                ("slow bodies", slow_body, counts[1], max(patience.body_s, late_s)),
                ("not reading", stop_reading, counts[2], max(2 * patience.unread_s, whole_s)),
            )
            with door(name, folder, backend) as port:
                for title, bad, times, limit_s in attacks:
                    seen = asyncio.run(attack(port, bad, times, limit_s + slack_s))
                    print(f"{name}, {times} {title}: {seen}; {resident_mb(process):.0f} MB")
                    if seen.open or seen.p95_s() > MOST_P95_S:
                        faults.append(f"{name}, {title}: {seen}")
    return faults


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", nargs="+", choices=DOORS, default=DOORS)
    parser.add_argument("--slack", type=float, default=5.0, help="seconds over each limit")
    given = parser.parse_args()
    faults: list[str] = []
    for name in given.only:
        if name != "server" and not program(name):
            print(f"{name} is not installed: left out")
            continue
        faults += prove(name, given.slack, (HALF_OPEN, SLOW_BODIES, NOT_READING))
    print(f"{len(faults)} faults", *faults, sep="\n  ")
    sys.exit(1 if faults else 0)


if __name__ == "__main__":
    main()
