"""What worker processes share: exact whichever process asks, and free once one ends."""

from __future__ import annotations

import os
import socket
import threading
from collections.abc import Callable, Iterator

import pytest
from fastapi import HTTPException

from search_api.service import sharing
from search_api.service.connections import Connections, Written
from search_api.service.rates import Failures, Rates
from search_api.service.sharing import SharedMemory
from search_api.web import workers
from search_api.web.workers import SharedSocket
from tests.conftest import store_document


def in_another_process(act: Callable[[], object]) -> bool:
    """Tell whether ``act`` returned, in a process that has ended."""
    process = os.fork()
    if process == 0:
        try:
            act()
        except BaseException:
            os._exit(1)
        os._exit(0)
    return os.waitpid(process, 0)[1] == 0


def test_turns_are_counted_over_processes_and_freed_by_an_end() -> None:
    memory = SharedMemory(2)
    ours, theirs = memory.part_of(0).reading, memory.part_of(1).reading
    with ours.one():
        assert in_another_process(theirs.one().__enter__), "which ends without giving it back"
        with ours.one():
            assert not in_another_process(theirs.one().__enter__)
            with pytest.raises(HTTPException):
                ours.one().__enter__()
    assert in_another_process(theirs.one().__enter__)


def test_requests_and_failures_are_counted_over_processes() -> None:
    memory = SharedMemory(2)
    first, second = memory.part_of(0), memory.part_of(1)
    at: Callable[[], float] = lambda: 100.0  # noqa: E731
    assert in_another_process(lambda: Rates(3, first.keys, clock=at).take("k"))
    assert [Rates(3, second.keys, clock=at).take("k").left for _ in range(2)] == [1, 0]
    assert not Rates(3, first.keys, clock=at).take("k").allowed
    for part in (first, second):
        Failures(2, 600, part.failures, clock=at).note("a")
    assert Failures(2, 600, first.failures, clock=at).blocked_s("a") == 600
    assert Rates(3, first.addresses, clock=at).take("k").left == 2, "each limit by itself"


def test_shared_counts_have_an_end_and_keep_who_asks_often(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sharing, "_SETS", 4)
    counts = SharedMemory(1).part_of(0).addresses
    for number in range(500):
        counts.put("steady", 7.0, float(number + 1))
        counts.put(str(number), 1.0, number + 0.5)
    assert len(counts) == 32
    assert counts.get("steady") == (7.0, 500.0)
    assert counts.get("0") is None


def test_a_revision_written_through_one_process_is_known_to_all(catalogue) -> None:
    memory = SharedMemory(2)
    first, second = (Connections(catalogue.path, memory.part_of(n).written) for n in (0, 1))
    assert second.written == 0
    with first.lend() as lent:
        store_document(lent, "a", "Schools.")
        assert second.written == lent.revision() > 0
    first.close()


@pytest.mark.parametrize("shared", [False, True], ids=["one process", "two"])
def test_a_newer_revision_of_another_thread_is_not_lost(shared: bool) -> None:
    written = SharedMemory(2).part_of(0).written if shared else Written()

    class Interrupted(int):
        """A revision whose thread is interrupted, by one that notes a newer one, as it compares."""

        def __gt__(self, other: int) -> bool:
            thread.start()
            thread.join(0.1)
            return super().__gt__(other)

    thread = threading.Thread(target=written.note, args=[7])
    written.note(Interrupted(5))
    thread.join()
    assert written.newest == 7


@pytest.mark.parametrize(("workers", "most", "each"), [(1, 1000, 1000), (3, 8, 3), (4, 2, 1)])
def test_a_limit_is_divided_among_processes(workers: int, most: int, each: int) -> None:
    assert SharedMemory(workers).part_of(0).share_of(most) == each


@pytest.fixture
def listening() -> Iterator[tuple[SharedSocket, SharedSocket]]:
    """One listening socket, as each of two workers has it."""
    memory = SharedMemory(2)
    with SharedSocket.of(socket.create_server(("127.0.0.1", 0))) as first:
        first.setblocking(False)
        with SharedSocket(fileno=os.dup(first.fileno())) as second:
            first.held, second.held = memory.connections_of(0), memory.connections_of(1)
            yield first, second


def test_a_worker_with_more_connections_lets_the_other_accept(listening, monkeypatch) -> None:
    first, second = listening
    waited: list[float] = []

    def meanwhile(seconds: float) -> None:
        waited.append(seconds)
        if seconds:  # the other wakes, too, and holds fewer
            accepted.append(second.accept()[0])

    monkeypatch.setattr(workers.time, "sleep", meanwhile)
    accepted: list[socket.socket] = []
    clients = [socket.create_connection(first.getsockname()) for _ in range(2)]
    accepted.append(first.accept()[0])
    assert waited == [0], "who holds no more than others accepts at once"
    with pytest.raises(BlockingIOError):
        first.accept()
    assert (first.held.surplus, second.held.surplus) == (0, 0)
    accepted.pop(0).close()
    assert (first.held.surplus, second.held.surplus) == (0, 1)
    for connection in (*accepted, *clients):
        connection.close()


def test_a_worker_takes_what_nobody_else_takes(listening) -> None:
    first, _ = listening
    clients = [socket.create_connection(first.getsockname()) for _ in range(3)]
    accepted = [first.accept()[0] for _ in clients]
    assert first.held.surplus == 3
    assert accepted[2].getpeername() == clients[2].getsockname()
    for connection in (*accepted, *clients):
        connection.close()
    assert first.held.surplus == 0


def test_the_connections_of_a_worker_that_ended_are_not_counted() -> None:
    memory = SharedMemory(2)
    memory.connections_of(0).add(5)
    memory.connections_of(1)
    assert memory.connections_of(0).surplus == 0
