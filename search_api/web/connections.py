"""HTTP connections with time limits: uvicorn itself waits for ever for headers and for readers.

This is for clients whose request has not arrived or who do not read their answer. The pace of a
body is checked in ``arriving``, where a late one can be answered as other errors are.
"""

from __future__ import annotations

import asyncio
import http
import logging
from collections.abc import Callable
from typing import Any, ClassVar, Final, Literal

import h11
from uvicorn import Config, Server
from uvicorn.protocols.http.flow_control import CLOSE_HEADER
from uvicorn.protocols.http.h11_impl import H11Protocol

from search_api.web.patience import Patience

Awaited = Literal["request", "headers", "rest of body", "nothing"]
"""What has to come from the client next; ``nothing`` while it is being answered."""
RETRY_AFTER_S: Final = 10
_STOPPING_S: Final = 15
_WARNING_EVERY_S: Final = 60.0
_log = logging.getLogger(__name__)


class OpenConnections:
    """The open connections of one server, checked every ``patience.check_s`` seconds."""

    def __init__(self, patience: Patience) -> None:
        self.patience = patience
        self._open: set[WatchedConnection] = set()
        # In the order in which they began to wait, so that the longest waiting is first.
        self._waiting: dict[WatchedConnection, None] = {}
        self._timer: asyncio.TimerHandle | None = None
        self._warned_at: float | None = None

    def add(self, connection: WatchedConnection) -> bool:
        """Add a connection; return whether there was, or could be made, room for it."""
        full = len(self._open) >= self.patience.most_connections
        if full:
            self._warn(connection.loop.time())
            longest = next(iter(self._waiting), None)
            if longest is None:
                return False
            longest.end()
            self.remove(longest)
        self._open.add(connection)
        if self._timer is None:
            self._check_later(connection.loop)
        return True

    def remove(self, connection: WatchedConnection) -> None:
        """Forget a connection."""
        self._open.discard(connection)
        self._waiting.pop(connection, None)

    def begin_waiting(self, connection: WatchedConnection) -> None:
        """Put a connection behind all others that wait for a request."""
        self._waiting.pop(connection, None)
        if connection in self._open:
            self._waiting[connection] = None

    def end_waiting(self, connection: WatchedConnection) -> None:
        """Record that a request has arrived."""
        self._waiting.pop(connection, None)

    def _check_later(self, loop: asyncio.AbstractEventLoop) -> None:
        self._timer = loop.call_later(self.patience.check_s, self._check, loop)

    def _check(self, loop: asyncio.AbstractEventLoop) -> None:
        self._timer = None
        for connection in list(self._open):
            connection.end_if_late(loop.time())
        if self._open:
            self._check_later(loop)

    def _warn(self, now: float) -> None:
        if self._warned_at is None or now - self._warned_at >= _WARNING_EVERY_S:
            self._warned_at = now
            _log.warning(
                "%d connections are open, the most there may be: those that wait longest for a "
                "request are closed. Limit connections for each address in the proxy.",
                len(self._open),
            )


class WatchedConnection(H11Protocol):
    """uvicorn's connection, which also knows what it waits for, and how long it has waited."""

    open_connections: ClassVar[OpenConnections]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._awaited: Awaited = "headers"
        self._since = self.loop.time()
        self._requests = 0
        self._last_cycle: object = None
        self._unread: tuple[float, int] | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Take the connection in, or refuse it if too many are open."""
        super().connection_made(transport)
        if self.open_connections.add(self):
            self._await("headers")
        else:
            self._refuse(503, "Too many connections are open. Try again in a few seconds.")

    def connection_lost(self, exc: Exception | None) -> None:
        """Forget the connection."""
        self.open_connections.remove(self)
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Take in what the client sent."""
        if self._awaited == "request":
            self._await("headers")
        super().data_received(data)

    def handle_events(self) -> None:
        """Begin the request, if its headers are complete, and note what has to come next."""
        super().handle_events()
        if self.cycle is not self._last_cycle:
            self._last_cycle = self.cycle
            self._requests += 1
            if self._requests >= self.open_connections.patience.most_requests:
                self.cycle.default_headers = [*self.cycle.default_headers, CLOSE_HEADER]
        self._note_what_is_awaited()

    def on_response_complete(self) -> None:
        """Go on with the next request."""
        super().on_response_complete()
        self._note_what_is_awaited()

    def pause_writing(self) -> None:
        """Note that the client reads more slowly than the server writes."""
        self._unread = None
        super().pause_writing()

    def end(self) -> None:
        """Close the connection without an answer."""
        self.transport.close()

    def end_if_late(self, now: float) -> None:
        """Close the connection if its client has kept the server waiting for too long."""
        if self._is_unread(now):
            self.transport.abort()  # closing would wait for the client to read the rest
        elif self.transport.is_closing() or self._awaited == "nothing":
            return
        elif now - self._since > self._limit_s():
            if self.conn.trailing_data[0] and self._awaited == "headers":
                self._refuse(408, "The headers of this request did not arrive in time. Try again.")
            else:
                self.end()

    def _limit_s(self) -> float:
        patience = self.open_connections.patience
        if self._awaited == "headers":
            return patience.headers_s
        return patience.idle_s if self._awaited == "request" else patience.rest_s

    def _is_unread(self, now: float) -> bool:
        """Tell whether the client hardly reads its answer; nothing is added to it meanwhile."""
        size = self.transport.get_write_buffer_size()
        if not size or not (self.flow.write_paused or self.transport.is_closing()):
            self._unread = None
            return False
        if self._unread is None:
            self._unread = (now, size)
        since, before = self._unread
        patience = self.open_connections.patience
        if now - since < patience.unread_s:
            return False
        self._unread = (now, size)
        return before - size < patience.unread_bytes

    def _note_what_is_awaited(self) -> None:
        if self.conn.their_state is h11.IDLE:
            if self._awaited != "headers":
                self._await("request")
        elif self.conn.their_state is h11.SEND_BODY and self.cycle.response_complete:
            self._await("rest of body")
        else:
            self._await("nothing")

    def _await(self, awaited: Awaited) -> None:
        if awaited == self._awaited == "rest of body":
            return  # its time runs from the answer, however many parts come
        self._awaited, self._since = awaited, self.loop.time()
        if awaited in ("request", "headers"):
            self.open_connections.begin_waiting(self)
        else:
            self.open_connections.end_waiting(self)

    def _refuse(self, status: int, text: str) -> None:
        """Answer without knowing the request, and close the connection."""
        body = f"{text}\n".encode()
        head = (
            f"HTTP/1.1 {status} {http.HTTPStatus(status).phrase}\r\n"
            "Content-Type: text/plain; charset=utf-8\r\nX-Content-Type-Options: nosniff\r\n"
            f"Content-Length: {len(body)}\r\nConnection: close\r\n"
        )
        if status == 503:
            head += f"Retry-After: {RETRY_AFTER_S}\r\n"
        self.transport.write(f"{head}\r\n".encode() + body)
        self.transport.close()


def make_server(
    app: Callable[..., Any],
    patience: Patience,
    *,
    trusted_proxies: str = "127.0.0.1",
    accepted_at_once: int | None = None,
) -> Server:
    """Return a server for the application that keeps no connection for ever.

    Args:
        app: the application.
        patience: how long to wait for clients.
        trusted_proxies: whose X-Forwarded-For names the client, with commas between them.
        accepted_at_once: how many waiting connections are accepted before others are looked at;
            ``None`` is all that may wait.
    """

    class Connection(WatchedConnection):
        open_connections = OpenConnections(patience)

    config = Config(
        app,
        loop="asyncio",
        http=Connection,
        ws="none",
        access_log=False,  # uvicorn's would write what people search for
        server_header=False,
        forwarded_allow_ips=trusted_proxies,
        backlog=accepted_at_once or patience.most_waiting,
        timeout_keep_alive=max(1, round(patience.idle_s)),
        timeout_graceful_shutdown=_STOPPING_S,
    )
    return Server(config)
