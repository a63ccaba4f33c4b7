"""A cluster: workers that are fit do each task once; what goes wrong is said, and ends."""

from __future__ import annotations

import os
import re
import signal
import time
from pathlib import Path

import pytest

from corpus.cluster import workers
from corpus.cluster.facts import DISTRIBUTION
from corpus.cluster.workers import Cluster
from corpus.errors import ClusterLost, ClusterUnavailable, TaskGivenUp, WorkersUnavailable
from tests.support import cluster as support

distributed = pytest.importorskip("distributed", reason="needs the extra dask")
dask = pytest.importorskip("dask", reason="needs the extra dask")

FACTS = {"colour": "blue"}


def state_facts(colour: str) -> dict[str, str]:
    return {"colour": colour}


def who(_: object = None) -> int:
    return os.getpid()


def rest(seconds: float) -> int:
    time.sleep(seconds)
    return os.getpid()


def end_the_worker() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def stumble() -> None:
    raise ZeroDivisionError("by zero")


def refuse_on(process: int) -> int:
    if os.getpid() == process:
        raise WorkersUnavailable("There is no memory here.")
    return os.getpid()


@pytest.fixture(scope="module")
def two():
    with support.machines(2) as machines:
        yield machines


def a_cluster(machines: support.Machines, colour: str = "blue") -> Cluster:
    return Cluster(machines.address, FACTS, state_facts, colour)


def both(cluster: Cluster) -> None:
    """Wait until both workers are met."""
    give_up = time.monotonic() + support.PATIENCE_S
    while cluster.worker_count < 2:
        assert time.monotonic() < give_up
        time.sleep(0.05)


def test_each_task_is_done_once_by_all_workers(two):
    with a_cluster(two) as cluster:
        both(cluster)
        tasks = [cluster.submit(rest, 0.05) for _ in range(12)]
        assert len({task.answer.result(support.PATIENCE_S) for task in tasks}) == 2


def test_a_worker_that_ends_costs_no_task(two):
    with a_cluster(two) as cluster:
        both(cluster)
        tasks = [cluster.submit(rest, 0.2) for _ in range(12)]
        two.workers()[0].kill()
        assert len([task.answer.result(support.PATIENCE_S) for task in tasks]) == 12
    two.keep(2)


def test_a_task_that_ends_every_worker_is_given_up_and_the_others_are_done(two):
    with a_cluster(two) as cluster:
        tasks = [cluster.submit(who) for _ in range(3)]
        poison = cluster.submit(end_the_worker)
        tasks += [cluster.submit(who) for _ in range(6)]
        while not poison.answer.done():
            two.keep(2)
            time.sleep(0.1)
        with pytest.raises(TaskGivenUp, match="3 workers ended over it"):
            poison.answer.result(support.PATIENCE_S)
        assert len([task.answer.result(support.PATIENCE_S) for task in tasks]) == 9
    two.keep(2)


def test_a_task_that_fails_is_given_up_with_what_it_raised(two):
    with a_cluster(two) as cluster:
        task = cluster.submit(stumble)
        with pytest.raises(TaskGivenUp, match=r"ZeroDivisionError \(by zero\)"):
            task.answer.result(support.PATIENCE_S)
        assert cluster.submit(who).answer.result(support.PATIENCE_S)


def test_a_worker_that_cannot_do_such_tasks_is_used_no_more(two):
    with a_cluster(two) as cluster:
        both(cluster)
        sick = cluster.submit(who).answer.result(support.PATIENCE_S)
        tasks = [cluster.submit(refuse_on, sick) for _ in range(8)]
        assert sick not in [task.answer.result(support.PATIENCE_S) for task in tasks]
        assert list(cluster.refused.values()) == ["There is no memory here."]
        assert cluster.worker_count == 1


def test_workers_with_other_facts_are_refused(two):
    with pytest.raises(ClusterUnavailable, match="Its colour is red, and here it is blue"):
        a_cluster(two, "red").__enter__()


@pytest.mark.parametrize(
    ("installed", "said"),
    [
        ("0.0.1", r"It has release 0\.0\.1 of salex-evidence, and here is "),
        (None, "It does not have salex-evidence. Install release "),
    ],
    ids=["another release", "none"],
)
def test_a_worker_without_this_release_is_refused_and_the_others_work(installed, said, tmp_path):
    with support.machines(1) as machines, a_cluster(machines) as cluster:
        machines.start_worker(a_site(tmp_path, installed))
        give_up = time.monotonic() + support.PATIENCE_S
        while not cluster.refused and time.monotonic() < give_up:
            time.sleep(0.05)
        (fault,) = cluster.refused.values()
        assert cluster.submit(who).answer.result(support.PATIENCE_S) == machines.processes[1].pid
    assert re.match(said, fault)


def a_site(folder: Path, release: str | None) -> Path:
    """Return a folder of packages in which ours has another release, or cannot be found."""
    if release:
        (folder / "salex_evidence-0.0.1.dist-info").mkdir()
        metadata = folder / "salex_evidence-0.0.1.dist-info" / "METADATA"
        metadata.write_text(f"Metadata-Version: 2.1\nName: {DISTRIBUTION}\nVersion: {release}\n")
        return folder
    (folder / "sitecustomize.py").write_text(
        "import importlib.metadata as m\n"
        "def version(name, _of=m.version):\n"
        f"    if name == {DISTRIBUTION!r}: raise m.PackageNotFoundError(name)\n"
        "    return _of(name)\n"
        "version.__module__ = 'importlib.metadata'\n"
        "m.version = version\n"
    )
    return folder


def test_a_scheduler_needs_no_code_of_ours(tmp_path):
    (tmp_path / "sitecustomize.py").write_text(
        "import sys\n"
        "class Gone:\n"
        "    def find_spec(self, name, *_):\n"
        "        if name.split('.')[0] in ('corpus', 'ingest', 'index', 'search_api', 'tests'):\n"
        "            raise ModuleNotFoundError(name)\n"
        "sys.meta_path.insert(0, Gone())\n"
    )
    with support.machines(1, of_scheduler=[tmp_path]) as machines, a_cluster(machines) as cluster:
        assert cluster.submit(who).answer.result(support.PATIENCE_S) == machines.processes[1].pid


def test_a_lost_scheduler_ends_every_task_and_what_comes_after(two):
    with support.machines(1) as machines, a_cluster(machines) as cluster:
        assert cluster.submit(who).answer.result(support.PATIENCE_S)
        tasks = [cluster.submit(rest, 30) for _ in range(3)]
        machines.scheduler.kill()
        for task in tasks:
            with pytest.raises(ClusterLost, match="Run the same command again"):
                task.answer.result(support.PATIENCE_S)
        with pytest.raises(ClusterLost):
            cluster.submit(who).answer.result(support.PATIENCE_S)


def test_without_workers_for_long_the_work_ends(monkeypatch):
    with support.machines(1) as machines:
        with a_cluster(machines) as cluster:
            monkeypatch.setattr(workers, "PATIENCE_S", 1.0)
            task = cluster.submit(rest, 30)
            machines.processes[1].kill()
            with pytest.raises(ClusterLost, match="Start workers"):
                task.answer.result(support.PATIENCE_S)
        with pytest.raises(ClusterUnavailable, match="no worker that can be used"):
            a_cluster(machines).__enter__()


def test_a_scheduler_that_is_not_there_is_said(monkeypatch):
    monkeypatch.setattr("corpus.cluster.connection.CONNECT_TIMEOUT_S", 0.5)
    with pytest.raises(ClusterUnavailable, match=r"can be reached at tcp://127\.0\.0\.1:9 "):
        Cluster("tcp://127.0.0.1:9", FACTS, state_facts, "blue").__enter__()


@pytest.mark.parametrize("address", ["10.0.0.5:8786", "http://10.0.0.5", "inproc://a", ""])
def test_what_is_no_address_is_said(address):
    with pytest.raises(ClusterUnavailable, match="is not the address of a scheduler"):
        Cluster(address, FACTS, state_facts, "blue").__enter__()


def test_a_missing_extra_is_said(monkeypatch):
    monkeypatch.setattr("importlib.util.find_spec", lambda *_: None)
    with pytest.raises(ClusterUnavailable, match=r"pip install 'salex-evidence\[dask\]'"):
        Cluster("tcp://127.0.0.1:9", FACTS, state_facts, "blue").__enter__()


def test_a_cluster_with_certificates_is_reached_by_those_of_dask(tmp_path):
    names = ("ca", "cert", "key")
    ca, certificate, key = (tmp_path / f"{name}.pem" for name in names)
    made = distributed.Security.temporary()
    ca.write_text(made.tls_ca_file)
    certificate.write_text(made.tls_client_cert)
    key.write_text(made.tls_client_key)
    options = ("--tls-ca-file", str(ca), "--tls-cert", str(certificate), "--tls-key", str(key))
    tls, client = "distributed.comm.tls.", "distributed.comm.tls.client."
    ours = {tls + "ca-file": str(ca), client + "cert": str(certificate), client + "key": str(key)}
    with support.machines(1, scheme="tls", options=options) as machines:
        with pytest.raises(ClusterUnavailable, match="can be reached at tls"):
            a_cluster(machines).__enter__()
        with (
            dask.config.set(ours),
            a_cluster(machines) as cluster,
        ):
            assert (
                cluster.submit(who).answer.result(support.PATIENCE_S) == machines.processes[1].pid
            )
