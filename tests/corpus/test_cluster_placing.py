"""Which task goes to which worker: in order, a few at a time, and only the guilty are given up."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from corpus.cluster.placing import MOST_FAILURES, SPARE, Placement, Task, Worker


def placed(workers: int, *names: str, threads: int = 1) -> tuple[Placement, list[Worker]]:
    placement = Placement()
    placement.workers += [Worker(str(number), threads) for number in range(workers)]
    for name in names:
        placement.add(Task(name.encode()))
    return placement, list(placement.workers)


def moves(placement: Placement) -> list[tuple[str, str]]:
    """Give out all that can be given now; return which task went to which worker."""
    done = []
    while move := placement.next_move():
        done.append((move[0].payload.decode(), move[1].address))
    return done


def test_tasks_start_in_their_order_spread_over_the_workers():
    placement, _ = placed(2, *"abcdef")
    assert moves(placement) == [("a", "0"), ("b", "1"), ("c", "0"), ("d", "1")]


def test_a_worker_with_more_threads_has_more_tasks():
    placement, _ = placed(1, *"abcdef", threads=3)
    assert len(moves(placement)) == 3 + SPARE


def test_what_a_worker_had_when_it_ended_is_tried_one_at_a_time():
    placement, (first, second) = placed(2, *"abcdefg")
    moves(placement)
    assert placement.lose(first) == []  # it had a and c
    second.tasks.pop()
    assert moves(placement) == []  # the other is to be idle before it has one of them
    second.tasks.clear()
    assert moves(placement) == [("a", "1")]
    second.tasks.clear()
    assert moves(placement) == [("c", "1")]
    second.tasks.clear()
    assert moves(placement) == [("e", "1"), ("f", "1")]


def test_while_one_worker_is_kept_free_the_others_go_on():
    placement, (first, second, _) = placed(3, *"abcdefgh")
    moves(placement)
    placement.lose(first)
    second.tasks.pop()
    second.tasks.pop()
    assert moves(placement) == [("a", "1")]
    assert placement.next_move() is None


def test_only_a_task_that_was_alone_is_given_up():
    placement, _ = placed(1, "poison", "innocent")
    moves(placement)
    given_up = placement.lose(placement.workers[0])
    for number in range(MOST_FAILURES):
        assert not given_up
        placement.workers.append(Worker(f"new {number}", 1))
        assert moves(placement)[0][0] in ("poison", "innocent")
        (task,) = placement.workers[0].tasks
        while task.payload == b"innocent":
            placement.workers[0].tasks.remove(task)
            moves(placement)
            (task,) = placement.workers[0].tasks
        given_up = placement.lose(placement.workers[0])
    assert [task.payload for task in given_up] == [b"poison"]


def test_a_worker_that_cannot_do_such_tasks_is_held_against_none():
    placement, (first, second) = placed(2, *"abcdef")
    moves(placement)
    placement.remove(first)
    second.tasks.clear()
    assert moves(placement) == [("a", "1"), ("c", "1")]
    assert not any(task.is_suspect for task in placement.unfinished())


def test_a_task_that_fails_on_one_worker_is_tried_again_and_given_up_at_last():
    placement, (worker,) = placed(1, "a")
    for _ in range(MOST_FAILURES - 1):
        (move,) = moves(placement)
        assert move == ("a", "0")
        assert placement.fail(worker, worker.tasks[0]) == []
    moves(placement)
    (task,) = placement.fail(worker, worker.tasks[0])
    assert task.failures == MOST_FAILURES


def test_a_dropped_task_is_not_given_out():
    placement, _ = placed(1, *"abc")
    task = placement.unfinished()[0]
    placement.drop(task)
    assert moves(placement) == [("b", "0"), ("c", "0")]


@settings(max_examples=200, deadline=None)
@given(st.lists(st.booleans(), min_size=1, max_size=25), st.integers(1, 3), st.randoms())
def test_every_task_ends_once_whatever_ends_workers(poisonous, threads, chance):
    """Poison ends every worker that begins it; the others are killed at random ten times."""
    placement = Placement()
    names = {f"{'poison' if bad else 'sound'} {n}" for n, bad in enumerate(poisonous)}
    for name in sorted(names):
        placement.add(Task(name.encode()))
    ended, given_up, kills = [], [], 10
    for _ in range(2_000):
        while len(placement.workers) < 2:
            placement.workers.append(Worker("w", threads))
        moves(placement)
        busy = [worker for worker in placement.workers if worker.tasks]
        if not busy:
            break
        worker = chance.choice(busy)
        begun = worker.tasks[:threads]
        if any(task.payload.startswith(b"poison") for task in begun):
            given_up += placement.lose(worker)
        elif kills and len(worker.tasks) > 1 and chance.random() < 0.5:
            kills -= 1
            assert placement.lose(worker) == []
        else:
            ended.append(begun[0])
            worker.tasks.remove(begun[0])
    assert {task.payload.decode() for task in given_up} == {n for n in names if "poison" in n}
    assert {task.payload.decode() for task in ended} == {n for n in names if "sound" in n}
    assert len(ended) + len(given_up) == len(names)
