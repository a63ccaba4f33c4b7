"""The line of one lane: turns come in order, and nobody waits longer than is allowed."""

from __future__ import annotations

import pytest

from search_api.service.lanes import Lane, Overloaded

pytestmark = pytest.mark.anyio


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


async def test_turns_come_in_order() -> None:
    lane = Lane(1)
    first, second, third = lane.ask(), lane.ask(), lane.ask()
    assert (first.result(), second.done()) == ("granted", False)
    lane.leave(0.0)
    assert (second.result(), third.done()) == ("granted", False)
    lane.leave(0.0)
    lane.leave(0.0)
    assert third.result() == "granted"
    assert lane.ask().result() == "granted"


async def test_who_would_wait_too_long_is_refused_at_once() -> None:
    time = 100.0
    lane = Lane(2, wait_s=2.0, clock=lambda: time)
    for _ in range(300):
        lane.ask()
        lane.leave(time - 1.5)  # a turn takes 1.5 s, two at once
    lane.ask(), lane.ask(), lane.ask()
    assert lane.predict_wait() == pytest.approx(1.5)
    lane.ask()
    with pytest.raises(Overloaded) as refused:
        lane.ask()
    assert lane.waiting == 2
    assert 3 <= refused.value.retry_after_s <= 6


async def test_the_first_in_line_waits_whatever_was_measured() -> None:
    time = 0.0
    lane = Lane(1, wait_s=0.01, clock=lambda: time)
    lane.ask()
    time = 3600.0
    lane.leave(0.0)
    lane.ask()
    assert await lane.ask() == "late"


async def test_first_turns_that_take_long_close_no_line() -> None:
    lane = Lane(2, wait_s=2.0, clock=lambda: 1.0)
    lane.ask(), lane.ask()
    lane.leave(0.0), lane.leave(0.0)  # 1 s each: what a search needs is loaded
    assert [lane.ask().done() for _ in range(10)] == [True] * 2 + [False] * 8


async def test_a_line_has_an_end_however_short_the_turns() -> None:
    lane = Lane(1, most_waiting=3)
    for _ in range(4):
        lane.ask()
    with pytest.raises(Overloaded):
        lane.ask()


@pytest.mark.parametrize("when", ["waiting", "granted", "cancelled"])
async def test_who_goes_away_takes_no_slot_along(when: str) -> None:
    lane = Lane(1)
    lane.ask()
    going, staying = lane.ask(), lane.ask()
    if when == "cancelled":
        going.cancel()
    if when == "waiting":
        lane.forget(going)
    lane.leave(0.0)
    if when != "waiting":
        lane.forget(going)
    assert staying.result() == "granted"
    lane.leave(0.0)
    assert lane.ask().result() == "granted"
    assert not lane.ask().done()


async def test_refused_clients_are_told_different_times() -> None:
    assert {Lane(1).retry_after() for _ in range(100)} == {1, 2, 3, 4}
