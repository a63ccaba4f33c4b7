"""An engine that fails when it is told to: before it did what it was asked, or after."""

from __future__ import annotations

import http.server
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from index.qdrant.client import EngineFault

WRITING = ("switch", "create", "drop", "upsert", "delete")


class FaultyClient:
    """Stands before a client and fails as ``decide`` says: ``None``, "before", "after" or "lost".

    Attributes:
        decide: asked with the name of each method.
        calls: the methods that were called, in order.
    """

    def __init__(self, client) -> None:
        self._client = client
        self.decide: Callable[[str], str | None] = lambda _: None
        self.calls: list[str] = []

    def __getattr__(self, name: str):
        method = getattr(self._client, name)
        if name.startswith("_") or not callable(method):
            return method

        def call(*arguments, **named):
            self.calls.append(name)
            fails = self.decide(name)
            if fails == "before":
                raise EngineFault("it did not answer")
            if fails == "lost":  # it says that it did it, and did not
                return None
            done = method(*arguments, **named)
            if fails == "after":  # it did it, and its answer was lost
                raise EngineFault("it did not answer")
            return done

        return call


@contextmanager
def standing_in(answer: Callable[[http.server.BaseHTTPRequestHandler], None]) -> Iterator[str]:
    """Give the address of a server on this machine that answers every request in one way."""

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.rfile.read(int(self.headers.get("Content-Length") or 0))
            answer(self)

        do_POST = do_PUT = do_DELETE = do_GET  # noqa: N815

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def _answer(status: int, body: bytes) -> Callable[[http.server.BaseHTTPRequestHandler], None]:
    def answer(handler: http.server.BaseHTTPRequestHandler) -> None:
        handler.send_response(status)
        handler.send_header("Content-Type", "application/json")
        handler.send_header("Content-Length", str(len(body)))
        handler.end_headers()
        handler.wfile.write(body)

    return answer


def _hang(handler: http.server.BaseHTTPRequestHandler) -> None:
    time.sleep(3)
    handler.close_connection = True


def _drop(handler: http.server.BaseHTTPRequestHandler) -> None:
    handler.connection.close()


MISBEHAVING = {
    "500": _answer(500, b'{"status": {"error": "out of memory"}}'),
    "503": _answer(503, b"busy"),
    "no JSON": _answer(200, b"<html>a proxy</html>"),
    "other JSON": _answer(200, b'{"result": 7}'),
    "hangs": _hang,
    "drops": _drop,
}
