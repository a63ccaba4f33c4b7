"""The command that serves the API and the pages: ``serve``, by one process or by several."""

from __future__ import annotations

import os
import socket
from collections.abc import Callable
from contextlib import ExitStack
from typing import TYPE_CHECKING, Annotated, Final

import typer

from corpus.catalogue.catalogue import connect
from corpus.catalogue.door import current_damage
from corpus.errors import EvidenceError
from search_api.service.settings import Settings, address_of, load_settings

if TYPE_CHECKING:
    from index.vectors.encoder import Encoder

_MOST_WAITING: Final = 2048
"""How many connections may wait to be accepted; uvicorn's default."""


class AddressUnusable(EvidenceError):
    """The server cannot listen on its address."""


def serve(
    *,
    host: str | None = None,
    port: Annotated[int | None, typer.Option(min=0, max=65535)] = None,
    workers: Annotated[
        int | None, typer.Option(min=1, max=16, help="How many processes answer requests.")
    ] = None,
) -> None:
    """Start the API and the pages, by default on 127.0.0.1:8000. Ctrl-C stops it.

    Example:

      salex serve --port 8080
    """
    from search_api.web.terminal import err, out

    settings = load_settings()
    given = {"host": host, "port": port, "workers": workers}
    settings = settings.model_copy(update={k: v for k, v in given.items() if v is not None})
    with connect(settings.catalogue_path):
        pass  # report a missing or unreadable catalogue now, not at the first request
    damage = current_damage(settings.catalogue_path)
    if damage:
        err.print(f"salex: {damage.error(settings.catalogue_path)}", style="red", markup=False)
        err.print("It is served read-only, with a notice on every page.")
    with ExitStack() as stack:
        sockets = [stack.enter_context(s) for s in open_sockets(settings.host, settings.port)]
        address = address_of(settings.host, sockets[0].getsockname()[1])
        out.print(f"Open {address} in a browser. Stop with Ctrl-C.", markup=False)
        if settings.workers > 1:
            run_processes(settings, sockets)
        else:
            from search_api.app import run_server

            run_server(settings, sockets)


def run_processes(
    settings: Settings,
    sockets: list[socket.socket],
    *,
    make_encoder: Callable[[], Encoder | None] = lambda: None,
) -> None:
    """Run ``settings.workers`` server processes until this one is told to stop.

    Args:
        settings: the settings.
        sockets: what all of them accept from.
        make_encoder: for tests; by default each process loads the configured model.
    """
    from search_api.service.interruptions import end_interrupted_at_start
    from search_api.service.sharing import SharedMemory
    from search_api.web.workers import SharedSocket, run_workers

    if not settings.read_only:
        end_interrupted_at_start(settings.catalogue_path)
    memory = SharedMemory(settings.workers)
    shared_sockets = [SharedSocket.of(opened) for opened in sockets]

    def work(number: int) -> None:
        from search_api.app import run_server  # not before the fork: it loads what makes threads

        held = memory.connections_of(number)
        for shared_socket in shared_sockets:
            shared_socket.held = held
        run_server(
            settings, list(shared_sockets), encoder=make_encoder(), shared=memory.part_of(number)
        )

    with ExitStack() as stack:
        for shared_socket in shared_sockets:
            stack.enter_context(shared_socket)
        run_workers(work, settings.workers)


def open_sockets(host: str, port: int) -> list[socket.socket]:
    """Listen on a port at every address that ``host`` stands for.

    Raises:
        AddressUnusable: another program uses it, or this machine has no such address.
    """
    sockets: list[socket.socket] = []
    try:
        addresses = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
        for family, _, _, _, address in addresses:
            listening = socket.create_server(address, family=family, backlog=_MOST_WAITING)
            # Connections inherit it. asyncio sets it only on sockets that name their protocol;
            # without it the body of each answer waits 40 ms for the client to confirm its head.
            listening.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            sockets.append(listening)
    except OSError as error:
        for opened in sockets:
            opened.close()
        code = error.errno or 0  # negative if the host name is wrong
        why = os.strerror(code) if code > 0 else error.strerror
        raise AddressUnusable(
            f"The server cannot listen on port {port} of {host}: {why}. Stop the program that uses "
            "the port, or choose another with --port, or another address with --host."
        ) from error
    return sockets
